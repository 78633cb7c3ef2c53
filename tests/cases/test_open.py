"""Opening cases."""

import pytest


@pytest.mark.parametrize("plate", ["12-345-67", "1234567", "12 345 67", " 12.345.67 ", 1234567])
def test_a_plate_is_taken_in_any_spelling_and_stored_as_digits(api, dana, plate):
    answer = api(dana).post("cases", {"plate": plate, "owner_name": "רונית"})

    assert answer.status_code == 201
    opened = answer.json()
    assert opened["plate"] == "1234567"
    assert (opened["version"], opened["helper_name"]) == (1, "1234567_helper_v1")
    assert answer["Location"] == f"/api/v1/cases/{opened['case_id']}"


def test_a_case_starts_with_the_helper_it_is_opened_with(api, dana):
    body = b'{"plate": "1234567", "helper": {"price": 1.10, "big": 12345678901234567890}}'

    opened = api(dana).post("cases", body).json()

    text = api(dana).get(f"cases/{opened['case_id']}/helper").content
    assert b'"helper": {"big": 12345678901234567890, "price": 1.10}' in text


def test_a_plate_has_one_open_case(api, dana, open_case):
    first = open_case(plate="1234567")

    answer = api(dana).post("cases", {"plate": "12-345-67"})

    assert answer.status_code == 409
    assert answer.json()["code"] == "open_case_exists"
    assert answer.json()["details"] == {"case_id": first["case_id"]}


@pytest.mark.parametrize(
    "status", ["IN_PROGRESS", "מחכה לאישור תביעה", "מחכה לתשלום", "שולם", "בתביעת בית משפט", "אחר"]
)
def test_a_case_still_alive_keeps_its_plate(api, dana, open_case, status):
    first = open_case(plate="1234567")
    assert api(dana).patch(f"cases/{first['case_id']}", {"status": status}).status_code == 200

    assert api(dana).post("cases", {"plate": "1234567"}).status_code == 409


@pytest.mark.parametrize("status", ["CLOSED", "ARCHIVED"])
def test_an_ended_case_frees_its_plate_and_cannot_take_it_back(api, dana, open_case, status):
    first = open_case(plate="1234567")
    api(dana).patch(f"cases/{first['case_id']}", {"status": status})
    second = open_case(plate="1234567")

    answer = api(dana).patch(f"cases/{first['case_id']}", {"status": "OPEN"})

    assert answer.status_code == 409
    assert answer.json()["details"] == {"case_id": second["case_id"]}


def test_offices_do_not_share_plates(api, tamar, open_case):
    open_case(plate="1234567")

    assert api(tamar).post("cases", {"plate": "1234567"}).status_code == 201


@pytest.mark.parametrize("plate", ["", "123456", "123456789", "abc", None, [], {}, 12.5, True, "1" * 100])
def test_what_is_no_plate_is_refused(api, dana, plate):
    answer = api(dana).post("cases", {"plate": plate})

    assert answer.status_code == 422
    assert answer.json()["details"][0]["pointer"] == "/plate"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"status": "deleted"}, "/status"),
        ({"helper": [1]}, "/helper"),
        ({"is_current": True}, "/is_current"),
        ({"owner_name": "x" * 201}, "/owner_name"),
        ({"assigned_to": "20000000-0000-4000-8000-0000000000d1"}, "/assigned_to"),
        ({"assigned_to": "nobody"}, "/assigned_to"),
    ],
)
def test_a_wrong_field_is_named_and_no_case_is_opened(api, dana, change, pointer):
    answer = api(dana).post("cases", {"plate": "1234567", **change})

    assert answer.status_code == 422
    assert answer.json()["details"][0]["pointer"] == pointer
    assert api(dana).get("cases?plate=1234567").json() == []
