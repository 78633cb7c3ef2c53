"""Checks and repairs that take long, as jobs in the name of who asked for them."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from cases import jobs
from core import acting
from office import checking, repairs
from office.checks import CHECKS
from office.findings import Desk

_CALL_SECONDS = 240


def begin(task: str, name: str, *, org_id: UUID, user_id: UUID) -> UUID | None:
    """Write the work down and have a worker do it after this transaction; None where it is being done already."""
    kind = f"{task}-{name.replace('_', '-')}"
    run_id = jobs.begin(kind, alone=f"{kind} {org_id}", org_id=org_id, started_by=user_id)
    if run_id is not None:
        transaction.on_commit(partial(_call, f"office.tasks.{task}", [run_id, name, org_id, user_id]))
    return run_id


def check(run_id: UUID, name: str, org_id: UUID, user_id: str) -> None:
    """Run a check; how far it is stands on the run."""

    def work(desk: Desk) -> jobs.Result:
        return {"found": checking.run(CHECKS[name], desk).found}

    _as_job(run_id, org_id, user_id, work)


def repair(run_id: UUID, name: str, org_id: UUID, user_id: str) -> None:
    """Carry out a repair."""

    def work(desk: Desk) -> jobs.Result:
        done, after = repairs.carry_out(name, desk)
        return {"rows": done, "found": after.found}

    _as_job(run_id, org_id, user_id, work)


def _as_job(run_id: UUID, org_id: UUID, user_id: str, work: Callable[[Desk], jobs.Result]) -> None:
    claims = {"sub": user_id, "role": acting.PERSON}
    caller = partial(acting.acting, acting.STAFF, claims)

    def carried(run: jobs.Run) -> jobs.Result:
        return work(Desk(org_id, caller, step=lambda done, total: run.step(done, total=total)))

    jobs.carry_out(run_id, carried)


def _call(task: str, values: list[object]) -> None:
    # Where no broker answers the run is taken for lost, and said to be.
    with suppress(OperationalError):
        asked = [str(value) for value in values]
        current_app.send_task(task, asked, expires=_CALL_SECONDS, retry=False)
