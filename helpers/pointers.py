"""JSON Pointers (RFC 6901) and the paths they stand for."""

import re
from typing import Any

from core.exact import MISSING
from core.strict import escape

# Outermost first: the keys of objects as text, the places in lists as numbers.
Path = tuple[str | int, ...]

_PLACE = re.compile("0|[1-9][0-9]{0,8}", re.ASCII)
_BROKEN = re.compile("~(?![01])")


def write(path: Path) -> str:
    return "".join(f"/{escape(str(step))}" for step in path)


def read(pointer: str) -> list[str]:
    """The steps a pointer names; only the document can tell whether "0" is a key or a place.

    Raises ValueError for what is no pointer.
    """
    if (pointer and not pointer.startswith("/")) or "\0" in pointer or _BROKEN.search(pointer):
        raise ValueError("not a JSON Pointer")
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def place(step: str) -> int | None:
    """The place in a list that a step names; None where it names none."""
    return int(step) if _PLACE.fullmatch(step) else None


def look(value: Any, steps: list[str]) -> Any:
    """What stands there in a value of core.exact, else MISSING."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step, MISSING)
        elif isinstance(value, list) and (at := place(step)) is not None and at < len(value):
            value = value[at]
        else:
            return MISSING
    return value
