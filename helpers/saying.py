"""What a page says of one value: the part of a text that changed, one line for a row, by how much an amount grew."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpers import wording
from helpers.diff import Change
from helpers.pointers import Path
from helpers.wording import Step

_AROUND = 60
_SHORT = 160
# Where a text is taken in at one glance, nothing in it needs to be marked.
_GLANCE = 24
_LONGEST_MIDDLE = 240
_LONGEST_WORD = 30
# What may be opened where it was cut: one text, and all texts of a page together.
_LONGEST_WHOLE = 3_000
_OPENED_PER_PAGE = 200_000
_FIELDS = 40
# This much without one blank is no text but a picture or a file.
_NO_BLANK = 300
_AMOUNT = re.compile(
    r"(?P<sign>₪ ?)?(?P<digits>-?[0-9]{1,3}(,[0-9]{3})+|-?[0-9]{1,15})(?P<rest>\.[0-9]{1,6})?( ?(₪|%))?"
)


class Field(NamedTuple):
    """One field of a row that came or went whole."""

    label: Step
    value: str


class Said(NamedTuple):
    """One value: a text cut around what changed in it, or our words for what is no text."""

    start: str
    marked: str = ""
    end: str = ""
    is_text: bool = False
    size: int = 0  # characters, where it was cut
    whole: str = ""  # what was cut, where it is not too much
    fields: tuple[Field, ...] = ()
    more: int = 0
    note: str = ""  # what kind of value it is, where both sides read alike

    @property
    def is_cut(self) -> bool:
        """Whether it cannot be read here to its end."""
        return bool(self.more or (self.size and not self.whole))


class Sayer:
    """Says values until the page has been given as much text to open as it bears."""

    def __init__(self) -> None:
        self.left = _OPENED_PER_PAGE
        self.namer = wording.Namer()
        self.lengths: dict[int, str] = {}

    def both(self, change: Change) -> tuple[Said | None, Said | None]:
        """Both sides of a change; None where nothing stood or stands."""
        old, new = self.sides(change)
        if old and new and _seen(old) == _seen(new):
            return old._replace(note=self.told_apart(change.before)), new._replace(note=self.told_apart(change.after))
        return old, new

    def told_apart(self, value: Any) -> str:
        if not isinstance(value, str):
            return _("number") if isinstance(value, bytes) else _("a value that is no text")
        length = len(value)
        if length not in self.lengths:
            words = ngettext("text, %(n)s character", "text, %(n)s characters", length)
            self.lengths[length] = words % {"n": length}
        return self.lengths[length]

    def sides(self, change: Change) -> tuple[Said | None, Said | None]:
        if isinstance(change.before, str) and isinstance(change.after, str) and change.before and change.after:
            return self.pair(change.before, change.after)
        return (
            None if change.old is None else self.value(change.before, change.old),
            None if change.new is None else self.value(change.after, change.new),
        )

    def pair(self, before: str, after: str) -> tuple[Said, Said]:
        """Two texts, each around what differs in it."""
        start, end = _equal_ends(before, after) if max(len(before), len(after)) > _GLANCE else (0, 0)
        return self.text(before, start, len(before) - end), self.text(after, start, len(after) - end)

    def text(self, text: str, start: int, stop: int) -> Said:
        """A text of which the part from `start` to `stop` is the one that matters."""
        is_all = start == 0 and stop == len(text)
        if len(text) <= _SHORT:
            pieces = (text, "", "") if is_all else (text[:start], text[start:stop], text[stop:])
            return Said(*pieces, is_text=True)
        if is_all:
            pieces = (f"{text[: 2 * _AROUND]}…", "", "")
        else:
            pieces = (_last(text[:start]), _inner(text[start:stop]), _first(text[stop:]))
        whole = self.opened(text)
        return Said(*pieces, is_text=True, size=len(text), whole=whole)

    def opened(self, text: str) -> str:
        """The whole text, where it is one that people read and not too long for the page."""
        if len(text) > min(_LONGEST_WHOLE, self.left) or not re.search(r"\s", text[:_NO_BLANK]):
            return ""
        self.left -= len(text)
        return text

    def value(self, value: Any, path: Path) -> Said:
        """A value that came, went, or became one of another kind."""
        if isinstance(value, str) and value:
            return self.text(value, 0, len(value))
        if not isinstance(value, (dict, list)):
            return Said(wording.value_words(value), is_text=isinstance(value, bytes))
        words = wording.row_summary(value) if isinstance(value, dict) else wording.value_words(value)
        fields = tuple(self.fields(value, parent_of((*path, "")))) if self.left > 0 else ()
        self.left -= sum(len(field.value) + len(field.label.words) for field in fields)
        return Said(words, fields=fields, more=_spoken(value) - len(fields))

    def fields(self, value: dict[str, Any] | list[Any], parent: str) -> Iterator[Field]:
        """The first fields that say something to people."""
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        saying = ((key, inner) for key, inner in pairs if _says(key, inner))
        for key, inner in islice(saying, _FIELDS):
            yield Field(self.namer.step(value, parent, key), _short(inner))


def parent_of(path: Path) -> str:
    """The last key above a place that is no place in a list."""
    return next((key for key in reversed(path[:-1]) if isinstance(key, str)), "")


def difference(before: Any, after: Any) -> str:
    """By how much an amount grew, with its sign; nothing where two values are no amounts of one kind."""
    old, new = _amount(before), _amount(after)
    if old is None or new is None or old[1] != new[1]:
        return ""
    grown = new[0] - old[0]
    return f"{grown:+,}" if grown else ""


def _seen(said: Said) -> str:
    """What an eye can tell from another text."""
    return "".join(filter(str.isprintable, "".join((said.start + said.marked + said.end).split())))


def _amount(value: Any) -> tuple[Decimal, str] | None:
    """An amount and its unit. A text of digits alone may be a plate, a phone or a year."""
    text = value.decode() if isinstance(value, bytes) else value
    found = _AMOUNT.fullmatch(text) if isinstance(text, str) and len(text) < _LONGEST_WORD else None
    if found is None:
        return None
    digits = found["digits"] + (found["rest"] or "")
    unit = text.replace(digits, "").strip()
    if isinstance(value, str) and not unit and "," not in digits:
        return None
    return Decimal(digits.replace(",", "")), unit


def _equal_ends(before: str, after: str) -> tuple[int, int]:
    """How many characters are equal from the front and from the end, without cutting a word in two."""
    start = _same(before, after)
    end = _same(before[start:][::-1], after[start:][::-1])
    return _whole_words(before, start, -1), len(before) - _whole_words(before, len(before) - end, 1)


def _same(one: str, other: str) -> int:
    most = min(len(one), len(other))
    return bisect_left(range(1, most + 1), True, key=lambda length: one[:length] != other[:length])


def _whole_words(text: str, at: int, step: int) -> int:
    """The next end of a word from a place on; the place itself where the word is too long to be one."""
    for place in range(at, at + step * _LONGEST_WORD, step):
        left, right = text[place - 1 : place] if place > 0 else "", text[place : place + 1]
        if not left or not right or left.isspace() or right.isspace():
            return place
    return at


def _last(text: str) -> str:
    return text if len(text) <= _AROUND else f"…{text[-_AROUND:]}"


def _first(text: str) -> str:
    return text if len(text) <= _AROUND else f"{text[:_AROUND]}…"


def _inner(text: str) -> str:
    return text if len(text) <= _LONGEST_MIDDLE else f"{text[: _LONGEST_MIDDLE - _AROUND]} … {text[-_AROUND:]}"


def _spoken(value: dict[str, Any] | list[Any]) -> int:
    return sum(_says(key, inner) for key, inner in value.items()) if isinstance(value, dict) else len(value)


def _says(key: str | int, value: Any) -> bool:
    return isinstance(key, int) or isinstance(value, (dict, list)) or not wording.is_identifier(key)


def _short(value: Any) -> str:
    text = wording.row_summary(value) if isinstance(value, dict) else wording.value_words(value)
    return text if len(text) <= 2 * _AROUND else f"{text[: 2 * _AROUND]}…"
