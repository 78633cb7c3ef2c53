"""Invoices: a mirror of the tables, and all reading of them."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Org, Profile
from cases import search
from cases.satellites import Satellite
from helpers.models import RawJson
from intake.models import OcrResult
from parts.models import PartRequired


class SupplierKey(Func):
    """What a supplier is recognised by."""

    function = "private.supplier_key"
    output_field = models.TextField()


def _money(name: Any = None, **more: Any) -> Any:
    """Shekels."""
    return models.DecimalField(name, max_digits=12, decimal_places=2, null=True, **more)


class OfOffice(models.Model):
    """What belongs to an office and to no case; office, people and times are the server's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    created_by = models.ForeignKey(
        Profile, models.RESTRICT, null=True, db_column="created_by", related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated_by = models.ForeignKey(
        Profile, models.RESTRICT, null=True, db_column="updated_by", related_name="+", editable=False
    )
    updated_at = models.DateTimeField(_("last update"), db_default=Now(), editable=False)

    class Meta:
        abstract = True


class VatRateQuerySet(models.QuerySet["VatRate"]):
    """Reading rates."""

    def counting_on(self, day: date) -> Self:
        """The one that counts on a day, as private.vat_rate has it."""
        has_begun = self.filter(starts_on__lte=day).order_by("-starts_on", F("org").asc(nulls_last=True))
        first = has_begun.first() or self.order_by("starts_on", F("org").asc(nulls_last=True)).first()
        return self.filter(pk=first and first.pk)


class VatRate(OfOffice):
    """VAT in percent from a day on; without an office it is the country's."""

    org = models.ForeignKey(Org, models.RESTRICT, null=True, related_name="+", verbose_name=_("office"))
    starts_on = models.DateField(_("from"))
    rate = models.DecimalField(_("percent"), max_digits=5, decimal_places=2)

    objects = VatRateQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "vat_rates"
        ordering = ["-starts_on"]
        verbose_name = _("VAT rate")
        verbose_name_plural = _("VAT rates")
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return f"{self.rate}%"


class SupplierQuerySet(models.QuerySet["InvoiceSupplier"]):
    """Reading suppliers."""

    def standing(self) -> Self:
        """Those that turned out to be no other one."""
        return self.filter(merged_into__isnull=True)

    def known_as(self, name: str | None, tax_id: str) -> models.QuerySet[Any, Any]:
        """The ids of those that are meant, as private.supplier_of has it; who was merged is who they became."""
        called = Q(name_key=SupplierKey(Value(name or "")))
        meant = Q(tax_id=tax_id) | (called & Q(tax_id__isnull=True)) if tax_id else called
        return self.filter(meant).values_list(Coalesce("merged_into", "id"))

    def worded(self, text: str) -> Self:
        """Those with every word in the name, or with this tax id."""
        found = self
        for word in search.words(text):
            found = found.filter(Q(name_key__contains=word) | Q(tax_id__startswith=word))
        return found


class InvoiceSupplier(OfOffice):
    """A garage or supplier; `name_key` is the name as it is recognised."""

    org = models.ForeignKey(Org, models.RESTRICT, related_name="+")
    name = models.TextField(_("name"))
    name_key = models.TextField(db_default="", editable=False)
    tax_id = models.TextField(_("tax id"), null=True)
    business_number = models.TextField(null=True)
    address = models.TextField(_("address"), null=True)
    city = models.TextField(_("town"), null=True)
    postal_code = models.TextField(null=True)
    phone = models.TextField(_("phone"), null=True)
    email = models.TextField(_("email"), null=True)
    website = models.TextField(null=True)
    category = models.TextField(null=True)
    is_preferred = models.BooleanField(_("preferred"), db_default=False)
    notes = models.TextField(_("notes"), null=True)
    metadata = RawJson(db_default={})
    merged_into = models.ForeignKey("self", models.RESTRICT, null=True, db_column="merged_into", related_name="+")

    objects = SupplierQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "invoice_suppliers"
        ordering = ["name"]
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return self.name


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Reading invoices."""

    def of_plate(self, text: str) -> Self:
        return self.filter(plate=search.digits(text))

    def differing(self) -> Self:
        """Those whose sums differ by more than the office lets pass."""
        return self.filter(validation__is_valid=False)

    def named(self, number: str, supplier: str | None, tax_id: str | None) -> Self:
        """Those with this number, of a supplier that is called so where one is named."""
        found = self.filter(invoice_number=number.strip())
        digits = search.digits(tax_id or "")
        if not supplier and not digits:
            return found
        return found.filter(supplier__in=InvoiceSupplier.objects.known_as(supplier, digits))

    def waiting(self) -> Self:
        """Those that nobody has said yet to which damage centers they belong."""
        return self.filter(status__in=(Invoice.Status.DRAFT, Invoice.Status.PENDING))

    def alike(self) -> Self:
        """Those beside which another one stands with the same sum, and the same number, or supplier and day."""
        others = Invoice.objects.filter(org_id=OuterRef("org_id"), total_amount=OuterRef("total_amount"))
        others = others.exclude(status=Invoice.Status.CANCELLED).exclude(pk=OuterRef("pk"))
        same = Q(invoice_number=OuterRef("invoice_number"))
        same |= Q(supplier=OuterRef("supplier"), invoice_date=OuterRef("invoice_date"))
        return self.exclude(status=Invoice.Status.CANCELLED).filter(models.Exists(others.filter(same)))

    def worded(self, text: str) -> Self:
        """Those with every word in number, supplier or plate."""
        found = self
        for word in text.split()[:8]:
            any_of = Q(invoice_number__icontains=word) | Q(supplier_name__icontains=word)
            found = found.filter(any_of | Q(plate=search.digits(word)) if search.digits(word) else any_of)
        return found


class Invoice(Satellite):
    """An invoice; every sum in shekels as it was written, `vat_rate` in percent as it stands on it."""

    class Status(models.TextChoices):
        DRAFT = "DRAFT", _("draft")
        PENDING = "PENDING", _("waiting")
        ASSIGNED = "ASSIGNED", _("assigned")
        ACCEPTED = "ACCEPTED", _("accepted")
        SENT = "SENT", _("sent")
        PAID = "PAID", _("paid")
        CANCELLED = "CANCELLED", _("cancelled")

    class Type(models.TextChoices):
        PARTS = "PARTS", _("parts")
        LABOR = "LABOR", _("labour")
        TOWING = "TOWING", _("towing")
        OTHER = "OTHER", _("other")

    invoice_number = models.TextField(_("invoice number"), null=True)
    invoice_type = models.TextField(_("kind"), choices=Type, db_default="OTHER")
    supplier = models.ForeignKey(
        InvoiceSupplier, models.RESTRICT, null=True, related_name="invoices", verbose_name=_("supplier")
    )
    supplier_name = models.TextField(_("supplier"), null=True)
    supplier_tax_id = models.TextField(_("tax id"), null=True)
    invoice_date = models.DateField(_("invoice date"), null=True)
    issue_date = models.DateField(null=True)
    due_date = models.DateField(_("due date"), null=True)
    status = models.TextField(_("status"), choices=Status, db_default="DRAFT")
    total_before_tax = _money(_("total before VAT"))
    vat_rate = models.DecimalField(_("VAT rate"), max_digits=5, decimal_places=2, null=True)
    tax_amount = _money(_("VAT"))
    total_amount = _money(_("total with VAT"))
    currency = models.TextField(_("currency"), db_default="ILS")
    source = models.TextField(_("source"), null=True)
    notes = models.TextField(_("notes"), null=True)
    metadata = RawJson(db_default={})
    is_edited = models.BooleanField(db_default=False, editable=False)
    before_version = models.IntegerField(null=True, editable=False)
    accepted_version = models.IntegerField(null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, editable=False)
    accepted_by = models.ForeignKey(
        Profile, models.RESTRICT, null=True, db_column="accepted_by", related_name="+", editable=False
    )

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "invoices"
        ordering = ["-created_at"]
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return self.invoice_number or str(self.pk)


class LineQuerySet(models.QuerySet["InvoiceLine"]):
    """Reading lines."""

    def standing(self) -> Self:
        """Those that were not taken off."""
        return self.filter(removed_at__isnull=True)

    def of_case(self, case_id: UUID) -> Self:
        return self.filter(case_id=case_id)


class InvoiceLine(Satellite):
    """A line of an invoice; `line_total` in shekels before VAT, as written."""

    class Category(models.TextChoices):
        PART = "part", _("part")
        WORK = "work", _("work")
        REPAIR = "repair", _("repair")
        MATERIAL = "material", _("material")
        OTHER = "other", _("other")
        UNCATEGORIZED = "uncategorized", _("not sorted yet")

    invoice = models.ForeignKey(Invoice, models.RESTRICT, related_name="lines", verbose_name=_("invoice"))
    line_number = models.IntegerField(_("line"))
    description = models.TextField(_("description"), null=True)
    part = models.ForeignKey(
        PartRequired, models.RESTRICT, null=True, related_name="+", verbose_name=_("required part")
    )
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, db_default=1)
    unit_price = _money(_("unit price"))
    discount_percent = models.DecimalField(_("discount"), max_digits=5, decimal_places=2, null=True)
    line_total = _money(_("total"))
    source = models.TextField(_("part source"), null=True)
    catalog_code = models.TextField(_("catalogue number"), null=True)
    metadata = RawJson(db_default={})
    item_category = models.TextField(_("category"), choices=Category, db_default="uncategorized")
    category_confidence = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    category_method = models.TextField(null=True)
    category_suggestions = RawJson(null=True)
    unread = ArrayField(models.TextField(), db_default=[])
    removed_at = models.DateTimeField(null=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "invoice_lines"
        ordering = ["line_number"]
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        default_permissions = ("view", "add", "change")

    def __str__(self) -> str:
        return self.description or str(self.line_number)


class InvoiceDocument(Satellite):
    """A paper an invoice was read from."""

    class OcrStatus(models.TextChoices):
        PENDING = "pending", _("waiting")
        PROCESSING = "processing", _("being read")
        COMPLETED = "completed", _("read")
        FAILED = "failed", _("could not be read")

    invoice = models.ForeignKey(Invoice, models.RESTRICT, null=True, related_name="documents")
    ocr_result = models.ForeignKey(OcrResult, models.RESTRICT, null=True, related_name="+")
    filename = models.TextField(_("file"), null=True)
    file_size = models.BigIntegerField(null=True)
    mime_type = models.TextField(null=True)
    storage_path = models.TextField(null=True)
    storage_bucket = models.TextField(null=True, db_default="docs")
    ocr_status = models.TextField(_("reading"), choices=OcrStatus, db_default="pending")
    ocr_raw_text = models.TextField(null=True)
    ocr_structured_data = RawJson(null=True)
    ocr_confidence = models.DecimalField(_("confidence"), max_digits=5, decimal_places=2, null=True)
    language_detected = models.TextField(null=True)
    processing_method = models.TextField(null=True)
    processing_errors = RawJson(null=True)
    processing_started_at = models.DateTimeField(null=True)
    processing_completed_at = models.DateTimeField(null=True)
    invoice_date = models.DateField(null=True)
    uploaded_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="uploaded_by", related_name="+")

    class Meta:
        managed = False
        db_table = "invoice_documents"
        ordering = ["-created_at"]
        verbose_name = _("invoice document")
        verbose_name_plural = _("invoice documents")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.filename or str(self.pk)


class MappingQuerySet(models.QuerySet["InvoiceMapping"]):
    """Reading mappings."""

    def standing(self) -> Self:
        return self.exclude(mapping_status=InvoiceMapping.Status.REMOVED)


class InvoiceMapping(Satellite):
    """The damage center a line belongs to, and which of its rows; `amount` in shekels, None for the whole line."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        PENDING = "pending", _("waiting")
        APPLIED = "applied", _("applied")
        REMOVED = "removed", _("removed")

    class Field(models.TextChoices):
        PART = "part", _("part")
        WORK = "work", _("work")
        REPAIR = "repair", _("repair")

    invoice = models.ForeignKey(Invoice, models.RESTRICT, related_name="mappings")
    invoice_line = models.ForeignKey(InvoiceLine, models.RESTRICT, related_name="mappings")
    damage_center_id = models.TextField(_("damage center"))
    damage_center_name = models.TextField(_("damage center"), null=True)
    field_type = models.TextField(_("kind"), choices=Field)
    field_index = models.IntegerField(null=True)
    field_id = models.TextField(null=True)
    amount = _money(_("amount"))
    original_field_data = RawJson(null=True)
    mapped_data = RawJson(null=True)
    mapping_status = models.TextField(_("status"), choices=Status, db_default="pending")
    is_user_modified = models.BooleanField(db_default=False)
    user_modifications = RawJson(null=True)
    mapping_confidence = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    validation_status = models.TextField(null=True)
    mapped_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="mapped_by", related_name="+")

    objects = MappingQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "invoice_damage_center_mappings"
        ordering = ["created_at"]
        verbose_name = _("assigned line")
        verbose_name_plural = _("assigned lines")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.damage_center_name or self.damage_center_id


class InvoiceValidation(models.Model):
    """What the sums come to: differences in shekels between what stands on the invoice and what was computed."""

    class Approval(models.TextChoices):
        PENDING = "pending", _("not reviewed")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT, related_name="+")
    invoice = models.OneToOneField(Invoice, models.RESTRICT, related_name="validation")
    is_valid = models.BooleanField(_("sums agree"))
    validation_errors = ArrayField(models.TextField(), db_default=[])
    validation_warnings = ArrayField(models.TextField(), db_default=[])
    lines = models.IntegerField(_("lines"), db_default=0)
    lines_total = models.DecimalField(_("sum of the lines"), max_digits=14, decimal_places=2, null=True)
    lines_difference = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    lines_off = models.IntegerField(db_default=0)
    vat_rate = models.DecimalField(_("VAT rate of that day"), max_digits=5, decimal_places=2, null=True)
    vat_expected = models.DecimalField(_("VAT as computed"), max_digits=14, decimal_places=2, null=True)
    vat_difference = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    sum_difference = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    approval_status = models.TextField(_("review"), choices=Approval, db_default="pending")
    review_notes = models.TextField(_("notes"), null=True)
    reviewed_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="reviewed_by", related_name="+")
    review_date = models.DateTimeField(null=True)
    manual_corrections = RawJson(null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        managed = False
        db_table = "invoice_validations"
        verbose_name = _("check of the sums")
        verbose_name_plural = _("checks of the sums")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return str(self.invoice_id)

    @property
    def differences(self) -> dict[str, Decimal]:
        """What differs at all, by its name."""
        named = {"lines": self.lines_difference, "vat": self.vat_difference, "sum": self.sum_difference}
        return {name: amount for name, amount in named.items() if amount}
