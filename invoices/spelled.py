"""An invoice as people, scenarios and OCR spell it, in the columns of our tables; pure."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple
from uuid import UUID

from core.jsontext import Number
from intake import figures
from intake.fields import Fields, plate_digits
from intake.ocr import INVOICE, INVOICE_ROWS
from intake.reader import As, Reader, as_object, opened, text
from invoices.models import Invoice, InvoiceLine

Row = dict[str, Any]

_CENTS = Decimal("0.01")
_MOST_MONEY, _MOST_PIECES, _HUNDRED = Decimal("9999999999.99"), Decimal("99999999.99"), Decimal(100)
_MOST_LINES = 100_000
# Above it stands an amount: the older form writes that under the rate's name.
_HIGHEST_RATE = Decimal(30)
# column -> the names it goes by beside its own
_HEAD: Mapping[str, tuple[str, ...]] = {
    **{
        name: INVOICE[name]
        for name in ("invoice_number", "invoice_date", "supplier_name", "supplier_tax_id", "plate", "notes")
    },
    **{name: INVOICE[name] for name in ("total_before_tax", "tax_amount", "total_amount")},
    "vat_rate": ("tax_rate", *INVOICE["tax_rate"]),
    "issue_date": ("תאריך הפקה",),
    "due_date": ("תאריך לתשלום",),
    "status": ("סטטוס",),
    "invoice_type": ("סוג חשבונית",),
    "currency": ("מטבע",),
    "source": (),
}
_LINE: Mapping[str, tuple[str, ...]] = {
    "line_number": ("מספר שורה", "מס' שורה"),
    "description": ("שם חלק", "תיאור", "תיאור עבודות", "תיאור התיקון", "name"),
    "part_id": (),
    "quantity": ("כמות", "qty"),
    "unit_price": ("מחיר יחידה", "price"),
    "discount_percent": ("הנחה", "discount"),
    "line_total": ("עלות", "עלות עבודות", "עלות תיקונים", 'סה"כ', "total"),
    "source": ("מקור",),
    "catalog_code": ('מק"ט חלק', 'מק"ט', "pcode"),
    "item_category": ("קטגוריה",),
}
_STATUSES = {
    Invoice.Status.DRAFT: ("טיוטה",),
    Invoice.Status.PENDING: ("ממתין", "ממתינה"),
    Invoice.Status.ASSIGNED: ("שויך", "שויכה"),
    Invoice.Status.ACCEPTED: ("אושר", "אושרה"),
    Invoice.Status.SENT: ("נשלח", "נשלחה"),
    Invoice.Status.PAID: ("שולם", "שולמה"),
    Invoice.Status.CANCELLED: ("canceled", "בוטל", "בוטלה"),
}
_TYPES = {
    Invoice.Type.PARTS: ("חלקים",),
    Invoice.Type.LABOR: ("labour", "עבודה", "עבודות"),
    Invoice.Type.TOWING: ("גרירה",),
    Invoice.Type.OTHER: ("אחר",),
}
_CATEGORIES = {
    InvoiceLine.Category.PART: ("parts", "חלק", "חלקים"),
    InvoiceLine.Category.WORK: ("works", "עבודה", "עבודות"),
    InvoiceLine.Category.REPAIR: ("repairs", "תיקון", "תיקונים"),
    InvoiceLine.Category.MATERIAL: ("materials", "חומר", "חומרים", "חומרי עזר"),
    InvoiceLine.Category.OTHER: ("אחר",),
    InvoiceLine.Category.UNCATEGORIZED: (),
}
_CURRENCIES = {"ILS": ("₪", "nis", 'ש"ח', "ש״ח", "שח"), "USD": ("$",), "EUR": ("€",)}
_MUST_SAY = ("description", "part_id", "unit_price", "line_total", "catalog_code")
# The lists of a reading, and what a line is that stands in one.
LISTS = {"parts": "part", "works": "work", "repairs": "repair"}
LIST_NAMES = {spelled: name for name in LISTS for spelled in (name, *INVOICE_ROWS[name].names)}


class Unusable(Exception):
    """A row that is no line; the text says why."""


class Head(NamedTuple):
    """An invoice without its lines, and what was said and could not be read."""

    row: Row
    unread: list[str]


class Listed(NamedTuple):
    """A line as it came, where it stands, and what it is by the list it stands in."""

    raw: Any
    pointer: str
    category: str | None = None


def head_of(said: Row) -> Head:
    """The head of an invoice that was read with core.jsontext; what it does not say is left out."""
    reader = Reader(Fields(opened(said, "body")))
    row = reader.all(_HEAD, _AS_HEAD)
    if row["vat_rate"] is not None and row["vat_rate"] > _HIGHEST_RATE and row["tax_amount"] is None:
        row["tax_amount"], row["vat_rate"] = row["vat_rate"], None
    if row["vat_rate"] is not None and not 0 <= row["vat_rate"] <= _HUNDRED:
        row["vat_rate"] = None
        reader.unread.append("vat_rate")
    own, unread = as_object(reader.fields.inner("metadata")), _unread(reader, _HEAD)
    for name in LISTS:
        reader.fields.inner(name, *INVOICE_ROWS[name].names)
    row["metadata"] = _said({"original_ocr_data": _said(reader.fields.rest), "unread": unread, **own})
    return Head(_said(row), reader.unread)


def plate_of(said: Row) -> str | None:
    """The plate that an invoice names."""
    found: str | None = Reader(Fields(opened(said, "body"))).take("plate", _HEAD["plate"], _plate)
    return found


def lines_in(said: Row) -> list[Listed]:
    """The lines of an invoice, in the order of its lists: those of a reading are parts, works and repairs."""
    fields = Fields(opened(said, "body"))
    found = _listed(said.get("lines"), "/lines")
    for name, category in LISTS.items():
        key = next((key for key in said if LIST_NAMES.get(key.strip()) == name), name)
        found += _listed(fields.inner(name, *INVOICE_ROWS[name].names), f"/{key}", category)
    return found


def line_of(listed: Listed) -> Row:
    """One line in the table's columns; what it does not say is left out, and what nobody knows is its metadata.

    Raises Unusable.
    """
    if not isinstance(listed.raw, dict):
        raise Unusable("a line is an object")
    reader = Reader(Fields(listed.raw))
    row = reader.all(_LINE, _AS_LINE)
    if not row["line_number"] and all(row[name] is None for name in _MUST_SAY):
        raise Unusable("no number, description, code or price in it")
    row["item_category"] = row["item_category"] or listed.category
    if listed.category:
        row["category_method"] = "ocr"
        if row["unit_price"] is None and row["quantity"] in (None, 1):
            row["unit_price"] = row["line_total"]
    own, unread = as_object(reader.fields.inner("metadata")), _unread(reader, _LINE)
    row["metadata"] = _said({**reader.fields.rest, "unread": unread, **own})
    return {**_said(row), "unread": reader.unread}


def numbered(rows: Iterable[Row | str]) -> list[Row | str]:
    """The lines with a number each: its own, else its place in the call; a text is why one is none."""
    listed = list(rows)
    own = {row["line_number"] for row in listed if isinstance(row, dict) and "line_number" in row}
    return [_with_number(row, place, own) for place, row in enumerate(listed, 1)]


def _with_number(row: Row | str, place: int, taken: set[int]) -> Row | str:
    if isinstance(row, str) or "line_number" in row:
        return row
    if place in taken:
        return f"another line has the number {place} of its place: number them all, or none"
    return {**row, "line_number": place}


def _listed(value: Any, pointer: str, category: str | None = None) -> list[Listed]:
    if isinstance(value, dict):
        return [Listed(value, pointer, category)]
    rows = value if isinstance(value, list) else []
    return [Listed(row, f"{pointer}/{place}", category) for place, row in enumerate(rows)]


def _unread(reader: Reader, names: Mapping[str, tuple[str, ...]]) -> Row:
    """What could not be read, as it came; an object or a list stays among the rest."""
    return _said({name: reader.fields.take(name, *names.get(name, ())) for name in reader.unread})


def _said(row: Row) -> Row:
    return {name: inner for name, inner in row.items() if inner is not None and inner != "" and inner != {}}


def _money(value: Any) -> Decimal | None:
    return _within(value, _MOST_MONEY)


def _pieces(value: Any) -> Decimal | None:
    return _within(value, _MOST_PIECES)


def _percent(value: Any) -> Decimal | None:
    found = _within(value, _HUNDRED)
    return found if found is not None and found >= 0 else None


def _within(value: Any, most: Decimal) -> Decimal | None:
    found = figures.number(value)
    rounded = found.quantize(_CENTS, ROUND_HALF_UP) if found is not None and abs(found) <= most + 1 else None
    return rounded if rounded is not None and abs(rounded) <= most else None


def _line_number(value: Any) -> int | None:
    found = figures.whole(value)
    return found if found is not None and 1 <= found <= _MOST_LINES else None


def _uuid(value: Any) -> str | None:
    with suppress(ValueError):
        return str(UUID(str(value)))
    return None


def _up_to(most: int) -> As:
    def read(value: Any) -> str | None:
        found = text(value)
        return found if found is not None and len(found) <= most else None

    return read


def _one_of(words: Mapping[Any, Iterable[str]]) -> Callable[[Any], str | None]:
    spelled = {word.casefold(): str(name) for name, others in words.items() for word in (str(name), *others)}

    def read(value: Any) -> str | None:
        return None if isinstance(value, Number) else spelled.get((text(value) or "").casefold())

    return read


def _plate(value: Any) -> str | None:
    return plate_digits(value) or None


_AS_HEAD: dict[str, As] = {
    **dict.fromkeys(("invoice_date", "issue_date", "due_date"), figures.day),
    **dict.fromkeys(("total_before_tax", "tax_amount", "total_amount", "vat_rate"), _money),
    "invoice_number": _up_to(100),
    "supplier_name": _up_to(300),
    "supplier_tax_id": _up_to(50),
    "source": _up_to(100),
    "notes": _up_to(20_000),
    "plate": _plate,
    "status": _one_of(_STATUSES),
    "invoice_type": _one_of(_TYPES),
    "currency": _one_of(_CURRENCIES),
}
_AS_LINE: dict[str, As] = {
    **dict.fromkeys(("unit_price", "line_total"), _money),
    "line_number": _line_number,
    "quantity": _pieces,
    "discount_percent": _percent,
    "part_id": _uuid,
    "description": _up_to(20_000),
    "item_category": _one_of(_CATEGORIES),
}
