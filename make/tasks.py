"""Work between us and Make that nobody waits for."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings
from django.db import connection

from cases import jobs
from core import acting, heartbeat
from make import delivery, ear

IDEMPOTENCY_HOURS = 72
# Nobody needs a call to work that waited for so long: the next one is there already.
_CALL_SECONDS = 30


@shared_task
def deliver_outbox() -> None:
    """Deliver what is ready; safe to run twice, and twice at once."""
    ear.task_has_begun()
    heartbeat.beat()
    with jobs.ticking("deliver-outbox"):
        delivery.run()


@shared_task
def export_forgotten() -> None:
    """Queue the export of newest versions that nobody exported or saved over for a while."""
    with jobs.ticking("export-forgotten"):
        _ask("select private.exports_forgotten(%s)", settings.EXPORT_AFTER_MINUTES)


@shared_task
def forget_old_answers(started_by: str | None = None) -> None:
    """Drop what the gateway answered so long ago that no repeat will come."""
    jobs.run(
        "forget-old-answers",
        lambda run: {"rows": _ask("select private.idempotency_sweep(%s)", IDEMPOTENCY_HOURS)},
        started_by=started_by,
    )


@worker_ready.connect
def listen(**kwargs: Any) -> None:
    """The worker's main process has its ear at the broker."""
    ear.listen(wake=lambda: deliver_outbox.apply_async(expires=_CALL_SECONDS))


def _ask(statement: str, argument: int) -> Any:
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(statement, [argument])
        return cursor.fetchone()[0]
