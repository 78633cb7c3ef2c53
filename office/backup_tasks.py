"""The backup of every night."""

from celery import shared_task
from django.conf import settings

from office import backing_up

_SECONDS = 4 * 3600


@shared_task(soft_time_limit=_SECONDS - 60, time_limit=_SECONDS)
def back_up(started_by: str | None = None) -> None:
    """Keep a backup, where a place for it is named; a failed one turns the health board red."""
    if settings.BACKUP_FOLDER:
        backing_up.run(started_by=started_by)
