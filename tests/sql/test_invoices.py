"""Invoices: one number of one supplier is one invoice, every sum is checked, and accepting can be taken back."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests import cast
from tests.sql.callers import DANA, details, refused

UPSERT = "select * from public.invoices_upsert(%s::jsonb, %s)"
LINES = "select * from public.invoice_lines_bulk_upsert(%s, %s::jsonb)"
READ = "insert into public.ocr_results (case_id, kind, raw_sha256, parsed, file_ref) values (%s, 'invoice', %s, %s, %s)"

INVOICE = {
    "invoice_number": " 110 ", "supplier_name": "מוסך הדוגמה בע''מ", "supplier_tax_id": "510950048",
    "invoice_date": "2025-09-27", "total_before_tax": 1000, "tax_amount": 180, "total_amount": 1180,
}  # fmt: skip
PARSED = {
    "invoice_number": "110", "supplier_name": "מוסך הדוגמה", "supplier_tax_id": "51-095004-8",
    "invoice_date": "2025-09-27",
    "total_before_tax": 644.00, "tax_rate": 18, "tax_amount": 115.92, "total_amount": 759.92,
    "parts": [{"name": "כנף", "catalog_code": "1-004", "quantity": 1, "unit_price": 600.00, "total": 600.00}, "עוד"],
    "works": [{"category": "10", "description": "פחחות", "total": 44.00}], "repairs": {"strange": 1},
}  # fmt: skip


@pytest.fixture
def case(dana, plate):
    return dana.open(plate, '{"centers": [{"Id": "dc_1", "n": 1.10}]}')["case_id"]


def upsert(desk, case, **more):
    return desk.one(UPSERT, json.dumps(INVOICE | more), case)


def line(number, **more):
    return {"line_number": number, "description": "כנף", "quantity": 1, "unit_price": 500, "line_total": 500} | more


def check(desk, invoice):
    return desk.one("select * from public.invoice_validations where invoice_id = %s", invoice["id"])


def turn(desk, invoice, status):
    desk.ask("update public.invoices set status = %s where id = %s", status, invoice["id"])


@pytest.fixture
def assigned(dana, case):
    invoice = upsert(dana, case, invoice_number=uuid4().hex)
    [kept] = dana.ask(LINES, invoice["id"], json.dumps([line(1)]))
    mapping = [{"invoice_line_id": str(kept["id"]), "damage_center_id": "dc_1", "field_type": "part"}]
    return dana.one("select * from public.invoice_assign(%s, %s)", invoice["id"], json.dumps(mapping))


def test_one_number_of_one_supplier_is_one_invoice(dana, case):
    first = upsert(dana, case)
    again = upsert(dana, case, supplier_name="מוסך הדוגמה  בע״מ", total_amount=1181)

    assert (again["id"], again["invoice_number"]) == (first["id"], "110")
    assert (again["total_amount"], again["total_before_tax"]) == (1181, 1000)
    other = upsert(dana, case, supplier_name="מוסך אחר", supplier_tax_id="999999999")
    assert other["id"] != first["id"]


def test_a_supplier_is_known_by_tax_id_or_else_by_name(dana, case, tamar):
    name = f"ספק {uuid4()}"
    plain = upsert(dana, case, supplier_name=name, supplier_tax_id=None, invoice_number="1")
    numbered = upsert(dana, case, supplier_name=name, supplier_tax_id="5-1", invoice_number="2")
    renamed = upsert(dana, case, supplier_name=name + " בעמ", supplier_tax_id="51", invoice_number="3")
    namesake = upsert(dana, case, supplier_name=name, supplier_tax_id="52", invoice_number="4")

    assert plain["supplier_id"] == numbered["supplier_id"] == renamed["supplier_id"]
    assert namesake["supplier_id"] != plain["supplier_id"]
    assert tamar.ask("select 1 from public.invoice_suppliers where id = %s", plain["supplier_id"]) == []


def test_two_calls_at_once_make_one_supplier_and_one_invoice(desk, case):
    desks = [desk(DANA, another=True) for _ in range(6)]
    name = f"ספק {uuid4()}"
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda one: upsert(one, case, supplier_name=name, supplier_tax_id=None), desks))

    assert len({row["id"] for row in made}) == 1
    assert desks[0].value("select count(*) from public.invoice_suppliers where name = %s", name) == 1


def test_an_invoice_of_another_case_stays_there(dana, case, other_plate):
    number = uuid4().hex
    ours = upsert(dana, case, invoice_number=number)
    with refused("PT409") as told:
        upsert(dana, dana.open(other_plate)["case_id"], invoice_number=number)
    assert details(told)["case_id"] == str(ours["case_id"])


def test_sums_are_checked_to_the_agora_and_never_changed(dana, owner, case):
    invoice = upsert(dana, case, invoice_number=uuid4().hex, tax_amount=179.99, total_amount=1180.01)
    assert (check(dana, invoice)["is_valid"], check(dana, invoice)["validation_warnings"]) == (True, ["no_lines"])

    dana.ask(LINES, invoice["id"], json.dumps([line(1), line(2, line_total=400.5, quantity=2, discount_percent=10)]))

    told = check(dana, invoice)
    assert (told["validation_errors"], told["validation_warnings"]) == (["lines_differ"], ["line_differs"])
    assert (str(told["lines_total"]), str(told["lines_difference"])) == ("900.50", "99.50")
    assert (str(told["vat_difference"]), str(told["sum_difference"])) == ("-0.01", "0.02")
    assert dana.value("select total_before_tax::text from public.invoices where id = %s", invoice["id"]) == "1000.00"

    off = "update public.invoice_lines set removed_at = now() where invoice_id = %s and line_number = 2"
    dana.ask(off, invoice["id"])
    assert str(check(dana, invoice)["lines_difference"]) == "500.00"


def test_a_tolerance_is_the_offices_own(dana, owner, case):
    invoice = upsert(dana, case, invoice_number=uuid4().hex, total_amount=1180.05)
    assert check(dana, invoice)["is_valid"]
    owner.ask("update public.orgs set invoice_tolerance = 0.04 where id = %s", invoice["org_id"])
    assert check(dana, invoice)["validation_errors"] == ["sum_differs"]
    owner.ask("update public.orgs set invoice_tolerance = 0.05 where id = %s", invoice["org_id"])
    assert check(dana, invoice)["is_valid"]


@pytest.mark.parametrize(("day", "rate"), [("2024-12-31", "17.00"), ("2025-01-01", "18.00"), ("2010-01-01", "17.00")])
def test_the_rate_is_that_of_the_day(dana, case, day, rate):
    invoice = upsert(dana, case, invoice_number=uuid4().hex, invoice_date=day)
    assert str(check(dana, invoice)["vat_rate"]) == rate


def test_a_rate_that_stands_on_the_invoice_counts_and_is_marked(dana, case):
    invoice = upsert(dana, case, invoice_number=uuid4().hex, vat_rate=17, tax_amount=170, total_amount=1170)
    told = check(dana, invoice)
    assert (told["is_valid"], told["validation_warnings"]) == (True, ["no_lines", "vat_rate_unusual"])


def test_the_status_goes_its_way_only(dana, case):
    invoice = upsert(dana, case, invoice_number=uuid4().hex)
    with refused("PT409") as told:
        turn(dana, invoice, "PAID")
    assert details(told)["next"] == ["PENDING", "ASSIGNED", "CANCELLED"]
    turn(dana, invoice, "CANCELLED")
    with refused("PT409"):
        dana.ask("update public.invoices set total_amount = 1 where id = %s", invoice["id"])
    with refused("PT409"):
        dana.ask(LINES, invoice["id"], json.dumps([line(1)]))
    turn(dana, invoice, "DRAFT")


def test_as_long_as_make_writes_it_only_tells_what_was_done(desk, service, dana, case):
    number = uuid4().hex
    told = upsert(service, case, invoice_number=number, status="PAID")
    assert upsert(service, case, invoice_number=number, status="PENDING")["status"] == "PENDING"
    dana.ask(LINES, told["id"], json.dumps([line(1)]))


def test_accepting_keeps_the_helper_as_it_was_whichever_door(dana, case, assigned):
    turn(dana, assigned, "ACCEPTED")

    kept = dana.versions(case)
    assert [row["helper"] for row in kept] == [kept[0]["helper"]] * 2
    row = dana.one("select * from public.invoices where id = %s", assigned["id"])
    assert (row["before_version"], row["accepted_version"]) == (kept[1]["version"], None)
    assert row["accepted_by"] == cast.DANA.user_id
    label = dana.one("select label, trigger from public.case_helper where case_id = %s and is_current", case)
    assert label == {"label": f"before invoice {row['invoice_number']}", "trigger": "before_invoice"}
    with refused("PT409"):
        dana.ask("update public.invoices set total_amount = 1 where id = %s", assigned["id"])
    with refused("PT409"):
        dana.ask("update public.invoice_lines set quantity = 2 where invoice_id = %s", assigned["id"])


def test_accepting_with_a_helper_is_one_moment_and_comes_back(dana, case, assigned):
    version = dana.versions(case)[-1]["version"]
    accepted = dana.one(
        "select * from public.invoice_accept(%s, %s, %s::jsonb)", assigned["id"], version, '{"centers": [1.10]}'
    )
    assert (accepted["status"], accepted["before_version"], accepted["accepted_version"]) == (
        "ACCEPTED", version + 1, version + 2,
    )  # fmt: skip
    assert dana.versions(case)[-1]["helper"] == '{"centers": [1.10]}'
    status = "select mapping_status from public.invoice_damage_center_mappings where invoice_id = %s"
    assert dana.value(status, assigned["id"]) == "applied"

    with refused("PT409"):
        dana.ask("select public.invoice_undo(%s, %s, %s::jsonb)", assigned["id"], version, "{}")
    undone = dana.one("select * from public.invoice_undo(%s, %s, %s::jsonb)", assigned["id"], version + 2, '{"x": 1}')
    assert (undone["status"], undone["accepted_at"]) == ("ASSIGNED", None)
    assert dana.value(status, assigned["id"]) == "pending"
    assert len(dana.versions(case)) == 4


def test_a_stale_version_accepts_nothing(dana, case, assigned):
    before = dana.versions(case)
    dana.save(case, '{"n": 2}', before[-1]["version"])
    with refused("PT409"):
        dana.ask("select public.invoice_accept(%s, %s, '{}'::jsonb)", assigned["id"], before[-1]["version"])
    assert len(dana.versions(case)) == len(before) + 1
    assert dana.value("select status from public.invoices where id = %s", assigned["id"]) == "ASSIGNED"


def test_mappings_are_about_lines_of_their_own_invoice(dana, case, assigned):
    other = upsert(dana, case, invoice_number=uuid4().hex)
    [kept] = dana.ask(LINES, other["id"], json.dumps([line(1)]))
    with refused("PT422"):
        dana.ask(
            "select public.invoice_assign(%s, %s)",
            assigned["id"],
            json.dumps([{"invoice_line_id": str(kept["id"]), "damage_center_id": "dc_1", "field_type": "work"}]),
        )


def test_assigning_anew_takes_the_rest_away_and_none_waits(dana, assigned):
    again = dana.one("select * from public.invoice_assign(%s, '[]')", assigned["id"])
    assert again["status"] == "PENDING"
    status = "select mapping_status from public.invoice_damage_center_mappings where invoice_id = %s"
    assert dana.value(status, assigned["id"]) == "removed"


def test_a_reading_becomes_a_document_and_a_draft(dana, case):
    dana.ask(READ, case, uuid4().hex, json.dumps(PARSED | {"supplier_tax_id": "777"}), "a.pdf")

    invoice = dana.one("select * from public.invoices where case_id = %s", case)
    assert (invoice["status"], invoice["source"], str(invoice["total_amount"])) == ("DRAFT", "ocr", "759.92")
    lines = dana.ask("select * from public.invoice_lines where invoice_id = %s order by line_number", invoice["id"])
    assert [(row["item_category"], str(row["line_total"]), str(row["unit_price"])) for row in lines] == [
        ("part", "600.00", "600.00"), ("work", "44.00", "44.00"),
    ]  # fmt: skip
    document = dana.one("select * from public.invoice_documents where invoice_id = %s", invoice["id"])
    assert (document["filename"], document["ocr_status"]) == ("a.pdf", "completed")
    assert check(dana, invoice)["is_valid"]


def test_reading_again_freshens_a_draft_and_keeps_the_earlier_answer(dana, case):
    number = uuid4().hex
    dana.ask(READ, case, uuid4().hex, json.dumps(PARSED | {"invoice_number": number}), "a.pdf")
    again = PARSED | {"invoice_number": "11O", "total_amount": 760, "parts": PARSED["parts"] * 2, "works": []}
    dana.ask(READ, case, uuid4().hex, json.dumps(again), "a.pdf")

    [invoice] = dana.ask("select * from public.invoices where case_id = %s", case)
    assert (invoice["invoice_number"], str(invoice["total_amount"])) == ("11O", "760.00")
    lines = dana.ask("select removed_at, description from public.invoice_lines where invoice_id = %s", invoice["id"])
    assert [row["description"] for row in lines if row["removed_at"] is None] == ["כנף", "כנף"]
    assert dana.value("select count(*) from public.ocr_results where case_id = %s", case) == 2

    dana.ask("update public.invoices set total_amount = 761 where id = %s", invoice["id"])
    dana.ask(READ, case, uuid4().hex, json.dumps(again | {"total_amount": 1}), "a.pdf")
    assert str(dana.value("select total_amount from public.invoices where case_id = %s", case)) == "761.00"
    assert dana.value("select count(*) from public.invoice_documents where invoice_id = %s", invoice["id"]) == 3


@pytest.mark.parametrize(
    "parsed",
    [
        {}, {"invoice_number": None, "parts": [None, 1, []]}, {"invoice_date": "2025-13-45", "total_amount": "x"},
        {"total_amount": 10**30, "tax_rate": 700, "parts": [{"quantity": 10**20, "total": -5}]},
        {"supplier_name": " ", "supplier_tax_id": "אין מידע", "invoice_number": "x" * 5000},
    ],
)  # fmt: skip
def test_no_reading_is_lost_whatever_it_says(dana, case, parsed):
    dana.ask(READ, case, uuid4().hex, json.dumps(parsed), "a.pdf")
    assert dana.value("select ocr_status from public.invoice_documents where case_id = %s", case) == "completed"


def test_a_case_found_for_a_reading_is_found_for_its_invoice(dana, case, plate):
    dana.ask(
        "insert into public.ocr_results (plate, kind, raw_sha256, parsed) values (%s, 'invoice', %s, %s)",
        plate, uuid4().hex, json.dumps(PARSED | {"supplier_tax_id": uuid4().int % 10**9}),
    )  # fmt: skip
    invoice = dana.one("select * from public.invoices where plate = %s", plate)
    assert invoice["case_id"] is None
    dana.ask("update public.ocr_results set case_id = %s where plate = %s", case, plate)
    assert dana.value("select count(*) from public.invoice_lines where case_id = %s", case) == 2


def test_an_invoice_is_told_to_make(dana, case):
    invoice = upsert(dana, case, invoice_number=uuid4().hex)
    dana.ask(LINES, invoice["id"], json.dumps([line(1), line(2)]))

    told = dana.ask("select data from public.events where case_id = %s and type = 'invoice.upserted' order by at", case)
    assert [(row["data"]["table"], row["data"]["rows"]) for row in told] == [("invoices", 1), ("invoice_lines", 2)]
    assert dana.ask(LINES, invoice["id"], json.dumps([line(1), line(2)]))[0]["created"] is False
