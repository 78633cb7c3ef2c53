"""The list of cases, one case, and its timeline."""

from urllib.parse import quote

import pytest

from tests.factories import OpenCaseFactory


@pytest.fixture
def some_cases(api, dana):
    bodies = [
        OpenCaseFactory(plate="1234567", helper__stakeholders__insurance__claim_number="CL-778"),
        OpenCaseFactory(
            plate="7654321",
            owner_name="משה פרץ",
            helper__vehicle__manufacturer="טויוטה",
            helper__vehicle__model="YARIS",
            helper__stakeholders__garage__name="מוסך המרכז",
        ),
        OpenCaseFactory(
            plate="12345678",
            owner_name="Avi Cohen",
            helper__vehicle__manufacturer="קיה",
            helper__vehicle__model="PICANTO",
            helper__stakeholders__garage__name="Beta",
            helper__stakeholders__insurance__claim_number="55-1-2",
        ),
    ]
    return {body["plate"]: api(dana).post("cases", body).json()["case_id"] for body in bodies}


def plates(answer):
    assert answer.status_code in {200, 206}, answer.content
    return sorted(row["plate"] for row in answer.json())


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("123", ["12345678", "1234567"]),
        ("12-345-67", ["12345678", "1234567"]),
        ("123-45-678", ["12345678"]),
        ("רונית", ["1234567"]),
        ("לוי רונית", ["1234567"]),
        ("רונית כהן-לוי", ["1234567"]),
        ("רוניט", ["1234567"]),  # one letter wrong
        ("ונדאי", ["1234567"]),
        ("יונדדאי", ["1234567"]),  # one too many
        ("יונאדי", ["1234567"]),  # two swapped
        ("טויטה", ["7654321"]),  # one missing
        ("yaris", ["7654321"]),
        ('אלפא בע"מ', ["1234567"]),
        ("אלפא בע״מ", ["1234567"]),
        ("cl-778", ["1234567"]),
        ("55-1-2", ["12345678"]),
        ("YC-7654321", ["7654321"]),
        ("משה רונית", []),
        ("100%", []),
        ("_______", []),
        ("", ["12345678", "1234567", "7654321"]),
    ],
)
def test_words_find_cases(api, dana, some_cases, q, found):
    assert plates(api(dana).get(f"cases?q={quote(q)}")) == sorted(found)


def test_the_owner_changed_on_the_case_is_found_at_once(api, dana, some_cases):
    api(dana).patch(f"cases/{some_cases['7654321']}", {"owner_name": "גברת חדשה"})

    assert plates(api(dana).get(f"cases?q={quote('חדשה')}")) == ["7654321"]
    assert plates(api(dana).get(f"cases?q={quote('פרץ')}")) == []


def test_lists_are_narrowed_and_ordered(api, dana, some_cases):
    api(dana).patch(f"cases/{some_cases['7654321']}", {"status": "CLOSED", "assigned_to": str(dana.user_id)})

    assert plates(api(dana).get("cases?status=CLOSED")) == ["7654321"]
    assert plates(api(dana).get("cases?status=CLOSED&status=OPEN")) == sorted(some_cases)
    assert plates(api(dana).get("cases?plate=76-543-21")) == ["7654321"]
    assert plates(api(dana).get(f"cases?owner={quote('כהן')}")) == ["1234567"]
    assert plates(api(dana).get(f"cases?assigned_to={dana.user_id}")) == ["7654321"]
    assert plates(api(dana).get("cases?updated_since=2999-01-01T00:00:00Z")) == []
    ordered = api(dana).get("cases?order=plate.desc").json()
    assert [row["plate"] for row in ordered] == ["7654321", "12345678", "1234567"]


def test_pages_say_where_they_stand(api, dana, some_cases):
    first = api(dana).get("cases?limit=2&order=plate", Prefer="count=exact")
    assert first.status_code == 206
    assert first["Content-Range"] == "0-1/3"
    assert first["Preference-Applied"] == "count=exact"
    assert first["Link"] == '</api/v1/cases?limit=2&order=plate&offset=2>; rel="next"'

    rest = api(dana).get("cases?order=plate", Range="2-9")
    assert rest.status_code == 200
    assert rest["Content-Range"] == "2-2/*"
    assert "Link" not in rest
    assert api(dana).get("cases?offset=50")["Content-Range"] == "*/*"


@pytest.mark.parametrize(
    "query",
    [
        "limit=x", "limit=-1", "offset=1.5", "order=helper_json", "order=org__name", "order=plate.up",
        "assigned_to=x", "status=deleted", "updated_since=yesterday", "plate__contains=1", "nothing=1",
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(api, dana, some_cases, query):
    answer = api(dana).get(f"cases?{query}")

    assert answer.status_code == 422
    assert answer.json()["details"][0]["pointer"] == "/" + query.split("=")[0]


def test_a_nul_in_a_parameter_is_no_defect(api, dana, some_cases):
    for name in ("q", "plate", "owner", "order"):
        assert api(dana).get(f"cases?{name}=%00").status_code in {200, 422}


def test_the_case_window_has_its_facts(api, dana, open_case):
    case = open_case(plate="1234567")
    api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": {"a": 1}})
    api(dana).patch(f"cases/{case['case_id']}", {"assigned_to": str(dana.user_id), "owner_name": "רונית"})

    facts = api(dana).get(f"cases/{case['case_id']}").json()

    assert facts["plate"] == "1234567"
    assert facts["filing_number"].startswith("YC-1234567-20")
    assert (facts["owner_name"], facts["status"], facts["assigned_to_name"]) == ("רונית", "OPEN", dana.name)
    assert (facts["version"], facts["versions"], facts["helper_name"]) == (2, 2, "1234567_helper_v2")
    assert facts["opened_at"] <= facts["updated_at"]


def test_the_timeline_tells_what_happened_newest_first(api, dana, open_case):
    case = open_case()
    url = f"cases/{case['case_id']}"
    api(dana).put(f"{url}/helper", {"version": 1, "helper": {"a": 1}})
    api(dana).post(f"{url}/helper/restore", {"version": 1, "expected_version": 2, "reason": "טעות"})
    api(dana).patch(url, {"status": "IN_PROGRESS"}, **{"X-Request-Id": "walk-1"})

    entries = api(dana).get(f"{url}/timeline").json()

    assert [entry["type"] for entry in entries] == [
        "case.status_changed", "case_helper.restored", "case_helper.saved", "case_helper.saved", "case.upserted",
    ]  # fmt: skip
    assert entries[0]["data"] == {"from": "OPEN", "to": "IN_PROGRESS"}
    assert entries[0]["request_id"] == "walk-1"
    assert entries[1]["data"]["restored_from"] == 1
    assert {entry["actor_name"] for entry in entries} == {dana.name}


@pytest.mark.parametrize("path", ["", "/timeline"])
def test_another_office_sees_nothing(api, tamar, open_case, path):
    case = open_case()

    foreign = api(tamar).get(f"cases/{case['case_id']}{path}")
    ghost = api(tamar).get(f"cases/00000000-0000-4000-8000-000000000000{path}")
    malformed = api(tamar).get(f"cases/nonsense{path}")

    assert foreign.status_code == 404
    assert foreign.content == ghost.content == malformed.content
    assert api(tamar).get("cases").json() == []
