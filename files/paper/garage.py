"""The garage's invoices as a helper keeps them: Hebrew names out of Make's reading, English ones typed in by hand."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from files.paper.centers import added
from files.paper.finding import first, one_of, rows, spelled
from files.paper.written import DASH, day, money, number, percent, quantity, text


class Line(NamedTuple):
    """One line of an invoice."""

    kind: str
    code: str
    name: str
    source: str
    quantity: str
    price: str
    total: str


@dataclass(frozen=True)
class Invoice:
    """One invoice of the case."""

    number: str
    garage: str
    tax_id: str
    phone: str
    day: str
    lines: list[Line]
    parts: str
    works: str
    repairs: str
    before_vat: str
    vat_rate: str
    vat: str
    total: str
    before: Decimal | None
    tax: Decimal | None
    whole: Decimal | None


def of_case(helper: dict[str, Any]) -> list[Invoice]:
    """The invoices of a case; the same number of the same garage once, as it was read last."""
    found: dict[Any, Invoice] = {}
    for place, row in enumerate(rows(helper.get("invoices"))):
        invoice = _invoice(row)
        key = (invoice.number, invoice.garage) if invoice.number != DASH else place
        found[key] = invoice
    return list(found.values())


def _invoice(row: dict[str, Any]) -> Invoice:
    rate = spelled(row, 'מע"מ', "vat_rate")
    before = first(spelled(row, 'עלות כוללת ללא מע"מ', "total_before_tax", "subtotal"))
    tax = spelled(row, 'ערך מע"מ', "tax_amount", "vat_amount")
    whole = spelled(row, "עלות כוללת", "total_amount", "total")
    return Invoice(
        number=text(spelled(row, "מס. חשבונית", "invoice_number")) or DASH,
        garage=text(spelled(row, "שם מוסך", "supplier_name", "garage_name")) or DASH,
        tax_id=text(spelled(row, "ח.פ.", "supplier_tax_id")) or DASH,
        phone=text(spelled(row, "טלפון מוסך", "phone")) or DASH,
        day=day(spelled(row, "תאריך", "invoice_date", "date", "issue_date")),
        lines=[*_parts(row), *_works(row, "עבודות"), *_works(row, "תיקונים"), *_typed(row)],
        parts=money(spelled(row, "סהכ חלקים")),
        works=money(spelled(row, "סהכ עבודות")),
        repairs=money(spelled(row, "סהכ תיקונים")),
        before_vat=money(before),
        vat_rate=percent(rate),
        vat=money(tax),
        total=money(whole),
        before=number(before),
        tax=number(tax),
        whole=number(whole),
    )


def _parts(row: dict[str, Any]) -> list[Line]:
    return [
        Line(
            "חלק",
            text(spelled(part, 'מק"ט חלק', 'מק"ט', "catalog_code")) or DASH,
            text(spelled(part, "שם חלק", "תיאור", "name")) or DASH,
            text(spelled(part, "מקור", "source")) or DASH,
            quantity(spelled(part, "כמות", "quantity")),
            money(spelled(part, "מחיר יחידה", "unit_price")),
            money(spelled(part, "עלות", "line_total", "price")),
        )
        for part in rows(row.get("חלקים"))
    ]


def _works(row: dict[str, Any], section: str) -> list[Line]:
    """Works and repairs: their columns carry the section's own name."""
    return [
        Line(
            {"עבודות": "עבודה", "תיקונים": "תיקון"}[section],
            DASH,
            text(spelled(work, f"תיאור {section}", "תיאור", "name")) or DASH,
            DASH,
            quantity(spelled(work, "כמות", "quantity")),
            DASH,
            money(spelled(work, f"עלות {section}", "עלות", "cost")),
        )
        for work in rows(row.get(section))
    ]


def _typed(row: dict[str, Any]) -> list[Line]:
    return [
        Line(
            text(one_of(line, "item_category", "category")) or DASH,
            text(one_of(line, "catalog_code", "code")) or DASH,
            text(one_of(line, "description", "name")) or DASH,
            text(line.get("source")) or DASH,
            quantity(one_of(line, "quantity", "qty")),
            money(one_of(line, "unit_price", "price")),
            money(one_of(line, "line_total", "total")),
        )
        for line in rows(first(row.get("lines"), row.get("items")))
    ]


def together(invoices: list[Invoice]) -> tuple[str, str, str]:
    """What all invoices come to: before VAT, VAT, and with it; a dash where one does not say it."""
    if not invoices:
        return DASH, DASH, DASH
    sums = (added(getattr(invoice, name) for invoice in invoices) for name in ("before", "tax", "whole"))
    before, tax, whole = (DASH if total is None else money(str(total)) for total in sums)
    return before, tax, whole
