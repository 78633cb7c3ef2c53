"""What is asked once for many rows holds for each of them, whichever door it came through."""

import json
from uuid import uuid4

import psycopg
import pytest

from tests import cast
from tests.sql.callers import details, refused

LINES = "select * from public.invoice_lines_bulk_upsert(%s, %s::jsonb)"
PLAIN = "insert into public.invoice_lines (invoice_id, line_number, org_id, case_id, plate) values (%s, %s, %s, %s, %s)"
STAMP = "created_by, updated_by, created_at = now() as is_fresh, updated_at >= created_at as is_later"


@pytest.fixture
def case(dana, plate):
    return dana.open(plate)


@pytest.fixture
def invoice(dana, case):
    row = json.dumps({"invoice_number": uuid4().hex})
    return dana.one("select * from public.invoices_upsert(%s::jsonb, %s)", row, case["case_id"])


@pytest.mark.parametrize("forged", ["created_by", "updated_by", "created_at", "updated_at"])
def test_nobody_writes_in_anothers_name_or_at_another_time(dana, case, invoice, forged):
    value = "2001-01-01T00:00Z" if forged.endswith("_at") else cast.NOAM.user_id
    statement = f"""insert into public.invoice_lines (invoice_id, line_number, {forged}, org_id, case_id, plate)
        values (%s, 1, %s, %s, %s, %s) returning {STAMP}"""
    row = dana.one(statement, invoice["id"], value, invoice["org_id"], invoice["case_id"], invoice["plate"])
    assert row == {
        "created_by": cast.DANA.user_id, "updated_by": cast.DANA.user_id, "is_fresh": True, "is_later": True,
    }  # fmt: skip


def test_the_rows_of_a_batch_are_stamped_with_the_caller(dana, service, case, invoice):
    dana.ask(LINES, invoice["id"], json.dumps([{"line_number": number} for number in (1, 2)]))
    service.ask(LINES, invoice["id"], json.dumps([{"line_number": 3}]))
    rows = dana.ask(
        "select created_by from public.invoice_lines where invoice_id = %s order by line_number", invoice["id"]
    )
    assert [row["created_by"] for row in rows] == [cast.DANA.user_id, cast.DANA.user_id, None]


def test_a_line_is_filled_in_or_held_to_the_case_of_its_invoice(dana, invoice, other_plate):
    dana.ask("insert into public.invoice_lines (invoice_id, line_number) values (%s, 1)", invoice["id"])
    other = dana.open(other_plate)
    with refused("PT422") as told:
        dana.ask(PLAIN, invoice["id"], 2, invoice["org_id"], other["case_id"], other["plate"])
    assert details(told)["pointer"] == "/case_id"
    rows = dana.ask("select case_id from public.invoice_lines where invoice_id = %s", invoice["id"])
    assert [row["case_id"] for row in rows] == [invoice["case_id"]]


def test_no_line_joins_a_cancelled_invoice_by_naming_its_case(dana, invoice):
    dana.ask("update public.invoices set status = 'CANCELLED' where id = %s", invoice["id"])
    with refused("PT409"):
        dana.ask(PLAIN, invoice["id"], 1, invoice["org_id"], invoice["case_id"], invoice["plate"])


def test_another_offices_invoice_gets_no_line(tamar, invoice, other_plate):
    hers = tamar.open(other_plate)
    with refused("PT404"):
        tamar.ask(LINES, invoice["id"], json.dumps([{"line_number": 1}]))
    for org, case, plate in (
        (invoice["org_id"], invoice["case_id"], invoice["plate"]), (cast.SOUTH.id, hers["case_id"], hers["plate"]),
    ):  # fmt: skip
        told = []
        for key in (invoice["id"], uuid4()):
            with pytest.raises(psycopg.Error) as refusal:
                tamar.ask(PLAIN, key, 1, org, case, plate)
            told.append((refusal.value.sqlstate, refusal.value.diag.constraint_name))
        assert told[0] == told[1]


def test_the_searched_text_of_a_part_is_nobodys_to_write(dana, case):
    with refused("428C9"):
        dana.ask("insert into public.parts_search_results (case_id, search_text) values (%s, 'x')", case["case_id"])
