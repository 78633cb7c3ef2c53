"""What Make answers, in every form, read without losing anything; and passwords blotted out of it."""

import json
from pathlib import Path

import pytest

from core import jsontext
from core.passwords import blotted
from intake import answers
from intake.answers import Kind

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ('{"a": "1"}', Kind.OBJECT, {"a": "1"}),
        ('[{"value": {"a": "1"}}]', Kind.VALUE, {"a": "1"}),
        ('[{"value": "{\\"a\\": \\"1\\"}", "x": 2}]', Kind.VALUE, {"a": "1"}),
        ('[{"a": "1"}, {"b": "2"}, {"a": "3"}]', Kind.FIELDS, {"a": "1", "b": "2"}),
        ('[{"Body": "יצרן: סקודה\\r\\nדגם: OCTAVIA", "x": 1}]', Kind.BODY, {"יצרן": "סקודה", "דגם": "OCTAVIA"}),
        ('[{"Body": "יצרן: סקודה"}]', Kind.BODY, {"יצרן": "סקודה"}),
        ('[{"collection": {"a": "1"}, "x": 1}]', Kind.COLLECTION, {"a": "1"}),
        ('[{"bundle": [{"a": "1"}], "x": 1}]', Kind.COLLECTION, {"a": "1"}),
        ('[{"a": "1", "b": "2"}]', Kind.ARRAY, {"a": "1", "b": "2"}),
        ('["a", "b"]', Kind.ARRAY, ["a", "b"]),
        ("Accepted", Kind.ACCEPTED, None),
        ('"Accepted"', Kind.ACCEPTED, None),
        ("https://example.test/report.pdf", Kind.LINK, None),
        ("No files were found", Kind.NOTHING, None),
        ("Case not found", Kind.NOTHING, None),
        ("יצרן: סקודה", Kind.TEXT, {"יצרן": "סקודה"}),
        ("שלום", Kind.TEXT, None),
    ],
)
def test_every_form_is_told_from_the_others(text, kind, value):
    answer = answers.read(text)

    assert (answer.kind, answer.value) == (kind, value)


@pytest.mark.parametrize(
    "fixture",
    [
        "car_details_response", "car_details_response_hebrew", "invoice_ocr_response", "levi_response",
        "levi_response_duplicate_keys", "parts_ocr_response", "parts_search_response", "parts_search_response_grouped",
    ],
)  # fmt: skip
def test_every_captured_answer_is_read(fixture):
    text = (FIXTURES / f"{fixture}.json").read_text()

    answer = answers.read(text)

    assert isinstance(answer.value, dict)
    assert answer.failure is None
    captured = json.loads(text)
    assert set(answer.value) == set(captured[0] if isinstance(captured, list) else captured)


def test_a_repeated_key_keeps_its_first_value_and_is_named():
    answer = answers.read((FIXTURES / "levi_response_duplicate_keys.json").read_text())

    assert answer.value["מאפיינים"].startswith("הגה כוח, 4 חלונות")
    assert answer.repeated == ["/מאפיינים"]


def test_a_missing_comma_is_not_repaired_but_located():
    answer = answers.read('{\n "year": "2021"\n "model": "X"}')

    assert answer.kind == Kind.BROKEN
    assert (answer.broken.line, answer.broken.column) == (3, 2)


@pytest.mark.parametrize(
    ("said", "flag"),
    [
        ({"error": True}, "error"),
        ({"status": "error", "message": "x"}, "status"),
        ({"success": False}, "success"),
        ({"make_status": "error"}, "make_status"),
        ({"automation_failed": True}, "automation_failed"),
        ({"errors": ["x"]}, "errors"),
        ({"access_denied": True}, "access_denied"),
        ({"permission_error": "no"}, "permission_error"),
        ({"error": False, "success": True, "status": "ok", "errors": []}, None),
    ],
)
def test_every_flag_of_failure_is_seen(said, flag):
    assert answers.of_value(said).failure == flag


def test_digits_survive_reading_and_writing():
    text = '{"price": 1.10, "id": 12345678901234567890, "tiny": 1E-20, "x": [true, null, "ח\\"ד"]}'

    assert json.loads(jsontext.write(jsontext.read(text)), parse_float=str, parse_int=str) == json.loads(
        text, parse_float=str, parse_int=str
    )


def test_a_member_is_found_as_it_was_written():
    text = '[ {"a" : {"payload": 0}, "payload" : {"x":  1.10, "x": 2} , "b": 1} ]'

    assert jsontext.member(text, "payload") == '{"x":  1.10, "x": 2}'
    with pytest.raises(KeyError):
        jsontext.member(text, "c")


@pytest.mark.parametrize(
    "text",
    [
        '{"pass": "CANARY \\" x", "x": 1}',
        '{"a": {"admin_password" : {"v": "CANARY"}}}',
        '[{"value": "{\\"password\\": \\"CANARY\\"}"}]',
        '{"a": "{\\"b\\": \\"{\\\\\\"pwd\\\\\\": \\\\\\"CANARY\\\\\\"}\\"}"}',
        '{"pass\\u0077ord": "CANARY"}',
        '{"pass": "CANARY',
        '{"password": CANARY, "x": 2}',
        '{"pass": 1 "x": "y", "PASSWORD": "CANARY"}',
        "password: CANARY with blanks\nb: 2",
        "pass=CANARY&b=2",
        "Password = CANARY",
        'password: "CANARY" x',
        "{'pass': 'CANARY'}",
        'ערך ש"ח: 5\nסיסמה: CANARY\nבעל"ה: 3',
        '[{"Body": "הסיסמה שלי: CANARY\\nיצרן: x"}]',
        '--b\r\nContent-Disposition: form-data; name="pass"\r\n\r\nCANARY\r\n--b',
        "https://example.test/?token=CANARY&a=1",
        "<password>CANARY</password>",
    ],
)
def test_no_password_is_left_in_any_form(text):
    assert "CANARY" not in blotted(text)
    assert "***" in blotted(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"compass": "north", "note": "bypass: 3", "year" :  "2021"}',
        '{"notes": "see https://example.test:80/x", "passenger": "דנה"}',
        'מס ק"מ: 90210\nסיסמאות: ',
        '{"x": "\\u05d7", "pass_count_of_parts": {"y": 1.10}}',
    ],
)
def test_what_is_no_password_stays_to_the_letter(text):
    assert blotted(text) == text
