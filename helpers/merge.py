"""Two documents that came from one, made into one; pure. Where both sides changed the same place, nothing is guessed.

Documents are values of core.exact. Objects are merged key by key, the rows of lists as helpers.rows pairs them.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from core.exact import MISSING
from helpers import order, rows
from helpers.pointers import Path


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both sides changed, each in its own way: where it stands in each document, None where it does not.

    Of rows that cannot be put in one order, it is the place of their list.
    """

    base: Path | None
    theirs: Path | None
    mine: Path | None

    @property
    def path(self) -> Path:
        """The place in my document, else in the one both came from, else in theirs."""
        return next(path for path in (self.mine, self.base, self.theirs) if path is not None)


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of it. The value holds both sides' changes where there is no conflict, and means nothing otherwise."""

    value: Any
    conflicts: list[Conflict]


def merge(base: Any, theirs: Any, mine: Any) -> Merged:
    """What `base` becomes with the changes of both sides; swapping the sides swaps them in the conflicts alone."""
    merging = _Merging()
    value = merging.merged(_Place(base, ()), _Place(theirs, ()), _Place(mine, ()))
    return Merged(value, merging.conflicts)


@dataclass(frozen=True, slots=True)
class _Place:
    """What stands at a place of one of the documents; MISSING has no path."""

    value: Any = MISSING
    path: Path | None = None

    def key(self, key: str) -> "_Place":
        return self._inner(key) if key in self.value else _Place()

    def row(self, at: int | None) -> "_Place":
        return _Place() if at is None else self._inner(at)

    def _inner(self, step: str | int) -> "_Place":
        return _Place(self.value[step], (*(self.path or ()), step))


@dataclass
class _Merging:
    """One merge on its way. Each side has a patience of its own, or it would matter which one comes first."""

    conflicts: list[Conflict] = field(default_factory=list)
    with_theirs: rows.Patience = field(default_factory=rows.Patience)
    with_mine: rows.Patience = field(default_factory=rows.Patience)
    with_both: rows.Patience = field(default_factory=rows.Patience)

    def merged(self, base: _Place, theirs: _Place, mine: _Place) -> Any:
        if theirs.value == mine.value or mine.value == base.value:
            return theirs.value
        if theirs.value == base.value:
            return mine.value
        kinds = {type(place.value) for place in (base, theirs, mine)}
        if kinds == {dict}:
            return self._object(base, theirs, mine)
        if kinds == {list}:
            return self._list(base, theirs, mine)
        return self._conflict(base, theirs, mine)

    def _conflict(self, base: _Place, theirs: _Place, mine: _Place) -> Any:
        self.conflicts.append(Conflict(base.path, theirs.path, mine.path))
        return base.value

    def _object(self, base: _Place, theirs: _Place, mine: _Place) -> dict[str, Any]:
        new = sorted((theirs.value.keys() | mine.value.keys()) - base.value.keys())
        found = {key: self.merged(base.key(key), theirs.key(key), mine.key(key)) for key in (*base.value, *new)}
        return {key: value for key, value in found.items() if value is not MISSING}

    def _list(self, base: _Place, theirs: _Place, mine: _Place) -> Any:
        to_theirs = dict(rows.match(base.value, theirs.value, self.with_theirs))
        to_mine = dict(rows.match(base.value, mine.value, self.with_mine))
        values: dict[order.Pair, Any] = {}
        for at in range(len(base.value)):
            there, here = to_theirs.get(at), to_mine.get(at)
            value = self.merged(base.row(at), theirs.row(there), mine.row(here))
            if there is not None and here is not None:
                values[there, here] = value
        kept, their_new, my_new = list(values), _new(theirs, to_theirs), _new(mine, to_mine)
        shared = self._added_by_both(their_new, my_new)
        for there, here in shared:
            values[there, here] = self.merged(_Place(), theirs.row(there), mine.row(here))
            del their_new[there], my_new[here]
        common = order.of_common(kept, shared)
        found = common if common is None else order.with_new(common, values, their_new, my_new)
        if found is None or _doubles(found, theirs.value, mine.value):
            return self._conflict(base, theirs, mine)
        return found

    def _added_by_both(self, theirs: dict[int, Any], mine: dict[int, Any]) -> list[order.Pair]:
        """The new rows that are the same row on both sides, whichever side is asked first."""
        if not theirs or not mine:
            return []
        one, other = (list(side.values()) for side in (theirs, mine))
        if _in_one_order(one) <= _in_one_order(other):
            pairs = rows.match(one, other, self.with_both)
        else:
            pairs = [(there, here) for here, there in rows.match(other, one, self.with_both)]
        places, my_places = list(theirs), list(mine)
        return [(places[there], my_places[here]) for there, here in pairs]


def _new(side: _Place, matched: dict[int, int]) -> dict[int, Any]:
    """The rows of one side that were not there before, by their place."""
    known = set(matched.values())
    return {at: row for at, row in enumerate(side.value) if at not in known}


def _doubles(found: list[Any], *sides: list[Any]) -> bool:
    """True when an identity stands more often in what was found than on any side."""
    counts = [Counter(map(rows.identity, side)) for side in sides]
    return any(
        name is not None and number > max(count[name] for count in counts)
        for name, number in Counter(map(rows.identity, found)).items()
    )


def _in_one_order(value: Any) -> str:
    """Some text, the same for equal values."""
    if isinstance(value, dict):
        return "".join(["{", *(f"{key!r}: {_in_one_order(value[key])}, " for key in sorted(value)), "}"])
    if isinstance(value, list):
        return "".join(["[", *(f"{_in_one_order(inner)}, " for inner in value), "]"])
    return repr(value)
