"""The calendar's pages: days from Sunday on, what stands on them, and what series will bring."""

import re
from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reminders import calendar, recurring, services
from tests import cast
from tests.admin.conftest import case_page, may, staff  # noqa: F401
from tests.reminders.back_office import LIST, as_person, keep, words

CALENDAR = f"{LIST}calendar/"


def on(page):
    """What stands on each day of a page."""
    return {
        one.day: [entry.reminder.title for entry in one.entries] for one in page.context_data["days"] if one.entries
    }


def test_a_month_begins_on_a_sunday_and_marks_today(staff):  # noqa: F811
    page = staff().get(CALENDAR)
    days = page.context_data["days"]

    assert [days[0].day.weekday(), days[-1].day.weekday(), len(days) % 7] == [6, 5, 0]
    assert days[0].day.day == 1 or days[0].day.month != days[10].day.month
    assert page.content.decode().count('aria-current="date"') == 1
    heads = re.search(r"calendar-heads.*?</div>", page.content.decode(), re.S)[0]
    assert re.findall(r"<span>(.*?)</span>", heads) == ["ראשון", "שני", "שלישי", "רביעי", "חמישי", "שישי", "שבת"]


@pytest.mark.parametrize(
    ("view", "day", "before", "after"),
    [
        ("month", "2027-01-31", "2026-12-01", "2027-02-01"),
        ("week", "2027-01-01", "2026-12-25", "2027-01-08"),
        ("day", "2027-03-01", "2027-02-28", "2027-03-02"),
    ],
)
def test_links_lead_on_and_back(staff, view, day, before, after):  # noqa: F811
    html = staff().get(CALENDAR, {"view": view, "day": day, "whose": "mine"}).content.decode()

    assert f"?view={view}&amp;day={before}&whose=mine" in html.replace("&amp;whose", "&whose")
    assert f"?view={view}&amp;day={after}&whose=mine" in html.replace("&amp;whose", "&whose")


def test_a_week_holds_seven_days_around_the_one_asked_for(staff):  # noqa: F811
    days = staff().get(CALENDAR, {"view": "week", "day": "2027-01-01"}).context_data["days"]

    assert [days[0].day, days[-1].day] == [date(2026, 12, 27), date(2027, 1, 2)]


@pytest.mark.parametrize("day", ["", "nonsense", "2027-13-40", "0001-01-01", "9999-12-31", "2027-01-01\0"])
def test_any_day_asked_for_has_a_page(staff, day):  # noqa: F811
    for view in ("month", "week", "day", "x"):
        assert staff().get(CALENDAR, {"view": view, "day": day}).status_code == 200


def test_a_series_stands_on_each_of_its_days_to_come(staff):  # noqa: F811
    keep("בכל יום שלישי", due_date=date(2030, 1, 1), rrule="FREQ=WEEKLY;BYDAY=TU")

    page = staff().get(CALENDAR, {"day": "2030-03-01"})

    found = [day for day in on(page) if day.month == 3]
    assert [day.day for day in found] == [5, 12, 19, 26]
    assert "↻" in words(page)


def test_a_series_keeps_its_time_when_the_clocks_change(staff):  # noqa: F811
    keep(due_date=date(2027, 3, 24), due_time=time(9, 0), rrule="FREQ=DAILY")

    days = staff().get(CALENDAR, {"view": "week", "day": "2027-03-26"}).context_data["days"]

    assert {entry.at for day in days for entry in day.entries} == {time(9, 0)}
    assert len([day for day in days if day.entries]) == 4


def test_what_was_put_off_stands_on_its_new_day_only(staff):  # noqa: F811
    made, there = keep(days=1), calendar.today() + timedelta(days=2)
    with as_person():
        services.snooze(made.pk, recurring.moment(there, time(23, 30)))

    page = staff().get(CALENDAR, {"view": "day", "day": there.isoformat()})
    assert on(page) == {there: [made.title]}
    assert "נדחתה" in words(page)
    assert on(staff().get(CALENDAR, {"view": "day", "day": made.due_date.isoformat()})) == {}


def test_what_is_overdue_says_so_and_what_is_done_stays_on_its_day(staff):  # noqa: F811
    late, done, cancelled = keep("מאחרת", days=-1), keep("בוצעה", days=-1), keep("בוטלה", days=-1)
    with as_person():
        services.complete(done.pk)
        services.cancel(cancelled.pk)

    page = staff().get(CALENDAR, {"view": "day", "day": late.due_date.isoformat()})

    assert set(on(page)[late.due_date]) == {"מאחרת", "בוצעה"}
    assert "⚠ באיחור" in words(page)
    assert "✓" in words(page)


def test_midnight_belongs_to_its_own_day_in_israel(staff):  # noqa: F811
    for at in (time(0, 0), time(23, 59)):
        keep(due_date=date(2027, 7, 1), due_time=at)

    assert {day: len(rows) for day, rows in on(staff().get(CALENDAR, {"day": "2027-07-01"})).items()} == {
        date(2027, 7, 1): 2
    }


def test_one_sees_ones_own_and_everybodys_or_all(staff):  # noqa: F811
    keep("שלי", assigned_to_id=cast.NOAM.user_id)
    keep("של כולם")
    keep("של דנה", assigned_to_id=cast.DANA.user_id)
    keep("של אחרים", person=cast.URI)
    there = {"view": "day", "day": (calendar.today() + timedelta(days=1)).isoformat()}

    [everything] = on(staff().get(CALENDAR, there)).values()
    [mine] = on(staff().get(CALENDAR, {**there, "whose": "mine"})).values()
    assert sorted(everything) == ["של דנה", "של כולם", "שלי"]
    assert sorted(mine) == ["של כולם", "שלי"]


def test_a_full_day_shows_a_few_and_leads_to_all(staff):  # noqa: F811
    for n in range(6):
        keep(f"מספר {n}", due_date=date(2027, 7, 7))

    month = staff().get(CALENDAR, {"day": "2027-07-01"})
    assert month.content.decode().count('class="stand') == 3
    assert "כל ה-6" in words(month)
    assert staff().get(CALENDAR, {"view": "day", "day": "2027-07-07"}).content.decode().count('class="stand') == 6


def test_who_may_not_see_reminders_sees_no_calendar(staff, may):  # noqa: F811
    may("view_case")

    assert staff().get(CALENDAR).status_code == 403


def test_a_month_asks_no_more_for_many_reminders(staff):  # noqa: F811
    noam = staff()

    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert noam.get(CALENDAR, {"day": "2027-07-01"}).status_code == 200
        return len(captured)

    asked()
    few = asked()
    for n in range(12):
        keep(f"מספר {n}", due_date=date(2027, 7, n + 1), assigned_to_id=cast.DANA.user_id, rrule="FREQ=DAILY")

    assert asked() == few <= 8


def test_the_case_page_shows_what_waits_about_it(staff, open_case):  # noqa: F811
    case = open_case()
    for n in range(9):
        keep(f"מספר {n}", case_id=case["case_id"], days=n + 1)
    done = keep("בוצעה", case_id=case["case_id"])
    with as_person():
        services.complete(done.pk)

    block = words(staff().get(case_page(case))).split("תזכורות")

    text = "".join(block)
    assert "מספר 7" in text
    assert "מספר 8" not in text
    assert "תזכורת חדשה לתיק זה" in words(staff().get(case_page(case)))
