"""Changing and opening cases from the admin; the rules are the table's own."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.admin.conftest import case_page
from tests.admin.test_pages import texts

OPEN = "/admin/cases/case/add/"


def facts(api, dana, case):
    return api(dana).get(f"cases/{case['case_id']}").json()


def test_status_owner_and_person_are_changed_through_the_service(staff, api, dana, open_case):
    case = open_case()
    sent = {"status": "שולם", "owner_name": "שיר לב", "assigned_to": str(dana.user_id), "inspection_location": ""}

    answer = staff().post(case_page(case), sent, follow=True)

    assert answer.status_code == 200
    after = facts(api, dana, case)
    assert (after["status"], after["owner_name"], after["assigned_to_name"]) == ("שולם", "שיר לב", "דנה")
    assert "הסטטוס שונה: פתוח ← שולם" in texts(answer)


def test_reopening_beside_an_open_case_is_refused_in_words(staff, api, dana, open_case):
    closed = open_case(plate="12345678")
    api(dana).patch(f"cases/{closed['case_id']}", {"status": "CLOSED"})
    open_case(plate="12345678")

    answer = staff().post(
        case_page(closed),
        {"status": "OPEN", "owner_name": "", "assigned_to": "", "inspection_location": ""},
        follow=True,
    )

    assert "כבר יש תיק פתוח" in texts(answer)
    assert facts(api, dana, closed)["status"] == "CLOSED"


def test_the_plate_is_no_field_of_the_form(staff, api, dana, open_case):
    case = open_case(plate="12345678")

    staff().post(
        case_page(case), {"status": "OPEN", "plate": "99999999", "org": "x", "owner_name": "", "current_version": 9}
    )

    after = facts(api, dana, case)
    assert (after["plate"], after["version"]) == ("12345678", 1)


def test_a_person_of_another_office_cannot_be_chosen(staff, api, dana, tamar, open_case):
    case = open_case()

    answer = staff().post(case_page(case), {"status": "OPEN", "assigned_to": str(tamar.user_id)})

    assert "תמר" not in answer.content.decode()
    assert facts(api, dana, case)["assigned_to"] is None


def test_only_who_may_change_a_case_can(staff, may, api, dana, open_case):
    case = open_case()
    may("view_case", "view_casehelper")

    assert staff().post(case_page(case), {"status": "CLOSED"}).status_code == 403
    assert "<select" not in staff().get(case_page(case)).content.decode()
    assert facts(api, dana, case)["status"] == "OPEN"


def test_a_case_is_never_deleted(staff, may, open_case):
    case = open_case()
    may("view_case", "change_case", "delete_case")

    assert staff().post(f"/admin/cases/case/{case['case_id']}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("plate", ["12-345-67", "123 45 678", "12345678"])
def test_a_case_is_opened_with_a_helper_from_a_file(staff, may, api, dana, plate):
    may("view_case", "view_casehelper", "add_case")
    file = SimpleUploadedFile("helper.json", b'{"meta": {"n": 1.10}}', content_type="application/json")

    answer = staff().post(OPEN, {"plate": plate, "owner_name": "שיר לב", "helper": file})

    assert answer.status_code == 302
    case = {"case_id": answer["Location"].split("/")[-3]}
    assert facts(api, dana, case)["owner_name"] == "שיר לב"
    assert b"1.10" in api(dana).get(f"cases/{case['case_id']}/helper").content


def test_a_second_open_case_of_a_plate_is_refused_with_the_way_to_the_first(staff, may, open_case):
    case = open_case(plate="12345678")
    may("view_case", "view_casehelper", "add_case")

    answer = staff().post(OPEN, {"plate": "123-45-678"})

    assert "כבר יש תיק פתוח" in texts(answer)
    assert f'href="{case_page(case)}"' in answer.content.decode()


@pytest.mark.parametrize("content", [b"{", b"[1]", b"5", b'{"a": 1, "a": 2}', b'{"a": "\\u0000"}', b"\xff"])
def test_a_file_that_is_no_helper_is_refused(staff, may, content):
    may("view_case", "add_case")
    file = SimpleUploadedFile("helper.json", content)

    answer = staff().post(OPEN, {"plate": "12345678", "helper": file})

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()


def test_opening_needs_its_own_permission(staff, may):
    may("view_case", "change_case")

    assert staff().get(OPEN).status_code == 403
    assert staff().post(OPEN, {"plate": "12345678"}).status_code == 403


def test_the_event_log_of_the_case_holds_no_content(staff, open_case, save):
    case = open_case({"meta": {"secret": "one"}})
    save(case, {"meta": {"secret": "תוכן-סודי"}}, 1)

    seen = staff().get(case_page(case)).content.decode()

    assert "נשמרה גרסה" in seen
    assert "תוכן-סודי" not in seen
    assert json.dumps("תוכן-סודי") not in seen
