"""Two versions of one helper, as far apart as an ordinary save leaves them, or with every section touched."""

import json
import random
from collections.abc import Iterator
from functools import cache
from typing import Any

from bench.measure import bodies
from tests import make_fixtures

SIZES = ("typical", "full", "large", "5m")
KINDS = ("ordinary", "heavy")


@cache
def pair(size: str, kind: str) -> tuple[str, str]:
    """The texts of both versions, the same every time."""
    before = _helper(size)
    after = json.loads(json.dumps(before))
    dice = random.Random(size)
    (_edit if kind == "ordinary" else _edit_everywhere)(after, dice)
    return _text(before), _text(after)


def _helper(size: str) -> dict[str, Any]:
    if size != "5m":
        return json.loads(bodies.named(size))
    # Grown as real ones grow: more searches, more captured answers, longer reports.
    case = make_fixtures.build_large(505, centers=16, parts=14, searches=150, invoices=40, html_kb=800, image_kb=400)
    return make_fixtures.js_numbers(case.h)


def _edit(helper: dict[str, Any], dice: random.Random) -> None:
    """A few fields, a row in front of the longest list, and another list's last row moved to its front."""
    helper["meta"]["last_updated"] = "2026-11-22T08:00:00.000Z"
    helper["case_info"]["status"] = "שולם"
    helper["stakeholders"]["owner"]["phone"] = "050-0000000"
    longest, *others = sorted(_lists(helper), key=len, reverse=True)
    longest.insert(0, {**longest[0], **dict.fromkeys(longest[0].keys() & {"row_uuid", "id"}, "new")})
    moved = next((rows for rows in others if len(rows) > 1), longest)
    moved.insert(0, moved.pop())
    row = dice.choice(longest)
    row["note"] = "נבדק"


def _edit_everywhere(helper: dict[str, Any], dice: random.Random) -> None:
    """Something in every section, one value in ten, and a row in front of every list."""
    for rows in list(_lists(helper)):
        rows.insert(0, {key: f"{value}!" if isinstance(value, str) else value for key, value in rows[0].items()})
    for section, value in helper.items():
        if isinstance(value, dict):
            value["touched"] = section
            _touch(value, dice)
        else:
            helper[section] = [*value, section] if isinstance(value, list) else "touched"


def _touch(value: Any, dice: random.Random) -> None:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, (dict, list)):
            _touch(inner, dice)
        elif isinstance(inner, str) and dice.random() < 0.1:
            value[key] = f"{inner} "


def _lists(value: Any) -> Iterator[list[dict[str, Any]]]:
    """All lists of rows."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _lists(inner)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
