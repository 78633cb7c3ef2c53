"""Long work with done, total, cancel and a result: each run is a row that anybody who may can follow."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import structlog
from django.db import connection
from psycopg.types.json import Jsonb

from cases.models import JobRun
from core import acting, rpc

log = structlog.get_logger("jobs")

# A run that says nothing for so long lost its worker; longer than Celery lets a task live between two steps.
LEASE_SECONDS = 300

_BEGIN = """select private.job_begin(%s, %s, p_alone => %s, p_org_id => %s, p_started_by => %s, p_total => %s)"""
_STEP = "select private.job_step(%s, %s, %s, %s)"
_END = "select private.job_end(%s, %s, %s, %s, %s, %s)"
_TICK = "select private.job_tick(%s, %s)"

Result = dict[str, Any]


class Stopped(Exception):
    """Somebody asked the work to stop, or another run took its place."""


class Run:
    """A run at work: it says how far it is, each time in a transaction of its own."""

    def __init__(self, run_id: UUID, total: int | None) -> None:
        self.id, self.done, self.total = run_id, 0, total

    def step(self, done: int | None = None, *, total: int | None = None) -> None:
        """Say how far the work is. Raises Stopped where it is not wanted any more."""
        self.done = self.done + 1 if done is None else done
        self.total = self.total if total is None else total
        if not _ask(_STEP, self.id, LEASE_SECONDS, self.done, self.total):
            raise Stopped


def run(
    kind: str,
    work: Callable[[Run], Result],
    *,
    started_by: str | UUID | None = None,
    org_id: UUID | None = None,
    total: int | None = None,
    alone: str | None = None,
) -> UUID | None:
    """Do the work, and keep what came of it; None where the same work is being done already.

    What the work raises is kept by its name alone, and raised again. `alone` is the kind where nothing is said.
    """
    run_id = begin(kind, started_by=started_by, org_id=org_id, total=total, alone=alone)
    if run_id is not None:
        carry_out(run_id, work, total=total)
    return run_id


def begin(
    kind: str,
    *,
    started_by: str | UUID | None = None,
    org_id: UUID | None = None,
    total: int | None = None,
    alone: str | None = None,
) -> UUID | None:
    """Write a run down whose work somebody else carries out; None where the same work is being done already."""
    run_id: UUID | None = _ask(_BEGIN, kind, LEASE_SECONDS, alone or kind, org_id, started_by, total)
    return run_id


def carry_out(run_id: UUID, work: Callable[[Run], Result], *, total: int | None = None) -> None:
    """Do the work of a run that was begun. What it raises is kept by its name alone, and raised again."""
    current = Run(run_id, total)
    try:
        result = work(current)
    except Stopped:
        _end(current, JobRun.State.CANCELLED, {}, None)
    except BaseException as exc:
        _end(current, JobRun.State.FAILED, {}, kind_of(exc))
        raise
    else:
        _end(current, JobRun.State.DONE, result, None)


@contextmanager
def ticking(kind: str) -> Iterator[None]:
    """Note that work of every few seconds was done; an hour of it is one row."""
    try:
        yield
    except BaseException as exc:
        _ask(_TICK, kind, kind_of(exc))
        raise
    _ask(_TICK, kind, None)


def cancel(*, job_id: UUID) -> JobRun:
    """Ask a run to stop at its next step.

    Raises NotFound, Refused `forbidden` for whoever neither started it nor manages, and Conflict once it has ended.
    """
    return rpc.row(JobRun, "private.job_cancel", id=job_id)


def kind_of(exc: BaseException) -> str:
    """What a failure is called; its text may quote content, and goes nowhere."""
    return type(exc).__name__.lstrip("_")


def _end(current: Run, state: str, result: Result, error: str | None) -> None:
    log.info("job", job=str(current.id), state=state, done=current.done, error=error)
    _ask(_END, current.id, state, current.done, current.total, Jsonb(result), error)


def _ask(statement: str, *values: Any) -> Any:
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]
