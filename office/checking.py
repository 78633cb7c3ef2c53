"""Running checks, and keeping what they found."""

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from psycopg.types.json import Jsonb

from accounts.models import Org
from cases import jobs
from core import acting, rpc
from office.check_system import milliseconds
from office.checks import CHECKS, Check
from office.findings import SHOWN, Desk, Seen
from office.models import CheckRun

log = structlog.get_logger("checks")

Caller = Callable[[], AbstractContextManager[Any]]
as_service: Caller = partial(acting.acting, acting.SERVICE)


def run(check: Check, desk: Desk) -> CheckRun:
    """Look, and keep what was seen; one that fails is not known, and says why by the kind of its failure."""
    began = time.monotonic()
    seen = seen_by(check, desk)
    with desk.caller():
        kept = rpc.record(
            "private.check_record",
            ("id",),
            org_id=None if check.is_of_system else desk.org_id,
            name=check.name,
            state=seen.state,
            found=seen.found,
            findings=Jsonb([one.as_json() for one in seen.findings[:SHOWN]]),
            measured=Jsonb(seen.measured),
            reason=seen.reason,
            ms=milliseconds(began),
        )
        return CheckRun.objects.get(pk=kept["id"])


def seen_by(check: Check, desk: Desk) -> Seen:
    """What a check sees; what it raises is a reason."""
    try:
        # Within a page's transaction a statement that fails must not spoil what comes after it.
        if transaction.get_connection().in_atomic_block:
            with transaction.atomic():
                return check.look(desk)
        return check.look(desk)
    except Exception as exc:
        log.warning("check_failed", check=check.name, kind=jobs.kind_of(exc))
        return Seen(reason=jobs.kind_of(exc))


def run_all(checks: Iterable[Check], step: Callable[[int, int], None]) -> dict[str, int]:
    """Run these checks for every office, and those of the system once, in nobody's name."""
    checks = list(checks)
    with as_service():
        offices = list(Org.objects.order_by("pk").values_list("pk", flat=True))
    rounds: list[tuple[Check, UUID | None]] = [(check, None) for check in checks if check.is_of_system]
    rounds += [(check, office) for office in offices for check in checks if not check.is_of_system]
    found = 0
    for done, (check, office) in enumerate(rounds, 1):
        desk = Desk(office, as_service, step=lambda seen, total, done=done: step(done - 1, len(rounds)))  # type: ignore[misc]
        found += run(check, desk).found
        step(done, len(rounds))
    return {"rows": len(rounds), "found": found}


def quick_ones() -> list[Check]:
    """What is asked every few minutes."""
    return [check for check in CHECKS.values() if check.is_quick]
