"""Checks over an office's rows; what each looks for stands in its SQL function."""

import time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from psycopg.types.json import Jsonb

from cases.models import Case, CaseQuerySet
from office.findings import MOST, Desk, Finding, Look, Seen

_QUICK = "select f.*, count(*) over () from private.check_{}(%s, %s, %s) f limit %s"
_SOME = "select f.* from private.check_{}(%s, %s, %s) f"
_AT_WORK = "select private.people_at_work(%s)"
# So many helpers in one transaction: each is unpacked.
_PAGE = 100


def quick(name: str) -> Look:
    """A check that is one question."""

    def look(desk: Desk) -> Seen:
        with desk.caller():
            rows = ask(_QUICK.format(name), desk.org_id, limits(), MOST, desk.shown)
        return Seen(rows[0][-1] if rows else 0, [Finding.of_row(row[:-1]) for row in rows])

    return look


def walked(name: str) -> Look:
    """A check that reads every current helper: some cases at a time, until all are seen or time is up."""

    def look(desk: Desk) -> Seen:
        ends, seen, total = time.monotonic() + settings.HEALTH_WALK_SECONDS, 0, _total(desk)
        findings: list[Finding] = []
        after: UUID | None = None
        found = 0
        while ids := _page(desk, after):
            with desk.caller():
                rows = ask(_SOME.format(name), desk.org_id, ids, limits())
            found, after, seen = found + len(rows), ids[-1], seen + len(ids)
            findings += [Finding.of_row(row) for row in rows[: desk.shown - len(findings)]]
            desk.step(seen, max(seen, total))
            if time.monotonic() > ends and seen < total:
                return Seen(min(found, MOST), findings, {"seen": seen, "total": total}, "not_finished")
        return Seen(min(found, MOST), findings, {"seen": seen, "total": seen})

    return look


def logins(desk: Desk) -> Seen:
    """Staff logins of people who are not active; and how many people were at work today."""
    seen = quick("logins")(desk)
    with desk.caller():
        [(at_work,)] = ask(_AT_WORK, desk.org_id)
    return Seen(seen.found, seen.findings, {"people": at_work})


def outbox(desk: Desk) -> Seen:
    """Endpoints whose news wait; the longest wait is told in seconds."""
    seen = quick("outbox")(desk)
    return Seen(seen.found, seen.findings, {"seconds": max((one.number or 0 for one in seen.findings), default=0)})


def limits() -> Jsonb:
    """From where on each check says that something is wrong."""
    return Jsonb(settings.HEALTH_LIMITS)


def ask(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _cases(desk: Desk) -> CaseQuerySet:
    return Case.objects.filter(org_id=desk.office)


def _total(desk: Desk) -> int:
    with desk.caller():
        return _cases(desk).count()


def _page(desk: Desk, after: UUID | None) -> list[UUID]:
    behind = {"pk__gt": after} if after else {}
    with desk.caller():
        found = _cases(desk).filter(**behind).order_by("pk")
        return list(found.values_list("pk", flat=True)[:_PAGE])
