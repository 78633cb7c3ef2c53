"""The versions of a case's helper: a mirror of the table, and all reading of it."""

import uuid
from typing import Any, NamedTuple, Self

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from accounts.models import Org, Profile
from cases.models import Case, Event
from cases.search import digits


class RawJson(models.TextField):  # type: ignore[type-arg]
    """A jsonb column read as the text Postgres makes of it: no codec rounds a digit."""

    def db_type(self, connection: Any) -> str:
        return "jsonb"

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        return f"({sql})::text", params


_HEAD = """select id, case_id, plate, version, helper_name, source, saved_at, saved_by, saved_from, label
from public.case_helper where case_id = %s"""
_HEAD_FIELDS = [
    *("id", "case_id", "plate", "version", "helper_name", "source", "saved_at", "saved_by_id", "saved_from", "label")
]
_CURRENT, _NUMBERED = f"{_HEAD} and is_current", f"{_HEAD} and version = %s"


# Where one may go from a pair of versions; numbers count per plate, so a case may have gaps in them.
AROUND = """select max(version) filter (where version < %(low)s), max(version) filter (where version < %(high)s),
  min(version) filter (where version > %(high)s), max(version) filter (where is_current)
from public.case_helper where case_id = %(case)s"""


class Around(NamedTuple):
    """The versions around a pair: before the lower one, before the higher one, after it, and the current one."""

    earlier: int | None
    before: int | None
    later: int | None
    current: int


class CaseHelperQuerySet(models.QuerySet["CaseHelper"]):
    """Reading versions. The document itself is loaded only where it is asked for."""

    def without_body(self) -> Self:
        return self.defer("helper_json")

    def current(self, case_id: uuid.UUID) -> Self:
        return self.filter(case_id=case_id, is_current=True)

    def head(self, case_id: uuid.UUID, version: int | None = None) -> "CaseHelper | None":
        """One version without its document, the current one where none is named; for the many who only ask for news.

        The ORM would take longer to write this statement than Postgres to answer it.
        """
        with connection.cursor() as cursor:
            if version is None:
                cursor.execute(_CURRENT, [case_id])
            else:
                cursor.execute(_NUMBERED, [case_id, version])
            row = cursor.fetchone()
        return row and self.model.from_db(connection.alias, _HEAD_FIELDS, row)

    def around(self, case_id: uuid.UUID, low: int, high: int) -> Around:
        """Where one may go from a pair of versions; numbers count per plate, so a case may have gaps in them."""
        with connection.cursor() as cursor:
            cursor.execute(AROUND, {"case": case_id, "low": low, "high": high})
            return Around(*cursor.fetchone())

    def of_case(self, case_id: uuid.UUID) -> Self:
        return self.filter(case_id=case_id).without_body().select_related("saved_by").order_by("-version")

    def sections_unlike_current(self) -> list[str]:
        """What putting the one selected version on top would change."""
        body = models.ExpressionWrapper(models.F("helper_json"), models.JSONField())
        current = CaseHelper.objects.filter(case_id=models.OuterRef("case_id"), is_current=True).values(body=body)
        differs = models.Func(
            models.Subquery(current),
            models.F("helper_json"),
            function="private.changed_sections",
            output_field=ArrayField(models.TextField()),
        )
        return list(self.values_list(differs, flat=True).get())

    def text_at(self, path: list[str]) -> str | None:
        """What stands at `path` in the one selected version, as the text Postgres makes of it."""
        steps = models.Value(path, output_field=ArrayField(models.TextField()))
        place = models.Func(
            models.F("helper_json"), steps, template="(%(expressions)s)", arg_joiner=" #> ", output_field=RawJson()
        )
        text: str | None = self.values_list(place, flat=True).get()
        return text

    def of_plate(self, text: str) -> Self:
        """The current version of the plate's open case, else of its newest case, first."""
        ended = models.Case(models.When(case__status__in=Case.ENDED, then=1), default=0)
        return self.filter(is_current=True, plate=digits(text)).order_by(ended, "-case__created_at")


class CaseHelper(models.Model):
    """One saved version of a case's helper; it never changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, models.RESTRICT, related_name="case_helper")
    org = models.ForeignKey(Org, models.RESTRICT)
    plate = models.TextField(_("plate"))
    filing_case_id = models.TextField(null=True)
    version = models.IntegerField(_("version"))
    is_current = models.BooleanField(_("current version"))
    helper_name = models.TextField(_("name"))
    helper_json = RawJson()
    source = models.TextField(db_default="system")
    saved_at = models.DateTimeField(_("saved"), db_default=models.functions.Now())
    saved_by = models.ForeignKey(
        Profile, models.RESTRICT, null=True, db_column="saved_by", related_name="+", verbose_name=_("saved by")
    )
    saved_from = models.TextField(_("source"), choices=Event.Door)
    label = models.TextField(null=True)
    trigger = models.TextField(null=True)
    restored_from = models.IntegerField(null=True)
    size_bytes = models.IntegerField(_("size"))
    changes = models.IntegerField(null=True)
    changed_sections = ArrayField(models.TextField(), db_default=[])
    folded = models.BooleanField(db_default=False)
    sync_status = models.TextField(db_default="synced")
    sync_error = models.TextField(null=True)
    created_by = models.UUIDField(null=True)
    updated_by = models.UUIDField(null=True)
    updated_at = models.DateTimeField(db_default=models.functions.Now())

    objects = CaseHelperQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "case_helper"
        ordering = ["-version"]
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        default_permissions = ("view",)
        permissions = [("restore_casehelper", "Can restore a version")]

    def __str__(self) -> str:
        return self.helper_name


class HelperSource(models.Model):
    """Which source may write which subtree of a helper."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT)
    source = models.TextField(_("source"))
    pointer = models.TextField(_("place in the helper"))
    note = models.TextField(_("note"), null=True, blank=True)
    created_by = models.ForeignKey(
        Profile, models.RESTRICT, null=True, db_column="created_by", related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created"), db_default=models.functions.Now())

    class Meta:
        managed = False
        db_table = "helper_sources"
        ordering = ["source", "pointer"]
        verbose_name = _("source of the helper")
        verbose_name_plural = _("sources of the helper")

    def __str__(self) -> str:
        return f"{self.source} {self.pointer}"


class HelperSyncQuerySet(models.QuerySet["HelperSync"]):
    """Reading the mirror's log."""

    def drift(self, most: int, case_id: uuid.UUID | None = None) -> list[dict[str, Any]]:
        """Case by case what Make sent last, beside what we have; those that differ first."""
        with connection.cursor() as cursor:
            cursor.execute("select * from public.helper_drift(%s, %s)", [case_id, most])
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class HelperSync(models.Model):
    """What came of a helper that Make sent us, or we sent Make."""

    class Direction(models.TextChoices):
        IN = "TO_SUPABASE", _("from Make")
        OUT = "FROM_SUPABASE", _("to Make")

    class Status(models.TextChoices):
        SUCCESS = "SUCCESS", _("taken whole")
        PARTIAL = "PARTIAL", _("taken in part")
        FAILED = "FAILED", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    org = models.ForeignKey(Org, models.RESTRICT)
    case = models.ForeignKey(Case, models.RESTRICT, null=True, related_name="+", verbose_name=_("case"))
    sync_direction = models.TextField(_("direction"), choices=Direction)
    sync_status = models.TextField(_("status"), choices=Status)
    sections_synced = ArrayField(models.TextField(), verbose_name=_("sections"), db_default=[])
    sections_refused = ArrayField(models.TextField(), verbose_name=_("sections kept as ours"), db_default=[])
    error_details = models.JSONField(_("error"), null=True)
    door = models.TextField()
    source = models.TextField(_("source"), null=True)
    version = models.IntegerField(_("version"), null=True)
    raw_id = models.UUIDField(null=True)
    request_id = models.TextField(null=True)
    created_at = models.DateTimeField(_("time"), db_default=models.functions.Now())

    objects = HelperSyncQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "helper_sync_log"
        ordering = ["-created_at"]
        verbose_name = _("mirror log line")
        verbose_name_plural = _("mirror log")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.sync_status
