"""In which order rows stand when two lists that came from one become one; None where any order would be a guess."""

from collections import defaultdict
from operator import itemgetter
from typing import Any

from helpers import rows

# Where a row stands in their list and in mine.
Pair = tuple[int, int]
_FRONT = (-1, -1)


def of_common(kept: list[Pair], shared: list[Pair]) -> list[Pair] | None:
    """The rows that stand in both lists: `kept` in the order they had before, `shared` that both sides added.

    The side that moved rows says their order.
    """
    theirs, mine = sorted(kept), sorted(kept, key=itemgetter(1))
    if kept not in (theirs, mine) and theirs != mine:
        return None
    by_theirs, by_mine = sorted(kept + shared), sorted(kept + shared, key=itemgetter(1))
    if shared and not _follow_the_same(shared, by_theirs, by_mine):
        return None
    return by_mine if theirs == kept else by_theirs


def with_new(
    common: list[Pair], values: dict[Pair, Any], their_new: dict[int, Any], my_new: dict[int, Any]
) -> list[Any] | None:
    """The rows that stand in both lists, and behind each one what a single side put there.

    A new row whose neighbour in front is gone stands behind the nearest one that is not.
    """
    their_runs = _runs([there for there, _ in common], their_new)
    my_runs = _runs([here for _, here in common], my_new)
    found: list[Any] = []
    for pair in (_FRONT, *common):
        run = _joined(their_runs[pair[0]], my_runs[pair[1]])
        if run is None:
            return None
        found += [values[pair], *run] if pair in values else run
    return found


def _follow_the_same(rows_of_both: list[Pair], theirs: list[Pair], mine: list[Pair]) -> bool:
    there, here = (dict(zip(order, [_FRONT, *order], strict=False)) for order in (theirs, mine))
    return all(there[pair] == here[pair] for pair in rows_of_both)


def _runs(common: list[int], new: dict[int, Any]) -> defaultdict[int, list[Any]]:
    """The new rows of one list by the place of the row that they follow."""
    runs: defaultdict[int, list[Any]] = defaultdict(list)
    follows = -1
    for at in sorted([*common, *new]):
        if at in new:
            runs[follows].append(new[at])
        else:
            follows = at
    return runs


def _joined(theirs: list[Any], mine: list[Any]) -> list[Any] | None:
    """What both sides put at the same spot: rows that are known by themselves, in an order that takes no side."""
    if not theirs or not mine:
        return theirs + mine
    names = [[rows.identity(row) for row in run] for run in (theirs, mine)]
    if None in names[0] + names[1]:
        return None
    return theirs + mine if repr(names[0]) <= repr(names[1]) else mine + theirs
