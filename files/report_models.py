"""Reports: a mirror of their tables, and all reading of them."""

from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Org
from cases.models import Case
from cases.satellites import Satellite
from files.document_models import Document


class ReportQuerySet(models.QuerySet["Report"]):
    """Reading reports; the HTML a caller sent is not among them."""

    def waiting(self) -> Self:
        """Those that are not decided yet."""
        return self.filter(status__in=(Report.Status.PENDING, Report.Status.RENDERING))

    def to_hand_out(self, report_type: str, nature: str | None) -> Self:
        """The current one of a type whose file stands; where nothing is said of its nature, the final one first."""
        found = self.filter(report_type=report_type, is_current=True, document__deleted_at__isnull=True)
        return (found.filter(nature=nature) if nature else found).order_by("-nature")


class Report(Satellite):
    """One rendering of a report: of which version of the helper, how far it is, and the PDF that came of it."""

    class Type(models.TextChoices):
        EXPERTISE = "expertise", _("expertise report")
        ESTIMATE = "estimate", _("estimate report")
        OPINION_PRIVATE = "opinion_private", _("opinion: private")
        OPINION_GLOBAL = "opinion_global", _("opinion: global")
        OPINION_DAMAGED_SALE = "opinion_damaged_sale", _("opinion: sale as damaged")
        OPINION_TOTAL_LOSS = "opinion_total_loss", _("opinion: total loss")
        OPINION_LEGAL_LOSS = "opinion_legal_loss", _("opinion: loss in law")
        INVOICE = "invoice", _("invoice")
        PARTS = "parts", _("parts list")

    class Nature(models.TextChoices):
        DRAFT = "draft", _("draft")
        FINAL = "final", _("final")

    class Status(models.TextChoices):
        PENDING = "PENDING", _("waiting")
        RENDERING = "RENDERING", _("being made")
        READY = "READY", _("ready")
        FAILED = "FAILED", _("failed")

    class Source(models.TextChoices):
        HELPER = "helper", _("the helper")
        HTML = "html", _("sent as HTML")

    case = models.ForeignKey(Case, models.RESTRICT, related_name="reports", verbose_name=_("case"))
    report_type = models.TextField(_("report type"), choices=Type)
    nature = models.TextField(_("nature"), choices=Nature, db_default=Nature.DRAFT)
    version = models.IntegerField(_("version"))
    is_current = models.BooleanField(_("current"), db_default=False)
    status = models.TextField(_("status"), choices=Status, db_default=Status.PENDING)
    reason = models.TextField(_("reason"), null=True)
    attempts = models.IntegerField(db_default=0)
    lease_until = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    done = models.IntegerField(db_default=0)
    total = models.IntegerField(db_default=5)
    case_helper_version = models.IntegerField(_("version of the helper"))
    helper_name = models.TextField(_("made from"))
    source = models.TextField(_("source"), choices=Source, db_default=Source.HELPER)
    source_sha256 = models.TextField(null=True)
    document = models.ForeignKey(Document, models.RESTRICT, null=True, related_name="reports")
    pages = models.IntegerField(_("pages"), null=True)
    title = models.TextField(_("title"), null=True)
    verified = models.JSONField(db_default={})
    rendered_at = models.DateTimeField(_("rendered"), null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "reports"
        ordering = ["-created_at"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        default_permissions = ("view", "add")

    def __str__(self) -> str:
        return str(self.pk)


class ReportSource(models.Model):
    """The HTML a caller sent for a report; read by the renderer alone."""

    report = models.OneToOneField(Report, models.RESTRICT, primary_key=True, related_name="sent")
    org = models.ForeignKey(Org, models.RESTRICT, related_name="+")
    html = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        managed = False
        db_table = '"private"."report_sources"'
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)
