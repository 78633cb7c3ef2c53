"""What a page shows of an answer: facts, tables, lines for what has neither form, and the JSON it came as."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Func, TextField
from django.db.models.functions import Cast, Left, Length
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.templatetags import office
from core import exact
from intake.labels import FIELDS
from intake.models import SHOWN_OF_A_TEXT, KeptAnswer

MOST_ROWS = 200
_ORDER = {name: place for place, name in enumerate(FIELDS)}
# An open string runs to the end: to look for its quote again from every quote in it would take for ever.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)


@dataclass
class Table:
    """Rows of one field, the first cell of each its name or number."""

    title: str
    columns: list[str]
    rows: list[tuple[str, list[tuple[str, SafeString]]]]
    left_out: int = 0


@dataclass
class Shown:
    """One answer's fields in the order they were read."""

    facts: list[tuple[str, SafeString]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def beside(answer: KeptAnswer) -> dict[str, Any]:
    """As much of what came, and of what was read, as a page can carry; for admin/intake/beside.html."""
    pretty = Func(F(answer.RAW), function="jsonb_pretty", output_field=TextField())
    parsed = Cast(F(answer.PARSED), TextField())
    columns: dict[str, Any] = {"came_text": F("raw_text"), "came_json": pretty, "said": parsed}
    lengths: dict[str, Any] = {f"{name}_length": Length(column) for name, column in columns.items()}
    texts: dict[str, Any] = {name: Left(column, SHOWN_OF_A_TEXT) for name, column in columns.items()}
    kept: Any = type(answer).objects.filter(pk=answer.pk)
    row = kept.values(**texts, **lengths)[0]
    came = "came_json" if row["came_text"] is None else "came_text"
    text = row[came] or ""
    is_whole = row["said_length"] <= SHOWN_OF_A_TEXT
    return {
        "came": text,
        "length": row[f"{came}_length"] or 0,
        "is_json": came == "came_json" or text.lstrip()[:1] in {"{", "["},
        "read": of_text(row["said"], answer.unread) if is_whole else None,
    }


def of_text(text: str, unread: list[str]) -> Shown:
    """What stands in the JSON text of what was read; `unread` fields are marked."""
    shown, missed, held = Shown(), set(unread), exact.read(text)
    for name, value in sorted(held.items(), key=_place):
        if isinstance(value, (dict, list)):
            if value:
                shown.tables.append(_table(name, value, missed))
        elif value is not None or name in missed:
            shown.facts.append((label(name), cell(value, name in missed)))
    known = {name for name in missed if "." not in name}
    shown.facts += [(label(name), cell(None, is_unread=True)) for name in sorted(known - set(held))]
    return shown


def label(name: str) -> str:
    """The office's word for a field, a number of a row from one on, else its own name."""
    if name.isascii() and name.isdigit():
        return office.code(int(name) + 1)
    return str(FIELDS[name]) if name in FIELDS else office.words(name)


def path_label(path: str) -> SafeString:
    """The same for a field inside others."""
    parts = [label(part) for part in path.split(".")]
    joined = parts[0]
    for part in parts[1:]:
        joined = format_html("{} › {}", joined, part)
    return format_html("{}", joined)


def cell(value: Any, is_unread: bool = False) -> SafeString:
    """One value: a number in its digits, a text in its own direction."""
    if is_unread:
        return format_html('<span class="pill pill-waits">{}</span>', _("could not be read"))
    match value:
        case None | "":
            return SafeString("—")
        case bool():
            return format_html("{}", _("yes") if value else _("no"))
        case bytes():
            return office.code(_grouped(value.decode()))
    return office.words(value)


def json_text(text: str) -> SafeString:
    """JSON as it came, each text in it in its own direction and at its own place."""
    found = list(_STRING.finditer(text))
    ends = [0, *(match.end() for match in found)]
    starts = [*(match.start() for match in found), len(text)]
    strings = [format_html("<bdi>{}</bdi>", match[0]) for match in found] + [SafeString("")]
    between = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    return format_html_join("", "{}{}", zip(between, strings, strict=True))


def _table(name: str, value: Any, missed: set[str]) -> Table:
    rows = (
        sorted(value.items(), key=_place) if isinstance(value, dict) else [(str(n), row) for n, row in enumerate(value)]
    )
    title = label(name)
    if not all(_is_flat(row) for _key, row in rows):
        lines = list(_lines(value, ""))
        shown: list[tuple[str, list[tuple[str, SafeString]]]] = [
            (path_label(path), [(_("value"), cell(item, f"{name}.{path}" in missed))])
            for path, item in lines[:MOST_ROWS]
        ]
        return Table(title, [_("value")], shown, max(0, len(lines) - MOST_ROWS))
    columns = _columns(
        [row for _key, row in rows], {path.rpartition(".")[2] for path in missed if path.startswith(name)}
    )
    cells = [
        (label(key), [(label(column), cell(row.get(column), f"{name}.{key}.{column}" in missed)) for column in columns])
        for key, row in rows[:MOST_ROWS]
    ]
    return Table(title, [label(column) for column in columns], cells, max(0, len(rows) - MOST_ROWS))


def _columns(rows: list[dict[str, Any]], missed: set[str]) -> list[str]:
    """The fields in which some row says something, or should have."""
    found = {key: key for row in rows for key, item in row.items() if item not in (None, "") or key in missed}
    return [key for key, _same in sorted(found.items(), key=_place)]


def _place(item: tuple[str, Any]) -> int:
    """Where a field stands in our own order; jsonb has one of its own."""
    return _ORDER.get(item[0], len(_ORDER))


def _is_flat(row: Any) -> bool:
    return isinstance(row, dict) and not any(isinstance(item, (dict, list)) for item in row.values())


def _lines(value: Any, at: str) -> Iterator[tuple[str, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in inner:
        path = f"{at}.{key}" if at else str(key)
        if isinstance(item, (dict, list)) and item:
            yield from _lines(item, path)
        else:
            yield path, "" if isinstance(item, (dict, list)) else item


def _grouped(digits: str) -> str:
    sign, whole = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    front, point, back = whole.partition(".")
    if not front.isdigit() or len(front) < 5:
        return digits
    return f"{sign}{int(front):,}{point}{back}"
