"""Taking the fields of an answer by name, and remembering which nobody took."""

import re
from functools import lru_cache
from typing import Any

from core.jsontext import Number

_QUOTES = str.maketrans({"״": '"', "”": '"', "“": '"', "׳": "'", "’": "'", "`": "'"})

_LONGEST_KNOWN = 100


class Fields:
    """The fields of one answer, found whatever quote sign or blanks their names were written with."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self._answer = answer
        self._fields: dict[str, tuple[str, Any]] = {}
        self._left: dict[str, None] = dict.fromkeys(answer)
        for key, value in answer.items():
            self._fields.setdefault(_plain(key), (key, value))

    def take(self, *names: str) -> Any:
        """The value of the first of these names that says something, as it came; None where none does.

        The others of the names are taken too where they say the same.
        """
        said = None
        for name in names:
            key, value = self._fields.get(_plain(name), ("", None))
            if isinstance(value, (dict, list)):
                continue
            if said is None and value is not None:
                said = value
            if key and value in (None, said):
                self._left.pop(key, None)
        return said

    def inner(self, *names: str) -> Any:
        """The object or the list that stands under the first of these names that has one."""
        for name in names:
            key, value = self._fields.get(_plain(name), ("", None))
            if isinstance(value, (dict, list)):
                self._left.pop(key, None)
                return value
        return None

    def is_nested(self, *names: str) -> bool:
        """True when an object or a list stands where a text or a number was looked for."""
        return any(isinstance(self._fields.get(_plain(name), ("", None))[1], (dict, list)) for name in names)

    @property
    def rest(self) -> dict[str, Any]:
        """What nobody took, under its own names."""
        return {key: self._answer[key] for key in self._left}

    @property
    def left(self) -> list[str]:
        """The keys nobody took."""
        return list(self._left)


def said(tree: dict[str, Any]) -> dict[str, Any]:
    """The tree without what was not said: None, and objects in which nothing is left."""
    kept = {key: said(value) if isinstance(value, dict) else value for key, value in tree.items()}
    return {key: value for key, value in kept.items() if value is not None and value != {}}


def plate_digits(value: Any) -> str:
    """The digits of a plate in any spelling; empty where it is none."""
    digits = re.sub(r"[^0-9]", "", value[:40]) if isinstance(value, (str, Number)) else ""
    return digits if len(digits) in {7, 8} else ""


def _plain(key: str) -> str:
    # The same names come with every row; what a caller made up at length is not kept.
    return _known(key) if len(key) <= _LONGEST_KNOWN else _without_quotes(key)


@lru_cache(maxsize=1024)
def _known(key: str) -> str:
    return _without_quotes(key)


def _without_quotes(key: str) -> str:
    return " ".join(key.translate(_QUOTES).replace("''", '"').split())
