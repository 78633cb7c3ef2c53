"""A week of work on a demo case: small steps saved by the clock, rows that move, and a step back."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

_NOTES = ["נבדק במוסך", "הוזמנו חלקים", "ממתין למחיר", "אושר טלפונית", "נוסף צילום", "תואמה בדיקה חוזרת"]


@dataclass(frozen=True)
class Step:
    """A save: what made the client save, a note, and the helper; without a helper it goes back to `back_to`."""

    trigger: str
    label: str | None
    helper: dict[str, Any] | None = None
    back_to: int | None = None


def steps(start: dict[str, Any], good: int) -> Iterator[Step]:
    """Every save after `start`; `good` is the version that somebody comes back to."""
    helper = deepcopy(start)
    yield from _by_the_clock(helper, _NOTES)
    _put_last_first(helper)
    yield Step("manual", "מוקדי הנזק סודרו מחדש ונוסף חלק", deepcopy(helper))
    yield from _by_the_clock(helper, _NOTES[:4])
    helper["centers"] = helper["centers"][:1]
    yield Step("manual", None, deepcopy(helper))
    yield Step("restore", "נמחק מוקד נזק בטעות", back_to=good)
    helper = deepcopy(start)
    yield from _by_the_clock(helper, _NOTES[3:])
    helper["valuation"]["final_price"] = 61_500
    yield Step("manual", "עודכן ערך הרכב", deepcopy(helper))


def _by_the_clock(helper: dict[str, Any], notes: list[str]) -> Iterator[Step]:
    """Saves that nobody asked for: a price and a note more each time."""
    for note in notes:
        part = helper["centers"][0]["Parts"]["parts_required"][0]
        part["price"] += 25
        part["total_cost"] = part["price"] * part["quantity"]
        helper["centers"][0]["Description"] = note
        yield Step("autosave", None, deepcopy(helper))


def _put_last_first(helper: dict[str, Any]) -> None:
    """Two lists in another order, and one row more."""
    parts = helper["centers"][0]["Parts"]["parts_required"]
    more = {**parts[0], "row_uuid": "de300000-0000-4000-8000-000000000001", "part": "צלע גג", "name": "צלע גג"}
    helper["centers"][0]["Parts"]["parts_required"] = [*reversed(parts), more]
    helper["centers"].reverse()
