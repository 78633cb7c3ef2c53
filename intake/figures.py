"""Figures, dates and years as people and programs write them; None where a text holds none."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.jsontext import Number

# numeric(12, 2) holds no more.
MOST_MONEY = Decimal(10) ** 10
_NOTHING = {"", "-", "--", "–", "—", "אין מידע", "לא ידוע", "null", "none", "n/a"}
_MARKS = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\u00a0]")
_AROUND = re.compile(r'₪|ש"?ח|nis|%|סמ"?ק|cc', re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,10})?")
_YEAR_LAST = re.compile(r"(?:[0-9]{1,2}[/.\-]){0,2}((?:19|20)[0-9]{2})")
_YEAR_FIRST = re.compile(r"((?:19|20)[0-9]{2})(?:[/.\-][0-9]{1,2}){1,2}")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4}|[0-9]{2})")
_LONGEST = 100


def says_nothing(value: Any) -> bool:
    """True for no value, and for the words that stand for none."""
    return value is None or (isinstance(value, str) and _clean(value).casefold() in _NOTHING)


def number(value: Any) -> Decimal | None:
    """The number in a text such as "₪ -28,660", "+7.95%" or "3,500-"."""
    if isinstance(value, Number):
        written = Decimal(value)
        return written if -20 < written.adjusted() < 20 else None
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    text = _AROUND.sub("", _clean(value).translate({0x2212: "-", 0x5F4: '"'}).replace("''", '"')).replace(" ", "")
    if text.endswith("-"):
        # A minus that a right-to-left line has put behind its number.
        text = "-" + text[:-1]
    return Decimal(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def money(value: Any) -> Decimal | None:
    """A number of shekels that the database can hold."""
    found = number(value)
    return found if found is not None and abs(found) < MOST_MONEY else None


def whole(value: Any) -> int | None:
    """A number without a fraction."""
    found = number(value)
    return int(found) if found is not None and found == found.to_integral_value() else None


def cubic_centimetres(value: Any) -> int | None:
    """The size of an engine, up to what any car has."""
    found = whole(value)
    return found if found is not None and 0 <= found <= 30_000 else None


def year(value: Any) -> int | None:
    """The year in "2022", "11/2022" or "2021-1"."""
    text = _clean(value) if isinstance(value, str) else ""
    found = _YEAR_LAST.fullmatch(text) or _YEAR_FIRST.fullmatch(text)
    return int(found[1]) if found else None


def day(value: Any) -> date | None:
    """The day in "27/09/2025", "27.9.25" or an ISO text."""
    text = _clean(value)[:_LONGEST] if isinstance(value, str) else ""
    try:
        if found := _DAY_FIRST.fullmatch(text):
            century = 2000 if len(found[3]) == 2 else 0
            return date(century + int(found[3]), int(found[2]), int(found[1]))
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def _clean(text: str) -> str:
    return _MARKS.sub(" ", text).strip()
