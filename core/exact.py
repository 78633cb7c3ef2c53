"""JSON read and written without losing a digit: a number is the bytes it was written with.

Bytes are never equal to a text, to True or to None, so two values that were read here are equal with `==` exactly
when their documents are, to the last digit.
"""

import json
from collections.abc import Callable
from enum import Enum
from typing import Any, Final


class Missing(Enum):
    """What stands where there is no value at all; null is a value."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING

_quote = json.encoder.encode_basestring
_encode = str.encode


def read(text: str | bytes) -> Any:
    """The value of a JSON text that was checked before: objects, lists, str, bytes for numbers, True, False, None."""
    return json.loads(text, parse_int=_encode, parse_float=_encode)


def write(value: Any) -> str:
    """The JSON text of a value that was read here."""
    parts: list[str] = []
    _write(value, parts.append)
    return "".join(parts)


def _write(value: Any, put: Callable[[str], None]) -> None:
    if isinstance(value, str):
        put(_quote(value))
    elif isinstance(value, bytes):
        put(value.decode())
    elif isinstance(value, dict):
        before = "{"
        for key, inner in value.items():
            put(f"{before}{_quote(key)}: ")
            _write(inner, put)
            before = ", "
        put("}" if value else "{}")
    elif isinstance(value, list):
        before = "["
        for inner in value:
            put(before)
            _write(inner, put)
            before = ", "
        put("]" if value else "[]")
    else:
        put({True: "true", False: "false", None: "null"}[value])
