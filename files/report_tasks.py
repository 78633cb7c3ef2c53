"""Reports, made by a worker: each as soon as it is asked for, and whatever was missed by the sweep."""

import time
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

from celery import shared_task
from celery.signals import worker_process_shutdown
from django.db import transaction
from kombu.exceptions import OperationalError

from cases import jobs
from files import chromium, rendering

# A worker does other work, too: what it leaves, the next sweep takes.
_SWEEP_SECONDS = 40
_CALL_SECONDS = 600


@shared_task
def render_report(report_id: str) -> None:
    """Make this one, if nobody else is at it; safe to run twice, and twice at once."""
    rendering.run(UUID(report_id))


@shared_task
def render_reports() -> None:
    """Make whatever waits, or lost its worker."""
    with jobs.ticking("render-reports"):
        stop = time.monotonic() + _SWEEP_SECONDS
        while time.monotonic() < stop and rendering.run():
            pass


def soon(report_id: UUID) -> None:
    """Have a worker make it once this transaction is committed; where no broker answers, the sweep does."""
    transaction.on_commit(partial(_call, report_id))


def _call(report_id: UUID) -> None:
    with suppress(OperationalError):
        render_report.apply_async((str(report_id),), expires=_CALL_SECONDS, retry=False)


@worker_process_shutdown.connect
def end_browser(**kwargs: Any) -> None:
    """The worker's browser goes with it."""
    chromium.close()
