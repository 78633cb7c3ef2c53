"""A cell's value as text and back: what a program would calculate, or Excel cannot hold, and nothing is lost by it."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from core import csvtext

ISRAEL = ZoneInfo("Asia/Jerusalem")
# Excel holds no more in a cell.
LONGEST = 32_767
# What XML cannot hold, and what looks like the way in which Excel writes it.
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def plain(value: Any) -> Any:
    """A value as a sheet holds it: a number, a day, a time by the clock of Israel, or a text."""
    match value:
        case None | int() | Decimal() | str():
            return value
        case datetime():
            return value.astimezone(ISRAEL).replace(tzinfo=None, microsecond=0)
        case date():
            return value
    return str(value)


def text(value: Any) -> str:
    """The same as text, in one spelling whatever kind of file it was in."""
    match value:
        case None:
            return ""
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}" if value.time() != datetime.min.time() else f"{value:%Y-%m-%d}"
        case date():
            return value.isoformat()
        case bool():
            return str(value)
        case float():
            return format(Decimal(repr(value)).normalize(), "f")
        case Decimal():
            return format(value, "f")
    return str(value)


def unquoted(value: str) -> str:
    """What `csvtext.quoted` was given."""
    return value[1:] if value.startswith("'") and is_formula(value.lstrip("'")) else value


def is_formula(value: str) -> bool:
    return csvtext.safe(value) != value.replace("\0", "")


def escaped(value: str) -> str:
    """A text as Excel writes it where XML cannot; cut where a cell ends."""
    told = _ESCAPED.sub(lambda found: f"_x005F_{found[0][1:]}", value)
    return _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", told)[:LONGEST]


def unescaped(value: str) -> str:
    """What `escaped` was given."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
