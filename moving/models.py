"""What was moved in: runs, source documents, and what they left to decide."""

import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from accounts.models import Org, Profile
from cases.models import Case


class ImportRun(models.Model):
    """One move of existing data."""

    class Kind(models.TextChoices):
        HELPERS = "HELPERS", _("helper files")
        TABLES = "TABLES", _("exported tables")
        SCHEMA = "SCHEMA", _("a schema of this database")

    class State(models.TextChoices):
        READING = "READING", _("reading")
        WRITING = "WRITING", _("writing")
        PROVING = "PROVING", _("proving")
        DONE = "DONE", _("done")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT)
    kind = models.TextField(choices=Kind)
    place = models.TextField(_("read from"))
    state = models.TextField(choices=State, db_default=State.READING)
    report = models.JSONField(db_default={})
    started_at = models.DateTimeField(_("started"), db_default=models.functions.Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "import_runs"
        ordering = ["-started_at"]
        verbose_name = _("import of existing data")
        verbose_name_plural = _("imports of existing data")
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.place


class ImportSource(models.Model):
    """A document as it came, and what became of it."""

    class Kind(models.TextChoices):
        HELPER = "HELPER", _("helper")
        ROW = "ROW", _("row")

    class State(models.TextChoices):
        FOUND = "FOUND", _("found")
        VERSION = "VERSION", _("became a version")
        SAME = "SAME", _("was there already")
        ROW = "ROW", _("became a row")
        KEPT = "KEPT", _("kept as it came")

    class SaidBy(models.TextChoices):
        ROW = "row", _("its row")
        NAME = "name", _("its name")
        DOCUMENT = "document", _("the document")
        ENVELOPE = "envelope", _("what it was sent in")
        TOUCHED = "touched", _("when its row was touched")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT)
    run = models.ForeignKey(ImportRun, models.RESTRICT, related_name="+")
    seen_in = models.ForeignKey(ImportRun, models.RESTRICT, db_column="seen_in", related_name="sources")
    kind = models.TextField(choices=Kind)
    table_name = models.TextField(null=True)
    place = models.TextField()
    line = models.IntegerField(null=True)
    source_name = models.TextField(null=True)
    plate = models.TextField(null=True)
    filing_case_id = models.TextField(null=True)
    case_key = models.UUIDField(null=True)
    number = models.BigIntegerField(null=True)
    said_at = models.DateTimeField(null=True)
    said_by = models.TextField(null=True, choices=SaidBy)
    path = ArrayField(models.TextField(), db_default=[])
    unwrapped = ArrayField(models.TextField(), db_default=[])
    about = models.JSONField(db_default={})
    size_bytes = models.IntegerField()
    sha256 = models.TextField()
    canonical = models.TextField(null=True)
    raw = models.BinaryField()
    state = models.TextField(choices=State, db_default=State.FOUND)
    reason = models.TextField(null=True)
    case = models.ForeignKey(Case, models.RESTRICT, null=True, related_name="+")
    version = models.IntegerField(null=True)
    row_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        managed = False
        db_table = "import_sources"

    def __str__(self) -> str:
        return self.place


class ImportFindingQuerySet(models.QuerySet["ImportFinding"]):
    """Reading what is left to decide."""

    def waiting(self) -> Self:
        return self.filter(decision=None)

    def by_kind(self) -> list[tuple[str, int]]:
        return list(self.order_by("kind").values_list("kind").annotate(Count("id")))


class ImportFinding(models.Model):
    """What an import could not decide by itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT)
    run = models.ForeignKey(ImportRun, models.RESTRICT, related_name="findings")
    source = models.ForeignKey(ImportSource, models.RESTRICT, null=True, related_name="findings")
    case = models.ForeignKey(Case, models.RESTRICT, null=True, related_name="+")
    kind = models.TextField()
    key = models.TextField()
    plate = models.TextField(null=True)
    details = models.JSONField(db_default={})
    proposed = models.TextField()
    decision = models.TextField(null=True)
    decided_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="decided_by", related_name="+")
    decided_at = models.DateTimeField(null=True)
    undo = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    objects = ImportFindingQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "import_findings"
        verbose_name = _("open question of an import")
        verbose_name_plural = _("open questions of imports")
        default_permissions = ()

    def __str__(self) -> str:
        return self.kind
