"""Answers from outside through the API of people: kept once, listed without their bodies, never changed."""

import json
import uuid
from hashlib import sha256
from pathlib import Path

import pytest

from tests import cast
from tests.conftest import any_plate

FIXTURES = Path(__file__).parent.parent / "fixtures"
LEVI = json.loads((FIXTURES / "levi_response.json").read_text())
DUPLICATE = (FIXTURES / "levi_response_duplicate_keys.json").read_text().strip()
CAR = json.loads((FIXTURES / "car_details_response.json").read_text())
INVOICE = json.loads((FIXTURES / "invoice_ocr_response.json").read_text())
KINDS = {"levi-reports": LEVI, "vehicle-details": CAR, "ocr-results": INVOICE}
ROW = {"id", "case_id", "plate", "is_current", "created", "unread"}


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def case(open_case):
    return open_case()


@pytest.fixture
def keep(api, dana):
    def kept(at, /, status=201, person=dana, **body):
        answer = api(person).post(at, body)
        assert answer.status_code == status, answer.content
        return answer.json()

    return kept


@pytest.fixture
def listed(api, dana):
    def found(address, person=dana):
        answer = api(person).get(address)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return found


def test_an_answer_is_kept_and_comes_back_as_it_came_and_as_it_was_read(api, dana, keep, listed, case, kind):
    told = keep(kind, case_id=case["case_id"], answer=KINDS[kind], file_ref="a.pdf")

    assert set(told) == ROW
    assert (told["case_id"], told["plate"]) == (case["case_id"], case["plate"])
    assert (told["is_current"], told["created"], told["unread"]) == (True, True, [])
    whole = listed(f"{kind}/{told['id']}")
    assert (whole["raw"], whole["raw_text"], whole["file_ref"]) == (KINDS[kind], None, "a.pdf")
    assert whole["raw_sha256"] == sha256(json.dumps(KINDS[kind]).encode()).hexdigest()
    assert whole["parsed"]
    (row,) = listed(f"{kind}?case_id={case['case_id']}")
    assert row == {name: value for name, value in whole.items() if name in row}
    assert not {"raw", "raw_text", "parsed"} & set(row)


def test_money_goes_out_as_the_number_that_is_stored(api, dana, keep, case):
    keep("levi-reports", case_id=case["case_id"], answer={"מחיר בסיס": "₪ 151,000.10", "מחיר סופי לרכב": "0.30"})

    answer = api(dana).get(f"levi-reports?case_id={case['case_id']}").content

    assert b'"base_price":151000.10' in answer
    assert b'"final_price":0.30' in answer


def test_a_vehicle_has_its_columns(keep, listed, case):
    keep("vehicle-details", plate=case["plate"], answer=CAR, source="car_details")

    (row,) = listed(f"vehicle-details?plate={case['plate']}")
    assert (row["vin"], row["year"], row["engine_size"], row["source"]) == (CAR["chassis"], 2021, 1498, "car_details")


def test_the_same_answer_again_is_the_same_row(api, dana, keep, listed, case, kind):
    first = keep(kind, case_id=case["case_id"], answer=KINDS[kind])
    again = keep(kind, 200, plate=case["plate"], answer=KINDS[kind])

    assert again == {**first, "created": False}
    assert len(listed(f"{kind}?case_id={case['case_id']}")) == 1


def test_the_newest_is_current_and_the_earlier_ones_stay(keep, listed, case, kind):
    first, second = (keep(kind, case_id=case["case_id"], answer={**KINDS[kind], "n": n}) for n in range(2))

    assert [row["id"] for row in listed(f"{kind}?case_id={case['case_id']}&current=true")] == [second["id"]]
    assert [row["id"] for row in listed(f"{kind}?case_id={case['case_id']}&current=false")] == [first["id"]]


def test_an_answer_that_says_nothing_pushes_no_other_aside(keep, listed, case):
    good = keep("levi-reports", case_id=case["case_id"], answer=LEVI)
    bad = keep("levi-reports", case_id=case["case_id"], answer="Accepted")

    assert (bad["is_current"], bad["unread"]) == (False, ["*without_data"])
    assert [row["id"] for row in listed(f"levi-reports?case_id={case['case_id']}&current=true")] == [good["id"]]


def test_repeated_keys_and_texts_are_kept_to_the_last_character(api, dana, listed, case):
    text = "תאריך: 27/09/2025\r\nמחיר בסיס : ₪ 1,000 "
    repeated = api(dana).post("levi-reports", f'{{"plate": "{case["plate"]}", "answer": {DUPLICATE}}}'.encode())
    plain = api(dana).post("levi-reports", {"plate": case["plate"], "answer": text})
    wrapped = api(dana).post("levi-reports", {"plate": case["plate"], "answer": DUPLICATE + " "})

    assert [answer.status_code for answer in (repeated, plain, wrapped)] == [201, 201, 201]
    whole = [listed(f"levi-reports/{answer.json()['id']}") for answer in (repeated, plain, wrapped)]
    assert [row["raw_text"] for row in whole] == [DUPLICATE, text, DUPLICATE + " "]
    assert whole[0]["raw"]["מאפיינים"].startswith("הגה כוח")
    assert whole[1]["raw"] is None
    assert whole[1]["base_price"] == 1000


@pytest.mark.parametrize("bad", ['"\\u0000"', '"\\ud800"', "1e999999999", "9" * 500, '{"a": 1, "a": 2}'])
def test_what_no_jsonb_holds_is_kept_as_text(api, dana, listed, case, kind, bad):
    text = f'{{"רע": {bad}}}'

    answer = api(dana).post(kind, f'{{"plate": "{case["plate"]}", "answer": {text}}}'.encode())

    assert answer.status_code == 201, answer.content
    whole = listed(f"{kind}/{answer.json()['id']}")
    assert whole["raw_text"] == text
    assert answer.json()["unread"] or kind == "ocr-results"


def test_no_password_is_kept_and_none_is_read(api, dana, keep, listed, case):
    told = keep("ocr-results", case_id=case["case_id"], kind="other", answer={"שם": "א", "admin_password": "CANARY-77"})

    whole = api(dana).get(f"ocr-results/{told['id']}").content.decode()
    assert "CANARY-77" not in whole
    assert "שם" in whole


def test_two_documents_that_read_the_same_are_two_answers(keep, listed, case):
    one, two = (keep("ocr-results", case_id=case["case_id"], kind="parts", answer=[], file_ref=f) for f in "ab")

    assert one["id"] != two["id"]
    rows = listed(f"ocr-results?case_id={case['case_id']}&current=true&kind=parts")
    assert {row["file_ref"] for row in rows} == {"a", "b"}
    assert listed(f"ocr-results?case_id={case['case_id']}&kind=invoice") == []


@pytest.mark.parametrize(("said", "kept"), [(0.93, 0.93), ("93%", 0.93), (1, 1), ("0", 0)])
def test_confidence_is_a_share_or_a_percent(keep, listed, case, said, kept):
    told = keep("ocr-results", case_id=case["case_id"], answer={"a": "1"}, confidence=said)

    assert listed(f"ocr-results/{told['id']}")["confidence"] == kept


def test_an_answer_of_a_plate_without_a_case_waits_for_one(api, dana, keep, listed, open_case, kind):
    plate = any_plate()
    waits = keep(kind, plate=f"{plate[:3]}-{plate[3:5]}-{plate[5:]}", answer=KINDS[kind])
    assert (waits["case_id"], waits["plate"]) == (None, plate)
    assert [row["id"] for row in listed(f"{kind}?waiting=true&plate={plate}")] == [waits["id"]]
    case = open_case(plate=plate)

    answer = api(dana).patch(f"{kind}/{waits['id']}", {"case_id": case["case_id"]})

    assert answer.status_code == 200, answer.content
    assert (answer.json()["case_id"], answer.json()["is_current"]) == (case["case_id"], True)
    assert listed(f"{kind}?waiting=true&plate={plate}") == []


def test_a_plate_whose_only_case_is_closed_has_none(api, dana, keep, case):
    api(dana).patch(f"cases/{case['case_id']}", {"status": "CLOSED"})

    assert keep("levi-reports", plate=case["plate"], answer=LEVI)["case_id"] is None


def test_an_answer_never_changes(api, dana, keep, open_case, case, kind):
    told, other = keep(kind, case_id=case["case_id"], answer=KINDS[kind]), open_case()
    address = f"{kind}/{told['id']}"

    moved = api(dana).patch(address, {"case_id": other["case_id"]})
    changed = api(dana).patch(address, {"unread": [], "case_id": case["case_id"]})
    unknown = api(dana).patch(address, {"case_id": case["case_id"], "x": 1})
    same = api(dana).patch(address, {"case_id": case["case_id"]})

    assert [answer.status_code for answer in (moved, changed, unknown, same)] == [409, 409, 422, 200]
    assert moved.json()["code"] == changed.json()["code"] == "conflict"
    assert api(dana).request("DELETE", address).status_code == 405
    assert api(dana).put(address, {}).status_code == 405


def test_assigning_what_the_case_has_already_is_a_conflict(api, dana, keep, open_case):
    plate = any_plate()
    waits = keep("levi-reports", plate=plate, answer=LEVI)
    case = open_case(plate=plate)
    keep("levi-reports", plate=plate, answer=LEVI)

    assert api(dana).patch(f"levi-reports/{waits['id']}", {"case_id": case["case_id"]}).status_code == 409


def test_another_office_sees_and_changes_nothing(api, tamar, keep, listed, open_case, case, kind):
    told = keep(kind, case_id=case["case_id"], answer=KINDS[kind])
    waits = keep(kind, plate=any_plate(), answer=KINDS[kind])
    caller, ghost, hers = api(tamar), uuid.uuid4(), open_case(person=tamar)

    answers = [
        [caller.get(f"{kind}/{key}"), caller.patch(f"{kind}/{key}", {"case_id": hers["case_id"]}),
         caller.post(kind, {"case_id": str(key), "answer": {}})]
        for key in (told["id"], waits["id"], ghost)
    ]  # fmt: skip
    foreign = caller.post(kind, {"case_id": case["case_id"], "answer": {}})

    assert {answer.status_code for row in answers for answer in row} == {404}
    assert answers[0][0].content == answers[1][0].content == answers[2][0].content
    assert foreign.content == answers[2][2].content
    assert listed(kind, tamar) == []
    assert keep(kind, plate=case["plate"], answer=KINDS[kind], person=tamar)["case_id"] is None


def test_a_foreign_case_is_none_for_an_answer_of_ours(api, tamar, dana, keep, open_case, kind):
    waits, hers = keep(kind, plate=any_plate(), answer=KINDS[kind]), open_case(person=tamar)

    told = [api(dana).patch(f"{kind}/{waits['id']}", {"case_id": key}) for key in (hers["case_id"], str(uuid.uuid4()))]

    assert [answer.status_code for answer in told] == [404, 404]
    assert told[0].content == told[1].content


def test_strangers_and_suspended_people_get_in_nowhere(api, kind):
    for caller in (api(), api(cast.SUSPENDED), api(token="gk_of_nobody")):
        assert [caller.get(kind).status_code, caller.post(kind, {}).status_code] == [401, 401]
        assert caller.patch(f"{kind}/{uuid.uuid4()}", {}).status_code == 401


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({"answer": {}}, 422, "/case_id"),
        ({"plate": "12", "answer": {}}, 422, "/plate"),
        ({"plate": "1234567"}, 422, "/answer"),
        ({"plate": "1234567", "answer": None}, 422, "/answer"),
        ({"plate": "1234567", "answer": {}, "is_current": True}, 422, "/is_current"),
        ({"plate": "1234567", "answer": {}, "file_ref": "x" * 501}, 422, "/file_ref"),
        ([], 422, ""),
    ],
)
def test_a_wrong_body_names_its_place(api, dana, kind, body, status, pointer):
    answer = api(dana).post(kind, body)

    assert answer.status_code == status
    assert answer.json()["details"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    "query",
    [
        "x=1",
        "current=maybe",
        "case_id=x",
        "limit=-1",
        "waiting=1",
        "kind=nonsense",
        "plate=%00",
        "raw_text__contains=a",
    ],
)
def test_a_wrong_question_is_refused_in_words(api, dana, query, kind):
    assert api(dana).get(f"{kind}?{query}").status_code == 422


def test_a_repeated_key_of_the_envelope_and_broken_json_are_refused(api, dana, kind):
    twice = api(dana).post(kind, b'{"plate": "1234567", "plate": "7654321", "answer": {}}')
    broken = api(dana).post(kind, b'{"plate": ')

    assert (twice.status_code, twice.json()["code"]) == (422, "duplicate_key")
    assert (broken.status_code, broken.json()["code"]) == (400, "invalid_json")


def test_lists_come_by_the_page(api, dana, keep, case):
    for n in range(3):
        keep("levi-reports", case_id=case["case_id"], answer={"מחיר בסיס": str(n)})

    answer = api(dana).get(f"levi-reports?case_id={case['case_id']}&limit=2", Prefer="count=exact")

    assert (answer.status_code, answer.headers["Content-Range"]) == (206, "0-1/3")
    assert "offset=2" in answer.headers["Link"]
