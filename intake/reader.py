"""Reading fields by name, and what came of it: nothing here ever fails, what cannot be read is named."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core import jsontext, strict
from core.body import limits
from core.errors import Refused
from core.jsontext import Number
from core.rpc import JsonText
from intake import figures
from intake.fields import Fields

# Why nothing at all was read; a star, so that no field is ever called so.
BROKEN, FAILED, NO_FIELDS, WITHOUT_DATA = "*broken", "*failed", "*no_fields", "*without_data"
_LONGEST_NAME = 200

As = Callable[[Any], Any]


@dataclass(frozen=True)
class Read:
    """What an answer says in our words; `unread` names what was said there and could not be read."""

    parsed: dict[str, Any] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    @property
    def json(self) -> JsonText:
        """What was read, for the database: a Decimal with its digits, a day as ISO 8601 has it."""
        return JsonText(written(self.parsed))

    def storable(self) -> "Read":
        """Without what no jsonb can hold: such a field is named among the unread."""
        kept, unread = {}, list(self.unread)
        for name, value in self.parsed.items():
            try:
                strict.check(written({name: value}), limits())
            except Refused:
                unread.append(name.encode(errors="replace").decode().replace("\0", "?")[:_LONGEST_NAME])
            else:
                kept[name] = value
        return Read(kept, unread)


class Reader:
    """Reads the fields of one answer, and remembers what could not be read."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.unread: list[str] = []

    def take(self, ours: str, names: tuple[str, ...], as_what: As) -> Any:
        """One field under our name or these; None where it says nothing or cannot be read."""
        said = self.fields.take(ours, *names)
        if said is None and self.fields.is_nested(ours, *names):
            self.unread.append(ours)
        return self.read(ours, said, as_what)

    def read(self, ours: str, said: Any, as_what: As) -> Any:
        if figures.says_nothing(said):
            return None
        found = as_what(said)
        if found is None:
            self.unread.append(ours)
        return found

    def all(self, names: Mapping[str, tuple[str, ...]], as_what: Mapping[str, As]) -> dict[str, Any]:
        """Every field of a table of names, as a text where nothing else is said."""
        return {ours: self.take(ours, theirs, as_what.get(ours, text)) for ours, theirs in names.items()}

    def done(self, parsed: dict[str, Any]) -> Read:
        if self.unread or _says_something(parsed):
            return Read(parsed, self.unread)
        return Read(unread=[NO_FIELDS])

    def done_with_the_rest(self, parsed: dict[str, Any]) -> Read:
        """The same with what nobody took under its own name, where our own field of that name is empty."""
        rest = {key: value for key, value in self.fields.rest.items() if parsed.get(key) is None}
        return self.done(parsed | rest)


def text(value: Any) -> str | None:
    """A text, a number as it was written, yes and no as JSON has them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip() if isinstance(value, str) else None


def opened(value: dict[str, Any], *shapes: str) -> dict[str, Any]:
    """The answer with what stands in these objects of it, as a helper has them."""
    places = {**as_object(value.get("expertise")), **value}
    found = {key: item for name in shapes for key, item in as_object(places.get(name)).items()}
    own = {key: item for key, item in value.items() if not (key in shapes and isinstance(item, dict))}
    return {**own, **found}


def as_object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _says_something(value: Any) -> bool:
    if isinstance(value, (dict, list)):
        return any(_says_something(inner) for inner in (value.values() if isinstance(value, dict) else value))
    return value is not None and value != ""


def written(value: Any) -> bytes:
    """The JSON text of what was read: a Decimal with its digits, a day as ISO 8601 has it."""
    return jsontext.write(_plain(value)).encode()


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
        case Decimal():
            return Number(format(value, "f"))
        case date():
            return value.isoformat()
    return value
