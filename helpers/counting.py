"""How many places a version changed, counted once and kept with it."""

from uuid import UUID

import structlog
from django.db import connection

from core import exact
from helpers import diff
from helpers.models import CaseHelper

log = structlog.get_logger("counting")

# Text of the sections that changed, before and after together. More is counted a moment later, by the worker.
AT_ONCE_BYTES = 1_000_000
_UNCOUNTED = "select id, before, after from private.difference_to_count(%s, %s, %s)"
_COUNTED = "select private.changes_counted(%s, %s)"


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
