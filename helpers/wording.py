"""A helper's places and values in people's words; on values of core.exact, and on any document without an error."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.exact import MISSING
from helpers import labels
from helpers.labels import TECHNICAL as TECHNICAL
from helpers.pointers import Path

_LONGEST_PIECE = 60
_SPOKEN_FIELDS = 3

_CENTER = ("Damage center Number", "damage_center_number", "center_number")
_PLACE = ("Location", "location", "damaged_part")
_INVOICE = ("invoice_number", "מס. חשבונית", "מס' חשבונית", "מס׳ חשבונית", "מספר חשבונית")
_SUPPLIER = ("supplier_name", "supplier", "ספק", "שם ספק", "שם מוסך", "garage_name")
# What tells one row of a list from the next, in the names the helper itself uses.
_TELLING = (
    *("name", "part_name", "part", "שם חלק", "title", "damaged_part", "damage_center_name", "תיאור עבודות"),
    *("תיאור תיקונים", "תיאור", "description", "desc", "category", "סוג העבודה", "location", "Location", "filename"),
    *("fieldId", "action", "query", "search_date", *_SUPPLIER, "comments"),
)
_PRICE = (
    *("total_cost", "cost", "עלות", "עלות עבודות", "עלות תיקונים", "line_total", "total_amount", "עלות כוללת"),
    *("Total with VAT", "total_with_vat", "total", "updated_price", "price", "מחיר", "amount", "value"),
)
_CENTER_KEY = re.compile(r"Damage center ([0-9]{1,4})")
_IDENTIFIER = re.compile(r"(?:.*[_-])?(?:uu)?id|Id|ID|.*[a-z](?:Id|ID|Uuid|UUID)")
# These end like an identifier and say something to people: the filing number, the tax id, the field somebody set.
_SPOKEN_IDS = frozenset({"case_id", "tax_id", "fieldId"})
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_PLAIN_NUMBER = re.compile(r"[₪ ]*[0-9][0-9.,]*%?")


class Step(NamedTuple):
    """One step of a path as a person reads it; a code where the office has no word for it."""

    words: str
    is_code: bool


class Namer:
    """Says what people call places. The same keys come again in every row of a page: each is looked up once."""

    def __init__(self) -> None:
        self.words = labels.words()
        self.known: dict[tuple[str, str, bool], Step] = {}

    def trail(self, document: Any, path: Path) -> list[Step]:
        """The way to a place: keys by their labels, the rows of lists by what tells them apart.

        A place in a list may also stand as text, as in a pointer; what `document` does not have goes by its own name.
        """
        steps: list[Step] = []
        parent = ""
        for at, key in enumerate(path):
            steps.append(self.step(document, parent, key, is_section=at == 0))
            place = _place_in(document, key)
            if place is None and isinstance(key, str):
                parent = key
            document = _under(document, key if place is None else place)
        return steps

    def step(self, container: Any, parent: str, key: str | int, *, is_section: bool = False) -> Step:
        """A place by what stands around it; `parent` is the key above it."""
        if isinstance(key, str) and not isinstance(container, list):
            return self.field(parent, key, is_section)
        place = _place_in(container, key)
        if place is None and isinstance(key, str):
            return self.field(parent, key, is_section)
        row = _under(container, key if place is None else place)
        return Step(row_name(row) or _("row %(n)s") % {"n": int(key) + 1}, is_code=False)

    def field(self, parent: str, key: str, is_section: bool) -> Step:
        asked = parent, key, is_section
        if asked not in self.known:
            self.known[asked] = self._field(key, parent, is_section=is_section)
        return self.known[asked]

    def _field(self, key: str, parent: str, *, is_section: bool) -> Step:
        if found := _CENTER_KEY.fullmatch(key):
            return Step(center_name(found[1]), is_code=False)
        word = (self.words.section(key) if is_section else "") or self.words.field(key, parent)
        return Step(word or key, is_code=not word and not _RIGHT_TO_LEFT.search(key))


def trail(document: Any, path: Path) -> list[Step]:
    """The way to one place, for who asks for no other."""
    return Namer().trail(document, path)


def row_name(row: Any) -> str:
    """What people call a row of a list; nothing where nothing in it tells."""
    return _joined(_name(row)) if isinstance(row, dict) else ""


def row_summary(row: Any) -> str:
    """A whole row or object in one line: what it is, from whom, and for how much."""
    if not isinstance(row, dict):
        return value_words(row)
    if name := _name(row):
        return _joined(dict.fromkeys((*name, _first(row, _SUPPLIER), _price(row))))
    return " · ".join(_spoken(row)) or value_words(row)


def value_words(value: Any) -> str:
    """A scalar in words, its digits as they are written; of an object or a list only its size."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, str):
        return value or _("empty text")
    if isinstance(value, dict):
        return ngettext("%(n)s field", "%(n)s fields", len(value)) % {"n": len(value)} if value else _("empty object")
    if isinstance(value, list):
        return ngettext("%(n)s row", "%(n)s rows", len(value)) % {"n": len(value)} if value else _("empty list")
    if value is None or value is MISSING:
        return _("no value")
    return _("yes") if value else _("no")


def note(label: str, trigger: str) -> str:
    """What a version was saved with: a person's words, or ours where an invoice made it."""
    # The labels that the database writes; the invoice's number follows.
    said, start = {
        "before_invoice": (_("before accepting invoice"), "before invoice "),
        "invoice_accept": (_("accepting invoice"), "invoice "),
        "invoice_undo": (_("taking back invoice"), "invoice "),
    }.get(trigger, ("", ""))
    if said and label.startswith(start):
        return f"{said} {_isolated(label.removeprefix(start))}"
    if trigger == "invoice_undo" and label:
        return _("taking back an accepted invoice") + f": {label}"
    return label


def is_identifier(key: str) -> bool:
    """True for what only programs read: row_uuid, Id, supabase_case_id."""
    # Most keys end otherwise, and an ending is seen sooner than a pattern.
    return key.endswith(("id", "Id", "ID")) and key not in _SPOKEN_IDS and _IDENTIFIER.fullmatch(key) is not None


def said(value: Any) -> str:
    """A text or a number as it is written; nothing where it says nothing or is no scalar."""
    if isinstance(value, bytes):
        return value.decode()
    return value.strip() if isinstance(value, str) else ""


def _place_in(container: Any, key: str | int) -> int | None:
    """The place in a list that a key names; None where it names none, or there is no list."""
    if not isinstance(container, list):
        return None
    if isinstance(key, int):
        return key
    return int(key) if key.isascii() and key.isdigit() and len(key) < 10 else None


def _under(container: Any, key: str | int) -> Any:
    if isinstance(container, dict):
        return container.get(key, MISSING)
    is_there = isinstance(container, list) and isinstance(key, int) and key < len(container)
    return container[key] if is_there else MISSING


def center_name(number: str) -> str:
    """A damage center by its number."""
    # Some write "מוקד 1" where others write 1.
    return number if _RIGHT_TO_LEFT.search(number) else _("damage center %(n)s") % {"n": number}


def _first(row: dict[str, Any], names: tuple[str, ...]) -> str:
    # A plain loop over what the row has: a page asks this for thousands of rows.
    for name in names:
        if name in row and (text := said(row[name])):
            return _cut(text)
    return ""


def _price(row: dict[str, Any]) -> str:
    totals = row.get("Summary")
    return _first(totals if isinstance(totals, dict) else row, _PRICE)


def _spoken(row: dict[str, Any]) -> Iterator[str]:
    """The first fields of a row without a name that say something to people."""
    fields = ((key, said(value)) for key, value in row.items() if not is_identifier(key))
    telling = [(key, text) for key, text in fields if text][:_SPOKEN_FIELDS]
    for key, text in telling:
        yield f"{labels.field(key) or _isolated(key)}: {_isolated(_cut(text))}"


def _name(row: dict[str, Any]) -> list[str]:
    """The pieces of a row's name."""
    if center := _first(row, _CENTER) or (_first(row, ("number",)) if _first(row, _PLACE[:2]) else ""):
        return [center_name(center), _first(row, _PLACE)]
    if number := _first(row, _INVOICE):
        return [_("invoice %(number)s") % {"number": _isolated(number)}, _first(row, _SUPPLIER)]
    name = _first(row, _TELLING)
    return [name] if name else []


def _joined(pieces: Iterable[str]) -> str:
    said = [piece for piece in pieces if piece]
    return said[0] if len(said) == 1 else " · ".join(map(_isolated, said))


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_PIECE else f"{text[:_LONGEST_PIECE]}…"


def _isolated(text: str) -> str:
    """A code inside a line of words, held together so that the line's direction does not turn it round."""
    if _RIGHT_TO_LEFT.search(text) or _PLAIN_NUMBER.fullmatch(text):
        return text
    return f"\u2066{text}\u2069"
