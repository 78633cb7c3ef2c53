"""One level of a JSON document, for a tree that is opened step by step."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from helpers import pointers

SHOWN_AT_ONCE = 200
LONGEST_TEXT = 300
_LONGEST_HINT = 60
# What tells one row of a list from the next, in the names the helper itself uses.
_TELLING = ("name", "part_name", "part", "title", "תיאור", "description", "desc", "location", "filename", "supplier",
            "invoice_number", "Id", "id")  # fmt: skip


class Number(str):
    """A number as it is written in the document; no float comes near it."""

    __slots__ = ()


@dataclass(frozen=True)
class Node:
    """One value: what it is called, where it stands, and what a closed branch shows of it."""

    key: str
    pointer: str
    kind: str
    value: str = ""
    size: int = 0
    hint: str = ""
    in_list: bool = False

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
    value = json.loads(text, parse_int=Number, parse_float=Number, object_pairs_hook=_Pairs)
    if not isinstance(value, list):
        return Level(pointer, kind(value), [], 0, value=shown(value))
    in_list = not isinstance(value, _Pairs)
    pairs = [(str(place), row) for place, row in enumerate(value)] if in_list else list(value)
    if order and not in_list:
        pairs.sort(key=lambda pair: order(pair[0]))
    stop = start + SHOWN_AT_ONCE
    nodes = [_node(key, row, pointer, in_list) for key, row in pairs[start:stop]]
    return Level(pointer, kind(value), nodes, len(pairs), stop if stop < len(pairs) else None)


class _Pairs(list[tuple[str, Any]]):
    """An object, told apart from a list."""


def _node(key: str, value: Any, parent: str, in_list: bool) -> Node:
    what = kind(value)
    text = shown(value)
    return Node(
        key=key,
        pointer=parent + pointers.write((key,)),
        kind=what,
        value=text[:LONGEST_TEXT],
        size=len(value) if what in {"object", "list"} else len(text),
        hint=_hint(value) if in_list else "",
        in_list=in_list,
    )


def kind(value: Any) -> str:
    if isinstance(value, _Pairs):
        return "object"
    if isinstance(value, list):
        return "list"
    if isinstance(value, Number):
        return "number"
    if isinstance(value, str):
        return "text"
    return {True: "true", False: "false", None: "null"}[value]


def shown(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _hint(value: Any) -> str:
    """The first field of a row by which a person would know it."""
    if not isinstance(value, _Pairs):
        return ""
    fields = dict(value)
    found = (fields.get(name) for name in _TELLING)
    return next((text[:_LONGEST_HINT] for text in found if isinstance(text, str) and text.strip()), "")
