"""Housekeeping of the whole house; each run is kept."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts import sessions
from cases import jobs
from cases.models import JobRun
from core import acting
from office import checking, colleagues, repairing
from office.checks import CHECKS

# A night's checks read every helper; the broker may hand the task out again meanwhile, and that run finds it taken.
_NIGHT_SECONDS = 3000
# As long as the broker waits before it gives the task to another worker, and a little less.
_REPAIR_SECONDS = 290
_DAY = timedelta(days=1)


@shared_task
def forget_expired_sessions(started_by: str | None = None) -> None:
    """Drop sessions past their time."""
    jobs.run("forget-expired-sessions", _forget_sessions, started_by=started_by)


@shared_task
def forget_old_logs(started_by: str | None = None) -> None:
    """Drop notes for staff, and what is known of background jobs, past their time."""
    jobs.run("forget-old-logs", _forget_logs, started_by=started_by)


@shared_task
def check_quickly() -> None:
    """Run what is asked every few minutes."""
    with jobs.ticking("check-quickly"):
        checking.run_all(checking.quick_ones(), lambda done, total: None)


@shared_task(soft_time_limit=_NIGHT_SECONDS, time_limit=_NIGHT_SECONDS + 60)
def check_all(started_by: str | None = None) -> None:
    """Run every check of every office."""
    jobs.run("check-all", lambda run: _check(run), started_by=started_by)


@shared_task(soft_time_limit=_NIGHT_SECONDS, time_limit=_NIGHT_SECONDS + 60)
def check_missed() -> None:
    """Run every check of every office, where no whole round began within a day."""
    with acting.acting(acting.SERVICE):
        last = JobRun.objects.last_of_each().get("check-all")
    if last is None or timezone.now() - last.started_at > _DAY:
        check_all()


@shared_task
def tell_colleagues() -> None:
    """Mail whom a case was passed on to or shared with."""
    with jobs.ticking("tell-colleagues"):
        colleagues.run()


@shared_task(soft_time_limit=_REPAIR_SECONDS - 20, time_limit=_REPAIR_SECONDS)
def check_one(run_id: str, name: str, org_id: str, user_id: str) -> None:
    """Run one check in the name of who asked for it."""
    repairing.check(UUID(run_id), name, UUID(org_id), user_id)


@shared_task(soft_time_limit=_REPAIR_SECONDS - 20, time_limit=_REPAIR_SECONDS)
def repair(run_id: str, name: str, org_id: str, user_id: str) -> None:
    """Repair what a check finds, in the name of the manager who asked for it."""
    repairing.repair(UUID(run_id), name, UUID(org_id), user_id)


def _check(run: jobs.Run) -> jobs.Result:
    return {**checking.run_all(CHECKS.values(), lambda done, total: run.step(done, total=total))}


def _forget_sessions(run: jobs.Run) -> jobs.Result:
    expired = Session.objects.filter(expire_date__lt=timezone.now()).count()
    call_command("clearsessions")
    sessions.forget_ended()
    return {"rows": expired}


def _forget_logs(run: jobs.Run) -> jobs.Result:
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(
            "select private.system_logs_sweep(%s) + private.job_runs_sweep(%s) + private.check_runs_sweep(%s)",
            [settings.SYSTEM_LOG_DAYS] * 3,
        )
        return {"rows": cursor.fetchone()[0]}
