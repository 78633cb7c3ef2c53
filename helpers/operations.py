"""RFC 6902 on values of core.exact: operations one after the other, all of them or none."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.errors import Conflict, Invalid, Refused
from core.exact import MISSING
from core.strict import Limits
from helpers import pointers

MOST = 1_000
NAMES = {
    "add": ("value",),
    "remove": (),
    "replace": ("value",),
    "move": ("from",),
    "copy": ("from",),
    "test": ("value",),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; a place is the steps that lead to it."""

    name: str
    path: list[str]
    source: list[str]
    value: Any

    @property
    def changes(self) -> list[list[str]]:
        """The places it may change; a test's place is asked for all the same."""
        return [self.path, self.source] if self.name == "move" else [self.path]

    @property
    def sees(self) -> list[list[str]]:
        """The places it must see."""
        return [self.path, self.source] if self.name in {"move", "copy"} else [self.path]


@dataclass
class _Room:
    """How much copies may still bring; what is overwritten or removed again gives nothing back."""

    values: int
    characters: int

    def copied(self, value: Any) -> Any:
        self.values -= 1
        self.characters -= len(value) if isinstance(value, (str, bytes)) else 0
        if isinstance(value, dict):
            self.characters -= sum(map(len, value))
        if self.values < 0 or self.characters < 0:
            raise _Wrong("from", "copies would make the helper too large")
        if isinstance(value, dict):
            return {key: self.copied(inner) for key, inner in value.items()}
        return [self.copied(inner) for inner in value] if isinstance(value, list) else value


class _Wrong(Exception):
    """What is wrong with an operation, and with which member of it."""

    def __init__(self, member: str, reason: str) -> None:
        super().__init__(reason)
        self.member, self.reason = member, reason


def read(document: Any) -> list[Operation]:
    """The operations of a patch, a value of core.exact. Raises Invalid."""
    if not isinstance(document, list):
        raise Invalid.at("", "a list of operations is expected")
    if len(document) > MOST:
        raise Invalid.at("", f"more than {MOST} operations")
    operations = []
    for number, said in enumerate(document):
        with _naming(number):
            operations.append(_operation(said))
    return operations


def touched(operations: list[Operation]) -> list[str] | None:
    """The top-level keys that the operations need to see; None where they ask for the whole document."""
    places = [place for one in operations for place in one.sees]
    return sorted({place[0] for place in places}) if all(places) else None


def applied(document: Any, operations: list[Operation], limits: Limits, most_characters: int) -> Any:
    """The document after all operations; the given one is used up.

    Raises Conflict `conflict` where a test fails, and Invalid for what cannot be done, both naming the operation.
    """
    room = _Room(limits.nodes, most_characters)
    for number, operation in enumerate(operations):
        with _naming(number, Conflict if operation.name == "test" else Invalid):
            document = _applied(document, operation, room)
    return document


@contextmanager
def _naming(number: int, refusal: type[Refused] = Invalid) -> Iterator[None]:
    """Refuse what is wrong inside the block, with the operation's number."""
    try:
        yield
    except _Wrong as wrong:
        place = f"/{number}/{wrong.member}" if wrong.member else f"/{number}"
        raise refusal(details=[{"pointer": place, "reason": wrong.reason}]) from None


def _operation(said: Any) -> Operation:
    if not isinstance(said, dict):
        raise _Wrong("", "an operation is an object")
    name = said.get("op")
    if not isinstance(name, str) or name not in NAMES:
        raise _Wrong("op", f"one of {', '.join(NAMES)} is expected")
    if missing := [member for member in ("path", *NAMES[name]) if member not in said]:
        raise _Wrong(missing[0], "this is needed")
    source = _steps(said, "from") if "from" in NAMES[name] else []
    return Operation(name, _steps(said, "path"), source, said.get("value"))


def _steps(said: dict[str, Any], member: str) -> list[str]:
    pointer = said[member]
    if not isinstance(pointer, str):
        raise _Wrong(member, "a JSON Pointer is expected")
    try:
        return pointers.read(pointer)
    except ValueError:
        raise _Wrong(member, "not a JSON Pointer") from None


def _applied(document: Any, operation: Operation, room: _Room) -> Any:
    path, source = operation.path, operation.source
    if operation.name == "add":
        return _add(document, path, operation.value)
    if operation.name == "remove":
        return _remove(document, path, "path")
    if operation.name == "test":
        if not same(_there(document, path, "path"), operation.value):
            raise _Wrong("value", "something else stands there")
        return document
    if operation.name == "replace":
        return _replace(document, path, operation.value)
    value = _there(document, source, "from")
    if operation.name == "copy":
        return _add(document, path, room.copied(value))
    if path == source:
        return document
    if path[: len(source)] == source:
        raise _Wrong("path", "nothing can be moved into itself")
    return _add(_remove(document, source, "from"), path, value)


def _there(document: Any, steps: list[str], member: str) -> Any:
    value = pointers.look(document, steps)
    if value is MISSING:
        raise _Wrong(member, "nothing stands there")
    return value


def _add(document: Any, steps: list[str], value: Any) -> Any:
    if not steps:
        return value
    *outer, last = steps
    parent = _there(document, outer, "path")
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list):
        at = len(parent) if last == "-" else pointers.place(last)
        if at is None or at > len(parent):
            raise _Wrong("path", "the list has no such place")
        parent.insert(at, value)
    else:
        raise _Wrong("path", "nothing can stand inside there")
    return document


def _remove(document: Any, steps: list[str], member: str) -> Any:
    if not steps:
        raise _Wrong(member, "the helper itself stays")
    _there(document, steps, member)
    parent = pointers.look(document, steps[:-1])
    del parent[_key(parent, steps[-1])]
    return document


def _replace(document: Any, steps: list[str], value: Any) -> Any:
    if not steps:
        return value
    _there(document, steps, "path")
    parent = pointers.look(document, steps[:-1])
    parent[_key(parent, steps[-1])] = value
    return document


def _key(parent: Any, step: str) -> str | int:
    return int(step) if isinstance(parent, list) else step


def same(one: Any, other: Any) -> bool:
    """Equality as RFC 6902 tests it: numbers by their value, texts by their characters, objects in any order."""
    if isinstance(one, bytes) and isinstance(other, bytes):
        return one == other or Decimal(one.decode()) == Decimal(other.decode())
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other
