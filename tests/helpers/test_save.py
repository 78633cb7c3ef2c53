"""Saving a helper through the API."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"


def exact(text):
    """A document with every number as it is written."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def test_a_save_makes_the_next_version(api, dana, open_case):
    case = open_case({"meta": {"n": 1}, "valuation": {"price": 1}})
    helper = {"meta": {"n": 2}, "valuation": {"price": 1}}

    answer = api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": helper})

    assert answer.status_code == 200
    saved = answer.json()
    assert saved["version"] == 2
    assert saved["helper_name"] == f"{case['plate']}_helper_v2"
    assert saved["source"] == "system"
    assert saved["date"].endswith("Z")
    assert saved["changed_sections"] == ["meta"]
    assert saved["unchanged"] is False
    assert answer["ETag"] == '"v2"'


@pytest.mark.parametrize("name", ["helper_small", "helper_typical", "helper_full", "helper_large"])
def test_a_real_helper_comes_back_as_it_was(api, dana, open_case, name):
    raw = (FIXTURES / f"{name}.json").read_bytes()
    case = open_case()

    saved = api(dana).put(f"cases/{case['case_id']}/helper", b'{"version": 1, "helper": %b}' % raw)
    loaded = api(dana).get(f"cases/{case['case_id']}/helper")

    assert saved.status_code == 200
    assert exact(loaded.content)["helper"] == exact(raw)


def test_every_digit_and_character_comes_back(api, dana, open_case):
    helper = (
        '{"": 1.10, "a.b": 12345678901234567890, "__proto__": {"x": 0.000}, "ש\\"ח": "₪\u00a04,000", '
        '"ש״ח": "🚗\u200f", "key  two": [], "e": {}, "n": null, "t ": "C:\\\\fakepath\\\\x"}'
    )
    case = open_case()

    api(dana).put(f"cases/{case['case_id']}/helper", f'{{"version": 1, "helper": {helper}}}'.encode())
    loaded = api(dana).get(f"cases/{case['case_id']}/helper").content.decode()

    assert exact(loaded)["helper"] == exact(helper)
    assert '"": 1.10' in loaded
    assert "12345678901234567890" in loaded


def test_a_five_megabyte_helper_is_saved(api, dana, open_case):
    case = open_case()
    helper = {"meta": {"n": 1}, "final_report": {"html_content": "שלום " * 600_000}}

    answer = api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": helper})

    assert answer.status_code == 200
    assert api(dana).get(f"cases/{case['case_id']}/helper").json()["helper"] == helper


def test_the_same_content_again_makes_no_version(api, dana, open_case):
    case = open_case({"meta": {"n": 1.5, "m": 2}})

    answer = api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": {"meta": {"m": 2, "n": 1.5}}})

    assert answer.status_code == 200
    assert (answer.json()["version"], answer.json()["unchanged"], answer.json()["changed_sections"]) == (1, True, [])
    assert len(api(dana).get(f"cases/{case['case_id']}/helper/versions").json()) == 1


def test_a_digit_more_is_a_change(api, dana, open_case):
    case = open_case()
    url = f"cases/{case['case_id']}/helper"
    api(dana).put(url, b'{"version": 1, "helper": {"price": 1.1, "other": 1}}')

    answer = api(dana).put(url, b'{"version": 2, "helper": {"price": 1.10, "other": 1}}')

    assert answer.json()["unchanged"] is False
    assert answer.json()["changed_sections"] == ["price"]


def test_an_old_version_is_refused_and_told_where_both_wrote(api, dana, open_case):
    case = open_case({"meta": 1, "vehicle": 1, "centers": 1})
    url = f"cases/{case['case_id']}/helper"
    api(dana).put(url, {"version": 1, "helper": {"meta": 2, "vehicle": 2, "centers": 1}})

    answer = api(dana).put(url, {"version": 1, "helper": {"meta": 3, "vehicle": 1, "centers": 3}})

    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    refusal = answer.json()
    assert refusal["code"] == "version_conflict"
    assert refusal["details"] == {
        "current_version": 2,
        "your_version": 1,
        "changed_sections": ["meta", "vehicle"],
        "conflicting_pointers": ["/meta"],
    }
    assert api(dana).get(url).json()["version"] == 2


def test_the_version_may_come_as_an_etag(api, dana, open_case):
    case = open_case()
    url = f"cases/{case['case_id']}/helper"

    assert api(dana).put(url, {"helper": {"a": 1}}, **{"If-Match": '"v1"'}).status_code == 200
    assert api(dana).put(url, {"helper": {"a": 2}}, **{"If-Match": '"v1"'}).status_code == 409
    assert api(dana).put(url, {"helper": {"a": 2}, "version": 2}, **{"If-Match": '"v1"'}).status_code == 422
    assert api(dana).put(url, {"helper": {"a": 2}}, **{"If-Match": "nonsense"}).status_code == 422


def test_a_save_must_name_its_version(api, dana, open_case):
    case = open_case()

    answer = api(dana).put(f"cases/{case['case_id']}/helper", {"helper": {}})

    assert (answer.status_code, answer.json()["code"]) == (428, "version_required")


@pytest.mark.parametrize("version", [0, -1, 2, 17, 2**31, 10**30, "1", "abc", 1.0, 1.5, True, [], {}, ""])
def test_a_wrong_version_saves_nothing(api, dana, open_case, version):
    case = open_case({"meta": {"n": 1}})
    url = f"cases/{case['case_id']}/helper"

    answer = api(dana).put(url, {"version": version, "helper": {"meta": {"n": 2}}})

    assert 400 <= answer.status_code < 500
    assert api(dana).get(url).json()["helper"] == {"meta": {"n": 1}}


@pytest.mark.parametrize("helper", [5, "text", [1], None, True])
def test_a_helper_is_an_object(api, dana, open_case, helper):
    case = open_case()

    answer = api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": helper})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["details"][0]["pointer"] == "/helper"


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        (b'{"version": 1, "helper": {"a": 1, "a": 2}}', 422, "duplicate_key", "/helper/a"),
        (b'{"version": 1, "helper": {"a": "\\u0000"}}', 422, "unstorable_text", "/helper/a"),
        (b'{"version": 1, "helper": {"a": 1e999}}', 422, "number_out_of_range", "/helper/a"),
        (b'{"version": 1, "helper": {"a": NaN}}', 400, "invalid_json", None),
        (b'{"version": 1, "helper": {}', 400, "invalid_json", None),
        (b"[]", 422, "invalid", None),
    ],
)
def test_a_bad_body_is_refused_with_its_place(api, dana, open_case, body, status, code, pointer):
    case = open_case()

    answer = api(dana).put(f"cases/{case['case_id']}/helper", body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    if pointer:
        assert answer.json()["details"] == {"pointer": pointer}


def test_only_plain_json_is_taken(api, dana, open_case):
    case = open_case()
    url = f"cases/{case['case_id']}/helper"
    body = b'{"version": 1, "helper": {}}'

    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"):
        assert api(dana).put(url, body, content_type=content_type).status_code == 415
    assert api(dana).put(url, body, **{"Content-Encoding": "gzip"}).status_code == 415


def test_a_large_body_is_refused_with_the_limit(api, dana, open_case, settings):
    settings.HELPER_MAX_BYTES = 1000
    case = open_case()

    answer = api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": {"a": "x" * 1000}})

    assert answer.status_code == 413
    assert answer.json()["details"] == {"limit_bytes": 1000}


def test_a_save_remembers_who_from_where_and_why(api, dana, open_case):
    case = open_case()
    url = f"cases/{case['case_id']}/helper"

    api(dana).put(url, {"version": 1, "helper": {"a": 1}, "label": "לפני הגשה", "trigger": "before_expertise"})

    row = api(dana).get(f"{url}/versions").json()[0]
    assert row["saved_by"] == str(dana.user_id)
    assert row["saved_by_name"] == dana.name
    assert (row["saved_from"], row["label"], row["trigger"]) == ("UI", "לפני הגשה", "before_expertise")
    assert row["size_bytes"] > 0
    assert "helper" not in row


def test_the_service_key_saves_as_make(api, open_case):
    case = open_case()
    service = api(token=cast_service())
    url = f"cases/{case['case_id']}/helper"

    assert service.put(url, {"version": 1, "helper": {"a": 1}}).status_code == 200
    row = service.get(f"{url}/versions").json()[0]
    assert (row["saved_from"], row["saved_by"]) == ("MAKE", None)


def cast_service():
    from django.conf import settings

    return settings.SUPABASE_SERVICE_ROLE


def test_another_office_cannot_save_and_learns_nothing(api, tamar, open_case):
    case = open_case()
    body = {"version": 1, "helper": {"a": 1}}

    foreign = api(tamar).put(f"cases/{case['case_id']}/helper", body)
    ghost = api(tamar).put("cases/00000000-0000-4000-8000-000000000000/helper", body)

    assert foreign.status_code == ghost.status_code == 404
    assert foreign.content == ghost.content


def test_a_second_case_of_a_plate_continues_its_numbers(api, dana, open_case):
    first = open_case({"a": 1}, plate="12-345-678")
    api(dana).put(f"cases/{first['case_id']}/helper", {"version": 1, "helper": {"a": 2}})
    api(dana).patch(f"cases/{first['case_id']}", {"status": "CLOSED"})

    second = open_case({"b": 1}, plate="12345678")

    assert (second["version"], second["helper_name"]) == (3, "12345678_helper_v3")
    again = api(dana).put(f"cases/{first['case_id']}/helper", {"version": 2, "helper": {"a": 3}})
    assert again.json()["version"] == 4
    assert api(dana).get(f"cases/{second['case_id']}/helper").json()["version"] == 3
