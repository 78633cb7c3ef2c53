"""Helpers to save: the fixtures, and synthetic ones of any size that compress about four times."""

import json
import random
import uuid
from pathlib import Path

_FIXTURES = Path(__file__).resolve().parents[2] / "tests" / "fixtures"
_WORDS = [
    *("פגוש", "קדמי", "כנף", "ימין", "שמאל", "פנס", "אחורי", "דלת", "מראה", "מכסה", "מנוע", "בולם", "חיישן", "חנייה"),
    *("תושבת", "מגן", "כיסוי", "צביעה", "יישור", "החלפה", "תיקון", "מקורי", "חליפי", "משומש", "ספק", "מחיר", "הנחה"),
    *("עבודה", "שעות", "מוסך", "נזק", "שומה", "הערה", "תמונה", "ללא", "עם", "לפי"),
]
_NOTES = 8


def named(name: str) -> bytes:
    """`typical`, `full` and `large` are the fixtures; `200k` and `50k` are synthetic."""
    if name.endswith("k"):
        return synthetic(int(name[:-1]) * 1024)
    return (_FIXTURES / f"helper_{name}.json").read_bytes().strip()


def synthetic(size: int) -> bytes:
    """A helper of about `size` bytes, the same every time."""
    dice = random.Random(size)
    rows = []
    written = 0
    while written < size:
        rows.append(_row(dice, len(rows)))
        written += len(_text(rows[-1])) + 1
    # As a real one: many sections, some heavy, all of them objects.
    sections = [f"section_{n:02}" for n in range(30)]
    return _text({name: {"rows": rows[n::30], "title": name} for n, name in enumerate(sections)})


def variants(name: str, owner: int) -> list[bytes]:
    """The same helper with another note each, so that every save changes 2 to 5 KB; no two owners share one."""
    base, dice = named(name), random.Random(owner)
    return [b'{"bench_note": %b, %b' % (_text(_note(dice)), base[1:]) for _ in range(_NOTES)]


def edits(name: str, owner: int) -> list[bytes]:
    """The same, and in each another description and another sum of the first damage center."""
    dice = random.Random(owner)
    return [_edited(body, dice) for body in variants(name, owner)]


def _edited(body: bytes, dice: random.Random) -> bytes:
    helper = json.loads(body)
    center = (helper.get("centers") or [{}])[0]
    center["Description"] = " ".join(dice.choices(_WORDS, k=6))
    center.setdefault("Summary", {})["Total parts"] = str(dice.randrange(1000, 9000))
    helper["centers"] = [center, *(helper.get("centers") or [])[1:]]
    return _text(helper)


def _row(dice: random.Random, number: int) -> dict[str, object]:
    return {
        "row_uuid": str(uuid.UUID(int=dice.getrandbits(128))),
        "number": number,
        "part_name": " ".join(dice.choices(_WORDS, k=3)),
        "part_family": "חלקי מרכב",
        "supplier_name": f"ספק לדוגמה {dice.randrange(20)}",
        "catalog_code": f"{dice.randrange(10**7):07}",
        "price_before_discount": round(dice.uniform(50, 9000), 2),
        "discount_percent": dice.choice([0, 5, 10, 15]),
        "quantity": 1,
        "work_description": " ".join(dice.choices(_WORDS, k=4)),
        "source": "חליפי/מקורי",
        "updated_at": "2025-09-14T08:21:07.000Z",
        "selected": False,
        "comments": "",
    }


def _note(dice: random.Random) -> str:
    return " ".join(dice.choices(_WORDS, k=dice.randrange(240, 520)))


def _text(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
