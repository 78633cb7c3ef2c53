"""A person's calendar behind a secret address: what stands in it, when, and for whom; read by another parser."""

import logging
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar

from accounts.models import Profile
from core import acting
from reminders import calendar, recurring, services
from reminders.feeds import CalendarFeed
from tests import cast
from tests.admin.conftest import may, staff  # noqa: F401
from tests.reminders.back_office import FEEDS, as_person, keep, words

ISRAEL = ZoneInfo("Asia/Jerusalem")


@pytest.fixture(autouse=True)
def no_counts():
    cache.clear()


@pytest.fixture
def address(staff):  # noqa: F811
    """The address of Noam's calendar, as his page shows it this once."""

    def made(username="noam"):
        page = staff(username).post(f"{FEEDS}make/")
        assert page.status_code == 200, page.content
        return page.context_data["address"].removeprefix("http://testserver")

    return made


def fetch(address, **headers):
    return Client().get(address, headers=headers)


def events(address):
    answer = fetch(address)
    assert answer.status_code == 200
    return {str(one["summary"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_the_address_is_shown_once_and_only_its_hash_is_kept(address, staff):  # noqa: F811
    url = address()
    token = url.rpartition("/")[2].removesuffix(".ics")

    assert len(token) == 43
    assert token not in staff().get(FEEDS).content.decode()
    with acting.acting(acting.SERVICE):
        kept = CalendarFeed.objects.values()
        assert token not in str(list(kept))
    assert fetch(url).status_code == 200


def test_a_new_address_ends_the_one_before_and_any_can_be_ended(address, staff):  # noqa: F811
    first, second = address(), address()
    assert (fetch(first).status_code, fetch(second).status_code) == (404, 200)

    with as_person():
        feed = CalendarFeed.objects.standing().get()
    noam = staff()
    assert noam.get(f"{FEEDS}{feed.pk}/revoke/").status_code == 404
    noam.post(f"{FEEDS}{feed.pk}/revoke/")
    assert fetch(second).status_code == 404


def test_nobody_ends_the_address_of_another_office(address, staff):  # noqa: F811
    url = address()
    with as_person():
        feed = CalendarFeed.objects.standing().get()

    page = staff("uri").post(f"{FEEDS}{feed.pk}/revoke/", follow=True)

    assert page.status_code == 200
    assert fetch(url).status_code == 200


def test_everything_else_is_not_found_alike(address, db):
    url = address()
    stem = url.removesuffix(".ics")
    wrong = [f"{stem[:-1]}{'A' if stem[-1] != 'A' else 'B'}.ics", "/api/v1/calendar/x.ics", f"{stem[:-3]}.ics"]

    answers = [fetch(one) for one in wrong]

    assert {one.status_code for one in answers} == {404}
    assert len({one.json()["code"] for one in answers}) == 1
    assert Client().post(url).status_code == 405


def test_it_holds_what_is_ones_own_and_everybodys_and_nothing_else(address, db):
    keep("שלי", assigned_to_id=cast.NOAM.user_id)
    keep("של כולם")
    keep("של דנה", assigned_to_id=cast.DANA.user_id)
    keep("של משרד אחר", person=cast.URI)
    done = keep("בוצעה")
    with as_person():
        services.complete(done.pk)

    assert set(events(address())) == {"שלי", "של כולם"}


def test_a_suspended_persons_calendar_is_gone_at_once(address, db):
    url = address()
    keep()
    with acting.acting(acting.SERVICE):
        Profile.objects.filter(pk=cast.NOAM.user_id).update(status="suspended")

    assert fetch(url).status_code == 404


def test_an_event_has_its_words_its_zone_and_a_uid_that_stays(address, open_case):
    case = open_case()
    made = keep("בדיקה במוסך; דחוף, מאוד", due_date=date(2027, 1, 5), due_time=time(9, 0), case_id=case["case_id"],
                description="שורה אחת\nשורה שנייה", priority="דחוף")  # fmt: skip
    url = address()
    [event] = events(url).values()

    assert str(event["uid"]) == f"{made.pk}@reminders"
    assert event["dtstart"].dt == datetime(2027, 1, 5, 9, tzinfo=ISRAEL)
    assert event["dtstart"].params["TZID"] == "Asia/Jerusalem"
    assert "שורה שנייה" in str(event["description"])
    assert event["priority"] == 1
    assert str(event["summary"]).startswith("בדיקה במוסך; דחוף, מאוד (")
    body = fetch(url).content
    assert Calendar.from_ical(body).to_ical() == body
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    with as_person():
        services.update(made.pk, title="אחרת")
    assert str(next(iter(events(url).values()))["uid"]) == f"{made.pk}@reminders"


def test_the_zone_in_it_turns_its_clocks_as_israel_does(address, db):
    keep()
    cal = Calendar.from_ical(fetch(address()).content)
    [zone] = cal.walk("VTIMEZONE")
    told = zone.to_tz()

    assert str(zone["tzid"]) == "Asia/Jerusalem"
    days = [(2027, 1, 1), (2027, 3, 25), (2027, 3, 27), (2027, 10, 30), (2027, 11, 1), (2030, 7, 1)]
    for moment in (datetime(*day, 9) for day in days):
        assert moment.replace(tzinfo=told).utcoffset() == moment.replace(tzinfo=ISRAEL).utcoffset(), moment


RULES = [
    ("FREQ=DAILY", date(2027, 3, 20)),
    ("FREQ=DAILY;INTERVAL=3;COUNT=6", date(2027, 10, 25)),
    ("FREQ=WEEKLY;BYDAY=SU,TU", date(2027, 3, 21)),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;UNTIL=20271201", date(2027, 10, 6)),
    ("FREQ=MONTHLY", date(2027, 1, 5)),
    ("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", date(2027, 1, 31)),
    ("FREQ=MONTHLY;BYDAY=-1FR", date(2027, 1, 29)),
    ("FREQ=YEARLY", date(2027, 3, 26)),
]


@pytest.mark.parametrize(("rule", "start"), RULES)
def test_another_parser_finds_the_same_days_at_the_same_time_on_the_wall(address, rule, start):
    made = keep(rrule=rule, due_date=start, due_time=time(9, 30))
    [event] = events(address()).values()
    last = start + timedelta(days=700)

    text = event["rrule"].to_ical().decode()
    until = datetime(last.year, last.month, last.day, tzinfo=ISRAEL)
    theirs = rrulestr(text, dtstart=event["dtstart"].dt).between(datetime(2026, 1, 1, tzinfo=UTC), until, inc=True)

    with acting.acting(acting.SERVICE):
        made.refresh_from_db()
    ours = recurring.series(made).between(start, last - timedelta(days=1))
    assert [one.date() for one in theirs] == ours
    assert {one.time() for one in theirs} == {time(9, 30)}
    assert len(ours) > 1
    offsets = {one.utcoffset() for one in theirs}
    assert len(offsets) == (1 if rule == "FREQ=YEARLY" else 2)


def test_a_time_that_was_put_off_is_taken_out_and_stands_by_itself(address, db):
    made = keep(days=1, rrule="FREQ=DAILY", due_time=time(9, 0))
    later = recurring.moment(calendar.today() + timedelta(days=2), time(17, 0))
    with as_person():
        services.snooze(made.pk, later)

    found = Calendar.from_ical(fetch(address()).content).walk("VEVENT")
    series = next(one for one in found if "rrule" in one)
    alone = next(one for one in found if "rrule" not in one)

    assert [one.dt for one in series["exdate"].dts] == [series["dtstart"].dt]
    assert series["exdate"].params["TZID"] == "Asia/Jerusalem"
    assert alone["dtstart"].dt == later
    assert len({str(one["uid"]) for one in found}) == 2


def test_a_first_time_outside_its_rule_stands_by_itself(address, db):
    """2027-01-05 is a Tuesday; other readers would leave it out, or count it differently."""
    keep(due_date=date(2027, 1, 5), due_time=time(9, 0), rrule="FREQ=WEEKLY;BYDAY=WE;COUNT=3")

    found = Calendar.from_ical(fetch(address()).content).walk("VEVENT")
    series = next(one for one in found if "rrule" in one)
    alone = next(one for one in found if "rrule" not in one)

    assert alone["dtstart"].dt == datetime(2027, 1, 5, 9, tzinfo=ISRAEL)
    theirs = list(rrulestr(series["rrule"].to_ical().decode(), dtstart=series["dtstart"].dt))
    assert [one.date() for one in theirs] == [date(2027, 1, 6), date(2027, 1, 13)]


def test_a_single_one_that_was_put_off_stands_at_its_new_time(address, db):
    made = keep()
    later = recurring.moment(calendar.today() + timedelta(days=3), time(8, 0))
    with as_person():
        services.snooze(made.pk, later)

    [event] = events(address()).values()
    assert event["dtstart"].dt == later


def test_what_was_completed_of_a_series_is_not_counted_again(address, db):
    made = keep(days=1, rrule="FREQ=DAILY;COUNT=3")
    with as_person():
        services.complete(made.pk)

    [event] = events(address()).values()
    assert event["rrule"]["count"] == [2]
    assert event["dtstart"].dt.date() == calendar.today() + timedelta(days=2)


def test_the_same_calendar_is_not_sent_twice(address, db):
    keep()
    url = address()
    first = fetch(url)

    same = fetch(url, **{"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert same["ETag"] == first["ETag"]
    assert first["Cache-Control"] == same["Cache-Control"] == "private, no-store"
    keep("עוד אחת")
    assert fetch(url, **{"If-None-Match": first["ETag"]}).status_code == 200
    assert first["Content-Type"] == "text/calendar; charset=utf-8"


def test_a_token_stands_in_no_log(address, db, caplog):
    url = address()
    token = url.rpartition("/")[2].removesuffix(".ics")
    with caplog.at_level(logging.DEBUG):
        fetch(url)
        fetch(url.replace(token, token[::-1]))

    # What Postgres is asked is logged only while DEBUG is on.
    told = [one.getMessage() for one in caplog.records if not one.name.startswith("django.db")]
    assert any("calendar/<str:token>.ics" in one for one in told)
    assert not any(token in one or token[::-1] in one for one in told)


def test_an_address_may_be_fetched_so_often_a_minute(address, settings):
    settings.CALENDAR_PER_MINUTE = 3
    url = address()

    answers = [fetch(url) for _n in range(5)]

    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 60


def test_an_empty_calendar_is_one(address, db):
    cal = Calendar.from_ical(fetch(address()).content)

    assert (str(cal["version"]), cal.walk("VEVENT")) == ("2.0", [])


def test_a_login_without_a_person_has_no_calendar(staff, may):  # noqa: F811
    from accounts.models import User

    User.objects.filter(username="noam").update(profile_id=None)
    noam = staff()

    # What a login may do follows its person's role: without one it may nothing.
    assert noam.get(FEEDS).status_code == 403
    assert noam.post(f"{FEEDS}make/").status_code == 403


def test_a_manager_sees_whose_calendars_are_fetched_and_never_an_address(staff, address):  # noqa: F811
    with acting.acting(acting.STAFF, cast.DANA.claims):
        from reminders import feeds

        hers = feeds.make()
    page = staff().get(FEEDS)

    assert cast.DANA.name in words(page)
    assert hers.rpartition("/")[2].removesuffix(".ics") not in page.content.decode()
