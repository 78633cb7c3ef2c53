"""The fields of a part as people, scenarios and an AI spell them, and the values in them; pure."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, NamedTuple

# Read with core.exact: a number is the bytes it was written with.
Row = dict[str, Any]

_NO_QUOTES = str.maketrans("_", " ", "\"'`״׳”“’‘")
_NOTHING = {"", "-", "–", "—", "אין מידע", "לא זמין", "לא ידוע", "n/a", "null", "none"}
_BESIDE_A_NUMBER = re.compile(r"₪|%|ש[\"'`״׳”]{0,2}ח|\b(?:nis|ils)\b|[\s\u200e\u200f\u00a0]", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,20})?")
_CENTS = Decimal("0.01")
_LARGEST_LAYOUT = 4_000
# What the columns hold.
MOST_MONEY, MOST_PIECES = Decimal("9999999999.99"), Decimal("99999999.99")


class Number(NamedTuple):
    """A number of a field: None where nothing was said, unread where what was said is none that fits."""

    value: Decimal | None
    is_unread: bool = False


class Spelled:
    """One row, its fields found in whatever case and with whatever quote signs their names were written."""

    def __init__(self, row: Row) -> None:
        self._row, self._layout = row, _layout_of(tuple(row))

    def value(self, names: tuple[str, ...]) -> Any:
        """The first of these fields that says something, else the first that is there at all."""
        nothing = None
        for key in self._layout.keys(names):
            value = self._row[key]
            if not _says_nothing(value):
                return value
            nothing = value if nothing is None else nothing
        return nothing

    def text(self, names: tuple[str, ...]) -> str | None:
        """The same as text, as it was written; None for what is no single value."""
        return text_of(self.value(names)) or None


class _Layout:
    """Where a field stands in rows with these keys; rows of one answer are alike, and looked through once."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._named: dict[str, str] = {}
        for key in keys:
            self._named.setdefault(plain(key), key)
        self._found: dict[tuple[str, ...], tuple[str, ...]] = {}

    def keys(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The row's own keys for a field that goes by these names, in their order."""
        found = self._found.get(names)
        if found is None:
            found = tuple(self._named[name] for name in _plain_names(names) if name in self._named)
            self._found[names] = found
        return found


def _layout_of(keys: tuple[str, ...]) -> _Layout:
    # What a caller sends is not kept for long, and nothing large.
    return _known_layout(keys) if sum(map(len, keys)) <= _LARGEST_LAYOUT else _Layout(keys)


@lru_cache(maxsize=64)
def _known_layout(keys: tuple[str, ...]) -> _Layout:
    return _Layout(keys)


def plain(name: str) -> str:
    """A name without its quote signs, which differ from one answer to the next."""
    return " ".join(name.translate(_NO_QUOTES).lower().rstrip(" :").split())


@lru_cache(maxsize=128)
def _plain_names(names: tuple[str, ...]) -> tuple[str, ...]:
    # Our own names only, so there are few of them.
    return tuple(map(plain, names))


def text_of(value: Any) -> str | None:
    """A single value as it was written."""
    match value:
        case bytes():
            return value.decode()
        case str():
            return value
        case bool():
            return str(value).lower()
    return None


def number_of(value: Any, *, least: int | None = None, most: Decimal = MOST_MONEY) -> Number:
    """The number in a value such as "₪ 2,120"; of a comma that groups nothing we cannot say what it means."""
    if isinstance(value, bytes):
        read = Decimal(value.decode())
    elif _says_nothing(value):
        return Number(None)
    elif isinstance(value, str) and _NUMBER.fullmatch(written := _BESIDE_A_NUMBER.sub("", value)):
        read = Decimal(written.replace(",", ""))
    else:
        return Number(None, is_unread=True)
    if not -most <= read <= most or (least is not None and read < least):
        return Number(None, is_unread=True)
    return Number(read.quantize(_CENTS, ROUND_HALF_UP))


def _says_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.strip().lower() in _NOTHING)
