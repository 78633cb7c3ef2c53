"""The catalogue of cases: mirrors of the tables, and all reading of them."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Count, F, Value
from django.db.models.functions import Cast, Concat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Org, Profile
from cases import search


class CaseQuerySet(models.QuerySet["Case"]):
    """Reading cases, in the words of the field."""

    def open(self) -> Self:
        return self.exclude(status__in=Case.ENDED)

    def with_facts(self) -> Self:
        """Annotate `helper_name`, and load the people that are shown by name."""
        return self.select_related("assigned_to").annotate(
            helper_name=Concat(
                F("plate"),
                Value("_helper_v"),
                Cast("current_version", models.TextField()),
                output_field=models.TextField(),
            )
        )

    def with_version_counts(self) -> Self:
        return self.annotate(versions=Count("case_helper"))

    def of_plate(self, text: str) -> Self:
        return self.filter(plate=search.digits(text))

    def search(self, text: str) -> Self:
        """Cases in which every word of `text` is found, in any order and with one typo."""
        found = self
        for word in search.words(text):
            found = found.filter(search_row__search_text__like_any=search.patterns(word))
        return found

    def updated_since(self, moment: datetime) -> Self:
        return self.filter(updated_at__gte=moment)


class Case(models.Model):
    """A damage case of a vehicle."""

    class Status(models.TextChoices):
        OPEN = "OPEN", _("open")
        IN_PROGRESS = "IN_PROGRESS", _("in progress")
        AWAITING_CLAIM = "מחכה לאישור תביעה", _("awaiting claim approval")
        AWAITING_PAYMENT = "מחכה לתשלום", _("awaiting payment")
        PAID = "שולם", _("paid")
        CLAIM_APPROVED = "תביעה אושרה", _("claim approved")
        IN_COURT = "בתביעת בית משפט", _("in court")
        OTHER = "אחר", _("other")
        CLOSED = "CLOSED", _("closed")
        ARCHIVED = "ARCHIVED", _("archived")

    # Everything else is work in hand and keeps its plate.
    ENDED = (Status.CLOSED, Status.ARCHIVED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT)
    plate = models.TextField(_("plate"))
    owner_name = models.TextField(_("owner"), null=True)
    status = models.TextField(_("status"), choices=Status, db_default=Status.OPEN)
    inspection_location = models.TextField(_("inspection place"), null=True)
    filing_case_id = models.TextField(_("filing number"))
    assigned_to = models.ForeignKey(
        Profile, models.RESTRICT, null=True, db_column="assigned_to", related_name="+", verbose_name=_("assigned to")
    )
    current_version = models.IntegerField(_("current version"), null=True)
    created_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="created_by", related_name="+")
    updated_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="updated_by", related_name="+")
    created_at = models.DateTimeField(_("opened"), db_default=models.functions.Now())
    updated_at = models.DateTimeField(_("last update"), db_default=models.functions.Now())

    objects = CaseQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "cases"
        ordering = ["-updated_at", "id"]
        verbose_name = _("case")
        verbose_name_plural = _("cases")

    def __str__(self) -> str:
        return self.filing_case_id


class CaseSearchIndex(models.Model):
    """What people search a case by, taken out of the helper as it is saved."""

    case = models.OneToOneField(Case, models.RESTRICT, primary_key=True, related_name="search_row")
    org = models.ForeignKey(Org, models.RESTRICT)
    owner_name = models.TextField(null=True)
    owner_phone = models.TextField(null=True)
    manufacturer = models.TextField(null=True)
    model = models.TextField(null=True)
    year = models.TextField(null=True)
    garage = models.TextField(null=True)
    insurance_company = models.TextField(null=True)
    agent = models.TextField(null=True)
    claim_number = models.TextField(null=True)
    policy_number = models.TextField(null=True)
    search_text = models.TextField(db_default="")
    updated_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        managed = False
        db_table = "case_search_index"

    def __str__(self) -> str:
        return self.search_text


class EventQuerySet(models.QuerySet["Event"]):
    """Reading what happened."""

    def of_case(self, case_id: uuid.UUID) -> Self:
        return self.filter(case_id=case_id).select_related("actor").order_by("-at", "-id")


class Event(models.Model):
    """What happened to a case; never a helper's content."""

    class Door(models.TextChoices):
        UI = "UI", _("the office's screen")
        MAKE = "MAKE", _("Make")
        ADMIN = "ADMIN", _("back office")
        IMPORT = "IMPORT", _("import")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT)
    case = models.ForeignKey(Case, models.RESTRICT, null=True, related_name="events")
    type = models.TextField()
    actor = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="actor", related_name="+")
    door = models.TextField(choices=Door)
    version = models.IntegerField(null=True)
    data = models.JSONField(db_default={})
    request_id = models.TextField(null=True)
    at = models.DateTimeField(db_default=models.functions.Now())

    objects = EventQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "events"
        verbose_name = _("event")
        verbose_name_plural = _("events")

    def __str__(self) -> str:
        return self.type


class FeatureFlagQuerySet(models.QuerySet["FeatureFlag"]):
    """Reading switches."""

    def for_office(self, org_id: uuid.UUID | None) -> Self:
        """Everybody's, the office's own, and its pilots."""
        mine = models.Q(org__isnull=True) | models.Q(org_id=org_id)
        return self.filter(mine).select_related("case", "updated_by").order_by("name", "-created_at")


class FeatureFlag(models.Model):
    """A switch of the cutover: for everybody, for an office, or for one case."""

    class Name(models.TextChoices):
        HELPER = "USE_SUPABASE_HELPER", "USE_SUPABASE_HELPER"
        PARTS = "USE_SUPABASE_PARTS", "USE_SUPABASE_PARTS"
        INVOICES = "USE_SUPABASE_INVOICES", "USE_SUPABASE_INVOICES"
        TRACKING = "USE_SUPABASE_TRACKING", "USE_SUPABASE_TRACKING"
        LEVI = "USE_SUPABASE_LEVI", "USE_SUPABASE_LEVI"
        WRITER_VEHICLE = "writer.vehicle", _("who writes: vehicle")
        WRITER_LEVI = "writer.levi", _("who writes: Levi report")
        WRITER_DAMAGE = "writer.damage", _("who writes: damage centers")
        WRITER_PARTS = "writer.parts", _("who writes: parts")
        WRITER_INVOICES = "writer.invoices", _("who writes: invoices")
        WRITER_REPORTS = "writer.reports", _("who writes: reports")
        WRITER_TRACKING = "writer.tracking", _("who writes: tracking")
        WRITER_HELPER = "writer.helper", _("who writes: the rest of the helper")

    SWITCH = (("off", _("off")), ("on", _("on")))
    WRITER = (("make", _("Make alone")), ("dual", _("both")), ("supabase", _("we alone")))

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.TextField(_("switch"), choices=Name)
    org = models.ForeignKey(Org, models.RESTRICT, null=True, blank=True, verbose_name=_("office"))
    case = models.ForeignKey(Case, models.RESTRICT, null=True, blank=True, related_name="+", verbose_name=_("case"))
    value = models.TextField(_("value"))
    note = models.TextField(_("why"), null=True, blank=True)
    created_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="created_by", related_name="+")
    updated_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="updated_by", related_name="+")
    created_at = models.DateTimeField(_("created"), db_default=models.functions.Now())
    updated_at = models.DateTimeField(_("last update"), db_default=models.functions.Now())

    objects = FeatureFlagQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "feature_flags"
        ordering = ["name", "org", "case"]
        verbose_name = _("switch")
        verbose_name_plural = _("switches")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def values_of(cls, name: str) -> tuple[tuple[str, Promise], ...]:
        """What a switch can say, the way it stands by itself first."""
        return cls.WRITER if name.startswith("writer.") else cls.SWITCH

    @classmethod
    def default_of(cls, name: str) -> str:
        return cls.values_of(name)[0][0]

    @classmethod
    def word_of(cls, value: str) -> str:
        return str(dict((*cls.WRITER, *cls.SWITCH)).get(value, value))


# They are models too, and refer to the ones above.
from cases import payments as payments  # noqa: E402
from cases import tracking as tracking  # noqa: E402
