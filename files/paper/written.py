"""A value of a helper as it is printed: numbers keep their digits, and what cannot be read stays as it was written."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

DASH = "—"
_HOME = ZoneInfo("Asia/Jerusalem")
_CENT = Decimal("0.01")
# A text that turns the line's direction round could make an amount read as another one; a control character is none.
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]|[\x00-\x08\x0b-\x1f\x7f]|[\ud800-\udfff]")
_AROUND = re.compile(r'₪|ש"?ח|nis|ils|%', re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,2})?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4}|[0-9]{2})")
_PLATE = re.compile(r"[0-9][0-9 .\-]*")
_LONGEST = 100
_DEEPEST = 4


def text(value: Any, depth: int = 0) -> str:
    """What stands there, as a text; nothing for nothing. A list or an object is told piece by piece."""
    if isinstance(value, str):
        return _TURNING.sub("", value).strip()
    if value is None or depth > _DEEPEST:
        return ""
    if isinstance(value, bool):
        return "כן" if value else "לא"
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list):
        return ", ".join(filter(None, (text(one, depth + 1) for one in value)))
    if isinstance(value, dict):
        told = ((text(key), text(one, depth + 1)) for key, one in value.items())
        return ", ".join(f"{key}: {one}" for key, one in told if one)
    return str(value)


def number(value: Any) -> Decimal | None:
    """The number in `1677`, "₪ -28,660", "+7.95%" or "3,500-"; None where there is none."""
    if value is None or isinstance(value, bool | list | dict):
        return None
    said = text(value)
    if len(said) > _LONGEST:
        return None
    said = _AROUND.sub("", said.translate({0x2212: "-", 0x5F4: '"'}).replace("''", '"'))
    said = re.sub(r"\s", "", said)
    if said.endswith("-"):
        # A minus that a right-to-left line has put behind its number.
        said = "-" + said[:-1]
    if not _NUMBER.fullmatch(said):
        return None
    found = Decimal(said.replace(",", ""))
    return found if -20 < found.adjusted() < 16 else None


def money(value: Any) -> str:
    """1,234.56 ₪; what is no number as it was written."""
    found = number(value)
    return text(value) or DASH if found is None else f"{_rounded(found):,} ₪"


def percent(value: Any) -> str:
    """7.5%; what is no number as it was written."""
    found = number(value)
    return text(value) or DASH if found is None else f"{_plain(found)}%"


def quantity(value: Any) -> str:
    """A count without zeros behind the point."""
    found = number(value)
    return text(value) or DASH if found is None else _plain(found)


def _rounded(found: Decimal) -> Decimal:
    # Adding zero takes away a minus that is left before nothing.
    return found.quantize(_CENT, ROUND_HALF_UP) + 0


def _plain(found: Decimal) -> str:
    whole = _rounded(found)
    return f"{whole:,.0f}" if whole == whole.to_integral_value() else f"{whole:,f}".rstrip("0")


def day(value: Any) -> str:
    """DD/MM/YYYY by the clock of Israel; what is no day as it was written."""
    said = text(value)
    found = _day_of(said[:_LONGEST])
    return f"{found:%d/%m/%Y}" if found else said or DASH


def _day_of(said: str) -> date | None:
    try:
        if found := _DAY_FIRST.fullmatch(said):
            century = 2000 if len(found[3]) == 2 else 0
            return date(century + int(found[3]), int(found[2]), int(found[1]))
        at = datetime.fromisoformat(said)
        return (at.astimezone(_HOME) if at.tzinfo else at).date()
    except (ValueError, OverflowError):
        return None


def today() -> date:
    """The day it is in Israel."""
    return datetime.now(_HOME).date()


def plate(value: Any) -> str:
    """12-345-67 or 123-45-678; what is no plate as it was written."""
    said = text(value)
    digits = re.sub(r"[^0-9]", "", said) if _PLATE.fullmatch(said) else ""
    if len(digits) == 7:
        return f"{digits[:2]}-{digits[2:5]}-{digits[5:]}"
    if len(digits) == 8:
        return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
    return said or DASH
