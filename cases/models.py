"""The catalogue of cases: mirrors of the tables, and all reading of them."""

import uuid
from datetime import datetime
from typing import Self

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Count, F, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Concat
from django.utils import timezone
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

    def updated_since(self, moment: datetime) -> Self:
        return self.filter(updated_at__gte=moment)

    def count_up_to(self, most: int) -> int:
        """How many there are; where there are more than `most`, that number."""
        return self.order_by()[:most].count()


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
    archive_asked_at = models.DateTimeField(_("Make was asked to archive the folder"), null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "cases"
        ordering = ["-updated_at", "id"]
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = [("end_case", "Can close, archive and bring back"), ("transfer_case", "Can pass a case on")]

    def __str__(self) -> str:
        return self.filing_case_id

    @property
    def has_ended(self) -> bool:
        return self.status in self.ENDED


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
    inspected_on = models.DateField(null=True)
    damaged_on = models.DateField(null=True)
    opened_at = models.DateTimeField(db_default=models.functions.Now())
    is_open = models.BooleanField(db_default=True)
    free_text = models.TextField(db_default="")
    search_text = models.TextField(db_default="")
    words = SearchVectorField(db_default="")
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

    def newest_first(self, org_id: uuid.UUID | None) -> Self:
        """What happened in an office; it is named beside the policy, which no index can be walked along by."""
        mine = self.filter(org_id=org_id) if org_id else self
        return mine.select_related("actor", "case").order_by("-at", "-id")

    def of_types(self, types: list[str]) -> Self:
        """Whole types, or first words of them."""
        kinds = {one.partition(".")[0] for one in types}
        whole = [one for one in types if "." in one]
        words = kinds - {one.partition(".")[0] for one in whole} | {one for one in types if "." not in one}
        return self.filter(kind__in=kinds).filter(models.Q(type__in=whole) | models.Q(kind__in=words))

    def of_plate(self, text: str) -> Self:
        """Events of the cases of a plate, in any spelling; their cases are few and found first."""
        return self.filter(case_id__in=list(Case.objects.of_plate(text).values_list("pk", flat=True)))

    def before(self, event_id: uuid.UUID) -> Self:
        """What happened before this event; nothing where there is no such event."""
        last = Event.objects.filter(pk=event_id).values_list("at", "id").first()
        if last is None:
            return self.none()
        # The first condition is what the index is walked by.
        earlier = models.Q(at__lt=last[0]) | models.Q(id__lt=last[1])
        return self.filter(at__lte=last[0]).filter(earlier)


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
    # The first word of the type.
    kind = models.GeneratedField(
        expression=models.Func(F("type"), Value("."), Value(1), function="split_part"),
        output_field=models.TextField(),
        db_persist=True,
    )
    actor = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="actor", related_name="+")
    door = models.TextField(choices=Door)
    version = models.IntegerField(null=True)
    data = models.JSONField(db_default={})
    request_id = models.TextField(null=True)
    at = models.DateTimeField(db_default=models.functions.Now())
    txid = models.BigIntegerField(null=True, db_default=RawSQL("((pg_current_xact_id())::text)::bigint", []))

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


class JobRunQuerySet(models.QuerySet["JobRun"]):
    """Reading what long work does."""

    def last_of_each(self) -> dict[str, "JobRun"]:
        """The newest run of each kind of the system's own work."""
        newest = self.filter(org__isnull=True).order_by("kind", "-started_at").distinct("kind")
        return {run.kind: run for run in newest.select_related("started_by")}


class JobRun(models.Model):
    """One run of long work: whose, how far, and what came of it."""

    class State(models.TextChoices):
        RUNNING = "RUNNING", _("at work")
        DONE = "DONE", _("done")
        FAILED = "FAILED", _("failed")
        CANCELLED = "CANCELLED", _("stopped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.TextField(_("work"))
    org = models.ForeignKey(Org, models.RESTRICT, null=True)
    started_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="started_by", related_name="+")
    state = models.TextField(_("state"), choices=State, db_default=State.RUNNING)
    done = models.IntegerField(db_default=0)
    total = models.IntegerField(null=True)
    result = models.JSONField(db_default={})
    error = models.TextField(_("error"), null=True)
    alone = models.TextField(null=True)
    runs = models.IntegerField(db_default=1)
    cancel_requested = models.BooleanField(db_default=False)
    started_at = models.DateTimeField(_("started"), db_default=models.functions.Now())
    alive_until = models.DateTimeField()
    finished_at = models.DateTimeField(_("ended"), null=True)

    objects = JobRunQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "job_runs"
        ordering = ["-started_at"]
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        default_permissions = ("view",)
        permissions = [("run_jobrun", "Can start and stop background jobs")]

    def __str__(self) -> str:
        return self.kind

    @property
    def is_lost(self) -> bool:
        """Whether its worker died: it says to be at work, and nobody moved it on in time."""
        return self.state == self.State.RUNNING and self.alive_until < timezone.now()


class SystemLog(models.Model):
    """What went wrong or was noteworthy, for staff; the same within a minute is one row."""

    class Level(models.TextChoices):
        ERROR = "ERROR", _("error")
        WARN = "WARN", _("warning")
        INFO = "INFO", _("note")
        DEBUG = "DEBUG", _("detail")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    log_level = models.TextField(_("level"), choices=Level)
    component = models.TextField()
    event = models.TextField()
    message = models.TextField()
    context = models.JSONField(db_default={})
    times = models.IntegerField(db_default=1)
    request_id = models.TextField(null=True)
    case = models.ForeignKey(Case, models.RESTRICT, null=True, related_name="+")
    org = models.ForeignKey(Org, models.RESTRICT, null=True)
    minute = models.DateTimeField()
    created_at = models.DateTimeField(_("time"), db_default=models.functions.Now())

    class Meta:
        managed = False
        db_table = "system_logs"
        ordering = ["-created_at"]
        verbose_name = _("system note")
        verbose_name_plural = _("system notes")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.message


# They are models too, and refer to the ones above.
from cases import payments as payments  # noqa: E402
from cases import sharing_models as sharing_models  # noqa: E402
from cases import tracking as tracking  # noqa: E402
