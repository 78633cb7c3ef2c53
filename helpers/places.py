"""Where a text stands in a document: in a key, in a text, or in a number as it is written."""

from collections.abc import Iterator
from typing import Any

from helpers.pointers import Path


def holding(value: Any, text: str) -> Iterator[Path]:
    """The places of a value of core.exact that hold the text, from the first on; capitals do not matter."""
    yield from _holding(value, text.casefold(), ())


def _holding(value: Any, wanted: str, path: Path) -> Iterator[Path]:
    if isinstance(value, (str, bytes)):
        if wanted in _said(value):
            yield path
    elif isinstance(value, dict):
        for key, inner in value.items():
            place = (*path, key)
            if is_named := wanted in _said(key):
                yield place
            if not is_named or isinstance(inner, (dict, list)):
                yield from _holding(inner, wanted, place)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _holding(inner, wanted, (*path, at))


def _said(value: str | bytes) -> str:
    return (value if isinstance(value, str) else value.decode()).casefold()
