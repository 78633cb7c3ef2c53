"""The tracking tables: a mirror of what each save derives, and all reading of it. Nothing here writes."""

import uuid
from typing import Any, ClassVar, NamedTuple, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Org
from cases import search
from cases.models import Case

_ROWS_OF_A_PLATE = 20


class TrackedQuerySet(models.QuerySet[Any]):
    """Reading tracking rows."""

    def current(self) -> Self:
        """Without what was estimated before there was a final report."""
        return self.filter(is_current=True) if hasattr(self.model, "is_current") else self

    def of_plate(self, text: str) -> Self:
        """A plate in any spelling, over all its cases."""
        return self.filter(plate=search.digits(text))

    def plates(self, most: int) -> list[str]:
        """The plates whose rows changed last; one with very many rows leaves room for fewer."""
        last = self.order_by("-updated_at").values_list("plate", flat=True)[: most * _ROWS_OF_A_PLATE]
        return list(dict.fromkeys(last))[:most]

    def newest_first(self) -> Self:
        return self.order_by("-updated_at", *self.model.WITHIN)

    def after(self, row: dict[str, Any]) -> Self:
        """The rows that follow this one, newest first."""
        behind, same = Q(updated_at__lt=row["updated_at"]), Q(updated_at=row["updated_at"])
        for name in self.model.WITHIN:
            behind |= same & Q(**{f"{name}__gt": row[name]})
            same &= Q(**{name: row[name]})
        return self.filter(behind, updated_at__lte=row["updated_at"])


class TrackedGeneralQuerySet(TrackedQuerySet):
    """Reading the general table."""

    def linked(self, cases_at: str) -> Self:
        """Annotate `link`: what the helper says, else the case's page below this address."""
        text = models.TextField()
        case = Cast("case_id", text)
        page = Concat(Value(cases_at, text), case, Value("/change/", text), output_field=text)
        return self.annotate(link=Coalesce("case_link", page))

    def warned(self) -> Self:
        return self.exclude(warnings=[])


class Tracked(models.Model):
    """A row of a tracking table; all of it is the database's own."""

    # How rows of one moment are ordered.
    WITHIN: ClassVar[tuple[str, ...]] = ("case_id", "damage_center_index", "id")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT, related_name="+")
    case = models.ForeignKey(Case, models.RESTRICT, related_name="+", verbose_name=_("case"))
    plate = models.TextField(_("plate"))
    case_number = models.TextField(_("filing number"), null=True)
    timestamp = models.DateTimeField(db_default=Now())
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(_("last update"), db_default=Now())

    objects = TrackedQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.case_number or self.plate


class TrackingGeneral(Tracked):
    """The general table: one row a case."""

    WITHIN: ClassVar[tuple[str, ...]] = ("case_id",)

    case = models.OneToOneField(Case, models.RESTRICT, related_name="tracked", verbose_name=_("case"))
    inspection_date = models.DateField(_("inspection date"), null=True)
    report_date = models.DateField(_("report date"), null=True)
    manufacturer = models.TextField(_("manufacturer"), null=True)
    year_of_manufacture = models.IntegerField(_("year"), null=True)
    vehicle_value = models.DecimalField(_("vehicle value"), max_digits=12, decimal_places=2, null=True)
    owner_name = models.TextField(_("owner"), null=True)
    phone = models.TextField(_("phone"), null=True)
    garage = models.TextField(_("garage"), null=True)
    garage_phone = models.TextField(_("garage phone"), null=True)
    email = models.TextField(null=True)
    directive = models.TextField(_("directive"), null=True)
    photos_available = models.BooleanField(_("pictures"), db_default=False)
    photo_count = models.IntegerField(_("number of pictures"), db_default=0)
    invoice_received = models.BooleanField(_("invoice received"), db_default=False)
    payment_received = models.BooleanField(_("payment received"), db_default=False)
    case_in_claim = models.BooleanField(_("in claim"), db_default=False)
    general_status = models.TextField(_("status"), null=True)
    general_notes = models.TextField(_("remarks"), null=True)
    case_link = models.TextField(null=True)
    warnings = ArrayField(models.TextField(), verbose_name=_("warnings"), db_default=[])

    objects = TrackedGeneralQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        managed = False
        db_table = "tracking_general"
        verbose_name = _("row of the general tracking table")
        verbose_name_plural = _("rows of the general tracking table")


class CenterStatus(models.TextChoices):
    """How far a report has come."""

    DRAFT = "draft", _("draft")
    FINAL = "final", _("final")


class TrackedCenter(Tracked):
    """What is tracked of one damage center."""

    center_key = models.TextField()
    damage_center_index = models.IntegerField()
    damage_center_count = models.IntegerField(_("number of damage centers"))
    damage_center_name = models.TextField(_("damage center"), null=True)
    notes = models.TextField(_("remarks"), null=True)
    status = models.TextField(_("status"), choices=CenterStatus, db_default="draft")
    is_current = models.BooleanField(db_default=True)
    pdf_storage_path = models.TextField(null=True)
    pdf_public_url = models.TextField(null=True)

    class Meta:
        abstract = True


class TrackingExpertise(TrackedCenter):
    """The table of expertises."""

    description = models.TextField(_("description"), null=True)
    planned_repairs = models.TextField(_("planned repairs"), null=True)
    planned_parts = models.TextField(_("planned parts"), null=True)
    planned_work = models.TextField(_("planned works"), null=True)
    guidance = models.TextField(_("directive"), null=True)

    class Meta:
        managed = False
        db_table = "tracking_expertise"
        verbose_name = _("row of the expertise tracking table")
        verbose_name_plural = _("rows of the expertise tracking table")


class TrackingFinalReport(TrackedCenter):
    """The table of estimates and final reports; the sums of a case stand in each of its rows."""

    class ReportType(models.TextChoices):
        ESTIMATE = "estimate", _("estimate")
        FINAL = "final_report", _("opinion")
        EXPERTISE = "expertise", _("expertise report")

    actual_repairs = models.TextField(_("repairs done"), null=True)
    total_parts = models.DecimalField(_("parts in total"), max_digits=12, decimal_places=2, null=True)
    total_work = models.DecimalField(_("works in total"), max_digits=12, decimal_places=2, null=True)
    claim_amount = models.DecimalField(_("amount to claim"), max_digits=12, decimal_places=2, null=True)
    depreciation = models.DecimalField(_("loss of value"), max_digits=12, decimal_places=2, null=True)
    final_compensation = models.DecimalField(_("final compensation"), max_digits=12, decimal_places=2, null=True)
    report_type = models.TextField(_("report type"), choices=ReportType)

    class Meta:
        managed = False
        db_table = "tracking_final_report"
        verbose_name = _("row of the final report tracking table")
        verbose_name_plural = _("rows of the final report tracking table")


_CENTERS = 12


class OfCase(NamedTuple):
    """What a case's page says of its tracking."""

    row: TrackingGeneral | None
    number: int
    # The first of them; a page does not list hundreds.
    centers: list[TrackingExpertise]


def tracked_of(case_id: uuid.UUID) -> OfCase:
    """The row of the case, and its damage centers."""
    centers = TrackingExpertise.objects.filter(case_id=OuterRef("case_id")).order_by().values("case_id")
    counted = Subquery(centers.annotate(number=Count("pk")).values("number"))
    row = TrackingGeneral.objects.filter(case_id=case_id).annotate(centers=counted).first()
    found = TrackingExpertise.objects.filter(case_id=case_id).order_by("damage_center_index", "pk")
    return OfCase(row, (row.centers or 0) if row else 0, list(found[:_CENTERS]))
