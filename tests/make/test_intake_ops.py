"""What Make fetched outside, kept through the gateway and through /ingest-external: every door leaves the same."""

import json
import threading
import uuid
from pathlib import Path

import pytest

from cases import services
from core import acting
from intake.models import LeviReport, OcrResult, VehicleDetails
from make.models import RawAnswer
from tests import cast
from tests.conftest import any_plate

FIXTURES = Path(__file__).parent.parent / "fixtures"


def fixture(name):
    return (FIXTURES / f"{name}.json").read_text().strip()


LEVI, CAR = json.loads(fixture("levi_response")), json.loads(fixture("car_details_response"))
INVOICE = json.loads(fixture("invoice_ocr_response"))
OPS = {"levi.upsert": (LEVI, LeviReport), "vehicle.upsert": (CAR, VehicleDetails), "ocr.add": (INVOICE, OcrResult)}
SOURCES = {"levi": (LEVI, LeviReport), "car_details": (CAR, VehicleDetails)}


@pytest.fixture(params=OPS)
def op(request):
    return request.param


@pytest.fixture
def case(open_case):
    return open_case()


def rows(model, **which):
    with acting.acting(acting.SERVICE):
        return list(model.objects.filter(**which).order_by("created_at", "id"))


def test_an_answer_is_kept_once_under_any_key(make, case, op):
    answer, model = OPS[op]

    first = make().op(op, {"case_id": case["case_id"], "answer": answer})
    again = make().op(op, [{"plate": case["plate"], "payload": answer, "__IMTMETHOD__": "POST"}])

    assert (first.status_code, again.status_code) == (201, 200), first.content
    assert first.json() == {
        "id": first.json()["id"], "case_id": case["case_id"], "plate": case["plate"], "is_current": True,
        "created": True, "unread": [],
    }  # fmt: skip
    assert again.json() == {**first.json(), "created": False}
    (row,) = rows(model, case_id=case["case_id"])
    assert json.loads(getattr(row, model.RAW)) == answer


def test_a_repeat_of_one_call_gets_the_stored_answer(make, case, op):
    caller, body = make(), {"case_id": case["case_id"], "answer": OPS[op][0]}

    first, again = (caller.op(op, body, key="once") for _ in range(2))

    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("name", ["answer", "payload", "raw"])
def test_repeated_keys_are_kept_to_the_last_character(make, case, name):
    text = fixture("levi_response_duplicate_keys")
    body = f'[{{"plate": "{case["plate"]}", "{name}": {text}}}]'.encode()
    caller = make()

    first, again = (caller.op("levi.upsert", body, key="k") for _ in range(2))
    other = caller.op("levi.upsert", body.replace(b"151,000", b"151,001"), key="k")

    assert first.status_code == 201, first.content
    assert again.content == first.content
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    (row,) = rows(LeviReport, case_id=case["case_id"])
    assert row.raw_text == text
    assert (row.base_price, row.final_price, str(row.report_date)) == (151000, 141588, "2025-09-27")


@pytest.mark.parametrize("bad", ['"\\u0000"', '"\\ud800"', "1e999999999", '{"a": 1, "a": 2}'])
def test_what_no_jsonb_holds_is_kept_as_text(make, case, op, bad):
    text = f'{{"רע": {bad}}}'

    told = make().op(op, f'{{"plate": "{case["plate"]}", "answer": {text}}}'.encode())

    assert told.status_code == 201, told.content
    assert rows(OPS[op][1], case_id=case["case_id"])[0].raw_text == text


def test_a_plate_without_a_case_keeps_its_answer_waiting(make, op):
    plate = any_plate()

    told = [make().op(op, {"plate": plate, "answer": OPS[op][0]}).json() for _ in range(2)]

    assert (told[0]["case_id"], told[0]["plate"], told[0]["created"]) == (None, plate, True)
    assert told[1] == {**told[0], "created": False}
    assert make(cast.SOUTH).op(op, {"plate": plate, "answer": OPS[op][0]}).json()["created"] is True


def test_minimal_answers_hold_the_ids(make, case, op):
    told = make().op(op, {"plate": case["plate"], "answer": "א: 1"}, Prefer="return=minimal")

    assert set(told.json()) == {"id", "case_id"}


def test_a_document_has_its_kind_engine_and_confidence(make, case):
    told = make().op(
        "ocr.add",
        {"plate": case["plate"], "kind": "invoice", "answer": INVOICE, "engine": "vision", "confidence": "93%",
         "file_ref": "i.pdf"},
    )  # fmt: skip

    assert told.status_code == 201, told.content
    (row,) = rows(OcrResult, case_id=case["case_id"])
    assert (row.kind, row.engine, str(row.confidence), row.file_ref) == ("invoice", "vision", "0.930", "i.pdf")
    assert json.loads(row.parsed)["total_amount"] == 19440.5


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "x"}, "/kind"), ({"confidence": "מאוד"}, "/confidence"), ({"confidence": 101}, "/confidence"),
        ({"plate": None}, "/case_id"), ({"answer": None}, "/answer"), ({"extra": 1}, "/extra"),
        ({"payload": 1}, "/payload"),
    ],
)  # fmt: skip
def test_a_wrong_body_names_its_place(make, case, changes, pointer):
    answer = make().op("ocr.add", {"plate": case["plate"], "answer": {}, **changes})

    assert answer.status_code == 422
    assert answer.json()["details"][0]["pointer"] == pointer


def test_another_offices_case_and_no_case_get_the_same_bytes(make, case, op):
    caller = make(cast.SOUTH)

    told = [caller.op(op, {"case_id": key, "answer": {}}) for key in (case["case_id"], str(uuid.uuid4()))]

    assert [answer.status_code for answer in told] == [404, 404]
    assert told[0].content == told[1].content


def test_a_key_without_the_op_and_strangers_get_in_nowhere(api, make, op):
    assert make(ops=["case.upsert"]).op(op, {}).status_code == 403
    assert make(ops=[op]).op(op, {}).status_code == 422
    assert api().post(f"gateway/{op}", {}).status_code == 401
    assert api(cast.SUSPENDED).post(f"gateway/{op}", {}).status_code == 401
    assert api(cast.DANA).post(f"gateway/{op}", {}).status_code == 403


def test_no_password_is_kept_through_any_door(make, case):
    answer = {**LEVI, "pass": "CANARY-5", "admin_password": "CANARY-5"}

    make().op("levi.upsert", {"plate": case["plate"], "answer": answer})
    make().op("ocr.add", {"plate": case["plate"], "answer": json.dumps(answer)})
    make().post("ingest-external", {"source": "levi", "plate": case["plate"], "payload": answer})

    found = [*rows(LeviReport), *rows(OcrResult)]
    assert len(found) == 2
    assert not [row for row in found if "CANARY" in str(vars(row))]


@pytest.mark.parametrize("source", SOURCES)
def test_ingest_leaves_the_same_evidence_as_the_op(make, case, source):
    answer, model = SOURCES[source]
    asked = {"source": source, "plate": case["plate"], "payload": answer}

    told = [make().post("ingest-external", asked).json() for _ in range(2)]
    by_op = make().op({"levi": "levi.upsert", "car_details": "vehicle.upsert"}[source],
                      {"plate": case["plate"], "answer": answer}).json()  # fmt: skip

    assert [answer["unchanged"] for answer in told] == [False, True]
    (row,) = rows(model, case_id=case["case_id"])
    assert (by_op["id"], by_op["created"]) == (str(row.pk), False)
    assert json.loads(getattr(row, model.RAW)) == answer
    assert (row.unread, row.is_current) == ([], True)


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ('{\n "שנת יצור": "2021"\n "יצרן": "סקודה"}', "*broken"),
        ("שלום", "*no_fields"),
        ({"error": True, "יצרן": "סקודה"}, "*failed"),
        (["a", "b"], "*no_fields"),
        ("[" * 3000, "*broken"),
    ],
)
def test_a_refused_answer_is_kept_here_too(make, case, payload, why):
    answer = make().post("ingest-external", {"source": "levi", "plate": case["plate"], "payload": payload})

    assert answer.status_code == 422
    (row,) = rows(LeviReport, case_id=case["case_id"])
    assert (row.parsed_data, row.unread) == ("{}", [why])
    (raw,) = rows(RawAnswer, case_id=case["case_id"])
    assert str(raw.pk) == answer.headers["X-Raw-Answer"]
    if isinstance(payload, str):
        assert row.raw_text == raw.body == payload


def test_an_answer_whose_module_has_moved_is_kept_with_what_it_says(make, case):
    with acting.acting(acting.STAFF, cast.NOAM.claims):
        services.turn_switch(name="writer.levi", value="supabase", org_id=cast.NORTH.id)

    answer = make().post("ingest-external", {"source": "levi", "plate": case["plate"], "payload": LEVI})

    assert answer.json()["code"] == "module_moved"
    assert rows(LeviReport, case_id=case["case_id"])[0].final_price == 141588


def test_an_answer_without_data_is_kept_and_pushes_none_aside(make, case):
    for payload in (LEVI, "Accepted"):
        told = make().post("ingest-external", {"source": "levi", "plate": case["plate"], "payload": payload})
        assert told.status_code == 200

    good, bad = rows(LeviReport, case_id=case["case_id"])
    if good.unread:
        good, bad = bad, good
    assert (good.is_current, bad.is_current, bad.unread) == (True, False, ["*without_data"])


def test_other_sources_leave_no_answer_here(make, case):
    payload = {"parts_search": {"results": []}}
    make().post("ingest-external", {"source": "parts_search", "plate": case["plate"], "payload": payload})

    assert [rows(model) for model in (LeviReport, VehicleDetails, OcrResult)] == [[], [], []]


def test_what_is_taken_back_leaves_nothing_here(make, case):
    payload = {"valuation": {"final_price": "1"}, "centers": []}

    answer = make().post("ingest-external", {"source": "levi", "plate": case["plate"], "payload": payload})

    assert answer.status_code == 422
    assert [row.final_price for row in rows(LeviReport)] == [1]
    assert rows(RawAnswer)[0].error == "invalid"


def test_many_at_once_and_out_of_order_leave_each_answer_once_and_one_current(live):
    caller, case = _caller(live), live.open_case()
    answers = [{**LEVI, "n": n % 5} for n in range(20)]
    told = []

    def send(answer):
        told.append(caller().op("levi.upsert", {"plate": case["plate"], "answer": answer}).json())

    threads = [threading.Thread(target=_closing(send), args=(answer,)) for answer in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(told) == 20
    assert sum(answer["created"] for answer in told) == 5
    found = live.owner.ask("select is_current from public.levi_reports where case_id = %s", case["case_id"])
    assert sorted(row["is_current"] for row in found) == [False] * 4 + [True]


def _caller(live):
    from tests.make.caller import Make, give_key

    key = give_key()
    return lambda: Make(key)


def _closing(act):
    from django.db import connections

    def acted(*given):
        try:
            act(*given)
        finally:
            connections.close_all()

    return acted
