"""Which row of one list is which row of another: by identity, else by content, never by position alone."""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from helpers.contents import Contents

# The names under which the helper identifies its rows, the surest first.
IDENTITIES = (
    *("row_uuid", "invoice_entry_id", "assignment_id", "supabase_invoice_id", "Id", "id", "invoice_id", "number"),
    *("Damage center Number", "center_number", "damage_center_number", "invoice_number", "code", "filename", "fieldId"),
)
_RANKS = {name: rank for rank, name in enumerate(IDENTITIES)}
# Rows without identity are the same row when at least this part of what they say is equal.
_ALIKE = 0.5
_SAYS_NOTHING: tuple[Any, ...] = ("", b"0", None, False, [], {})


@dataclass
class Patience:
    """How many values may still be held side by side; a hostile document ends it, an honest one never does.

    One belongs to one comparison of two documents, and remembers their contents meanwhile.
    """

    comparisons: int = 1_000_000
    contents: Contents = field(default_factory=Contents, init=False)

    def spend(self, comparisons: int) -> bool:
        """False when that is too much."""
        self.comparisons -= comparisons
        return self.comparisons >= 0


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
    olds, news = range(start, stop), range(start, stop + shift)
    if olds and news:
        pairs += _Matching(before, after, olds, news, patience or Patience()).pairs()
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


def _identifies(value: Any) -> bool:
    return isinstance(value, (str, bytes)) and bool(value)


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


def _names(row: Any) -> int:
    """Which names identify a row, the surest as the lowest bit."""
    if not isinstance(row, dict):
        return 0
    return sum(1 << _RANKS[name] for name in row.keys() & _RANKS.keys() if _identifies(row[name]))


class _Matching:
    """The rows that still look for theirs: the place of each, and which names identify it."""

    def __init__(
        self, before: list[Any], after: list[Any], olds: Iterable[int], news: Iterable[int], patience: Patience
    ) -> None:
        self.before, self.after, self.patience = before, after, patience
        self.olds = {at: _names(before[at]) for at in olds}
        self.news = {at: _names(after[at]) for at in news}
        self.found: list[tuple[int, int]] = []

    def pairs(self) -> list[tuple[int, int]]:
        asked, given = (reduce(or_, places.values(), 0) for places in (self.olds, self.news))
        for name, rank in _RANKS.items():
            if asked & given & 1 << rank:
                self._by_identity(rank, name)
        self._by_content(list(self.olds), list(self.news))
        self._by_likeness()
        return self.found

    def _pair(self, old: int, new: int) -> None:
        self.found.append((old, new))
        del self.olds[old], self.news[new]

    def _by_identity(self, rank: int, name: str) -> None:
        held = _by_value(self.after, self.news, rank, name)
        for value, olds in _by_value(self.before, self.olds, rank, name).items():
            news = held.get(value, [])
            # Rows that share an identity are told apart by content, and only then by their order.
            if news and len(olds) + len(news) > 2:
                self._by_content(olds, news)
            self._in_order(olds, news, (1 << rank) - 1)

    def _in_order(self, olds: list[int], news: list[int], surer: int) -> None:
        """Each old row gets the first new one that no surer name tells apart from it."""
        waiting: defaultdict[int, deque[int]] = defaultdict(deque)
        for new in news:
            if new in self.news:
                waiting[self.news[new] & surer].append(new)
        for old in olds if waiting else ():
            if old in self.olds and self.patience.spend(len(waiting)):
                queues = [queue for names, queue in waiting.items() if queue and not names & self.olds[old]]
                if queues:
                    self._pair(old, min(queues, key=lambda queue: queue[0]).popleft())

    def _by_content(self, olds: list[int], news: list[int]) -> None:
        if not olds or not news:
            return
        content, held = self.patience.contents.of, defaultdict(list)
        for new in reversed(news):
            held[content(self.after[new])].append(new)
        for old in olds:
            if places := held.get(content(self.before[old])):
                self._pair(old, places.pop())

    def _by_likeness(self) -> None:
        waiting: defaultdict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
        for new, names in self.news.items() if self.olds else ():
            if isinstance(self.after[new], dict):
                waiting[names][new] = self._said(self.after[new])
        for old, names in list(self.olds.items()):
            if self.patience.comparisons > 0 and waiting and isinstance(self.before[old], dict):
                found = self._most_alike(self._said(self.before[old]), names, waiting)
                if found is not None:
                    del waiting[self.news[found]][found]
                    self._pair(old, found)

    def _most_alike(self, old: dict[str, Any], names: int, waiting: dict[int, dict[int, dict[str, Any]]]) -> int | None:
        best, found = _ALIKE, None
        for others, rows in waiting.items():
            if not self.patience.spend(1):
                return None
            for new, said in rows.items() if not names & others else ():
                if not self.patience.spend(1 + min(len(old), len(said))):
                    return None
                likeness = _likeness(old, said)
                if likeness > best or (likeness == best and (found is None or new < found)):
                    best, found = likeness, new
        return found

    def _said(self, row: dict[str, Any]) -> dict[str, Any]:
        """What a row says under each key, without what says nothing."""
        content = self.patience.contents.of
        return {key: content(value) for key, value in row.items() if value not in _SAYS_NOTHING}


def _by_value(rows: list[Any], places: dict[int, int], rank: int, name: str) -> defaultdict[Any, list[int]]:
    """The places of the rows that a name identifies, by what stands there."""
    found: defaultdict[Any, list[int]] = defaultdict(list)
    for at, names in places.items():
        if names >> rank & 1:
            found[rows[at][name]].append(at)
    return found


def _likeness(old: dict[str, Any], new: dict[str, Any]) -> float:
    """Which part of what two rows say is equal."""
    shorter, longer = (old, new) if len(old) < len(new) else (new, old)
    common = [value == longer[key] for key, value in shorter.items() if key in longer]
    said = len(shorter) + len(longer) - len(common)
    return sum(common) / said if said else 0.0
