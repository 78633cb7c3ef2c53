"""What changed from one document to another, place by place; pure, and exact to the last digit.

Documents are values of core.exact: a number is the bytes it was written with. Objects are compared key by key, the
rows of lists as helpers.rows pairs them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.exact import MISSING
from helpers import rows
from helpers.pointers import Path


class Kind(StrEnum):
    """What happened to a place. A row that moved and changed inside is told as moved, and its places as changed."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One changed place: where it stands in either document, and what stood there before and after.

    A path is None in the document that has no such place. `before` and `after` of a moved row are the
    whole row in either document.
    """

    kind: Kind
    old: Path | None
    new: Path | None
    before: Any = MISSING
    after: Any = MISSING

    @property
    def path(self) -> Path:
        """The place in the newer document; of what was removed, in the older one."""
        return self.new if self.new is not None else self.old or ()


def compare(before: Any, after: Any) -> list[Change]:
    """Every change from one value to the other: what stands first in the document first, an object's new keys last.

    Applied to `before`, the changes give `after`: the changed places in the older document's coordinates, then the
    removed and moved rows taken out from the deepest and last on, then what is added and moved put in from the
    shallowest and first on, in the newer document's coordinates.
    """
    return list(_changes(before, after, (), (), rows.Patience()))


def _changes(before: Any, after: Any, old: Path, new: Path, patience: rows.Patience) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _in_object(before, after, old, new, patience)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _in_list(before, after, old, new, patience)
    elif before != after:
        yield Change(Kind.CHANGED, old, new, before, after)


def _in_object(
    before: dict[str, Any], after: dict[str, Any], old: Path, new: Path, patience: rows.Patience
) -> Iterator[Change]:
    for key, value in before.items():
        if key not in after:
            yield Change(Kind.REMOVED, (*old, key), None, value)
        elif value != after[key]:
            yield from _changes(value, after[key], (*old, key), (*new, key), patience)
    for key, value in after.items():
        if key not in before:
            yield Change(Kind.ADDED, None, (*new, key), after=value)


def _in_list(before: list[Any], after: list[Any], old: Path, new: Path, patience: rows.Patience) -> Iterator[Change]:
    pairs = rows.match(before, after, patience)
    was, moved = {there: here for here, there in pairs}, rows.moved(pairs)
    kept = {here for here, _ in pairs}
    for here, row in enumerate(before):
        if here not in kept:
            yield Change(Kind.REMOVED, (*old, here), None, row)
    for there, row in enumerate(after):
        here = was.get(there, -1)
        if here < 0:
            yield Change(Kind.ADDED, None, (*new, there), after=row)
            continue
        if there in moved:
            yield Change(Kind.MOVED, (*old, here), (*new, there), before[here], row)
        if before[here] != row:
            yield from _changes(before[here], row, (*old, here), (*new, there), patience)
