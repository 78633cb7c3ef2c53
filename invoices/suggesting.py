"""To which damage center and which of its rows a line could belong: a proposal with its reason, never more; pure."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cases.search import fold
from helpers import wording
from invoices.centers import Center, Row
from invoices.models import InvoiceLine

# What a person would nearly always take: what `suggested` takes without asking again.
SURE = Decimal("0.8")
_LINKED, _CODE, _NAME = Decimal("1"), Decimal("0.95"), Decimal("0.85")
_NAMED_PLACE, _ONLY_ONE = Decimal("0.4"), Decimal("0.3")
# At least this part of the words of two names is the same where they are close.
_CLOSE = Decimal("0.5")
_CODES = ("pcode", "catalog_code", "oem", "מספר OEM", "מספר קטלוגי", "supplier_pcode")
_NAMES = ("name", "part_name", "part", "desc", "description", "תיאור", "category", "comments")
_KINDS = {"part": "part", "work": "work", "repair": "repair", "material": "work"}


@dataclass(frozen=True)
class Suggestion:
    """Where a line could belong: without a row, it would be a new one."""

    line: InvoiceLine
    center: Center
    kind: str
    row: Row | None
    confidence: Decimal
    reason: str


def suggest(
    lines: list[InvoiceLine], centers: list[Center], *, linked: dict[Any, str], place: str = ""
) -> dict[Any, Suggestion]:
    """By line the best proposal; no row is proposed twice. `linked` is a line's required part by its row_uuid."""
    rows = _Rows(centers)
    said = [center for center in centers if _means(place, center)]
    found = [one for line in lines for one in rows.of(line, linked.get(line.pk), said)]
    best: dict[Any, Suggestion] = {}
    taken: set[tuple[str, str, int]] = set()
    for one in sorted(found, key=lambda one: (-one.confidence, one.line.line_number)):
        key = (one.center.id, one.kind, one.row.place if one.row else -1)
        if one.line.pk not in best and (one.row is None or key not in taken):
            best[one.line.pk] = one
            taken.add(key)
    return best


def kind_of(line: InvoiceLine) -> str:
    """Among which rows of a center a line belongs."""
    return _KINDS.get(line.item_category) or ("part" if line.catalog_code else "work")


class _Rows:
    """The rows of all centers, by what they can be recognised by."""

    def __init__(self, centers: list[Center]) -> None:
        self.centers = centers
        self.codes: defaultdict[tuple[str, str], list[tuple[Center, Row]]] = defaultdict(list)
        self.words: defaultdict[tuple[str, str], list[tuple[Center, Row, frozenset[str]]]] = defaultdict(list)
        self.linked: dict[str, tuple[Center, Row]] = {}
        for center in centers:
            for kind in ("part", "work", "repair"):
                for row in center.rows(kind):
                    self._add(center, kind, row)

    def _add(self, center: Center, kind: str, row: Row) -> None:
        for code in {_plain(row.value.get(name)) for name in _CODES} - {""}:
            self.codes[kind, code].append((center, row))
        for words in {frozenset(_plain(row.value.get(name)).split()) for name in _NAMES} - {frozenset()}:
            for word in words:
                self.words[kind, word].append((center, row, words))
        if row.row_uuid:
            self.linked[row.row_uuid] = (center, row)

    def of(self, line: InvoiceLine, row_uuid: str | None, said: list[Center]) -> Iterator[Suggestion]:
        """Every row it could be, and a new row where the center at least is known."""
        kind = kind_of(line)
        if row_uuid in self.linked:
            center, row = self.linked[row_uuid]
            yield Suggestion(line, center, "part", row, _LINKED, "linked_part")
        same = self.codes.get((kind, _plain(line.catalog_code)), [])
        for center, row in same:
            yield Suggestion(line, center, kind, row, _shared(_CODE, same, center, said), "same_code")
        yield from self._named(line, kind, said)
        for center in said:
            yield Suggestion(line, center, kind, None, _shared(_NAMED_PLACE, [(one, None) for one in said], center, []),
                             "named_place")  # fmt: skip
        if len(self.centers) == 1:
            yield Suggestion(line, self.centers[0], kind, None, _ONLY_ONE, "only_center")

    def _named(self, line: InvoiceLine, kind: str, said: list[Center]) -> Iterator[Suggestion]:
        wanted = frozenset(_plain(line.description).split())
        near: dict[tuple[str, int], tuple[Center, Row, Decimal]] = {}
        for word in wanted:
            for center, row, words in self.words.get((kind, word), []):
                alike = Decimal(len(wanted & words)) / len(wanted | words)
                key = (center.id, row.place)
                if key not in near or alike > near[key][2]:
                    near[key] = (center, row, alike)
        equal = [(center, row) for center, row, alike in near.values() if alike == 1]
        for center, row, alike in near.values():
            if alike == 1:
                yield Suggestion(line, center, kind, row, _shared(_NAME, equal, center, said), "same_name")
            elif alike >= _CLOSE:
                confidence = (alike / 2 + Decimal("0.25")).quantize(Decimal("0.001"))
                yield Suggestion(line, center, kind, row, confidence, "close_name")


def _shared(confidence: Decimal, found: list[tuple[Center, Any]], center: Center, said: list[Center]) -> Decimal:
    """Less where several rows are as good; the center that the invoice names decides between them."""
    if len(found) == 1:
        return confidence
    named = [one for one, _ in found if one in said]
    if len(named) == 1 and named[0] is center:
        return confidence - Decimal("0.1")
    return (confidence / 2).quantize(Decimal("0.001"))


def _means(place: str, center: Center) -> bool:
    """Whether the invoice's own words for a damage center are this center's location or number."""
    words, location = set(_plain(place).split()), set(_plain(center.location).split())
    if location and location <= words:
        return True
    return bool(center.number) and " ".join(sorted(words - {"מוקד", "נזק"})) == _plain(center.number)


def _plain(value: Any) -> str:
    """A text as it is compared: without quote signs and dashes, its blanks single."""
    text = value if isinstance(value, str) else wording.said(value)
    return " ".join(fold(text).split())
