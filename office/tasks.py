"""Housekeeping of the whole house; each run is kept."""

from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts import sessions
from cases import jobs
from core import acting


@shared_task
def forget_expired_sessions(started_by: str | None = None) -> None:
    """Drop sessions past their time."""
    jobs.run("forget-expired-sessions", _forget_sessions, started_by=started_by)


@shared_task
def forget_old_logs(started_by: str | None = None) -> None:
    """Drop notes for staff, and what is known of background jobs, past their time."""
    jobs.run("forget-old-logs", _forget_logs, started_by=started_by)


def _forget_sessions(run: jobs.Run) -> jobs.Result:
    expired = Session.objects.filter(expire_date__lt=timezone.now()).count()
    call_command("clearsessions")
    sessions.forget_ended()
    return {"rows": expired}


def _forget_logs(run: jobs.Run) -> jobs.Result:
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(
            "select private.system_logs_sweep(%s) + private.job_runs_sweep(%s)", [settings.SYSTEM_LOG_DAYS] * 2
        )
        return {"rows": cursor.fetchone()[0]}
