"""Finding a value in a helper, whose sections are of several generations, may be missing, or be of another type."""

import re
from typing import Any

from files.paper import written

_QUOTES = re.compile(r"[\"'`´׳״“”’‘]")


def unwrapped(helper: Any) -> dict[str, Any]:
    """The helper itself: some rows hold it inside `helper_data`."""
    whole = mapping(helper)
    inside = whole.get("helper_data")
    if isinstance(inside, dict) and not {"meta", "vehicle", "centers"} & set(whole):
        return inside
    return whole


def mapping(value: Any) -> dict[str, Any]:
    """An object, or an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def at(value: Any, *path: str) -> Any:
    """What stands at a path of keys; None where the way is cut off."""
    for key in path:
        value = mapping(value).get(key)
    return value


def first(*values: Any) -> Any:
    """The first of several places that says something."""
    return next((value for value in values if written.text(value)), None)


def worth(*values: Any) -> Any:
    """The first that says something and is not nought: a new helper has a nought wherever nothing was entered."""
    return next((value for value in values if written.text(value) and written.number(value) != 0), None)


def one_of(row: dict[str, Any], *keys: str) -> Any:
    """What a row says under the first of several names that says something."""
    return first(*(row.get(key) for key in keys))


def spelled(row: dict[str, Any], *keys: str) -> Any:
    """As `one_of`, where quote signs and blanks inside a name do not matter: Make spells them in several ways."""
    known = {_plain(key): value for key, value in row.items() if written.text(value)}
    return next((known[_plain(key)] for key in keys if _plain(key) in known), None)


def _plain(key: str) -> str:
    return " ".join(_QUOTES.sub("", key).split())


def rows(value: Any) -> list[dict[str, Any]]:
    """The rows of a list, or of an object that stands in its place; a bare text is a row with that name."""
    if isinstance(value, dict):
        value = [one for one in value.values() if isinstance(one, dict)]
    if not isinstance(value, list):
        return []
    return [
        one if isinstance(one, dict) else {"name": one} for one in value if isinstance(one, dict) or written.text(one)
    ]


def rows_of(*values: Any) -> list[dict[str, Any]]:
    """The rows of the first place that has any."""
    return next((found for value in values if (found := rows(value))), [])
