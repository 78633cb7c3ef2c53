"""What became of the checks of the health board."""

import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Org, Profile
from cases.models import FeatureFlag


class CheckRunQuerySet(models.QuerySet["CheckRun"]):
    """Reading runs."""

    def of(self, org_id: uuid.UUID | None) -> Self:
        """What concerns an office: its own rows, and the system."""
        return self.filter(Q(org_id=org_id) | Q(org_id=None))

    def newest(self, many: int) -> Self:
        """So many of each check, the newest first."""
        place = models.Window(
            models.functions.RowNumber(),
            partition_by=[models.F("org_id"), models.F("name")],
            order_by=models.F("started_at").desc(),
        )
        return self.annotate(place=place).filter(place__lte=many).order_by("name", "-started_at")


class CheckRun(models.Model):
    """What a check found; an hour of the same answer is one row."""

    class State(models.TextChoices):
        WELL = "WELL", _("all well")
        FINDINGS = "FINDINGS", _("something was found")
        UNKNOWN = "UNKNOWN", _("not known")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT, null=True)
    name = models.TextField()
    state = models.TextField(_("state"), choices=State)
    found = models.IntegerField(db_default=0)
    findings = models.JSONField(db_default=[])
    measured = models.JSONField(db_default={})
    reason = models.TextField(null=True)
    ms = models.IntegerField(db_default=0)
    runs = models.IntegerField(db_default=1)
    started_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="started_by", related_name="+")
    started_at = models.DateTimeField(_("started"), db_default=Now())
    finished_at = models.DateTimeField(_("ended"), db_default=Now())

    objects = CheckRunQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "check_runs"
        verbose_name = _("health board")
        verbose_name_plural = _("health board")
        default_permissions = ("view",)
        permissions = [("run_checkrun", "Can run the checks of the health board")]

    def __str__(self) -> str:
        return self.name


class CutoverStepQuerySet(models.QuerySet["CutoverStep"]):
    """Reading the steps of the cutover."""

    def of(self, org_id: uuid.UUID, module: str) -> Self:
        return self.filter(org_id=org_id, module=module).select_related("done_by").order_by("-created_at")

    def last_of_each(self, org_id: uuid.UUID) -> dict[str, "CutoverStep"]:
        """The newest step of each module."""
        newest = self.filter(org_id=org_id).order_by("module", "-created_at").distinct("module")
        return {step.module: step for step in newest.select_related("done_by")}


class CutoverStep(models.Model):
    """A module changed hands or came back: who did it, and how things stood then."""

    class Kind(models.TextChoices):
        SWITCH = "switch", _("switch")
        BACK = "back", _("way back")

    class Module(models.TextChoices):
        VEHICLE = "vehicle", _("Vehicle details")
        LEVI = "levi", _("Levi report")
        DAMAGE = "damage", _("Damage centers")
        PARTS = "parts", _("Parts")
        INVOICES = "invoices", _("Invoices")
        REPORTS = "reports", _("Reports")
        TRACKING = "tracking", _("Tracking")
        HELPER = "helper", _("The rest of the helper")

    class Door(models.TextChoices):
        ADMIN = "ADMIN", _("back office")
        TERMINAL = "TERMINAL", _("the terminal")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT)
    module = models.TextField(_("module"), choices=Module)
    kind = models.TextField(choices=Kind)
    from_value = models.TextField(choices=FeatureFlag.WRITER)
    to_value = models.TextField(choices=FeatureFlag.WRITER)
    case_ids = ArrayField(models.UUIDField(), null=True)
    conditions = models.JSONField(db_default=[])
    is_forced = models.BooleanField(db_default=False)
    reason = models.TextField(_("why"), null=True)
    written = models.JSONField(db_default={})
    door = models.TextField(choices=Door)
    done_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="done_by", related_name="+")
    request_id = models.TextField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = CutoverStepQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "cutover_steps"
        verbose_name = _("cutover")
        verbose_name_plural = _("cutover")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.module
