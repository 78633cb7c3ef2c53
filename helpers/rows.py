"""Which row of one list is which row of another: by identity, else by content, never by position alone."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# The names under which the helper identifies its rows, the surest first.
IDENTITIES = (
    *("row_uuid", "invoice_entry_id", "assignment_id", "supabase_invoice_id", "Id", "id", "invoice_id", "number"),
    *("Damage center Number", "center_number", "damage_center_number", "invoice_number", "code", "filename", "fieldId"),
)
# Rows without identity are the same row when at least this part of what they say is equal.
_ALIKE = 0.5
_SAYS_NOTHING: tuple[Any, ...] = ("", b"0", None, False, [], {})


@dataclass
class Patience:
    """How many pairs of rows may still be held side by side; a hostile document ends it, an honest one never does."""

    comparisons: int = 50_000


def identity(row: Any) -> tuple[str, Any] | None:
    """The surest name and value that identify a row; None where nothing does."""
    if isinstance(row, dict):
        for name in IDENTITIES:
            if _identifies(value := row.get(name)):
                return name, value
    return None


def match(before: list[Any], after: list[Any], patience: Patience | None = None) -> list[tuple[int, int]]:
    """The places of rows that are the same row in both lists, sorted by their place in `before`."""
    start, stop = _equal_ends(before, after)
    shift = len(after) - len(before)
    pairs = [(at, at) for at in range(start)] + [(at, at + shift) for at in range(stop, len(before))]
    olds, news = dict.fromkeys(range(start, stop)), dict.fromkeys(range(start, stop + shift))
    if not olds or not news:
        return pairs
    for rank, name in enumerate(IDENTITIES):
        pairs += _by_identity(before, after, olds, news, rank, name)
    pairs += _by_content(before, after, olds, news)
    pairs += _by_likeness(before, after, olds, news, patience or Patience())
    return sorted(pairs)


def moved(pairs: Iterable[tuple[int, int]]) -> set[int]:
    """The places in the newer list of the fewest rows that must have moved; `pairs` as match() gives them."""
    tails: list[int] = []
    chain: list[tuple[int, int]] = []
    for _, new in pairs:
        length = bisect_left(tails, new)
        tails[length : length + 1] = [new]
        chain.append((length, new))
    wanted, next_one, stayed = len(tails) - 1, float("inf"), set()
    for length, new in reversed(chain):
        if length == wanted and new < next_one:
            stayed.add(new)
            wanted, next_one = wanted - 1, new
    return {new for _, new in chain} - stayed


def _equal_ends(before: list[Any], after: list[Any]) -> tuple[int, int]:
    """How many rows are equal from the front, and where in `before` the rows begin that are equal to the end."""
    short = min(len(before), len(after))
    start = 0
    while start < short and before[start] == after[start]:
        start += 1
    end = 0
    while end < short - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start, len(before) - end


def _identifies(value: Any) -> bool:
    return isinstance(value, (str, bytes)) and bool(value)


def _by_identity(
    before: list[Any], after: list[Any], olds: dict[int, None], news: dict[int, None], rank: int, name: str
) -> list[tuple[int, int]]:
    held = defaultdict(list)
    for at in news:
        row = after[at]
        if isinstance(row, dict) and _identifies(value := row.get(name)):
            held[value].append(at)
    if not held:
        return []
    asked = defaultdict(list)
    for at in olds:
        row = before[at]
        if isinstance(row, dict) and _identifies(value := row.get(name)) and value in held:
            asked[value].append(at)
    pairs = []
    for value, places in asked.items():
        # Rows that share an identity are told apart by content, and only then by their order.
        for equal in (True, False) if len(places) + len(held[value]) > 2 else (False,):
            for old in [place for place in places if place in olds]:
                for new in held[value]:
                    if new in news and (before[old] == after[new] if equal else _may_be(before[old], after[new], rank)):
                        pairs.append((old, new))
                        del olds[old], news[new]
                        break
    return pairs


def _may_be(old: dict[str, Any], new: dict[str, Any], rank: int) -> bool:
    """False for two rows that a surer name tells apart."""
    return not any(_identifies(old.get(name)) and _identifies(new.get(name)) for name in IDENTITIES[:rank])


def _by_content(
    before: list[Any], after: list[Any], olds: dict[int, None], news: dict[int, None]
) -> list[tuple[int, int]]:
    if not olds or not news:
        return []
    held = defaultdict(list)
    for at in reversed(news):
        held[_content(after[at])].append(at)
    pairs = []
    for old in list(olds):
        if places := held.get(_content(before[old])):
            new = places.pop()
            pairs.append((old, new))
            del olds[old], news[new]
    return pairs


def _content(value: Any) -> Any:
    """Something to look a value up by, equal for equal values in whatever order their keys stand."""
    if isinstance(value, dict):
        return frozenset((key, _content(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return tuple(_content(inner) for inner in value)
    # True would be found under 1, but no number here is an int.
    return value


def _by_likeness(
    before: list[Any], after: list[Any], olds: dict[int, None], news: dict[int, None], patience: Patience
) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for old in list(olds):
        best, found = _ALIKE, None
        for new in news:
            if patience.comparisons <= 0:
                return pairs
            patience.comparisons -= 1
            likeness = _likeness(before[old], after[new])
            if likeness > best or (likeness == best and found is None):
                best, found = likeness, new
        if found is not None:
            pairs.append((old, found))
            del olds[old], news[found]
    return pairs


def _likeness(old: Any, new: Any) -> float:
    if not (isinstance(old, dict) and isinstance(new, dict)) or not _may_be(old, new, len(IDENTITIES)):
        return 0.0
    said = equal = 0
    for key in old.keys() | new.keys():
        mine, theirs = old.get(key), new.get(key)
        if mine in _SAYS_NOTHING and theirs in _SAYS_NOTHING:
            continue
        said += 1
        equal += mine == theirs
    return equal / said if said else 0.0
