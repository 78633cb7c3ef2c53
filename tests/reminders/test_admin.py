"""Reminders in the back office: found, made, done, put off, given to somebody, and taken back."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import acting
from reminders import calendar, recurring
from reminders.models import Occurrence, Reminder
from tests import cast
from tests.admin.conftest import GHOST, case_page, may, staff  # noqa: F401
from tests.reminders.back_office import LIST, act, again, as_person, keep, titles, words
from tests.reminders.desk import release

FORM = {
    "title": "לבדוק מסמכים",
    "due_time": "10:30",
    "category": "תזכורת מסמכים",
    "priority": "גבוה",
    "channel": "mail",
    "send_notification": "on",
}


def day(days):
    return calendar.today() + timedelta(days=days)


def test_the_list_begins_with_what_is_earliest_and_marks_what_is_overdue(staff):  # noqa: F811
    keep("מחר", days=1)
    keep("מאתמול", days=-1)
    page = staff().get(LIST)

    assert titles(page)[:2] == ["מאתמול", "מחר"]
    assert page.content.decode().count('class="pill pill-bad overdue"') == 1
    assert "⚠ באיחור" in words(page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"when": "overdue"}, {"מאתמול"}),
        ({"when": "today"}, {"היום"}),
        ({"status__exact": "בוטל"}, {"בוטלה"}),
        ({"category__exact": "תזכורת תשלום"}, {"תשלום"}),
        ({"priority__exact": "דחוף"}, {"תשלום"}),
        ({"assignee": "me"}, {"שלי"}),
        ({"assignee": str(cast.DANA.user_id)}, {"תשלום"}),
        ({"q": "תשל"}, {"תשלום"}),
        ({"case": "any"}, {"תיק"}),
        ({"case": "nonsense"}, set()),
        ({"assignee": "nonsense"}, set()),
    ],
)
def test_the_list_is_narrowed(staff, open_case, query, found):  # noqa: F811
    keep("מאתמול", days=-1)
    keep("היום", days=0, due_time=time(23, 59))
    keep("בוטלה", days=4, status="בוטל")
    keep("תשלום", days=40, category="תזכורת תשלום", priority="דחוף", assigned_to_id=cast.DANA.user_id)
    keep("שלי", days=40, assigned_to_id=cast.NOAM.user_id)
    keep("תיק", days=40, case_id=open_case()["case_id"])

    assert set(titles(staff().get(LIST, query))) == found


def test_half_a_plate_in_any_spelling_finds_its_reminders(staff, open_case):  # noqa: F811
    case = open_case()
    keep("על התיק", case_id=case["case_id"])
    keep("אחר")

    half = f"{case['plate'][:3]}-{case['plate'][3:6]}"
    assert titles(staff().get(LIST, {"q": half})) == ["על התיק"]
    assert titles(staff().get(LIST, {"case": case["case_id"]})) == ["על התיק"]


def test_another_offices_reminders_are_not_there(staff):  # noqa: F811
    theirs = keep("שלהם", person=cast.URI)
    noam = staff()

    assert "שלהם" not in titles(noam.get(LIST))
    for address in ("", "edit/"):
        assert noam.get(f"{LIST}{theirs.pk}/{address}").status_code == noam.get(f"{LIST}{GHOST}/{address}").status_code
        assert noam.get(f"{LIST}{theirs.pk}/{address}").status_code == 404
    assert noam.post(f"{LIST}{theirs.pk}/complete/").status_code == 404
    assert again(theirs).status == Reminder.Status.WAITING


def test_who_may_only_look_changes_nothing(staff, may):  # noqa: F811
    mine = keep()
    may("view_reminder")
    noam = staff()

    assert noam.get(f"{LIST}{mine.pk}/").status_code == 200
    for address in (f"{mine.pk}/edit/", "add/"):
        assert noam.get(f"{LIST}{address}").status_code == 403
    assert noam.post(f"{LIST}{mine.pk}/complete/").status_code == 403
    act(noam, "complete", mine)
    assert again(mine).status == Reminder.Status.WAITING


def test_a_reminder_is_made_for_a_case(staff, open_case):  # noqa: F811
    case, noam = open_case(), staff()
    page = noam.get(f"{LIST}add/", {"case": case["case_id"]})
    assert f'value="{case["plate"]}"' in page.content.decode()

    given = {**FORM, "due_date": day(3), "plate": case["plate"], "case": case["case_id"]}
    answer = noam.post(f"{LIST}add/", given, follow=True)

    with as_person():
        made = Reminder.objects.get(title="לבדוק מסמכים")
    assert answer.redirect_chain[-1][0] == f"{LIST}{made.pk}/"
    assert (str(made.case_id), made.due_date, made.due_time) == (case["case_id"], day(3), time(10, 30))
    assert (made.priority, made.category, made.rrule) == ("גבוה", "תזכורת מסמכים", None)
    assert "לבדוק מסמכים" in words(noam.get(case_page(case)))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": "   "}, "title"),
        ({"due_date": "1999-01-01"}, "due_date"),
        ({"due_date": "no day"}, "due_date"),
        ({"plate": "11-111-11"}, "plate"),
        ({"repeat": "WEEKLY", "ends": "day"}, "until"),
        ({"repeat": "DAILY", "ends": "count"}, "count"),
        ({"repeat": "DAILY", "every": "0"}, "every"),
        ({"assigned_to": str(cast.TAMAR.user_id)}, "assigned_to"),
    ],
)
def test_a_wrong_form_says_where_and_keeps_nothing(staff, wrong, said):  # noqa: F811
    answer = staff().post(f"{LIST}add/", {**FORM, "due_date": day(3), **wrong})

    assert answer.status_code == 422
    assert said in answer.context_data["form"].errors
    with as_person():
        assert not Reminder.objects.filter(title=FORM["title"]).exists()


REPEATS = [
    ({"repeat": "DAILY"}, "FREQ=DAILY", "בכל יום בשעה 10:30"),
    ({"repeat": "DAILY", "every": "3", "ends": "count", "count": "4"}, "FREQ=DAILY;INTERVAL=3;COUNT=4", "כל 3 ימים"),
    (
        {"repeat": "WEEKLY", "weekdays": ["TU", "SU"]},
        "FREQ=WEEKLY;BYDAY=SU,TU",
        "בכל שבוע בימים ראשון ושלישי בשעה 10:30",
    ),
    # The due date is a Tuesday; it begins on the first of the chosen days.
    ({"repeat": "WEEKLY", "weekdays": ["TH", "MO"]}, "FREQ=WEEKLY;BYDAY=MO,TH", "בימים שני וחמישי"),
    ({"repeat": "MONTHLY"}, "FREQ=MONTHLY", "בכל חודש ב-5 לחודש"),
]


@pytest.mark.parametrize(("chosen", "rule", "said"), REPEATS)
def test_how_it_repeats_is_chosen_and_said_in_words(staff, chosen, rule, said):  # noqa: F811
    noam, given = staff(), {**FORM, "due_date": "2027-01-05", **chosen}

    look = noam.post(f"{LIST}add/", {**given, "look": "1"})
    assert look.status_code == 200
    assert look.context_data["meaning"]["rule"] == rule
    assert len(look.context_data["meaning"]["days"]) == (4 if "count" in chosen else 5)
    with as_person():
        assert not Reminder.objects.exists()

    noam.post(f"{LIST}add/", given)
    with as_person():
        made = Reminder.objects.get()
    assert made.rrule == rule
    assert recurring.series(made).is_regular
    assert said in words(noam.get(f"{LIST}{made.pk}/"))


def test_a_monthly_one_on_the_31st_comes_on_the_last_day_of_short_months(staff):  # noqa: F811
    noam = staff()
    noam.post(f"{LIST}add/", {**FORM, "due_date": "2027-01-31", "repeat": "MONTHLY"})

    with as_person():
        made = Reminder.objects.get()
    found = recurring.series(made).between(made.due_date, made.due_date.replace(month=5))
    assert [f"{one:%d.%m}" for one in found] == ["31.01", "28.02", "31.03", "30.04", "31.05"]
    assert "ב-31 לחודש, או ביום האחרון של חודש קצר יותר" in words(noam.get(f"{LIST}{made.pk}/"))


def test_an_edit_writes_what_was_changed_and_leaves_the_rule(staff):  # noqa: F811
    made, noam = keep(rrule="FREQ=MONTHLY;BYDAY=-1FR", description="שורה"), staff()
    page = noam.get(f"{LIST}{made.pk}/edit/")
    form = page.context_data["form"]
    given = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", [])}
    assert given["repeat"] == "KEPT"

    answer = noam.post(f"{LIST}{made.pk}/edit/", {**given, "title": "כותרת אחרת"}, follow=True)

    assert answer.status_code == 200
    stands = again(made)
    assert (stands.title, stands.rrule, stands.description) == ("כותרת אחרת", "FREQ=MONTHLY;BYDAY=-1FR", "שורה")
    assert stands.starts_on == made.starts_on


@pytest.mark.parametrize(
    ("action", "stands"),
    [
        ("complete", lambda one: one.status == "הושלם"),
        ("cancel", lambda one: one.status == "בוטל"),
        ("snooze_tomorrow", lambda one: one.snoozed_until == recurring.moment(day(1), one.due_time)),
        (
            "snooze_week",
            lambda one: (
                one.snoozed_until
                == recurring.moment(calendar.sunday(calendar.today()) + timedelta(days=7), one.due_time)
            ),
        ),
    ],
)
def test_many_are_done_at_once_and_taken_back(staff, action, stands):  # noqa: F811
    rows, noam = [keep(f"מספר {n}", days=n - 2) for n in range(4)], staff()

    page = act(noam, action, *rows)
    assert "4 תזכורות" in words(page)
    assert all(stands(again(one)) for one in rows)

    page = noam.post(f"{LIST}undo/", follow=True)
    assert "4 תזכורות חזרו" in words(page)
    for one in rows:
        back = again(one)
        assert back.status in calendar.OPEN
        assert (back.snoozed_until, back.due_at) == (None, one.due_at)
    assert noam.get(LIST).context_data["undo"] is None


def test_what_somebody_changed_since_is_not_taken_back(staff):  # noqa: F811
    rows, noam = [keep(f"מספר {n}") for n in range(2)], staff()
    act(noam, "cancel", *rows)
    with as_person(cast.DANA):
        Reminder.objects.filter(pk=rows[0].pk).update(title="שינוי של דנה")

    page = noam.post(f"{LIST}undo/", follow=True)

    assert "אחת נשארה כפי שהיא" in words(page)
    assert (again(rows[0]).status, again(rows[1]).status) == ("בוטל", "ממתין")


def test_many_are_put_off_until_a_day_and_given_to_somebody(staff):  # noqa: F811
    rows, noam = [keep(f"מספר {n}") for n in range(2)], staff()

    asking = act(noam, "snooze_day", *rows)
    assert asking.status_code == 200
    assert again(rows[0]).snoozed_until is None
    act(noam, "snooze_day", *rows, confirmed="1", day=day(9).isoformat(), at="17:15")
    assert again(rows[0]).snoozed_until == recurring.moment(day(9), time(17, 15))
    wrong = act(noam, "snooze_day", *rows, confirmed="1", day=day(-3).isoformat())
    assert "יש לבחור יום בעתיד" in words(wrong)

    act(noam, "assign", *rows, confirmed="1", assigned_to=str(cast.DANA.user_id))
    assert {again(one).assigned_to_id for one in rows} == {cast.DANA.user_id}


def test_pressing_done_twice_does_not_complete_the_next_time_too(staff):  # noqa: F811
    made, noam = keep(days=0, due_time=time(0, 1), rrule="FREQ=DAILY"), staff()
    shown = {"due_at": again(made).due_at.isoformat()}

    for _press in range(2):
        noam.post(f"{LIST}{made.pk}/complete/", shown)

    assert (again(made).status, again(made).due_date) == ("ממתין", day(1))


def test_one_is_put_off_cancelled_and_let_wait_again(staff):  # noqa: F811
    made, noam = keep(), staff()

    noam.post(f"{LIST}{made.pk}/snooze/", {"day": day(5).isoformat()})
    assert again(made).snoozed_until == recurring.moment(day(5), made.due_time)
    assert noam.post(f"{LIST}{made.pk}/snooze/", {"day": "nothing"}).status_code == 422
    noam.post(f"{LIST}{made.pk}/cancel/")
    assert again(made).status == "בוטל"
    noam.post(f"{LIST}{made.pk}/reopen/")
    assert again(made).status == "ממתין"
    assert noam.post(f"{LIST}{made.pk}/explode/").status_code == 404
    assert noam.get(f"{LIST}{made.pk}/cancel/").status_code == 404


def test_the_way_back_leads_only_into_the_back_office(staff):  # noqa: F811
    made, noam = keep(), staff()

    for there in ("https://elsewhere.example/admin/", "//elsewhere.example/admin/", "/elsewhere"):
        answer = noam.post(f"{LIST}{made.pk}/tomorrow/", {"back": there})
        assert answer.headers["Location"] == f"{LIST}{made.pk}/"
    answer = noam.post(f"{LIST}{made.pk}/tomorrow/", {"back": f"{LIST}calendar/"})
    assert answer.headers["Location"] == f"{LIST}calendar/"


def test_the_page_says_what_came_of_each_time_and_sends_again(staff, settings, request):  # noqa: F811
    settings.EMAIL_HOST = ""
    made, noam = keep(days=-1, assigned_to_id=cast.DANA.user_id), staff()
    release()

    page = noam.get(f"{LIST}{made.pk}/")

    with acting.acting(acting.SERVICE):
        told = Occurrence.objects.get(reminder_id=made.pk)
    assert (told.status, cast.DANA.name in words(page)) == ("FAILED", True)
    assert "אין מי שמאזין" in words(page)
    assert f"{LIST}{made.pk}/told/{told.pk}/again/" in page.content.decode()
    request.getfixturevalue("hook")
    noam.post(f"{LIST}{made.pk}/told/{told.pk}/again/")
    with acting.acting(acting.SERVICE):
        assert Occurrence.objects.get(reminder_id=made.pk).status == "QUEUED"


def test_a_foreign_occurrence_is_not_told_again(staff):  # noqa: F811
    mine, noam = keep(), staff()

    assert noam.post(f"{LIST}{mine.pk}/told/{GHOST}/again/").status_code == 404


def test_the_list_asks_no_more_for_many_reminders(staff, open_case):  # noqa: F811
    noam = staff()
    keep(assigned_to_id=cast.DANA.user_id, case_id=open_case()["case_id"])
    noam.get(LIST)

    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert noam.get(LIST).status_code == 200
        return len(captured)

    few = asked()
    case = open_case()
    for n in range(15):
        keep(f"מספר {n}", assigned_to_id=cast.DANA.user_id, case_id=case["case_id"], rrule="FREQ=DAILY")

    assert asked() == few <= 14
