"""How many places a version changed, counted once and kept with it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection

from core import acting, exact
from helpers import diff
from helpers.models import CaseHelper

log = structlog.get_logger("counting")

# Text of the sections that changed, before and after together. More is counted a moment later, by the worker.
AT_ONCE_BYTES = 1_000_000
# What no API would take; only sections are counted then.
MOST_BYTES = 64_000_000
# A run of the worker is short, so that other work is not kept waiting.
RUN_SECONDS = 2.0
# A version whose count did not end well, or ended with its worker, is left alone for so long.
REST_SECONDS = 3600

_READ_AT_ONCE = 100
_UNCOUNTED = "select id, before, after from private.difference_to_count(%s, %s, %s)"
_COUNTED = "select private.changes_counted(%s, %s)"
_WAITING = """
select h.id, h.case_id, h.version, h.saved_at, cardinality(h.changed_sections),
  not exists (select from public.case_helper p where p.case_id = h.case_id and p.version < h.version)
from public.case_helper h
where h.changes is null and (h.saved_at, h.id) < (%s::timestamptz, %s)
order by h.saved_at desc, h.id desc limit %s
"""
_NEWEST = ("infinity", UUID(int=2**128 - 1))


@dataclass(frozen=True)
class Waiting:
    """A version that nobody counted yet."""

    id: UUID
    case_id: UUID
    version: int
    saved_at: datetime
    sections: int
    is_first: bool


@dataclass(frozen=True)
class Progress:
    """How many versions there are, and how many of them are counted."""

    done: int
    total: int


def progress() -> Progress | None:
    """How far the counting is for what the caller may see; None where nothing waits."""
    waits = CaseHelper.objects.filter(changes=None).count()
    if not waits:
        return None
    total = CaseHelper.objects.count()
    return Progress(total - waits, total)


def counted(saved: CaseHelper) -> CaseHelper:
    """The version that was just saved, with its changes counted where that is not too much to be done at once."""
    if saved.changes is None:
        saved.changes = count(saved.case_id, saved.version, most_bytes=AT_ONCE_BYTES)
    return saved


def count(case_id: UUID, version: int, *, most_bytes: int) -> int | None:
    """Count what this version changed and keep it; None where it was counted before, or it is too much."""
    with connection.cursor() as cursor:
        cursor.execute(_UNCOUNTED, [case_id, version, most_bytes])
        row = cursor.fetchone()
        if row is None:
            return None
        try:
            changes = len(diff.compare(exact.read(row[1]), exact.read(row[2])))
        except Exception as exc:
            # Whatever is wrong with the count, the save stands.
            log.error("not counted", case_id=str(case_id), version=version, kind=type(exc).__name__)
            return None
        cursor.execute(_COUNTED, [row[0], changes])
    return changes


def run(seconds: float = RUN_SECONDS) -> None:
    """Count the newest versions that wait, until time is up; safe to run twice, and twice at once."""
    ends = time.monotonic() + seconds
    for one in waiting():
        if time.monotonic() >= ends:
            return
        # Whoever adds the mark counts; it stays where a count fails or its worker dies, and time takes it away.
        if cache.add(f"counting:{one.id}", True, REST_SECONDS):
            settle(one)


def waiting() -> Iterator[Waiting]:
    """Every version that waits to be counted, newest first and each once, whatever becomes of those before it."""
    last: tuple[datetime | str, UUID] = _NEWEST
    while True:
        with acting.acting(acting.SERVICE), connection.cursor() as cursor:
            cursor.execute(_WAITING, [*last, _READ_AT_ONCE])
            page = [Waiting(*row) for row in cursor.fetchall()]
        yield from page
        if len(page) < _READ_AT_ONCE:
            return
        last = page[-1].saved_at, page[-1].id


def settle(one: Waiting) -> bool:
    """Count it in a transaction of its own; False where the database did not let us, and it goes on waiting.

    A first version added its sections. What cannot be compared, for its size or depth, counts one change for each
    changed section: less than it is, but never more, and nobody waits for it for ever.
    """
    try:
        with acting.acting(acting.SERVICE):
            if one.is_first or count(one.case_id, one.version, most_bytes=MOST_BYTES) is None:
                _keep(one.id, one.sections)
    except (DatabaseError, InterfaceError) as exc:
        log.error("not counted", case_id=str(one.case_id), version=one.version, kind=type(exc).__name__)
        return False
    return True


def _keep(version_id: UUID, changes: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [version_id, changes])
