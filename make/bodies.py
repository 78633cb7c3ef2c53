"""A body as Make sends it: in a list of one, with extras of Make's own, a helper as text or wrapped."""

import re
from typing import Any, NamedTuple

from core import strict
from core.body import limits
from core.errors import Invalid, Refused
from core.rpc import JsonText
from helpers.unwrap import SECTIONS
from intake import envelope

_MAKES_OWN = re.compile(r"__IMT[A-Z]*__")
_MOST_LAYERS = 6


class Sent(NamedTuple):
    """The bytes that arrived, where in them the one object stands, and its fields without Make's own."""

    raw: bytes
    path: tuple[str, ...]
    fields: dict[str, Any]
    # What the body is known by where no jsonb can hold it.
    stands_for: bytes | None = None

    def json(self, name: str) -> JsonText:
        """One field as it came, for the database."""
        return JsonText(self.raw, (*self.path, name))


class Document(NamedTuple):
    """A helper without its wrapping: what it says, and where it stands; `raw` where it came as text of its own."""

    value: dict[str, Any]
    raw: bytes | None
    path: tuple[str, ...]

    def inside(self, sent: Sent) -> JsonText:
        """The helper as it came, for the database."""
        return JsonText(sent.raw, (*sent.path, *self.path)) if self.raw is None else JsonText(self.raw, self.path)


def read(raw: bytes) -> Sent:
    """Check a body and take it apart.

    Raises Refused with what core.strict refuses, and Invalid for anything but one object.
    """
    value = strict.check(raw, limits())
    path: tuple[str, ...] = ()
    if isinstance(value, list) and len(value) == 1:
        value, path = value[0], ("0",)
    if not isinstance(value, dict):
        raise Invalid.at("", "one object is expected, or a list of one")
    return Sent(raw, path, without_extras(value))


def around_an_answer(raw: bytes) -> Sent:
    """Take a body apart in which an answer may repeat keys. Raises Refused as intake.envelope does."""
    body = envelope.opened(raw)
    return Sent(raw, body.path, without_extras(body.fields), body.stands_for)


def without_extras(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields without Make's own."""
    return {name: inner for name, inner in fields.items() if not _MAKES_OWN.fullmatch(name)}


def document(value: Any, name: str) -> Document:
    """Find the helper in the field `name`.

    Raises Refused with what core.strict says of a text, and Invalid when there is no object in it.
    """
    raw: bytes | None = None
    path: tuple[str, ...] = (name,)
    for _ in range(_MOST_LAYERS):
        if isinstance(value, str):
            raw, path = value.encode(), ()
            value = _checked_text(raw, f"/{name}")
        elif isinstance(value, list) and len(value) == 1:
            value, path = value[0], (*path, "0")
        elif _is_wrapped(value):
            value, path = value["helper_data"], (*path, "helper_data")
        else:
            break
    if not isinstance(value, dict):
        raise Invalid.at(f"/{name}", "a JSON object is expected, or text that holds one")
    return Document(value, raw, path)


def _is_wrapped(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("helper_data"), dict) and not SECTIONS & set(value)


def _checked_text(raw: bytes, at: str) -> Any:
    try:
        return strict.check(raw, limits())
    except Refused as refusal:
        if isinstance(refusal.details, dict):
            refusal.details = {**refusal.details, "pointer": at + refusal.details.get("pointer", "")}
        raise
