"""File cabinets, packed by a worker, and forgotten after some days."""

from contextlib import suppress
from functools import partial
from uuid import UUID

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from cases import jobs
from files import cabinet

_CALL_SECONDS = 240
# Less than the broker waits before it gives the task to another worker.
_MOST_SECONDS = 290


@shared_task(soft_time_limit=_MOST_SECONDS - 20, time_limit=_MOST_SECONDS)
def pack_cabinet(run_id: str, case_id: str) -> None:
    """Pack one; a run that was cancelled, or packed already, comes to nothing."""
    cabinet.pack(UUID(run_id), UUID(case_id))


@shared_task
def forget_cabinets(started_by: str | None = None) -> None:
    """Remove those past their days."""
    jobs.run("forget-cabinets", lambda run: {"cabinets": cabinet.forget_old()}, started_by=started_by)


def soon(run_id: UUID, case_id: UUID) -> None:
    """Have a worker pack it once this transaction is committed; where no broker answers, the run is taken for lost."""
    transaction.on_commit(partial(_call, run_id, case_id))


def _call(run_id: UUID, case_id: UUID) -> None:
    with suppress(OperationalError):
        pack_cabinet.apply_async((str(run_id), str(case_id)), expires=_CALL_SECONDS, retry=False)
