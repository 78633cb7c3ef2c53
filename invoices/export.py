"""Invoices as a file: the columns of the office, in the words that an import knows again."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from cases.listed import Listed, Row
from invoices.models import Invoice

# column -> its head; the first name an import looks for
HEADS = {
    "id": "מזהה",
    "invoice_number": "מס. חשבונית",
    "invoice_type": "סוג חשבונית",
    "supplier_name": "ספק",
    "supplier_tax_id": "ח.פ.",
    "plate": "מספר רכב",
    "invoice_date": "תאריך חשבונית",
    "due_date": "תאריך לתשלום",
    "status": "סטטוס",
    "total_before_tax": 'סה"כ ללא מע"מ',
    "vat_rate": 'שיעור מע"מ',
    "tax_amount": 'סכום מע"מ',
    "total_amount": 'סה"כ כולל מע"מ',
    "currency": "מטבע",
    "notes": "הערות",
}
# What is only told: an import passes over it.
TOLD = {"differs": "הפרש", "created_at": "נוצר"}
TYPES = {"PARTS": "חלקים", "LABOR": "עבודה", "TOWING": "גרירה", "OTHER": "אחר"}
STATUSES = {
    "DRAFT": "טיוטה",
    "PENDING": "ממתין",
    "ASSIGNED": "משויכת",
    "ACCEPTED": "התקבלה",
    "SENT": "נשלחה",
    "PAID": "שולם",
    "CANCELLED": "בוטל",
}
_CHECKED = ("validation__sum_difference", "validation__vat_difference", "validation__lines_difference")


def _rows(ids: Sequence[UUID]) -> Iterable[Row]:
    columns = [*HEADS, "created_at", *_CHECKED]
    return [shown(row) for row in Invoice.objects.filter(pk__in=ids).values(*columns)]


def shown(row: dict[str, Any]) -> Row:
    """An invoice's values with its kind and status in the office's words, and what its sums are off by most."""
    off = [row[name] for name in _CHECKED if row.get(name) is not None]
    told = {"differs": max(off, key=abs) if off else None, "created_at": row.get("created_at")}
    named = {"invoice_type": TYPES[row["invoice_type"]], "status": STATUSES[row["status"]]}
    return {**{name: row[name] for name in HEADS}, **named, **told}


INVOICES = Listed("invoices", "חשבוניות", {head: name for name, head in (HEADS | TOLD).items()}, _rows)
