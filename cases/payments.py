"""Fees and their payment: a mirror of the tables, and all reading of them."""

from datetime import date
from typing import ClassVar, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from cases.models import Case
from cases.satellites import Satellite
from cases.tracking import TrackedQuerySet

_ISRAEL = ZoneInfo("Asia/Jerusalem")


def today() -> date:
    """The day it is where the office works."""
    return timezone.localdate(timezone=_ISRAEL)


class PaymentQuerySet(TrackedQuerySet):
    """Reading payments."""

    def kept(self) -> Self:
        return self.filter(removed_at=None)

    def agents(self, most: int) -> list[str]:
        """The agents who are named most often."""
        named = self.kept().exclude(agent=None).order_by().values_list("agent").annotate(times=Count("pk"))
        return [name for name, _times in named.order_by("-times", "agent")[:most]]

    def late(self) -> Self:
        """Those whose expected day is over and who are not fully paid."""
        return self.filter(expected_payment_date__lt=today()).exclude(payment_status=Payment.Status.PAID)

    def not_late(self) -> Self:
        in_time = Q(expected_payment_date=None) | Q(expected_payment_date__gte=today())
        return self.filter(in_time | Q(payment_status=Payment.Status.PAID))

    def with_lateness(self) -> Self:
        """Annotate `days_late`: 0 where it is not late."""
        is_late = Q(expected_payment_date__lt=today()) & ~Q(payment_status=Payment.Status.PAID)
        # Two days subtracted are a number of days to Postgres, and an interval to Django.
        days = models.Func(
            Value(today(), models.DateField()),
            F("expected_payment_date"),
            template="(%(expressions)s)",
            arg_joiner="::date - ",
            output_field=models.IntegerField(),
        )
        return self.annotate(days_late=models.Case(models.When(is_late, then=days), default=Value(0)))

    def with_fee_invoices(self) -> Self:
        """Annotate `fee_invoices_count` and `fee_invoices_total`."""
        of_payment = FeeInvoice.objects.kept().filter(payment_id=OuterRef("pk")).order_by().values("payment_id")
        return self.annotate(
            fee_invoices_count=Coalesce(Subquery(of_payment.annotate(n=Count("pk")).values("n")), 0),
            fee_invoices_total=Subquery(
                of_payment.annotate(total=Sum("invoice_amount")).values("total"),
                output_field=models.DecimalField(max_digits=14, decimal_places=2),
            ),
        )


class Payment(Satellite):
    """The fee of a case, and how far its payment has come."""

    WITHIN: ClassVar[tuple[str, ...]] = ("id",)

    class Status(models.TextChoices):
        WAITING = "ממתין לתשלום", _("payment awaited")
        PARTLY = "שולם חלקית", _("partly paid")
        PAID = "שולם במלואו", _("fully paid")
        LATE = "באיחור", _("overdue")

    case = models.ForeignKey(Case, models.RESTRICT, related_name="payments", verbose_name=_("case"))
    plate = models.TextField(_("plate"))
    manufacturer = models.TextField(_("manufacturer"), null=True)
    year_of_manufacture = models.IntegerField(_("year"), null=True)
    owner_name = models.TextField(_("owner"), null=True)
    phone = models.TextField(_("phone"), null=True)
    damage_date = models.DateField(_("damage date"), null=True)
    damage_type = models.TextField(_("damage type"), null=True)
    agent = models.TextField(_("agent"), null=True)
    total_fee = models.DecimalField(_("fee"), max_digits=12, decimal_places=2, null=True)
    broadcast_date = models.DateField(_("sent on"), null=True)
    garage = models.TextField(_("garage"), null=True)
    claim_handler = models.TextField(_("claim handler"), null=True)
    expected_payment_date = models.DateField(_("expected payment"), null=True)
    payment_status = models.TextField(_("payment status"), choices=Status, db_default="ממתין לתשלום")
    notes = models.TextField(_("remarks"), null=True)
    last_contacted_by = models.ForeignKey(
        Profile, models.RESTRICT, null=True, db_column="last_contacted_by", related_name="+", editable=False
    )
    last_contacted_at = models.DateTimeField(_("last contact"), null=True, editable=False)
    last_contact_notes = models.TextField(null=True, editable=False)
    fee_invoice_date = models.DateField(_("date of the fee invoice"), null=True)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "payment_tracking"
        verbose_name = _("payment")
        verbose_name_plural = _("payment tracking")

    def __str__(self) -> str:
        return self.owner_name or self.plate


class FeeInvoiceQuerySet(models.QuerySet["FeeInvoice"]):
    """Reading fee invoices."""

    def kept(self) -> Self:
        return self.filter(removed_at=None)

    def of_payment(self, payment_id: UUID) -> Self:
        return self.kept().filter(payment_id=payment_id).order_by("invoice_date", "created_at", "id")


class FeeInvoice(Satellite):
    """An invoice the office wrote for its fee."""

    class Type(models.TextChoices):
        INITIAL = "initial", _("initial")
        SUPPLEMENTARY = "supplementary", _("supplementary")
        FINAL = "final", _("final invoice")

    case = models.ForeignKey(Case, models.RESTRICT, related_name="+", verbose_name=_("case"))
    plate = models.TextField(_("plate"))
    payment = models.ForeignKey(
        Payment,
        models.RESTRICT,
        db_column="payment_tracking_id",
        related_name="fee_invoices",
        verbose_name=_("payment"),
    )
    invoice_type = models.TextField(_("type"), choices=Type, db_default="initial")
    invoice_number = models.TextField(_("invoice number"), null=True)
    invoice_date = models.DateField(_("invoice date"), null=True)
    invoice_amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, null=True)
    file_path = models.TextField(null=True)
    file_name = models.TextField(_("file"), null=True)
    file_size = models.IntegerField(null=True)
    file_type = models.TextField(null=True)
    date_extracted_from_ocr = models.BooleanField(db_default=False)
    ocr_confidence = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    extraction_metadata = models.JSONField(db_default={})
    uploaded_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="uploaded_by", related_name="+")
    uploaded_at = models.DateTimeField(null=True)
    notes = models.TextField(_("remarks"), null=True)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = FeeInvoiceQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "fee_invoices"
        verbose_name = _("fee invoice")
        verbose_name_plural = _("fee invoices")

    def __str__(self) -> str:
        return self.invoice_number or str(self.pk)


def payment_of(case_id: UUID) -> Payment | None:
    """The payment of a case, with its lateness and its fee invoices."""
    rows = Payment.objects.filter(case_id=case_id).kept().with_lateness().with_fee_invoices()
    return rows.select_related("last_contacted_by").first()
