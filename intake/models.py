"""What Make fetches outside: a mirror of the tables, and all reading of them. No answer ever changes."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cases.satellites import Satellite
from cases.search import digits
from helpers.models import RawJson

# As much of a text as a page can carry.
SHOWN_OF_A_TEXT = 200_000


class KeptAnswerQuerySet(models.QuerySet["KeptAnswer"]):
    """Reading answers; what came is loaded only where it is asked for."""

    def without_bodies(self) -> Self:
        return self.defer("raw_text", self.model.RAW, self.model.PARSED)

    def of_plate(self, text: str) -> Self:
        return self.filter(plate=digits(text))

    def waiting(self) -> Self:
        """Those whose case nobody has found yet."""
        return self.filter(case__isnull=True)

    def beside(self, answer: "KeptAnswer") -> Self:
        """The whole story one answer belongs to: its case's, or its plate's while there is no case."""
        return self.filter(org_id=answer.org_id, case_id=answer.case_id, plate=answer.plate)


class KeptAnswer(Satellite):
    """The answer as text where JSON could not hold it, its SHA-256 in hex, and what of it could not be read."""

    raw_text = models.TextField(null=True)
    raw_sha256 = models.TextField()
    unread = ArrayField(models.TextField(), verbose_name=_("could not be read"), db_default=[])
    file_ref = models.TextField(_("document"), null=True)
    is_current = models.BooleanField(_("newest"), db_default=True)

    # The columns of what came as JSON, and of what was read in it.
    RAW: ClassVar[str]
    PARSED: ClassVar[str]

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def why_nothing(self) -> str:
        """Why nothing at all could be read, in a word of intake.reader; empty where something was."""
        return self.unread[0] if self.unread and self.unread[0].startswith("*") else ""


class LeviReport(KeptAnswer):
    """An answer of Levi Yitzhak's."""

    RAW, PARSED = "raw_response", "parsed_data"

    report_id = models.TextField(null=True)
    raw_response = RawJson(null=True)
    parsed_data = RawJson(db_default={})
    report_date = models.DateField(_("report date"), null=True)
    base_price = models.DecimalField(_("base price"), max_digits=12, decimal_places=2, null=True)
    final_price = models.DecimalField(_("final price"), max_digits=12, decimal_places=2, null=True)
    report_url = models.TextField(null=True)
    fetched_at = models.DateTimeField(_("fetched"), db_default=Now())

    class Meta:
        managed = False
        db_table = "levi_reports"
        ordering = ["-created_at"]
        verbose_name = _("Levi Yitzhak report")
        verbose_name_plural = _("Levi Yitzhak reports")
        default_permissions = ("view", "change")


class VehicleDetails(KeptAnswer):
    """What was fetched about a vehicle; engine_size is in cubic centimetres."""

    RAW, PARSED = "raw_data", "enriched_data"

    vin = models.TextField(_("chassis number"), null=True)
    manufacturer = models.TextField(_("manufacturer"), null=True)
    model = models.TextField(_("model"), null=True)
    trim = models.TextField(_("trim"), null=True)
    model_code = models.TextField(_("model code"), null=True)
    year = models.IntegerField(_("year"), null=True)
    engine_size = models.IntegerField(_("engine volume"), null=True)
    fuel_type = models.TextField(_("fuel"), null=True)
    color = models.TextField(_("colour"), null=True)
    ownership_type = models.TextField(_("ownership type"), null=True)
    registration_date = models.TextField(_("registration (on road)"), null=True)
    source = models.TextField(_("source"), null=True)
    raw_data = RawJson(null=True)
    enriched_data = RawJson(db_default={})
    fetched_at = models.DateTimeField(_("fetched"), db_default=Now())

    class Meta:
        managed = False
        db_table = "vehicle_details"
        ordering = ["-created_at"]
        verbose_name = _("vehicle details")
        verbose_name_plural = _("vehicle details")
        default_permissions = ("view", "change")


class OcrResult(KeptAnswer):
    """What was read from a document."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("invoice")
        PARTS = "parts", _("parts list")
        LEVI = "levi", _("Levi Yitzhak report")
        LICENSE = "license", _("vehicle licence")
        OTHER = "other", _("other")

    RAW, PARSED = "raw", "parsed"

    kind = models.TextField(_("kind"), choices=Kind)
    engine = models.TextField(_("read by"), null=True)
    raw = RawJson(null=True)
    parsed = RawJson(db_default={})
    confidence = models.DecimalField(_("confidence"), max_digits=4, decimal_places=3, null=True)

    class Meta:
        managed = False
        db_table = "ocr_results"
        ordering = ["-created_at"]
        verbose_name = _("OCR result")
        verbose_name_plural = _("OCR results")
        default_permissions = ("view", "change")
