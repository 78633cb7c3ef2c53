"""An invoice on somebody's desk, made as the database takes it; read and turned through the API."""

import json
from pathlib import Path
from uuid import uuid4

from django.db import connection

from core import acting
from tests import cast

OCR = json.loads((Path(__file__).resolve().parents[1] / "fixtures" / "invoice_ocr_response.json").read_text())


class Invoices:
    def __init__(self, caller, open_case):
        self.caller, self.open_case = caller, open_case

    def make(self, helper, lines, **facts):
        """An invoice of a case with this helper, or of none; each line 500 shekels where it says nothing else."""
        case_id = self.open_case(helper)["case_id"] if helper is not None else None
        return self.make_in({"case_id": case_id}, lines, **facts)

    def make_in(self, case, lines, **facts):
        """One more invoice of a case."""
        case_id = case["case_id"]
        facts = {"invoice_number": uuid4().hex, "supplier_name": "מוסך הדוגמה", "total_amount": 590, **facts}
        rows = [
            {"line_number": n, "description": f"שורה {n}", "quantity": 1, "unit_price": 500, "line_total": 500,
             "item_category": "part", **line}
            for n, line in enumerate(lines, 1)
        ]  # fmt: skip
        with as_dana() as cursor:
            cursor.execute("select id from public.invoices_upsert(%s::jsonb, %s)", [json.dumps(facts), case_id])
            [key] = cursor.fetchone()
            cursor.execute("select 1 from public.invoice_lines_bulk_upsert(%s, %s::jsonb)", [key, json.dumps(rows)])
        return {"id": str(key), "case_id": case_id, "invoice_number": facts["invoice_number"]}

    def read(self, helper, paper):
        """The draft that reading a paper made."""
        case_id = self.open_case(helper)["case_id"]
        answer = self.caller.post("ocr-results", {"case_id": case_id, "kind": "invoice", "answer": paper})
        assert answer.status_code == 201, answer.content
        with as_dana() as cursor:
            cursor.execute("select id from public.invoices where case_id = %s", [case_id])
            [key] = cursor.fetchone()
        return {"id": str(key), "case_id": case_id}

    def link(self, invoice, number, part_id):
        with as_dana() as cursor:
            statement = "update public.invoice_lines set part_id = %s where invoice_id = %s and line_number = %s"
            cursor.execute(statement, [part_id, invoice["id"], number])

    def ask(self, invoice, verb):
        return self.caller.get(f"invoices/{invoice['id']}/{verb}")

    def tell(self, invoice, verb, **body):
        return self.caller.post(f"invoices/{invoice['id']}/{verb}", body)

    def helper(self, invoice, version=None):
        """The case's helper as the API gives it: its text from Postgres, to the byte."""
        with as_dana() as cursor:
            statement = "select version, helper_json::text from public.case_helper where case_id = %s and {}"
            which = "is_current" if version is None else "version = %s"
            cursor.execute(statement.format(which), [invoice["case_id"], *([] if version is None else [version])])
            return cursor.fetchone()

    def ready_for(self, verb):
        """The id of an invoice that the examples of a verb are about."""
        row = {"Id": "dc_1700000000000_1", "Damage center Number": "1", "Parts": {"parts_required": [{"name": "x"}]}}
        invoice = self.make({"centers": [row]}, [{}, {}])
        body = {"version": 1, "helper": {"centers": [row], "n": 1}}
        assert self.caller.put(f"cases/{invoice['case_id']}/helper", body).status_code == 200
        if verb != "assign":
            mapping = {"line_number": 1, "damage_center_id": "dc_1700000000000_1", "field_type": "part"}
            assert self.tell(invoice, "assign", mappings=[mapping]).status_code == 200
        if verb == "undo":
            assert self.tell(invoice, "accept", expected_version=2).status_code == 200
        return invoice["id"]

    def written_by(self, invoice, writer):
        with acting.acting(acting.SERVICE), connection.cursor() as cursor:
            cursor.execute(
                "insert into public.feature_flags (name, org_id, case_id, value)"
                " select 'writer.invoices', org_id, id, %s from public.cases where id = %s",
                [writer, invoice["case_id"]],
            )


class as_dana:
    """A cursor that asks as Dana."""

    def __enter__(self):
        self.role = acting.acting(acting.PERSON, cast.DANA.claims)
        self.role.__enter__()
        self.cursor = connection.cursor()
        return self.cursor

    def __exit__(self, *exc):
        self.cursor.close()
        return self.role.__exit__(*exc)
