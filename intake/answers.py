"""The forms in which Make answers, and what each of them says."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core import jsontext
from core.jsontext import Broken, Number

_URL = re.compile(r"https?://\S+", re.IGNORECASE)
# Marks of direction among them: mail programs put them around Hebrew.
_BLANKS = " \t\u00a0\u200e\u200f"
_LONGEST_KEY = 100
_NOTHING = ("no files", "not found")
_WRAPPINGS = ("Body", "collection", "bundle")
_RAISED = ("automation_failed", "errors", "access_denied", "permission_error")


class Kind(StrEnum):
    """The accepted forms, in the order in which they are tried."""

    OBJECT = "object"
    VALUE = "value"
    FIELDS = "fields"
    BODY = "body"
    COLLECTION = "collection"
    ARRAY = "array"
    ACCEPTED = "accepted"
    LINK = "link"
    NOTHING = "nothing"
    TEXT = "text"
    BROKEN = "broken"


# These say how it went, and hold no data.
WITHOUT_DATA = frozenset({Kind.ACCEPTED, Kind.LINK, Kind.NOTHING})


@dataclass(frozen=True)
class Answer:
    """One answer: its form, the object it holds (None: none), its text, and what is to be said of it."""

    kind: Kind
    value: Any = None
    text: str = ""
    failure: str | None = None
    repeated: list[str] = field(default_factory=list)
    broken: Broken | None = None


def read(text: str) -> Answer:
    """The answer that stands in a text: JSON, or what the scenarios write instead."""
    bare = text.strip().lstrip("\ufeff")
    try:
        value = jsontext.read(bare)
    except Broken as broken:
        if bare[:1] in {"{", "["}:
            return Answer(Kind.BROKEN, text=text, broken=broken)
        return _plain(bare)
    return of_value(value, text)


def of_value(value: Any, text: str = "") -> Answer:
    """The answer that a parsed JSON value holds."""
    if isinstance(value, str) and not isinstance(value, Number):
        return read(value) if value.strip()[:1] in {"{", "["} else _plain(value.strip())
    kind, inner = _form(value)
    return Answer(kind, inner, text, failure_in(inner), jsontext.repeated(inner))


def failure_in(value: Any) -> str | None:
    """The flag by which an answer says that it failed; None where it does not."""
    if not isinstance(value, dict):
        return None
    said = {
        "error": value.get("error") is True,
        "status": value.get("status") == "error",
        "success": value.get("success") is False,
        "make_status": value.get("make_status") == "error",
        **{key: _is_set(value.get(key)) for key in _RAISED},
    }
    return next((flag for flag, is_raised in said.items() if is_raised), None)


def spread(value: dict[str, Any]) -> dict[str, Any]:
    """The answer with what stands as text in its `message`."""
    inner = object_in(value["message"]) if isinstance(value.get("message"), str) else None
    if not isinstance(inner, dict):
        return value
    return {**inner, **{key: item for key, item in value.items() if key != "message"}}


def lines(text: str) -> jsontext.Pairs:
    """What stands as `key: value` in the lines of a text; the first value of a repeated key counts."""
    parts = [[part.strip(_BLANKS) for part in line.partition(":")] for line in text.splitlines() if ":" in line]
    return jsontext.pairs([(key, value) for key, _, value in parts if 0 < len(key) <= _LONGEST_KEY])


def _form(value: Any) -> tuple[Kind, Any]:
    if isinstance(value, dict):
        return Kind.OBJECT, value
    if not isinstance(value, list):
        return Kind.TEXT, None
    first = value[0] if value and isinstance(value[0], dict) else {}
    if "value" in first:
        return Kind.VALUE, object_in(first["value"])
    is_wrapped = len(value) == 1 and not first.keys().isdisjoint(_WRAPPINGS)
    if value and not is_wrapped and all(isinstance(item, dict) and len(item) == 1 for item in value):
        return Kind.FIELDS, jsontext.pairs([pair for item in value for pair in item.items()])
    if isinstance(first.get("Body"), str):
        return Kind.BODY, object_in(first["Body"])
    for key in _WRAPPINGS[1:]:
        if key in first:
            return Kind.COLLECTION, object_in(first[key])
    # A list of one is Make's own wrapping.
    return Kind.ARRAY, first if len(value) == 1 and first else value


def object_in(value: Any) -> Any:
    """The object itself, the one in a JSON text, in the lines of a text, or in a list of one."""
    if isinstance(value, str) and not isinstance(value, Number):
        if value.strip()[:1] not in {"{", "["}:
            return lines(value) or None
        try:
            value = jsontext.read(value.strip())
        except Broken:
            return None
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _plain(text: str) -> Answer:
    small = text.casefold().rstrip(".")
    if small == "accepted":
        return Answer(Kind.ACCEPTED, text=text)
    if _URL.fullmatch(text):
        return Answer(Kind.LINK, text=text)
    if any(word in small for word in _NOTHING):
        return Answer(Kind.NOTHING, text=text)
    found = lines(text)
    return Answer(Kind.TEXT, found or None, text, repeated=list(found.repeated))


def _is_set(value: Any) -> bool:
    return bool(value) and value not in {"false", "0"} if isinstance(value, str) else bool(value)
