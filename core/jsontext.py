"""JSON as other programs write it, read without losing a digit, a repeated key or the place where it breaks off."""

import json
import re
from typing import Any

from core.strict import escape

_BLANKS = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class Number(str):
    """A number as it was written."""

    __slots__ = ()


class Pairs(dict[str, Any]):
    """An object in which the first value of a repeated key counts; `repeated` names such keys."""

    repeated: tuple[str, ...] = ()


class Broken(Exception):
    """No JSON; `line` and `column` say where."""

    def __init__(self, line: int, column: int) -> None:
        self.line = line
        self.column = column
        super().__init__(f"line {line}, column {column}")


def read(text: str) -> Any:
    """The value of a JSON text, numbers as Number and objects as Pairs. Raises Broken."""
    try:
        return json.loads(
            text, object_pairs_hook=pairs, parse_int=Number, parse_float=Number, parse_constant=_no_constant
        )
    except json.JSONDecodeError as exc:
        raise Broken(exc.lineno, exc.colno) from None
    except (ValueError, RecursionError):
        raise Broken(1, 1) from None


def write(value: Any) -> str:
    """The text of a value that was read; a number is the digits that came."""
    match value:
        case Number():
            return str(value)
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)}: {write(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(write, value)) + "]"
    return json.dumps(value)


def member(text: str, key: str) -> str:
    """What stands under `key` of the outermost object, or of the one in a list of one, as it came.

    Raises KeyError where the text, which must be JSON, has no such key.
    """
    at = text.index("{") + 1
    while True:
        at = _skip(text, at)
        if text[at] != '"':
            raise KeyError(key)
        name, at = _DECODER.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)
        end = _DECODER.raw_decode(text, start)[1]
        if name == key:
            return text[start:end]
        at = _skip(text, end) + 1


def repeated(value: Any, at: str = "") -> list[str]:
    """The pointer of every key that stands twice in one object."""
    found = [f"{at}/{escape(key)}" for key in value.repeated] if isinstance(value, Pairs) else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [place for key, item in inner for place in repeated(item, f"{at}/{escape(str(key))}")]


def pairs(listed: list[tuple[str, Any]]) -> Pairs:
    """An object of these keys and values, the first value of a repeated key."""
    found = Pairs(listed)
    if len(found) == len(listed):
        return found
    found, again = Pairs(), []
    for key, value in listed:
        if key in found:
            again.append(key)
        else:
            found[key] = value
    found.repeated = tuple(again)
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _skip(text: str, at: int) -> int:
    return _BLANKS.match(text, at).end()  # type: ignore[union-attr]
