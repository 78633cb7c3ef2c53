"""What was read from a document: the names of the fields of each kind, in Hebrew as OCR writes them and in English."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from intake import figures, levi, vehicle
from intake.fields import Fields
from intake.reader import As, Read, Reader, opened

Names = Mapping[str, tuple[str, ...]]


class Rows(NamedTuple):
    """A list inside a document: what it is called, and the fields of its rows."""

    names: tuple[str, ...]
    fields: Names


INVOICE: Names = {
    "invoice_number": ("מס. חשבונית", "מס' חשבונית", "מספר חשבונית"),
    "invoice_date": ("תאריך", "תאריך חשבונית"),
    "supplier_name": ("שם מוסך", "מפיק החשבונית", "ספק"),
    "supplier_tax_id": ("ח.פ.", "ח.פ", "עוסק מורשה"),
    "supplier_email": ('דוא"ל מוסך', 'דוא"ל'),
    "supplier_phone": ("טלפון מוסך",),
    "supplier_address": ("כתובת מוסך",),
    "plate": ("מספר רכב", "מס' רכב", "מספר רישוי"),
    "manufacturer": ("יצרן",),
    "model": ("דגם",),
    "year": ("שנת ייצור", "שנת יצור"),
    "mileage": ("מד אוץ", "קילומטראז'"),
    "owner_name": ("בעל הרכב",),
    "case_number": ("מספר תיק",),
    "claim_number": ("מספר תביעה",),
    "policy_number": ("פוליסה", "מספר פוליסה"),
    "damage_center": ("מוקד נזק",),
    "total_parts": ("סהכ חלקים", 'סה"כ חלקים'),
    "total_works": ("סהכ עבודות", 'סה"כ עבודות'),
    "total_repairs": ("סהכ תיקונים", 'סה"כ תיקונים'),
    "total_before_tax": ('עלות כוללת ללא מע"מ',),
    "tax_rate": ('מע"מ',),
    "tax_amount": ('ערך מע"מ',),
    "total_amount": ("עלות כוללת",),
    "notes": ("הערות",),
    "link": ("לינק",),
}
INVOICE_ROWS = {
    "parts": Rows(
        ("חלקים",),
        {
            "catalog_code": ('מק"ט חלק', 'מק"ט'),
            "name": ("שם חלק",),
            "description": ("תיאור",),
            "quantity": ("כמות",),
            "source": ("מקור",),
            "unit_price": ("מחיר יחידה",),
            "total": ("עלות",),
        },
    ),
    "works": Rows(
        ("עבודות",),
        {"category": ("סוג העבודה",), "description": ("תיאור עבודות",), "total": ("עלות עבודות",)},
    ),
    "repairs": Rows(
        ("תיקונים",),
        {"category": ("סוג תיקון",), "description": ("תיאור התיקון",), "total": ("עלות תיקונים",)},
    ),
}
_PARTS: Names = {"plate": levi.PLATE, "search_date": ()}
_PARTS_ROWS = {
    "results": Rows(
        ("חלקים", "parts"),
        {
            "pcode": ('מק"ט', 'מק"ט חלק', "קוד קטלוגי", "מספר קטלוגי"),
            "cat_num_desc": ("תיאור", "תיאור חלק", "שם חלק"),
            "price": ("מחיר", "מחיר יחידה"),
            "supplier_name": ("ספק",),
            "part_family": (),
            "make": ("יצרן",),
            "model": ("דגם",),
            "year_from": (),
            "year_to": (),
            "oem": ("קוד OEM", "מספר OEM"),
            "availability": ("זמינות",),
            "location": ("מיקום",),
            "source": ("מקור", "סוג מקור"),
            "comments": ("הערות",),
            "quantity": ("כמות",),
        },
    )
}
_AS: dict[str, As] = {
    "year": figures.year,
    "invoice_date": figures.day,
    **dict.fromkeys(("year_from", "year_to"), figures.whole),
    **dict.fromkeys(
        ("mileage", "total_parts", "total_works", "total_repairs", "total_before_tax", "tax_rate", "tax_amount",
         "total_amount", "quantity", "unit_price", "total", "price"),
        figures.number,
    ),
}  # fmt: skip
# Above it stands an amount: the older form writes that under the rate's name.
_HIGHEST_RATE = Decimal(30)


def _reader(names: Names, rows: Mapping[str, Rows]) -> Callable[[dict[str, Any]], Read]:
    def read(value: dict[str, Any]) -> Read:
        reader = Reader(Fields(opened(value, "body")))
        parsed = reader.all(names, _AS)
        for name, shape in rows.items():
            listed = reader.fields.inner(name, *shape.names)
            listed = listed if isinstance(listed, list) else [listed] if listed else []
            parsed[name] = [_row(reader, f"{name}.{n}", row, shape.fields) for n, row in enumerate(listed)]
        return reader.done_with_the_rest(parsed)

    return read


def _row(outer: Reader, at: str, row: Any, names: Names) -> Any:
    if not isinstance(row, dict):
        return row
    reader = Reader(Fields(row))
    read = reader.done_with_the_rest(reader.all(names, _AS))
    outer.unread += [f"{at}.{name}" for name in reader.unread]
    return read.parsed


_read_invoice = _reader(INVOICE, INVOICE_ROWS)


def _invoice(value: dict[str, Any]) -> Read:
    found = _read_invoice(value)
    rate = found.parsed.get("tax_rate")
    if rate is not None and rate > _HIGHEST_RATE and found.parsed["tax_amount"] is None:
        return Read({**found.parsed, "tax_amount": rate, "tax_rate": None}, found.unread)
    return found


def _other(value: dict[str, Any]) -> Read:
    reader = Reader(Fields(value))
    return reader.done_with_the_rest({})


READERS: dict[str, Callable[[dict[str, Any]], Read]] = {
    "invoice": _invoice,
    "parts": _reader(_PARTS, _PARTS_ROWS),
    "levi": levi.read_document,
    "license": vehicle.read_document,
    "other": _other,
}
