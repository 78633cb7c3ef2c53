"""Reading what happened: the story of one case, and of the whole office."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Profile
from accounts.templatetags import office
from cases.models import Event, EventQuerySet
from core import acting, csvtext, rpc
from office.telling import Entry, sentence

_STORY = "select * from public.case_timeline(%s, %s, %s, %s, %s, %s)"
_COLUMNS = ("id", "type", "at", "actor", "actor_name", "door", "version", "data", "request_id")
# Rows of one kind by one person within so long are told once.
_RUN = timedelta(minutes=10)
_FOLDED_NEVER = {"case_helper", "case"}
_AT_ONCE = 1000
MOST_LINES = 200_000
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Asked:
    """Which part of a case's story is asked for."""

    types: Sequence[str] | None = None
    since: datetime | None = None
    until: datetime | None = None


def of_case(case_id: UUID, asked: Asked, *, limit: int, offset: int = 0) -> list[Entry]:
    """The newest entries of a case's story. Raises NotFound."""
    types = list(asked.types) if asked.types else None
    with rpc.ending_at_refusal(), rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_STORY, [case_id, types, asked.since, asked.until, limit, offset])
        found = [dict(zip(_COLUMNS, row, strict=True)) for row in cursor.fetchall()]
    return [Entry(**{**row, "data": json.loads(row["data"])}, case_id=case_id) for row in found]


def entry_of(event: Event) -> Entry:
    """An event of the office's list, with its case's plate."""
    return Entry(
        id=event.id,
        type=event.type,
        at=event.at,
        actor=event.actor_id,
        actor_name=event.actor.name if event.actor else None,
        door=event.door,
        version=event.version,
        data=event.data,
        request_id=event.request_id,
        case_id=event.case_id,
        plate=event.case.plate if event.case else None,
    )


def people_in(entries: Iterable[Entry]) -> dict[str, str]:
    """The names of people whom changes point at."""
    sides = (entry.data.get(side) for entry in entries for side in ("was", "became"))
    ids = {str(side["assigned_to"]) for side in sides if isinstance(side, dict) and side.get("assigned_to")}
    if not ids:
        return {}
    return {str(pk): name for pk, name in Profile.objects.filter(pk__in=ids).values_list("pk", "name")}


def folded(entries: Sequence[Entry]) -> list[Entry]:
    """The same, newest first, with each run of one kind by one person within minutes as its newest entry."""
    told: list[Entry] = []
    for entry in entries:
        last = told[-1] if told else None
        if last is not None and _goes_on(last, entry):
            told[-1] = _together(last, entry)
        else:
            told.append(entry)
    return told


def _goes_on(newer: Entry, older: Entry) -> bool:
    alike = (newer.type, newer.actor, newer.door) == (older.type, older.actor, older.door)
    alike = alike and newer.data.get("op") == older.data.get("op")
    alike = alike and newer.data.get("message") == older.data.get("message")
    return alike and newer.kind not in _FOLDED_NEVER and newer.at - older.at <= _RUN


def _together(newer: Entry, older: Entry) -> Entry:
    rows = [entry.data.get("rows") for entry in (newer, older)]
    if all(isinstance(count, int) for count in rows) and newer.data.get("op") == "insert":
        ids = [*newer.data.get("ids", []), *older.data.get("ids", [])]
        return replace(newer, at=newer.at, data={**newer.data, "rows": sum(rows), "ids": ids[:20]})
    return replace(newer, times=newer.times + 1, data={**newer.data, "was": None, "became": None})


def count_some(events: EventQuerySet) -> int:
    """How many there are, up to one more than people want to know."""
    return events.order_by()[: MOST_COUNTED + 1].count()


def csv_of(events: EventQuerySet) -> Iterator[str]:
    """The events as lines of a spreadsheet, read batch by batch in the caller's name while they are sent."""
    return csvtext.lines(_head(), _rows(events, acting.same_caller(), translation.get_language()))


def _head() -> list[str]:
    """The columns' names in the language that is set."""
    return [
        _("Date"),
        _("Hour"),
        _("What happened"),
        _("Who"),
        _("Through"),
        _("Plate"),
        _("Filing number"),
        _("Version"),
        _("Type"),
        _("Request id"),
    ]


def _rows(events: EventQuerySet, caller: Callable[[], Any], language: str | None) -> Iterator[list[Any]]:
    last: UUID | None = None
    for _batch in range(MOST_LINES // _AT_ONCE):
        with caller(), translation.override(language):
            found = list((events.before(last) if last else events)[:_AT_ONCE])
            entries = [entry_of(event) for event in found]
            people = people_in(entries)
            rows = [_line(event, entry, people) for event, entry in zip(found, entries, strict=True)]
        yield from rows
        if len(found) < _AT_ONCE:
            return
        last = found[-1].id


def _line(event: Event, entry: Entry, people: Mapping[str, str]) -> list[Any]:
    at = timezone.localtime(entry.at, timezone.get_default_timezone())
    return [
        f"{at:%d/%m/%Y}",
        f"{at:%H:%M:%S}",
        sentence(entry, people),
        entry.actor_name,
        event.get_door_display(),
        office.plate(entry.plate),
        event.case.filing_case_id if event.case else None,
        entry.version,
        entry.type,
        entry.request_id,
    ]
