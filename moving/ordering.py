"""The order of a case's documents, and which case each belongs to; oldest first, whatever their names say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Document:
    """What is known of a source document without reading it again."""

    id: UUID
    place: str
    canonical: str | None
    case_key: UUID | None = None
    filing: str | None = None
    number: int | None = None
    at: datetime | None = None
    said_by: str | None = None
    is_current: bool | None = None
    saved_by: UUID | None = None


class Order(NamedTuple):
    """Documents oldest first, those that repeat one, by what they were put in order, and whether that is sure."""

    documents: list[Document]
    repeats: dict[UUID, UUID]
    by: str
    is_sure: bool


class Group(NamedTuple):
    """The documents of one case; `guessed` are those that do not name it."""

    key: UUID | None
    documents: list[Document]
    guessed: list[Document]


def ordered(documents: Iterable[Document]) -> Order:
    """Put the documents of a case in order, each content once in a row."""
    kept, repeats = _without_copies(documents)
    by, is_sure = _rule(kept)
    if by == "number":
        kept.sort(key=lambda one: one.number or 0)
    else:
        kept.sort(key=lambda one: (one.at or _NEVER, one.number or 0, one.place))
    distinct: list[Document] = []
    for one in kept:
        if distinct and one.canonical == distinct[-1].canonical:
            repeats[one.id] = distinct[-1].id
        else:
            distinct.append(one)
    return Order(distinct, repeats, by, is_sure)


def newest(order: Order) -> datetime:
    """When a case was worked on last."""
    return max((one.at or _NEVER for one in order.documents), default=_NEVER)


def grouped(documents: list[Document]) -> list[Group]:
    """The documents case by case; one that names no case goes with the one saved next to it."""
    keys = list(dict.fromkeys(one.case_key for one in documents if one.case_key))
    if len(keys) < 2:
        return [Group(keys[0] if keys else None, documents, [])] if documents else []
    groups = {key: Group(key, [one for one in documents if one.case_key == key], []) for key in keys}
    named = [one for one in documents if one.case_key]
    for one in documents:
        if one.case_key is None:
            near = groups[min(named, key=lambda other: _distance(one, other)).case_key or keys[0]]
            near.documents.append(one)
            near.guessed.append(one)
    return sorted(groups.values(), key=lambda group: min(one.at or _NEVER for one in group.documents))


def _without_copies(documents: Iterable[Document]) -> tuple[list[Document], dict[UUID, UUID]]:
    """A history doubled by a trigger says the same number and the same content many times."""
    first: dict[tuple[object, ...], Document] = {}
    repeats = {}
    for one in sorted(documents, key=lambda one: (one.at or _NEVER, one.place)):
        mark = (one.canonical, one.number if one.number is not None else one.at)
        if mark in first:
            repeats[one.id] = first[mark].id
        else:
            first[mark] = one
    return list(first.values()), repeats


def _rule(documents: list[Document]) -> tuple[str, bool]:
    numbers = [one.number for one in documents]
    if None not in numbers and len(set(numbers)) == len(numbers):
        return "number", True
    moments = [one.at for one in documents if one.at and one.said_by != "touched"]
    if len(moments) == len(documents):
        return "time", len(set(moments)) == len(moments)
    return "place", len(documents) < 2


def _distance(one: Document, other: Document) -> float:
    if one.at is None or other.at is None:
        return float("inf")
    return abs((one.at - other.at).total_seconds())
