"""Pictures that nobody waits for; a worker is told after each upload, and beat finds what it was not told."""

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from cases import jobs
from files import picture_work

_CALL_SECONDS = 60


@shared_task
def look_at_pictures() -> None:
    """Look at what waits, and let go of what may go; safe to run twice, and twice at once."""
    with jobs.ticking("look-at-pictures"):
        picture_work.run()


def wake() -> None:
    """Tell a worker once this transaction is committed; where the broker is away, beat will."""
    transaction.on_commit(_call, robust=True)


def _call() -> None:
    try:
        look_at_pictures.apply_async(expires=_CALL_SECONDS, retry=False)
    except (OperationalError, OSError):
        return
