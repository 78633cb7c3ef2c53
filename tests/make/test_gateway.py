"""The ops Make calls, each with the service the API uses."""

import json
import uuid
from pathlib import Path

import pytest

from core import acting
from helpers.models import CaseHelper, HelperSync
from make.models import RawAnswer
from tests import cast
from tests.conftest import any_plate
from tests.flows.test_hostile_json import INVALID, VALID, exact

FIXTURES = Path(__file__).parent.parent / "fixtures"
EXACT = b'{"price": 1.10, "id": 12345678901234567890, "tiny": 1e-20, "": {"__proto__": "\\u05d7\\u05d5\\"\\u05d3"}}'


def loaded(api, case):
    return api(cast.DANA).get(f"cases/{case['case_id']}/helper")


def log_of(case):
    with acting.acting(acting.SERVICE):
        return list(HelperSync.objects.filter(case_id=case["case_id"]).order_by("created_at"))


def test_upsert_opens_a_case_and_then_brings_it_up_to_date(make):
    plate, caller = any_plate(), make()

    first = caller.op("case.upsert", {"plate": f"{plate[:2]}-{plate[2:5]}-{plate[5:]}", "owner_name": "רונית"})
    second = caller.op("case.upsert", {"plate": int(plate), "status": "IN_PROGRESS", "owner_name": ""})

    assert (first.status_code, second.status_code) == (201, 200)
    told = {"plate": plate, "version": 1, "helper_name": f"{plate}_helper_v1"}
    assert first.json() == {"case_id": first.json()["case_id"], **told, "created": True}
    assert second.json() == {**first.json(), "created": False}
    facts = caller.get(f"cases/{first.json()['case_id']}").json()
    assert (facts["owner_name"], facts["status"]) == ("רונית", "IN_PROGRESS")


def test_upsert_takes_what_the_scenario_open_case_sends(make):
    body = json.loads((FIXTURES / "open_case_request.json").read_text())

    answer = make().op("case.upsert", [{**body, "__IMTMETHOD__": "POST", "__IMTHEADERS__": [{"name": "x"}]}])

    assert answer.status_code == 201
    facts = make().get(f"cases/{answer.json()['case_id']}").json()
    assert (facts["plate"], facts["owner_name"]) == (body["plate"], body["owner"])
    assert facts["inspection_location"] == body["location"]


def test_upsert_with_a_helper_makes_a_version_from_make_and_none_for_the_same_again(make, api, open_case):
    case = open_case()
    body = b'{"plate": "%b", "helper_json": %b}' % (case["plate"].encode(), EXACT)

    answers = [make().op("case.upsert", body).json() for _ in range(2)]

    assert [answer["version"] for answer in answers] == [2, 2]
    answer = loaded(api, case)
    assert answer.json()["saved_from"] == "MAKE"
    assert b'"price": 1.10' in answer.content
    assert b"12345678901234567890" in answer.content
    assert [(line.version, line.sync_status) for line in log_of(case)] == [(2, "SUCCESS"), (2, "SUCCESS")]


def test_a_mirrored_helper_keeps_every_digit_and_the_last_one_wins(make, api, open_case):
    case = open_case()
    body = b'[{"plate": "%b", "helper_json": %b, "source": "levi"}]' % (case["plate"].encode(), EXACT)

    answer = make().op("case_helper.save_full", body)

    assert answer.status_code == 200
    assert answer.json() == {
        "case_id": case["case_id"],
        "plate": case["plate"],
        "version": 2,
        "helper_name": f"{case['plate']}_helper_v2",
        "source": "system",
        "date": answer.json()["date"],
        "unchanged": False,
        "changed_sections": ["", "id", "meta", "price", "tiny"],
    }
    now = loaded(api, case)
    assert now.json()["saved_from"] == "MAKE"
    for written in (b"1.10", b"12345678901234567890", b"0.00000000000000000001", b"__proto__"):
        assert written in now.content
    again = make().op("case_helper.save_full", body).json()
    assert (again["version"], again["unchanged"], again["changed_sections"]) == (2, True, [])
    lines = log_of(case)
    assert [(line.sync_direction, line.sync_status, line.source, line.version) for line in lines] == [
        ("TO_SUPABASE", "SUCCESS", "levi", 2)
    ] * 2
    assert lines[0].sections_synced == ["", "id", "price", "tiny"]


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda helper: helper,
        lambda helper: json.dumps(helper),
        lambda helper: json.dumps(json.dumps(helper)),
        lambda helper: [helper],
        lambda helper: {"helper_data": helper},
        lambda helper: json.dumps([{"helper_data": helper}]),
    ],
)
def test_a_helper_may_come_as_text_and_wrapped(make, api, open_case, wrapped):
    case, helper = open_case(), {"meta": {"n": 7}, "levi_data": {"מחיר": "₪ 4,000"}}

    answer = make().op("case_helper.save_full", {"case_id": case["case_id"], "helper_json": wrapped(helper)})

    assert answer.status_code == 200, answer.content
    assert loaded(api, case).json()["helper"] == helper


def test_digits_survive_also_in_a_helper_that_came_as_text(make, api, open_case):
    case = open_case()

    make().op("case_helper.save_full", {"case_id": case["case_id"], "helper_json": EXACT.decode()})

    assert b'"price": 1.10' in loaded(api, case).content


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.glob("helper_*.json")))
def test_every_helper_of_the_field_goes_in_and_comes_out(make, open_case, name):
    case, document = open_case(), json.loads((FIXTURES / name).read_text())
    body = (
        {**document, "plate": case["plate"]}
        if "helper_data" in document
        else {
            "plate": case["plate"],
            "helper_json": document,
        }
    )

    answer = make().op("case_helper.save_full", body)

    assert answer.status_code == 200, answer.content
    got = make().op("case_helper.get_current", {"plate": case["plate"]}).json()
    assert got["helper"] == document.get("helper_data", document)


def test_the_export_of_today_names_its_case_by_its_name(make, open_case):
    case = open_case()

    answer = make().op(
        "case_helper.save_full",
        {
            "type": "logout_backup",
            "plate_helper_timestamp": f"{case['plate']}_helper_v9",
            "helper_data": {"meta": {"n": 2}},
            "logout_time": "2025-09-04T16:07:03Z",
            "reason": "auto_logout",
        },
    )

    assert (answer.status_code, answer.json()["case_id"], answer.json()["version"]) == (200, case["case_id"], 2)


def test_a_save_over_a_version_is_refused_when_the_helper_has_moved_on(make, api, open_case):
    case = open_case()
    body = {"case_id": case["case_id"], "helper_json": {"n": 1}, "version": "1"}

    first = make().op("case_helper.save_full", body)
    second = make().op("case_helper.save_full", {**body, "helper_json": {"n": 2}})

    assert (first.status_code, second.status_code) == (200, 409)
    assert second.json()["code"] == "version_conflict"
    assert second.json()["details"]["current_version"] == 2
    line = log_of(case)[-1]
    assert (line.sync_status, line.error_details, line.version) == ("FAILED", {"code": "version_conflict"}, None)
    assert line.raw_id is not None
    assert loaded(api, case).json()["helper"] == {"n": 1}


def test_get_current_answers_the_open_case_of_a_plate_else_the_newest(make, api, open_case):
    old = open_case({"n": "old"})
    api(cast.DANA).patch(f"cases/{old['case_id']}", {"status": "CLOSED"})
    ask = {"plate": old["plate"]}

    closed = make().op("case_helper.get_current", ask)
    new = open_case({"n": "new"}, plate=old["plate"])
    answer = make().post("gateway/case_helper.get_current", ask)

    assert closed.json()["helper"] == {"n": "old"}
    assert answer.json()["helper"] == {"n": "new"}
    assert answer.json() == api(cast.DANA).get(f"cases/{new['case_id']}/helper").json()
    assert "Idempotency-Replayed" not in answer


def test_restore_latest_brings_back_the_version_before_the_current(make, api, open_case):
    case = open_case({"n": 1})
    make().op("case_helper.save_full", {"case_id": case["case_id"], "helper_json": {"n": 2}})

    answer = make().op("case_helper.restore_latest", {"plate": case["plate"], "reason": "טעות"})

    assert answer.status_code == 200
    assert (answer.json()["version"], answer.json()["restored_from"]) == (3, 1)
    assert loaded(api, case).json()["helper"] == {"n": 1}
    stale = make().op("case_helper.restore_latest", {"case_id": case["case_id"], "version": 2, "expected_version": 2})
    assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")


def test_an_event_of_make_stands_in_the_story_of_the_case(make, api, open_case):
    case = open_case()

    body = b'{"plate": "%b", "type": "sheet.filled", "data": {"sum": 1.10}, "version": 1}' % case["plate"].encode()
    answer = make().op("events.add", body)

    assert answer.status_code == 201
    assert b'"sum": 1.10' in answer.content
    row = answer.json()
    assert (row["type"], row["case_id"], row["door"], row["version"]) == ("sheet.filled", case["case_id"], "MAKE", 1)
    newest = api(cast.DANA).get(f"cases/{case['case_id']}/timeline").json()[0]
    assert (newest["id"], newest["door"], newest["data"]["sum"]) == (row["id"], "MAKE", 1.1)


def test_our_own_news_cannot_be_invented(make, open_case):
    body = {"case_id": open_case()["case_id"], "type": "case_helper.saved"}

    answer = make().op("events.add", body)

    assert (answer.status_code, answer.json()["details"][0]["pointer"]) == (422, "/type")


def test_search_finds_cases_of_the_own_office_only(make, open_case):
    mine, foreign = open_case({"vehicle": {"manufacturer": "סובארו"}}), open_case(person=cast.TAMAR)

    found = make().post("gateway/cases.search", {"q": "סובארו", "status": ["OPEN"], "limit": "1"})

    assert [row["case_id"] for row in found.json()] == [mine["case_id"]]
    assert set(found.json()[0]) >= {"case_id", "plate", "status", "version", "helper_name"}
    assert make().post("gateway/cases.search", {"plate": foreign["plate"]}).json() == []


@pytest.mark.parametrize("form", ["case_id", "plate"])
@pytest.mark.parametrize(
    ("op", "more"),
    [
        ("case_helper.save_full", {"helper_json": {"n": 1}}),
        ("case_helper.get_current", {}),
        ("case_helper.restore_latest", {}),
        ("events.add", {"type": "sheet.filled"}),
    ],
)
def test_a_foreign_case_answers_with_the_bytes_of_one_that_does_not_exist(make, open_case, tamar, op, more, form):
    foreign = open_case(person=tamar)
    ghost = {"case_id": str(uuid.uuid4()), "plate": any_plate()}
    headers = {"X-Request-Id": "same"}

    answers = [make().op(op, {form: case[form], **more}, **headers) for case in (foreign, ghost)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert log_of(foreign) == []


def test_make_cannot_write_into_another_office_by_naming_it(make):
    body = {"plate": any_plate(), "org_id": str(cast.SOUTH.id)}

    assert make().op("case.upsert", body).status_code == 404
    assert make(cast.SOUTH).op("case.upsert", body).status_code == 201


@pytest.mark.parametrize(
    ("op", "body", "pointer"),
    [
        ("case.upsert", {}, "/plate"),
        ("case.upsert", {"plate": "12"}, "/plate"),
        ("case.upsert", {"plate": "12345678", "statsu": "OPEN"}, "/statsu"),
        ("case.upsert", {"plate": "12345678", "status": "OPENED"}, "/status"),
        ("case.upsert", {"plate": "12345678", "owner": "א", "owner_name": "ב"}, "/owner_name"),
        ("case_helper.save_full", {"helper_json": {}}, "/case_id"),
        ("case_helper.save_full", {"plate": "12345678"}, "/helper_json"),
        ("case_helper.save_full", {"plate": "12345678", "helper_json": 5}, "/helper_json"),
        ("case_helper.save_full", {"plate": "12345678", "helper_json": [{}, {}]}, "/helper_json"),
        ("case_helper.save_full", {"plate": "12345678", "helper_json": {}, "version": ""}, "/version"),
        ("case_helper.save_full", {"plate": "12345678", "helper_json": {}, "version": True}, "/version"),
        ("case_helper.save_full", {"case_id": "12345678", "helper_json": {}}, "/case_id"),
        ("events.add", {"type": "sheet"}, "/type"),
        ("cases.search", {"limit": 201}, "/limit"),
        ("cases.search", [{}, {}], ""),
        ("cases.search", 5, ""),
    ],
)
def test_a_wrong_body_is_refused_with_the_place(make, op, body, pointer):
    answer = make().op(op, body)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert [place["pointer"] for place in answer.json()["details"]] == [pointer]


def test_a_body_that_is_no_json_is_kept_and_the_answer_names_it(make, open_case):
    raw = b'{"plate": "12345678", "helper_json": {"a": 1 "b": 2}}'

    answer = make().op("case_helper.save_full", raw)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json")
    details = answer.json()["details"]
    assert (details["line"], details["column"]) == (1, 46)
    with acting.acting(acting.SERVICE):
        kept = RawAnswer.objects.get(pk=details["raw_id"])
    assert (kept.body, kept.source, kept.org_id) == (raw.decode(), "gateway/case_helper.save_full", cast.NORTH.id)


@pytest.mark.parametrize(
    ("text", "code", "pointer"),
    [
        ('{"a": 1, "a": 2}', "duplicate_key", "/helper_json/a"),
        ('{"a": "\\u0000"}', "unstorable_text", "/helper_json/a"),
        ('{"a": 1', "invalid_json", "/helper_json"),
    ],
)
def test_a_flaw_in_a_helper_that_came_as_text_is_named_and_the_body_kept(make, open_case, text, code, pointer):
    case = open_case()

    answer = make().op("case_helper.save_full", {"case_id": case["case_id"], "helper_json": text})

    assert answer.json()["code"] == code
    assert answer.json()["details"]["pointer"] == pointer
    assert "raw_id" in answer.json()["details"]
    with acting.acting(acting.SERVICE):
        assert CaseHelper.objects.filter(case_id=case["case_id"]).count() == 1


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=cp1255"]
)
def test_only_json_is_taken(make, content_type):
    answer = make().request("POST", "gateway/case.upsert", b"{}", content_type=content_type, **{"Idempotency-Key": "k"})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def holding(case, text):
    inside = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return b'[{"case_id": "%b", "helper_json": {"x": %b}}]' % (case["case_id"].encode(), inside)


def test_documents_that_parsers_quarrel_about_are_refused_or_kept_exactly(make, api, open_case):
    case, caller = open_case(), make()

    for text in INVALID:
        answer = caller.op("case_helper.save_full", holding(case, text))
        assert answer.status_code in {400, 422}, (text, answer.content)
    for text in VALID:
        answer = caller.op("case_helper.save_full", holding(case, text))
        assert answer.status_code == 200, (text, answer.content)
        assert exact(loaded(api, case).content)["helper"] == {"x": exact(text)}


def test_minimal_answers_hold_the_ids_only(make):
    prefer = {"Prefer": "return=minimal"}

    opened = make().op("case.upsert", {"plate": any_plate()}, **prefer)
    event = make().op("events.add", {"case_id": opened.json()["case_id"], "type": "sheet.filled"}, **prefer)

    assert opened.json() == {"case_id": opened.json()["case_id"], "version": 1}
    assert set(event.json()) == {"id", "case_id"}
    assert event["Preference-Applied"] == "return=minimal"


def test_an_unknown_op_is_not_found(make, api, dana):
    answers = [make().op("case.delete", {}), api(dana).post("gateway/case.delete", {}), api().post("gateway/x", {})]

    assert [answer.status_code for answer in answers] == [404, 404, 401]
    assert answers[0].json()["code"] == "not_found"
