"""Invoices as Make sends them: in our fields or in those of a reading, each once, each line once, sums told."""

import json
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import acting
from invoices.models import Invoice, InvoiceLine
from make.keys import new_key
from tests import cast
from tests.admin.conftest import GHOST
from tests.conftest import any_plate
from tests.site import running_site

INVOICE, LINES = "invoices.upsert", "invoice_lines.bulk_upsert"
READING = json.loads((Path(__file__).resolve().parents[1] / "fixtures" / "invoice_ocr_response.json").read_text())
NUMBER = "מס. חשבונית"


def invoice(**more):
    return {
        "invoice_number": uuid4().hex, "supplier_name": "מוסך הדוגמה בע''מ", "supplier_tax_id": "51-095004-8",
        "invoice_date": "27/09/25", "total_before_tax": "₪ 1,000.00", "vat_rate": "18%", "tax_amount": 180,
        "total_amount": '1,180 ש"ח',
    } | more  # fmt: skip


def line(number=None, **more):
    own = {} if number is None else {"line_number": number}
    return own | {"description": "כנף", "quantity": "1", "unit_price": "₪500", "line_total": 500} | more


def stored(model=Invoice, **asked):
    with acting.acting(acting.SERVICE):
        return list(model.objects.filter(**asked).order_by("created_at", "id"))


def lines_of(told):
    with acting.acting(acting.SERVICE):
        return list(InvoiceLine.objects.standing().filter(invoice_id=told["id"]).order_by("line_number"))


@pytest.mark.parametrize("wrapped", ["plain", "list of one", "answer", "answer as text", "lists in English"])
@pytest.mark.parametrize("quote", ["''", '"', "״"])
def test_a_reading_is_an_invoice_with_its_lines_in_any_quote_sign(make, open_case, wrapped, quote):
    case, number = open_case(), uuid4().hex
    reading = json.loads(json.dumps(READING, ensure_ascii=False).replace("''", json.dumps(quote)[1:-1]))
    reading[NUMBER] = number
    if wrapped == "lists in English":
        reading["parts"], reading["works"] = reading.pop("חלקים"), reading.pop("עבודות")
    named = {"case_id": case["case_id"], "__IMTMETHOD__": "POST"}
    del reading["מספר רכב"]
    body = {
        "list of one": [{**named, **reading}],
        "answer": {**named, "answer": [reading]},
        "answer as text": {**named, "answer": json.dumps(reading)},
    }.get(wrapped, {**named, **reading})

    first, again = make().op(INVOICE, body), make().op(INVOICE, body)

    assert (first.status_code, again.status_code) == (201, 200), first.content
    told = again.json()
    assert (first.json()["id"], told["unread"], told["created"]) == (told["id"], [], False)
    assert (told["case_id"], told["invoice_number"], told["invoice_date"]) == (case["case_id"], number, "2025-09-27")
    assert (told["supplier_tax_id"], told["vat_rate"], told["total_amount"]) == ("510950048", 18, 19440.5)
    assert told["validation"]["differences"] == {"lines": 0.0, "vat": 0.0, "sum": 0.0}
    assert b'"total_before_tax":16475.00' in again.content
    kept = lines_of(told)
    assert [one.item_category for one in kept] == ["part"] * 6 + ["work"] * 4
    assert (kept[1].description, str(kept[1].unit_price), kept[1].catalog_code) == (
        "דלת קדמית", "372.00", "1-004-305442",
    )  # fmt: skip
    assert json.loads(kept[9].metadata) == {"סוג העבודה": "5"}
    [row] = stored(pk=told["id"])
    assert json.loads(row.metadata)["original_ocr_data"]["דגם"] == "OCTAVIA AMBITION"


def test_a_reading_that_has_fewer_lines_now_takes_the_others_off(make, open_case):
    reading = {**READING, NUMBER: uuid4().hex, "plate": open_case()["plate"]}
    del reading["מספר רכב"]
    make().op(INVOICE, reading)
    told = make().op(INVOICE, {**reading, "עבודות": READING["עבודות"][:1]}).json()
    assert len(lines_of(told)) == 7
    assert told["validation"]["differences"]["lines"] == 3743.0


def test_the_older_form_has_the_vat_as_an_amount(make, open_case):
    body = {"case_id": open_case()["case_id"], 'מע"מ': "2,965.50", NUMBER: uuid4().hex, "ספק": "אין מידע"}
    told = make().op(INVOICE, body).json()
    assert (told["tax_amount"], told["vat_rate"], told["supplier_id"]) == (2965.5, None, None)


@pytest.mark.parametrize("day", ["27/09/2025", "27.9.25", "27-09-2025", "2025-09-27", "2025-09-27T10:00:00Z"])
def test_a_day_comes_in_five_forms(make, open_case, day):
    body = invoice(case_id=open_case()["case_id"], invoice_date=day)
    assert make().op(INVOICE, body).json()["invoice_date"] == "2025-09-27"


def test_what_cannot_be_read_is_named_and_kept_and_the_rest_stands(make, open_case):
    case, number = open_case(), uuid4().hex
    body = invoice(
        case_id=case["case_id"], invoice_number=number, total_amount="לפי הצעה", due_date="מחר", status="משהו",
        currency="שח", notes="אין מידע", lines=[line(1, quantity="כמה", discount="10%"), "x", {"a": 1}],
    )  # fmt: skip
    told = make().op(INVOICE, body).json()

    assert sorted(told["unread"]) == ["due_date", "status", "total_amount"]
    assert (told["total_amount"], told["currency"], told["status"]) == (None, "ILS", "DRAFT")
    assert [row["unread"] for row in told["lines"]] == [["quantity"], [], []]
    assert [row["error"] and row["error"]["pointer"] for row in told["lines"]] == [None, "/lines/1", "/lines/2"]
    assert json.loads(stored(pk=told["id"])[0].metadata)["unread"]["total_amount"] == "לפי הצעה"
    # What cannot be read takes nothing away.
    make().op(INVOICE, invoice(case_id=case["case_id"], invoice_number=number))
    again = make().op(INVOICE, body).json()
    assert (again["total_amount"], again["validation"]["warnings"]) == (1180, ["line_differs"])


def test_numbers_come_through_to_the_last_digit(make, open_case):
    body = (
        b'{"case_id": "%b", "invoice_number": "%b", "total_amount": 1.10, "metadata": {"n": 12345678901234567890.10}}'
    )
    told = make().op(INVOICE, body % (open_case()["case_id"].encode(), uuid4().hex.encode()))
    [row] = stored(pk=told.json()["id"])
    assert (str(row.total_amount), row.metadata) == ("1.10", '{"n": 12345678901234567890.10}')
    assert b'"total_amount":1.10' in told.content


def test_make_tells_the_status_as_long_as_it_writes_the_invoices(make, open_case):
    body = invoice(case_id=open_case()["case_id"])
    for status in ("שולם", "PENDING", "SENT"):
        assert make().op(INVOICE, {**body, "status": status}).status_code in {200, 201}
    assert stored(invoice_number=body["invoice_number"])[0].status == "SENT"


def test_a_plate_without_an_open_case_keeps_it_unassigned(make, open_case):
    plate = any_plate()
    told = make().op(INVOICE, invoice(plate=f"{plate[:3]}-{plate[3:]}", lines=[line()])).json()
    assert (told["case_id"], told["plate"]) == (None, plate)

    case = open_case(plate=plate)
    found = make().op(INVOICE, invoice(plate=plate, invoice_number=told["invoice_number"])).json()
    assert (found["id"], found["case_id"]) == (told["id"], case["case_id"])
    assert [str(one.case_id) for one in lines_of(found)] == [case["case_id"]]


@pytest.mark.parametrize("named", ["id", "tax id", "name", "name in other quotes"])
def test_lines_find_their_invoice_by_id_or_by_number_and_supplier(make, open_case, named):
    name = f"ספק {uuid4().hex[:8]}"
    of = {"supplier_name": f"{name} בע''מ", "supplier_tax_id": str(uuid4().int)[:9]}
    kept = make().op(INVOICE, invoice(case_id=open_case()["case_id"], **of)).json()
    body = {
        "id": {"invoice_id": kept["id"]},
        "tax id": {"supplier_tax_id": of["supplier_tax_id"]},
        "name": {"supplier_name": of["supplier_name"]},
        "name in other quotes": {"supplier_name": f"{name} בע״מ"},
    }[named]
    if named != "id":
        body["invoice_number"] = f" {kept['invoice_number']} "

    told = make().op(LINES, {**body, "rows": [line(), line(total=1), 7]}).json()

    assert told["invoice_id"] == kept["id"]
    assert [row["line_number"] for row in told["lines"]] == [1, 2, None]
    assert told["lines"][2]["error"]["pointer"] == "/rows/2"
    assert (told["validation"]["differences"]["lines"], told["validation"]["is_valid"]) == (0.0, True)
    again = make().op(LINES, {**body, "lines": [line(2)], "replace": True}).json()
    assert [row["created"] for row in again["lines"]] == [False]
    assert again["validation"]["differences"]["lines"] == 500.0


def test_a_number_of_two_suppliers_asks_whose(make, open_case):
    case, number = open_case()["case_id"], uuid4().hex
    for tax_id in ("111", "222"):
        make().op(INVOICE, invoice(case_id=case, invoice_number=number, supplier_name=tax_id, supplier_tax_id=tax_id))
    told = make().op(LINES, {"invoice_number": number, "lines": [line()]})
    assert (told.status_code, told.json()["details"][0]["pointer"]) == (422, "/supplier_tax_id")


def test_ids_only_where_that_is_preferred_and_the_answer_again_for_a_repeat(make, open_case):
    caller, key, body = make(), uuid4().hex, invoice(case_id=open_case()["case_id"], lines=[line()])
    first = caller.op(INVOICE, body, key=key, Prefer="return=minimal")
    assert set(first.json()) == {"id", "case_id"}
    again = caller.op(INVOICE, body, key=key)
    assert (again.status_code, again.content, again["Idempotency-Replayed"]) == (201, first.content, "true")
    assert caller.op(INVOICE, {**body, "total_amount": 1}, key=key).status_code == 422
    brief = caller.op(LINES, {"invoice_id": first.json()["id"], "lines": [line()]}, Prefer="return=minimal").json()
    assert set(brief) == {"invoice_id", "lines"}


def test_another_offices_rows_are_not_there(make, open_case, tamar):
    hers = open_case(person=tamar)
    kept = make(cast.SOUTH).op(INVOICE, invoice(case_id=hers["case_id"])).json()
    for op, of, body in ((INVOICE, "case_id", invoice()), (LINES, "invoice_id", {"lines": [line()]})):
        foreign = make().op(op, {of: hers["case_id"] if of == "case_id" else kept["id"], **body})
        assert (foreign.status_code, foreign.content) == (404, make().op(op, {of: GHOST, **body}).content)
    by_number = {"invoice_number": kept["invoice_number"], "lines": [line()]}
    assert make().op(LINES, by_number).status_code == 404
    assert make(cast.SOUTH).op(LINES, by_number).status_code == 200
    # The same number of the same supplier in another office is another invoice.
    ours = make().op(INVOICE, invoice(case_id=open_case()["case_id"], invoice_number=kept["invoice_number"])).json()
    assert (ours["created"], ours["id"] == kept["id"]) == (True, False)


def test_the_service_key_names_the_office(api):
    body = {"org_id": str(cast.SOUTH.id), **invoice(plate=any_plate())}
    answer = api(token=os.environ["SUPABASE_SERVICE_ROLE"]).post(f"gateway/{INVOICE}", body, **{"Idempotency-Key": "a"})
    assert answer.status_code == 201, answer.content
    assert [row.org_id for row in stored(pk=answer.json()["id"])] == [cast.SOUTH.id]


def test_a_key_without_the_op_may_not(make):
    for op in (INVOICE, LINES):
        assert make(ops=["case.upsert"]).op(op, {}).status_code == 403


@pytest.mark.parametrize(
    ("op", "body"),
    [
        (INVOICE, {}), (INVOICE, {"plate": "1234567"}), (INVOICE, {"plate": "1234567", "invoice_number": " - "}),
        (INVOICE, {"invoice_number": "1"}), (INVOICE, {"plate": "1234567", "invoice_number": "1", "nonsense": 1}),
        (INVOICE, {"plate": "1234567", "invoice_number": "1", "lines": 5}),
        (INVOICE, {"plate": "1234567", "answer": "x"}), (INVOICE, []),
        (INVOICE, {"plate": "1234567", "answer": [1, 2]}),
        (LINES, {}), (LINES, {"invoice_number": "1"}), (LINES, {"lines": []}),
        (LINES, {"invoice_id": GHOST, "lines": {}}),
    ],
)  # fmt: skip
def test_a_body_that_is_none_is_refused(make, op, body):
    assert make().op(op, body).status_code == 422


def test_two_hundred_lines_take_three_statements(make, open_case):
    """The frame of every call (the key, its claim, its answer) is not counted."""
    case, caller = open_case(), make()
    caller.op(INVOICE, invoice(case_id=case["case_id"], lines=[line()]))
    body = invoice(case_id=case["case_id"], lines=[line() for _ in range(200)])

    with CaptureQueriesContext(connection) as captured:
        told = caller.op(INVOICE, body).json()
    assert (len(told["lines"]), told["validation"]["lines"]) == (200, 200)
    assert len(ours(captured)) <= 3, ours(captured)

    of = {"invoice_number": body["invoice_number"], "supplier_tax_id": body["supplier_tax_id"]}
    with CaptureQueriesContext(connection) as captured:
        told = caller.op(LINES, {**of, "lines": body["lines"]}).json()
    assert [row["created"] for row in told["lines"]] == [False] * 200
    assert len(ours(captured)) <= 3, ours(captured)


def ours(captured):
    frame = ("current_setting('role'", "gateway_enter", "idempotency_", "SAVEPOINT", "set_config")
    return [query["sql"][:150] for query in captured if not any(word in query["sql"] for word in frame)]


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


def test_forty_calls_of_one_invoice_in_any_order_are_one_invoice(site, key):
    """Head and lines by either op, the same and other keys, lines in any order."""

    def call(op, body, once):
        for _ in range(60):
            answer = site.call("POST", f"gateway/{op}", body=body, apikey=key, **{"Idempotency-Key": once})
            if answer.status not in {409, 503}:
                return answer
            time.sleep(0.1)
        return answer

    case = call("case.upsert", {"plate": any_plate()}, uuid4().hex).json()
    body = invoice(case_id=case["case_id"], supplier_name=f"ספק {uuid4()}", supplier_tax_id=str(uuid4().int)[:9])
    lines, keys = [line(number) for number in range(1, 21)], [uuid4().hex for _ in range(10)]
    orders = [random.sample(lines, 20) for _ in keys]
    first = call(INVOICE, {**body, "lines": lines[:3]}, uuid4().hex).json()

    def one(n):
        place = n % 10
        if place % 2:
            return call(LINES, {"invoice_id": first["id"], "lines": orders[place]}, keys[place])
        return call(INVOICE, {**body, "lines": orders[place]}, keys[place])

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(one, range(40)))

    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) <= 10
    with site.owner() as owner:
        count = "select count(*) from invoices where case_id = %s"
        assert owner.execute(count, [case["case_id"]]).fetchone()[0] == 1
        count = "select count(*), sum(line_total) from invoice_lines where invoice_id = %s"
        assert owner.execute(count, [first["id"]]).fetchone() == (20, 10_000)
        checked = "select lines, lines_total from invoice_validations where invoice_id = %s"
        assert owner.execute(checked, [first["id"]]).fetchone() == (20, 10_000)


def test_ten_calls_of_a_new_invoice_at_once_make_one(site, key):
    body = invoice(plate=any_plate(), supplier_name=f"ספק {uuid4()}", supplier_tax_id=None, lines=[line(), line()])

    def one(_):
        return site.call("POST", f"gateway/{INVOICE}", body=body, apikey=key, **{"Idempotency-Key": uuid4().hex})

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(one, range(10)))

    assert sorted(answer.status for answer in answers) == [200] * 9 + [201], [answer.body for answer in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1
