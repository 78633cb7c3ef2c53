"""A case in the admin: who works on it, to whom it goes, how it ends and comes back."""

import pytest
from django.db import connection

from cases.models import Case
from core import acting
from tests import cast
from tests.admin.conftest import as_noam, case_page
from tests.admin.test_pages import texts
from tests.conftest import any_plate

LIST = "/admin/cases/case/"


def step(case, name):
    return f"{LIST}{case['case_id']}/{name}/"


def facts(api, case):
    return api(cast.DANA).get(f"cases/{case['case_id']}").json()


def outbox(case):
    with as_noam(), connection.cursor() as cursor:
        cursor.execute("select type from private.outbox where case_id = %s order by seq", [case["case_id"]])
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def reminder(db):
    """A reminder that waits in a case."""

    def added(case):
        with acting.acting(acting.SERVICE), connection.cursor() as cursor:
            cursor.execute(
                "insert into public.reminders (case_id, title, due_date) values (%s, 'x', '2030-01-01')",
                [case["case_id"]],
            )

    return added


def reminders(case):
    with as_noam(), connection.cursor() as cursor:
        cursor.execute("select status from public.reminders where case_id = %s", [case["case_id"]])
        return [row[0] for row in cursor.fetchall()]


def test_a_case_is_shared_and_the_sharing_ended(staff, open_case):
    case = open_case()

    shared = staff().post(step(case, "share"), {"user": cast.NOAM.user_id}, follow=True)
    ended = staff().post(step(case, f"unshare/{cast.NOAM.user_id}"), follow=True)

    assert "נועם עובד גם על התיק." in texts(shared)
    assert "השיתוף הסתיים." in texts(ended)
    assert "התיק שותף עם" in texts(ended)


@pytest.mark.parametrize("whom", [cast.TAMAR, cast.SUSPENDED])
def test_a_case_is_not_shared_with_who_is_not_of_the_office_or_not_active(staff, open_case, whom):
    case = open_case()

    staff().post(step(case, "share"), {"user": whom.user_id})

    with as_noam():
        assert not Case.objects.get(pk=case["case_id"]).collaborators.exists()


def test_developers_are_not_offered(staff, open_case, dana):
    case = open_case()
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("update public.profiles set role = 'developer' where user_id = %s", [cast.DANA.user_id])

    for page in (case_page(case), step(case, "transfer")):
        offered = staff().get(page).content.decode().split('name="user"' if page == case_page(case) else 'name="to"')[1]
        assert str(cast.NOAM.user_id) in offered.split("</select>")[0]
        assert str(dana.user_id) not in offered.split("</select>")[0]


def test_a_case_is_passed_on_with_a_reason_that_make_hears(staff, api, open_case):
    case = open_case()

    without = staff().post(step(case, "transfer"), {"to": cast.NOAM.user_id, "reason": ""})
    done = staff().post(step(case, "transfer"), {"to": cast.NOAM.user_id, "reason": "חופשה"}, follow=True)

    assert without.status_code == 422
    assert "התיק הועבר אל" in texts(done)
    assert "חופשה" in texts(done)
    assert facts(api, case)["assigned_to_name"] == "נועם"
    assert "case.transferred" in outbox(case)


def test_several_cases_are_passed_on_together(staff, api, open_case):
    cases = [open_case() for _ in range(3)]
    ticked = [case["case_id"] for case in cases[:2]]

    asked = staff().post(LIST, {"action": "pass_on", "_selected_action": ticked, "select_across": 1, "index": 0})
    done = staff().post(
        f"{LIST}assign/", {"case": ticked, "to": cast.NOAM.user_id, "reason": "חלוקה חדשה"}, follow=True
    )

    assert "2 תיקים מועברים" in texts(asked)
    assert "2 תיקים הועברו אל נועם." in texts(done)
    assert [facts(api, case)["assigned_to_name"] for case in cases] == ["נועם", "נועם", None]


def test_passing_on_needs_its_permission(staff, may, open_case):
    case = open_case()
    may("view_case", "change_case", "view_casehelper")

    assert staff().get(step(case, "transfer")).status_code == 403
    assert staff().post(f"{LIST}assign/", {"case": case["case_id"]}).status_code == 403
    assert "pass_on" not in staff().get(LIST).content.decode()


def test_ending_shows_what_is_in_the_case_and_keeps_it_all(staff, api, open_case, reminder):
    case = open_case()
    reminder(case)
    api(cast.DANA).post("payments", {"case_id": case["case_id"], "total_fee": 1200})
    api(cast.DANA).post("invoices", {"case_id": case["case_id"], "invoice_number": "7", "supplier_name": "מוסך"})

    shown = texts(staff().get(step(case, "end")))
    before = facts(api, case)["status"]
    done = staff().post(
        step(case, "end"),
        {"status": "ARCHIVED", "reason": "שולם", "cancel_reminders": "on", "archive_onedrive": "on"},
        follow=True,
    )

    assert before == "OPEN"
    for words in ("חשבונית אחת עדיין לא סולקה.", "שכר הטרחה עדיין לא שולם", "תזכורות ממתינות"):
        assert words in shown
    assert "התיק הסתיים: בארכיון" in texts(done)
    assert "Make התבקש להעביר לארכיון" in texts(done)
    assert facts(api, case)["status"] == "ARCHIVED"
    assert facts(api, case)["versions"] == 1
    assert reminders(case) == ["בוטל"]
    assert "onedrive.archive_requested" in outbox(case)


def test_reminders_stay_where_that_is_chosen(staff, api, open_case, reminder):
    case = open_case()
    reminder(case)

    staff().post(step(case, "end"), {"status": "CLOSED"})

    assert facts(api, case)["status"] == "CLOSED"
    assert reminders(case) == ["ממתין"]
    assert "onedrive.archive_requested" not in outbox(case)


def test_the_form_of_the_case_leads_to_the_second_step(staff, api, open_case):
    case = open_case()
    sent = {"status": "CLOSED", "owner_name": "שיר לב", "assigned_to": "", "inspection_location": ""}

    answer = staff().post(case_page(case), sent)

    assert answer["Location"] == f"{step(case, 'end')}?status=CLOSED"
    assert (facts(api, case)["status"], facts(api, case)["owner_name"]) == ("OPEN", "שיר לב")


def test_a_case_comes_back_as_it_was(staff, api, open_case, reminder):
    case = open_case()
    reminder(case)
    api(cast.DANA).patch(f"cases/{case['case_id']}", {"status": "מחכה לתשלום"})
    staff().post(step(case, "end"), {"status": "ARCHIVED", "cancel_reminders": "on"})

    done = staff().post(step(case, "bring-back"), {"reason": "ערעור"}, follow=True)

    assert "התיק חזר כפי שהיה." in texts(done)
    assert facts(api, case)["status"] == "מחכה לתשלום"
    assert reminders(case) == ["ממתין"]


def test_a_case_does_not_come_back_beside_an_open_one(staff, api, open_case):
    plate = any_plate()
    first = open_case(plate=plate)
    staff().post(step(first, "end"), {"status": "CLOSED"})
    second = open_case(plate=plate)

    shown = staff().get(step(first, "bring-back"))
    done = staff().post(step(first, "bring-back"), {}, follow=True)

    assert case_page(second) in shown.content.decode()
    assert "כבר יש תיק פתוח" in texts(done)
    assert facts(api, first)["status"] == "CLOSED"


@pytest.mark.parametrize("name", ["share", "transfer", "end", "bring-back"])
def test_a_foreign_case_and_a_missing_one_are_not_there(staff, open_case, name):
    case = open_case()
    ghost = {"case_id": "00000000-0000-4000-8000-00000000dead"}

    assert staff("uri").get(step(case, name)).status_code == staff("uri").get(step(ghost, name)).status_code == 404
    assert staff("uri").post(step(case, name), {"status": "CLOSED"}).status_code == 404
