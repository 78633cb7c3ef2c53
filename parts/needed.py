"""The part rows of the existing screens, under the many names their fields have there; pure."""

from decimal import Decimal
from typing import Any

from parts.answers import Unusable, key_of
from parts.models import PartRequired
from parts.spelled import MOST_MONEY, MOST_PIECES, Row, Spelled, number_of, plain, text_of

_TEXTS = {
    "part_name": ("part_name", "part", "name", "שם חלק"),
    "pcode": ("pcode", "catalog_code", "מספר קטלוגי", 'מק"ט'),
    "oem": ("oem", "מספר OEM", "קוד OEM"),
    "cat_num_desc": ("cat_num_desc",),
    "description": ("description", "desc", "תיאור"),
    "part_family": ("part_family", "group", "משפחת חלק"),
    "supplier_name": ("supplier_name", "supplier", "ספק"),
    "source": ("source", "סוג חלק", "סוג מקור", "מקור"),
    "damage_center_code": ("damage_center_code", "damage_center_id", "damage_center", "מוקד נזק"),
}
_HUNDRED = Decimal(100)
# column -> its names, the least and the most it holds
_NUMBERS: dict[str, tuple[tuple[str, ...], int | None, Decimal]] = {
    "price_per_unit": (("price_per_unit", "price", "unit_price", "מחיר"), None, MOST_MONEY),
    "reduction_percentage": (("reduction_percentage", "reduction", "הנחה"), 0, _HUNDRED),
    "wear_percentage": (("wear_percentage", "wear", "בלאי"), 0, _HUNDRED),
    "updated_price": (("updated_price",), None, MOST_MONEY),
    "total_cost": (("total_cost", "cost", 'סה"כ'), None, MOST_MONEY),
    "quantity": (("quantity", "qty", "כמות"), 0, MOST_PIECES),
}
_STATUS = ("status", "סטטוס")
_STATUSES = {
    PartRequired.Status.PENDING: ("pending", "ממתין", "ממתינה", "בהמתנה", "נדרש", "נדרשת"),
    PartRequired.Status.ORDERED: ("ordered", "הוזמן", "הוזמנה", "בהזמנה"),
    PartRequired.Status.RECEIVED: ("received", "התקבל", "התקבלה", "הגיע", "הגיעה"),
    PartRequired.Status.CANCELLED: ("cancelled", "canceled", "בוטל", "בוטלה", "מבוטל"),
}
_STATUS_OF = {plain(word): status for status, words in _STATUSES.items() for word in words}
_MUST_SAY = ("part_name", "pcode", "oem", "description", "cat_num_desc")


def row_of(raw: Any, place: str) -> Row:
    """One row in the table's columns; what it does not name is left out, and `unread` names what cannot be read.

    Raises Unusable. A row with a key of its own may say as little as its status.
    """
    if not isinstance(raw, dict):
        raise Unusable("a row is an object")
    spelled, unread = Spelled(raw), []
    row: Row = {column: spelled.text(names) for column, names in _TEXTS.items()}
    for column, (names, least, most) in _NUMBERS.items():
        number = number_of(spelled.value(names), least=least, most=most)
        row[column] = number.value if number.value is None else str(number.value).encode()
        unread += [column] * number.is_unread
    said = spelled.text(_STATUS)
    row["status"] = status_of(said)
    unread += ["status"] * (bool(said) and row["status"] is None)
    row["damage_center_codes"] = _codes(raw.get("damage_center_codes"))
    row["metadata"] = raw["metadata"] if isinstance(raw.get("metadata"), dict) else None
    row["row_uuid"], is_own = key_of(raw, place)
    if not is_own and not any(row[column] for column in _MUST_SAY):
        raise Unusable("neither a row_uuid nor a part in it")
    unread += ["row_uuid"] * (not is_own and raw.get("row_uuid") not in (None, ""))
    return {name: inner for name, inner in row.items() if inner is not None} | {"unread": unread}


def status_of(word: str | None) -> str | None:
    """A status by its own name or a Hebrew one; None for a word we do not know."""
    found = _STATUS_OF.get(plain(word or ""))
    return found and str(found)


def _codes(value: Any) -> list[str] | None:
    if not isinstance(value, list):
        value = [value] if text_of(value) else []
    return [code for code in map(text_of, value) if code] or None
