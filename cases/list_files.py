"""Lists as files: the table of them, writing one by a worker, and where a job that carries one stands."""

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Self
from uuid import UUID

from celery import current_app
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models.functions import Now
from django.utils import translation
from kombu.exceptions import OperationalError

from accounts.models import Org, Profile
from cases import jobs, listed
from cases.listed import Listed
from cases.models import JobRun
from core import acting
from core.errors import NotFound

EXPORT_KIND, IMPORT_KIND = "list-export", "list-import"
# More rows at once than anybody reads; a list is narrowed first.
MOST_ROWS = 100_000
DAYS = 7
_WAIT_SECONDS = 240
_WRITE = "office.list_tasks.write_list"


class ListFileQuerySet(models.QuerySet["ListFile"]):
    """Reading them."""

    def without_content(self) -> Self:
        return self.defer("content", "ids", "rows", "refused")

    def of_person(self, person: Profile | None) -> Self:
        """Their own; nobody's for a login that stands for no person."""
        return self.filter(created_by=person) if person else self.none()


class ListFile(models.Model):
    """A list that is written into a file, or a file that is read into a list."""

    class Direction(models.TextChoices):
        EXPORT = "EXPORT"
        IMPORT = "IMPORT"

    class Format(models.TextChoices):
        CSV = "csv"
        XLSX = "xlsx"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT, related_name="+")
    list = models.TextField()
    direction = models.TextField(choices=Direction)
    format = models.TextField(choices=Format)
    filename = models.TextField()
    ids = ArrayField(models.UUIDField(), null=True)
    rows = models.JSONField(null=True)
    heads = models.JSONField(db_default=[])
    refused = models.JSONField(db_default={})
    total = models.IntegerField(db_default=0)
    content = models.BinaryField(null=True)
    job = models.ForeignKey(JobRun, models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="created_by", related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    updated_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="updated_by", related_name="+")
    updated_at = models.DateTimeField(db_default=Now())

    objects = ListFileQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "list_files"
        ordering = ["-created_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.filename


def begin_export(*, name: str, form: str, filename: str, ids: list[UUID], person: Profile) -> ListFile:
    """Write down which rows a file shall hold, and hand it to a worker."""
    made = ListFile.objects.create(
        list=name,
        direction="EXPORT",
        format=form,
        filename=filename,
        ids=ids,
        total=len(ids),
        org_id=person.org_id,
        created_by=person,
    )
    return begin(made, kind=EXPORT_KIND, task=_WRITE)


def begin_again(held: ListFile) -> ListFile:
    """Write the file of an export whose run was stopped or lost."""
    return begin(held, kind=EXPORT_KIND, task=_WRITE)


def begin(held: ListFile, *, kind: str, task: str) -> ListFile:
    """Begin the job of a file; where one is at it already, that one is followed."""
    alone = f"{kind}:{held.pk}"
    run_id = jobs.begin(kind, org_id=held.org_id, started_by=held.created_by_id, total=held.total, alone=alone)
    if run_id is None:
        return held
    ListFile.objects.filter(pk=held.pk).update(job_id=run_id)
    held.job_id = run_id
    transaction.on_commit(partial(_hand_over, task, str(held.pk), str(run_id)))
    return held


def _hand_over(task: str, *args: str) -> None:
    # Where no broker answers, the run is taken for lost after a while, and its page offers to begin again.
    with suppress(OperationalError):
        current_app.send_task(task, args=args, expires=_WAIT_SECONDS, retry=False)


def as_person(held: ListFile) -> Callable[[], Any]:
    """Whoever asked for it: the worker sees and may do what they may, and no more."""
    claims = {"sub": str(held.created_by_id), "role": acting.PERSON}
    return partial(acting.acting, acting.STAFF, claims)


def found(file_id: UUID) -> ListFile:
    """The file for the worker. Raises NotFound."""
    with acting.acting(acting.SERVICE):
        held = ListFile.objects.defer("content").filter(pk=file_id).first()
    if held is None:
        raise NotFound
    return held


def write(file_id: UUID, run_id: UUID, lists: Mapping[str, Listed]) -> None:
    """Do the work of an export; a run that was cancelled, or done already, comes to nothing."""
    held = found(file_id)
    jobs.carry_out(run_id, partial(_write, held, lists[held.list]), total=held.total)


def _write(held: ListFile, what: Listed, run: jobs.Run) -> jobs.Result:
    with translation.override("he"):
        rows = what.read(held.ids or [], as_person(held), run.step)
        with listed.written(what, held.format, rows) as file:
            content = file.read()
    with as_person(held)():
        ListFile.objects.filter(pk=held.pk).update(content=content)
    return {"file_id": str(held.pk), "rows": held.total, "size_bytes": len(content)}


def forget_old() -> int:
    """Forget those past their days; how many."""
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select private.list_files_sweep(%s)", [DAYS])
        count: int = cursor.fetchone()[0]
    return count


def runs(held: ListFile) -> JobRun | None:
    """The job that carries it, or carried it last."""
    return JobRun.objects.filter(pk=held.job_id).first() if held.job_id else None
