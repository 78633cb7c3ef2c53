"""A comparison as people read it: section by section, row by row, and of each value as much as is worth reading."""

import hashlib
import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from core.exact import MISSING
from helpers import labels, pointers, saying, wording
from helpers.diff import Change, Kind
from helpers.history import Comparison
from helpers.pointers import Path
from helpers.saying import Said
from helpers.wording import Step

SHOWN_AT_ONCE = 400
_SECTIONS_AT_ONCE = 200
# When a program wrote what stands beside it; a time under another name is one that people want to know.
_BOOKS = re.compile(r"last[_A-Z].*|.*(?:_at|At|[tT]imestamp|_updated)")
_CLOCK = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)


class Row(NamedTuple):
    """One change: what it is called, where it stands, and what was said there before and after."""

    anchor: str
    kind: Kind
    label: Step
    pointer: str
    old: str | None
    new: str | None
    before: Said | None = None
    after: Said | None = None
    difference: str = ""
    places: tuple[int, int] | None = None

    @property
    def is_cut(self) -> bool:
        """Whether something is too large to be opened here."""
        return any(side is not None and side.is_cut for side in (self.before, self.after))


@dataclass(frozen=True, slots=True)
class Group:
    """The changes that share one place above them."""

    trail: list[Step]
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Section:
    """What changed in one section; `quiet` is what only programs read: ids and their clocks' times."""

    key: str
    anchor: str
    count: int
    groups: list[Group]
    quiet: list[Group]
    hidden: int

    @property
    def quiet_count(self) -> int:
        return sum(len(group.rows) for group in self.quiet)

    @property
    def is_technical(self) -> bool:
        return labels.is_technical(self.key)


@dataclass(frozen=True)
class Reading:
    """The sections that changed, as many as are shown at once, and how many there are of everything."""

    sections: list[Section]
    total: int
    changed: int
    unchanged: list[str]
    page: int = 1
    pages: int = 1

    @property
    def plain(self) -> list[Section]:
        return [section for section in self.sections if not section.is_technical]

    @property
    def technical(self) -> list[Section]:
        return [section for section in self.sections if section.is_technical]


def read(comparison: Comparison) -> Reading:
    """Every section with its first changes, so many that a page stays a page."""
    found = _by_section(comparison)
    shown = list(found)[:_SECTIONS_AT_ONCE]
    fits = sum(map(len, found.values())) <= SHOWN_AT_ONCE
    most = SHOWN_AT_ONCE if fits else max(1, SHOWN_AT_ONCE // max(1, len(shown)))
    reader = _Reader(comparison)
    sections = [reader.section(key, found[key], 0, most) for key in shown]
    return Reading(sections, len(comparison.changes), len(found), _in_order(comparison.unchanged))


def read_section(comparison: Comparison, key: str, page: int = 1) -> Reading:
    """One section whole, a page at a time. Raises KeyError where nothing changed in it."""
    found = _by_section(comparison)
    changes = found[key]
    pages = max(1, math.ceil(len(changes) / SHOWN_AT_ONCE))
    page = min(page, pages)
    section = _Reader(comparison).section(key, changes, (page - 1) * SHOWN_AT_ONCE, SHOWN_AT_ONCE)
    return Reading([section], len(comparison.changes), len(found), _in_order(comparison.unchanged), page, pages)


def anchor(kind: str, pointer: str) -> str:
    """The name of a change on its page: the same whenever the two versions are compared."""
    return hashlib.sha256(f"{kind} {pointer}".encode()).hexdigest()[:12]


class _Above(NamedTuple):
    """What the changes of one place share: what they stand in, its pointer, and the key above them."""

    container: object
    pointer: str
    key: str

    @classmethod
    def of(cls, document: object, path: Path) -> "_Above":
        container = pointers.look(document, [str(step) for step in path[:-1]])
        return cls(container, pointers.write(path[:-1]), saying.parent_of(path))


class _Reader:
    """The two documents, and how much text may still be opened on the page."""

    def __init__(self, comparison: Comparison) -> None:
        self.before, self.after = comparison.before, comparison.after
        self.sayer = saying.Sayer()

    def section(self, key: str, changes: list[Change], start: int, most: int) -> Section:
        loud: list[Change] = []
        quiet: list[Change] = []
        for change in changes[start : start + most]:
            (quiet if _is_quiet(change) else loud).append(change)
        hidden = len(changes) - len(loud) - len(quiet)
        return Section(key, anchor("section", key), len(changes), self.groups(loud), self.groups(quiet), hidden)

    def groups(self, changes: list[Change]) -> list[Group]:
        """The changes by the place above them; what is gone stands with what came to the same place."""
        found: dict[tuple[bool, Path], tuple[Group, _Above]] = {}
        for change in changes:
            path = change.path
            place = change.new is None, path[:-1]
            if place not in found:
                # The document in which the change has its place.
                document = self.before if change.new is None else self.after
                trail = self.sayer.namer.trail(document, path[:-1])[1:]
                found[place] = Group(trail, []), _Above.of(document, path)
            group, above = found[place]
            group.rows.append(self.row(change, path, above))
        return list(_joined({place: group for place, (group, _) in found.items()}))

    def row(self, change: Change, path: Path, above: _Above) -> Row:
        pointer = f"{above.pointer}{pointers.write(path[-1:])}"
        before, after = (None, None) if change.kind == Kind.MOVED else self.sayer.both(change)
        return Row(
            anchor=anchor(change.kind, pointer),
            kind=change.kind,
            label=self.sayer.namer.step(above.container, above.key, path[-1], is_section=len(path) == 1),
            pointer=pointer,
            old=pointer if change.old == path else _written(change.old),
            new=pointer if change.new == path else _written(change.new),
            before=before,
            after=after,
            difference=saying.difference(change.before, change.after) if change.kind == Kind.CHANGED else "",
            places=_places(change),
        )


def _written(path: Path | None) -> str | None:
    return None if path is None else pointers.write(path)


def _by_section(comparison: Comparison) -> dict[str, list[Change]]:
    """The changes of each section, in the order in which people work."""
    found: defaultdict[str, list[Change]] = defaultdict(list)
    for change in comparison.changes:
        found[str(change.path[0])].append(change)
    return {key: found[key] for key in _in_order(list(found))}


def _in_order(sections: list[str]) -> list[str]:
    return sorted(sections, key=labels.sort_key)


def _joined(groups: dict[tuple[bool, Path], Group]) -> Iterator[Group]:
    """The groups of the newer document, each with what is gone from the same place of the older one.

    The two documents may count rows differently, so the place is known by its words where these mean only one.
    """
    newer: defaultdict[tuple[Step, ...], list[Group]] = defaultdict(list)
    older: defaultdict[tuple[Step, ...], list[Group]] = defaultdict(list)
    for (is_gone, _), group in groups.items():
        (older if is_gone else newer)[tuple(group.trail)].append(group)
    for group in groups.values():
        words = tuple(group.trail)
        if len(newer[words]) != 1 or len(older[words]) != 1:
            yield group
        elif group is newer[words][0]:
            yield Group(group.trail, older[words][0].rows + group.rows)


def _places(change: Change) -> tuple[int, int] | None:
    """Where in its list a moved row stood and stands, as people count."""
    if change.kind != Kind.MOVED or not change.old or not change.new:
        return None
    return int(change.old[-1]) + 1, int(change.new[-1]) + 1


def _is_quiet(change: Change) -> bool:
    """True for the ids of rows and for the times at which a program wrote."""
    values = [value for value in (change.before, change.after) if value is not MISSING]
    if change.kind == Kind.MOVED or any(isinstance(value, (dict, list)) for value in values):
        return False
    key = str(change.path[-1])
    if wording.is_identifier(key):
        return True
    return bool(_BOOKS.fullmatch(key)) and all(isinstance(value, str) and _CLOCK.fullmatch(value) for value in values)
