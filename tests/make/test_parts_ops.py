"""Parts as Make sends them: every form, each row once, in one statement however many there are."""

import json
import os
import random
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import acting
from make.keys import new_key
from parts.models import PartRequired, PartsSearchResult
from tests import cast
from tests.admin.conftest import GHOST
from tests.conftest import any_plate
from tests.parts.conftest import FORMS, answer_of
from tests.site import running_site

RESULTS, REQUIRED = "parts_results.bulk_upsert", "parts_required.bulk_upsert"


def part(n=0, **more):
    return {"row_uuid": str(uuid.uuid4()), "part_name": f"חלק {n}", "oem": f"66747-E{n}", "price": 400 + n} | more


def stored(model=PartsSearchResult, **asked):
    with acting.acting(acting.SERVICE):
        return list(model.objects.filter(**asked))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("wrapped", ["answer", "answer as text", "body"])
def test_every_captured_form_is_kept_once(make, open_case, form, wrapped):
    case, answer = open_case(), answer_of(form)
    named = {"case_id": case["case_id"], "__IMTMETHOD__": "POST"}
    inside = answer[0] if isinstance(answer, list) else answer
    body = {
        "answer": {**named, "answer": answer},
        "answer as text": [{**named, "answer": json.dumps(answer)}],
        "body": {**inside, **named, "plate": case["plate"]},
    }[wrapped]

    first, again = make().op(RESULTS, body), make().op(RESULTS, body)

    assert (first.status_code, again.status_code) == (200, 200), first.content
    assert [row["created"] for row in first.json()] == [True] * FORMS[form]
    assert [row["created"] for row in again.json()] == [False] * FORMS[form]
    assert len(stored(case_id=case["case_id"])) == FORMS[form]


def test_rows_are_answered_one_by_one_and_a_bad_one_at_its_place(make, open_case):
    case, rows = open_case(), [part(1), "x", part(2, price="לפי הצעה"), {}]

    answer = make().op(RESULTS, {"plate": case["plate"], "results": rows})

    told = answer.json()
    assert [row["row_uuid"] for row in told] == [rows[0]["row_uuid"], None, rows[2]["row_uuid"], None]
    assert [row["unread"] for row in told] == [[], [], ["price"], []]
    assert told[1]["error"] == {"pointer": "/results/1", "reason": "a row is an object"}
    brief = make().op(RESULTS, {"plate": case["plate"], "results": rows}, Prefer="return=minimal")
    assert brief["Preference-Applied"] == "return=minimal"
    assert [set(row) for row in brief.json()] == [{"row_uuid", "id", "created", "error"}] * 4


def test_needed_parts_are_kept_under_their_many_names(make, open_case):
    case, row = (
        open_case(),
        {"row_uuid": str(uuid.uuid4()), "name": "פנס", "qty": "2", "cost": "₪970", "status": "הוזמן"},
    )

    for name in ("rows", "parts"):
        answer = make().op(REQUIRED, {"plate": case["plate"], name: [row, 5]})
        assert answer.json()[1]["error"]["pointer"] == f"/{name}/1"

    [kept] = stored(PartRequired, case_id=case["case_id"])
    assert (kept.part_name, str(kept.quantity), str(kept.total_cost), kept.status) == (
        "פנס",
        "2.00",
        "970.00",
        "ORDERED",
    )


def test_numbers_come_through_to_the_last_digit(make, open_case):
    case = open_case()
    body = b'{"case_id": "%b", "results": [{"part_name": "x", "price": 1.10, "n": 12345678901234567890}]}'

    make().op(RESULTS, body % case["case_id"].encode())

    [row] = stored(case_id=case["case_id"])
    assert (str(row.price), row.price_text) == ("1.10", "1.10")
    assert '"n": 12345678901234567890' in row.raw


def test_another_offices_case_is_not_there(make, open_case, tamar):
    hers = open_case(person=tamar)

    for op, rows in ((RESULTS, {"results": [part()]}), (REQUIRED, {"rows": [part()]})):
        foreign = make().op(op, {"case_id": hers["case_id"], **rows})
        assert (foreign.status_code, foreign.content) == (404, make().op(op, {"case_id": GHOST, **rows}).content)
    assert stored() == stored(PartRequired) == []
    # A plate without a case of ours is a plate without a case.
    assert make().op(RESULTS, {"plate": hers["plate"], "results": [part()]}).status_code == 200
    assert [row.case_id for row in stored(org_id=cast.NORTH.id)] == [None]
    assert make().op(REQUIRED, {"plate": hers["plate"], "rows": [part()]}).status_code == 404


def test_a_key_without_the_op_may_not(make):
    for op in (RESULTS, REQUIRED):
        assert make(ops=["case.upsert"]).op(op, {"results": []}).status_code == 403
    assert make().post(f"gateway/{RESULTS}", {"results": []}).status_code == 400


@pytest.mark.parametrize(
    ("op", "body"),
    [
        (RESULTS, {"results": [], "nonsense": 1}),
        (RESULTS, {"plate": "7654321"}),
        (RESULTS, {"plate": "7654321", "results": {}}),
        (RESULTS, {"plate": "7654321", "answer": {"x": []}}),
        (REQUIRED, {"rows": []}),
        (REQUIRED, {"plate": "7654321"}),
        (REQUIRED, {"plate": "7654321", "rows": "x"}),
    ],
)
def test_a_body_that_is_none_is_refused(make, op, body):
    assert make().op(op, body).status_code == 422


def test_a_thin_event_goes_to_the_outbox_once(make, open_case):
    case, rows = open_case(), [part(n) for n in range(3)]
    for _ in range(2):
        make().op(RESULTS, {"case_id": case["case_id"], "results": rows})

    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(
            "select type, data from public.events where case_id = %s and type like 'parts%%'", [case["case_id"]]
        )
        [(kind, data)] = cursor.fetchall()
    told = json.loads(data) if isinstance(data, str) else data
    assert (kind, told["rows"], len(told["ids"])) == ("parts_results.upserted", 3, 3)
    assert "became" not in told


def test_the_service_key_names_the_office_of_a_general_search(api):
    token = os.environ["SUPABASE_SERVICE_ROLE"]
    body = {"org_id": str(cast.SOUTH.id), "results": [part()]}

    answer = api(token=token).post(f"gateway/{RESULTS}", body, **{"Idempotency-Key": uuid.uuid4().hex})

    assert answer.status_code == 200, answer.content
    assert [row.org_id for row in stored()] == [cast.SOUTH.id]


@pytest.mark.parametrize(("op", "name"), [(RESULTS, "results"), (REQUIRED, "rows")])
def test_a_thousand_rows_take_three_statements(make, open_case, op, name):
    """The frame of every call (the key, its claim, its answer) is not counted; naming the case is."""
    case, caller = open_case(), make()
    caller.op(op, {"case_id": case["case_id"], name: [part()]})
    rows = [part(n) for n in range(1000)]

    with CaptureQueriesContext(connection) as captured:
        answer = caller.op(op, {"case_id": case["case_id"], name: rows})

    assert len(answer.json()) == 1000
    frame = ("current_setting('role'", "gateway_enter", "idempotency_", "SAVEPOINT", "set_config")
    ours = [query["sql"] for query in captured if not any(word in query["sql"] for word in frame)]
    assert len(ours) <= 3, [sql[:100] for sql in ours]


@pytest.fixture(scope="module")
def site():
    with running_site(API_RATE_PER_MINUTE="0") as running:
        yield running


@pytest.fixture(scope="module")
def key(site):
    made = new_key()
    with site.owner() as owner:
        owner.execute(
            "insert into private.gateway_keys (org_id, name, key_hash, hint) values (%s, 'storm', %s, %s)",
            [cast.NORTH.id, made.key_hash, made.hint],
        )
    return made.text


@pytest.mark.parametrize(("op", "name", "table"), [
    (RESULTS, "results", "parts_search_results"), (REQUIRED, "rows", "parts_required"),
])  # fmt: skip
def test_fifty_calls_of_the_same_twenty_parts_in_any_order_are_twenty_rows(site, key, op, name, table):
    def call(op, body, once):
        for _ in range(60):
            answer = site.call("POST", f"gateway/{op}", body=body, apikey=key, **{"Idempotency-Key": once})
            if answer.status not in {409, 503}:
                return answer
            time.sleep(0.1)
        return answer

    case = call("case.upsert", {"plate": any_plate()}, uuid.uuid4().hex).json()
    rows, keys = [part(n) for n in range(20)], [uuid.uuid4().hex for _ in range(12)]
    orders = [random.sample(rows, 20) for _ in keys]

    def one(n):
        return call(op, {"case_id": case["case_id"], name: orders[n % 12]}, keys[n % 12])

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(one, range(50)))

    assert {answer.status for answer in answers} == {200}
    # One answer for each key, byte for byte.
    assert len({answer.body for answer in answers}) <= 12
    with site.owner() as owner:
        count = f"select count(*) from {table} where case_id = %s"
        assert owner.execute(count, [case["case_id"]]).fetchone()[0] == 20
    made = {row["id"] for answer in answers for row in answer.json()}
    assert len(made) == 20
