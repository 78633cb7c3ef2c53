"""Changing a case."""

import pytest


def test_the_plate_never_changes(api, dana, open_case):
    case = open_case(plate="1234567")

    answer = api(dana).patch(f"cases/{case['case_id']}", {"plate": "7654321", "owner_name": "x"})

    assert (answer.status_code, answer.json()["code"]) == (409, "plate_immutable")
    assert api(dana).get(f"cases/{case['case_id']}").json()["owner_name"] is None


def test_the_same_plate_in_another_spelling_is_no_change(api, dana, open_case):
    case = open_case(plate="1234567")

    answer = api(dana).patch(f"cases/{case['case_id']}", {"plate": "12-345-67", "owner_name": "רונית"})

    assert (answer.status_code, answer.json()["owner_name"]) == (200, "רונית")


@pytest.mark.parametrize(
    "body",
    [
        {"org_id": "x"},
        {"current_version": 9},
        {"status": "gone"},
        {"assigned_to": "20000000-0000-4000-8000-0000000000d1"},
    ],
)
def test_what_is_not_theirs_to_change_is_refused(api, dana, open_case, body):
    case = open_case()

    answer = api(dana).patch(f"cases/{case['case_id']}", body)

    assert answer.status_code == 422
    assert answer.json()["details"][0]["pointer"] == "/" + next(iter(body))


def test_another_office_cannot_change_a_case(api, tamar, open_case):
    case = open_case()

    assert api(tamar).patch(f"cases/{case['case_id']}", {"status": "CLOSED"}).status_code == 404


def test_an_empty_change_changes_nothing(api, dana, open_case):
    case = open_case()
    before = api(dana).get(f"cases/{case['case_id']}").content

    assert api(dana).patch(f"cases/{case['case_id']}", {}).content == before
