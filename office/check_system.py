"""Checks of what stands around the rows: broker, workers, clock, disk, migrations, schema, statements, backup."""

import json
import shutil
import time
from datetime import datetime
from typing import Any

from celery import current_app
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import KombuError

from cases.models import JobRun
from core import sqlfiles
from office import beat, schema_facts
from office.check_rows import ask
from office.findings import Desk, Finding, Seen

_ANSWER_SECONDS = 1.0
_MB = 1024 * 1024


def workers(desk: Desk) -> Seen:
    """Whether the broker is there, and anybody takes work from it."""
    try:
        with current_app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
            found = current_app.control.ping(timeout=_ANSWER_SECONDS, connection=broker) or []
    except (KombuError, OSError):
        return Seen.all_of([Finding("no_broker")])
    # A worker that is asked while it runs this very check is at work, whether it answers or not.
    count = max(len(found), 1 if current_app.current_worker_task else 0)
    return Seen.all_of([] if count else [Finding("no_worker")], {"workers": count})


def jobs(desk: Desk) -> Seen:
    """Jobs of the schedule that are late or failed, and runs whose worker was lost."""
    with desk.caller():
        findings = [
            Finding("late" if job.is_overdue else "job_failed", "job_runs", job.last.pk, detail=job.name)
            for job in beat.jobs()
            if job.is_bad and job.last and not job.last.is_lost
        ]
        lost = JobRun.objects.filter(state=JobRun.State.RUNNING, alive_until__lt=timezone.now())
        findings += [Finding("lost", "job_runs", run.pk, detail=run.kind) for run in lost[: desk.shown]]
    return Seen.all_of(findings)


def clock(desk: Desk) -> Seen:
    """How far our clock and the database's are apart."""
    before = timezone.now()
    with desk.caller():
        [(theirs,)] = ask("select clock_timestamp()")
    apart = _apart(before, theirs, timezone.now())
    is_wrong = apart > settings.HEALTH_CLOCK_SECONDS
    return Seen.all_of(
        [Finding("clocks_differ", number=round(apart))] if is_wrong else [], {"seconds": round(apart, 1)}
    )


def _apart(before: datetime, theirs: datetime, after: datetime) -> float:
    """What the way there and back does not explain."""
    return max((before - theirs).total_seconds(), (theirs - after).total_seconds(), 0.0)


def disk(desk: Desk) -> Seen:
    """Whether our own disk has room; how full a storage behind S3 is, it does not say."""
    if settings.FILES_S3_ENDPOINT:
        return Seen(reason="storage_does_not_say")
    folder = next(one for one in (settings.FILES_ROOT, *settings.FILES_ROOT.parents) if one.exists())
    usage = shutil.disk_usage(folder)
    percent = int(100 * usage.free / usage.total)
    is_full = percent < settings.HEALTH_FREE_PERCENT
    return Seen.all_of([Finding("disk_full", number=percent)] if is_full else [], {"free_percent": percent})


def database_size(desk: Desk) -> Seen:
    """How much of the place that the database may take is taken."""
    with desk.caller():
        [(size,)] = ask("select pg_database_size(current_database())")
    percent = int(100 * size / settings.HEALTH_DATABASE_BYTES)
    is_full = percent > 100 - settings.HEALTH_FREE_PERCENT
    findings = [Finding("database_full", number=percent)] if is_full else []
    return Seen.all_of(findings, {"megabytes": size // _MB, "percent": percent})


def migrations(desk: Desk) -> Seen:
    """Files that the database has not, and versions that no file tells of."""
    with desk.caller():
        applied = {row[0] for row in ask("select private.applied_versions()")}
    files = {file.version: file.path.name for file in sqlfiles.all_files()}
    if not files:
        return Seen(reason="no_files")
    missing = [Finding("not_applied", detail=name) for version, name in files.items() if version not in applied]
    unknown = [Finding("no_such_file", detail=version) for version in sorted(applied - files.keys())]
    return Seen.all_of(missing + unknown, {"files": len(files)})


def schema(desk: Desk) -> Seen:
    """What the database's catalogue and supabase/schema.sql say differently."""
    told = schema_facts.of_file()
    if told is None:
        return Seen(reason="no_files")
    with desk.caller():
        stands = schema_facts.of_database()
    missing = [Finding("not_there", detail=fact) for fact in sorted(told - stands)]
    more = [Finding("not_ours", detail=fact) for fact in sorted(stands - told)]
    return Seen.all_of(missing + more, {"facts": len(told)})


def slow_statements(desk: Desk) -> Seen:
    """Statements that take long on average; without pg_stat_statements only those at work now, and that is said."""
    with desk.caller():
        limits = settings.HEALTH_SLOW_MS, settings.HEALTH_RUNNING_SECONDS
        [(text,)] = ask("select private.slow_statements(%s, %s)::text", *limits)
    told = json.loads(text)
    findings = [Finding("runs_long", number=int(one["seconds"]), detail=str(one["pid"])) for one in told["running"]]
    slow: list[dict[str, Any]] | None = told["slow"]
    findings += [Finding("slow", number=int(one["ms"]), detail=one["id"]) for one in slow or []]
    return Seen(len(findings), findings, {}, "not_counted" if slow is None else None)


def backup(desk: Desk) -> Seen:
    """When the database was kept elsewhere last, as a job named `backup` tells; nobody else tells us."""
    with desk.caller():
        runs = JobRun.objects.filter(kind="backup").order_by("-started_at")
        last, newest = runs.filter(state=JobRun.State.DONE).first(), runs.first()
    failed = [_failed(newest)] if newest is not None and newest.state == JobRun.State.FAILED else []
    if last is None or last.finished_at is None:
        return Seen.all_of(failed) if failed else Seen(reason=_why_no_backup())
    hours = int((timezone.now() - last.finished_at).total_seconds() / 3600)
    is_old = hours >= settings.HEALTH_BACKUP_HOURS
    lost = (last.result or {}).get("missing_files", 0)
    incomplete = [Finding("files_missing", "job_runs", last.pk, number=lost)] if lost else []
    old = [Finding("backup_old", number=hours)] if is_old else []
    return Seen.all_of(old + failed + incomplete, {"hours": hours})


def _failed(run: JobRun) -> Finding:
    return Finding("backup_failed", "job_runs", run.pk, detail=run.error)


def _why_no_backup() -> str:
    return "no_backup_known" if settings.BACKUP_FOLDER else "backup_off"


def milliseconds(since: float) -> int:
    """How long something took that began at this reading of the monotonic clock."""
    return round(1000 * (time.monotonic() - since))
