"""One level of a JSON document, for a tree that is opened step by step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import exact
from helpers import labels, pointers, wording

SHOWN_AT_ONCE = 200
LONGEST_TEXT = 300


@dataclass(frozen=True)
class Node:
    """One value: what it is called, where it stands, and what a closed branch shows of it.

    `word` is the office's word for the key, `key` its own name where the word hides it, `hint` what tells a row.
    """

    key: str
    word: str
    pointer: str
    kind: str
    value: str = ""
    size: int = 0
    says: str = ""
    hint: str = ""

    @property
    def opens(self) -> bool:
        return (self.kind in {"object", "list"} and self.size > 0) or (self.kind == "text" and self.size > LONGEST_TEXT)


@dataclass(frozen=True)
class Level:
    """The children of one place, from `start` on; or the whole of a text."""

    pointer: str
    kind: str
    nodes: list[Node]
    total: int
    following: int | None = None
    value: str = ""


def level(text: str, pointer: str = "", start: int = 0, order: Callable[[str], int] | None = None) -> Level:
    """The value that `text` holds, one level deep; `order` sorts the keys of an object."""
    value = exact.read(text)
    stop = start + SHOWN_AT_ONCE
    if isinstance(value, dict):
        keys = sorted(value, key=order) if order else list(value)
        nodes = [_field(key, value[key], pointer) for key in keys[start:stop]]
    elif isinstance(value, list):
        nodes = [_row(place, row, pointer) for place, row in enumerate(value[start:stop], start)]
    else:
        return Level(pointer, kind(value), [], 0, value=shown(value))
    return Level(pointer, kind(value), nodes, len(value), stop if stop < len(value) else None)


def kind(value: Any) -> str:
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "list"
    if isinstance(value, bytes):
        return "number"
    if isinstance(value, str):
        return "text"
    return {True: "true", False: "false", None: "null"}[value]


def shown(value: Any) -> str:
    """A text or a number as it is written."""
    if isinstance(value, bytes):
        return value.decode()
    return value if isinstance(value, str) else ""


def _field(key: str, value: Any, parent: str) -> Node:
    word = labels.field(key, _enclosing(parent)) if parent else labels.section(key) or labels.field(key)
    return _node(key, word, value, parent, "")


def _row(place: int, value: Any, parent: str) -> Node:
    return _node(str(place), _("row %(n)s") % {"n": place + 1}, value, parent, wording.row_name(value))


def _node(key: str, word: str, value: Any, parent: str, hint: str) -> Node:
    text = shown(value)
    return Node(
        key=key,
        word=word,
        pointer=parent + pointers.write((key,)),
        kind=kind(value),
        value=text[:LONGEST_TEXT],
        size=len(value) if isinstance(value, (dict, list)) else len(text),
        says="" if text else wording.value_words(value),
        hint=hint,
    )


def _enclosing(pointer: str) -> str:
    """The key that a place stands under, whatever rows are in between."""
    return next((key for key in reversed(pointers.read(pointer)) if not key.isdigit()), "")
