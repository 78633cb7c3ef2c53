"""A chosen part as the existing screens keep it in the helper: its fields under Hebrew and English names; pure."""

from datetime import UTC, datetime
from decimal import Decimal

from core import exact
from parts.models import PartsSearchResult
from parts.spelled import Row


def helper_row(found: PartsSearchResult, *, plate: str, quantity: Decimal, at: datetime) -> str:
    """The row of `parts_search.selected_parts` as JSON, to the last digit."""
    pieces = _number(quantity)
    price = None if found.price is None else _number(found.price)
    row: Row = {
        "name": found.part_name or found.description or "",
        "תיאור": found.description or found.part_name or "",
        **dict.fromkeys(("כמות", "qty", "quantity"), pieces),
        "group": found.part_family or "",
        "מחיר": found.price_text or "",
        "price": price,
        "סוג חלק": found.part_type or "",
        "source": found.part_type or "",
        **dict.fromkeys(("ספק", "supplier"), found.supplier_name or ""),
        "fromSuggestion": False,
        "entry_method": found.data_source or "",
        "מיקום": found.location or "",
        "זמינות": found.availability or "",
        **dict.fromkeys(("מספר OEM", "oem"), found.oem or ""),
        "הערות": found.comments or "",
        **dict.fromkeys(("supplier_pcode", "pcode", "catalog_code", "מספר קטלוגי"), found.pcode or ""),
        **dict.fromkeys(("משפחת חלק", "part_family"), found.part_family or ""),
        "make": found.make or "",
        "model": found.model or "",
        "year_from": found.year_from,
        "year_to": found.year_to,
        "catalog_item_id": None,
        "selected_at": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "plate_number": plate,
    }
    return exact.write(row)


def _number(value: Decimal) -> bytes:
    """The digits of a number; a whole one without the noughts behind its point."""
    return str(int(value) if value == value.to_integral_value() else value).encode()
