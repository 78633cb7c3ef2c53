"""Invoices of a case, sent as Dana."""

from urllib.parse import urlencode

import pytest

INVOICE = {
    "invoice_number": "110", "supplier_name": "מוסך הדוגמה בע''מ", "supplier_tax_id": "510950048",
    "invoice_date": "2025-09-27", "total_before_tax": 1000, "tax_amount": 180, "total_amount": 1180,
}  # fmt: skip


def line(number, **more):
    return {"line_number": number, "description": "כנף", "quantity": 1, "unit_price": 500, "line_total": 500} | more


@pytest.fixture
def send(api, dana):
    """Post an invoice, of a case or of none, and return the answer."""

    def sent(case, person=dana, **more):
        of_case = {"case_id": case["case_id"]} if case else {}
        return api(person).post("invoices", {**INVOICE, **of_case, **more})

    return sent


@pytest.fixture
def listed(api, dana):
    """The list of invoices as Dana sees it."""

    def rows(**asked):
        answer = api(dana).get(f"invoices?{urlencode(asked)}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    return rows
