"""A body around an answer: the answer is kept as it came, so what is strict elsewhere is not strict in it."""

import json
from hashlib import sha256
from typing import Any, NamedTuple

from core import jsontext, strict
from core.body import limits
from core.errors import Invalid, Refused
from core.jsontext import Broken, Number


class Envelope(NamedTuple):
    """The bytes that arrived, where in them the one object stands, and its fields; numbers in them are texts."""

    raw: bytes
    path: tuple[str, ...]
    fields: dict[str, Any]

    @property
    def stands_for(self) -> bytes | None:
        """A JSON document to know the body by where no jsonb can hold it."""
        try:
            strict.check(self.raw, limits())
        except Refused:
            return json.dumps({"sha256": sha256(self.raw).hexdigest()}).encode()
        return None


def opened(raw: bytes) -> Envelope:
    """Take a body apart in which an answer may repeat keys, as Make's do.

    Raises Refused `invalid_json`, `duplicate_key` for a key of the envelope itself, and Invalid for anything but one
    object.
    """
    if raw.count(b",") + raw.count(b"[") > 4 * limits().nodes:
        raise Invalid.at("", f"more than {limits().nodes} values")
    try:
        value = jsontext.read(raw.decode())
    except UnicodeDecodeError as exc:
        before = raw[: exc.start].decode()
        place = {"line": before.count("\n") + 1, "column": len(before) - before.rfind("\n")}
        raise Refused("invalid_json", details=place) from None
    except Broken as broken:
        raise Refused("invalid_json", details={"line": broken.line, "column": broken.column}) from None
    path: tuple[str, ...] = ()
    if isinstance(value, list) and len(value) == 1:
        value, path = value[0], ("0",)
    if not isinstance(value, dict):
        raise Invalid.at("", "one object is expected, or a list of one")
    if again := getattr(value, "repeated", ()):
        raise Refused("duplicate_key", details={"pointer": f"/{strict.escape(again[0])}"})
    return Envelope(raw, path, {key: str(item) if isinstance(item, Number) else item for key, item in value.items()})


class Came(NamedTuple):
    """The text of an answer, and whether it came as text and not as JSON of the body's own."""

    text: str
    is_text: bool


def answer_in(raw: bytes, fields: dict[str, Any], name: str) -> Came:
    """The answer under a field of an opened body, to the last character. Raises KeyError where there is none."""
    value = fields[name]
    if isinstance(value, str):
        member = jsontext.member(raw.decode(), name)
        # A bare number is one of the fields that were made texts.
        return Came(value, is_text=member.startswith('"'))
    return Came(jsontext.member(raw.decode(), name), is_text=False)
