"""Parts: a mirror of the tables, and all reading of them."""

from collections import Counter
from decimal import Decimal
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import connection, models
from django.db.models import Count, Func, Max
from django.db.models.functions import Coalesce, Lower, Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from cases import search
from cases.models import Case
from cases.satellites import DataSource, Satellite
from helpers.models import RawJson

_MOST_NAMES = 500


class SearchFold(Func):
    """Text as it is searched: the same as cases.search.fold, in the database."""

    function = "private.search_fold"
    output_field = models.TextField()


def _names(rows: models.QuerySet[Any], name: Any, words: list[str], family: str) -> Counter[tuple[str, str | None]]:
    """How often each part name with these words in it stands in `rows`."""
    rows = rows.annotate(named=name).exclude(named=None).exclude(named="").alias(folded=SearchFold(name))
    for word in words:
        rows = rows.filter(folded__like_any=search.patterns(word))
    if family:
        rows = rows.filter(part_family=family)
    counted = rows.order_by().values_list("named", "part_family").annotate(times=Count("id"))
    return Counter({(named, group): times for named, group, times in counted.order_by("-times", "named")[:_MOST_NAMES]})


def suggested(text: str, family: str, most: int) -> list[dict[str, Any]]:
    """Part names of the office that `text` begins or stands in, the first kind first, then the often used."""
    words = search.words(text)
    names = _names(PartsSearchResult.objects.pool(), Coalesce("part_name", "description"), words, family)
    names += _names(PartRequired.objects.all(), Coalesce("part_name", "description"), words, family)
    begun = search.fold(text).strip()
    ranked = sorted(names.items(), key=lambda one: (not search.fold(one[0][0]).startswith(begun), -one[1], one[0][0]))
    return [{"part_name": name, "part_family": group, "times": times} for (name, group), times in ranked[:most]]


class Vehicle(models.Model):
    """The vehicle a part is for, as the search knew it."""

    make = models.TextField(_("manufacturer"), null=True)
    model = models.TextField(_("model"), null=True)
    trim = models.TextField(_("trim"), null=True)
    year = models.TextField(_("year"), null=True)
    engine_volume = models.TextField(_("engine volume"), null=True)
    engine_code = models.TextField(null=True)
    engine_type = models.TextField(null=True)
    vin = models.TextField(_("chassis number"), null=True)

    class Meta:
        abstract = True


class OfPlateQuerySet(models.QuerySet[Any]):
    """Reading rows that belong to a plate."""

    def of_plate(self, text: str) -> Self:
        """A plate in any spelling, over all its cases."""
        return self.filter(plate=search.digits(text))

    def plates(self, most: int) -> list[str]:
        """The plates that were written for last."""
        last = self.exclude(plate=None).order_by().values_list("plate").annotate(last=Max("created_at"))
        return [plate for plate, _last in last.order_by("-last", "plate")[:most]]


class PartsSearchSession(Vehicle, Satellite):
    """One search for parts."""

    search_context = RawJson(db_default={})
    data_source = models.TextField(_("found in"), choices=DataSource, null=True)

    objects = OfPlateQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "parts_search_sessions"
        ordering = ["-created_at"]
        verbose_name = _("parts search")
        verbose_name_plural = _("parts searches")

    def __str__(self) -> str:
        return str(self.id)


class PoolQuerySet(OfPlateQuerySet):
    """Reading what was found."""

    def pool(self) -> Self:
        """Found parts, without the rows that stand for a whole answer."""
        return self.filter(results__isnull=True).order_by("-created_at", "id")

    def without_bodies(self) -> Self:
        return self.defer("raw", "results", "search_query", "search_text")

    def search(self, text: str) -> Self:
        """Parts in which every word of `text` is found, in any order and with one typo."""
        found = self
        for word in search.words(text):
            found = found.filter(search_text__like_any=search.patterns(word))
        return found

    def suppliers(self, most: int) -> list[str]:
        """The suppliers who are named most often."""
        named = self.exclude(supplier_name=None).order_by().values_list("supplier_name")
        return [name for name, _times in named.annotate(times=Count("id")).order_by("-times", "supplier_name")[:most]]


class PartsSearchResult(Vehicle, Satellite):
    """One found part; a row with `results` is a whole answer, whose parts name it."""

    row_uuid = models.UUIDField(db_default=RandomUUID())
    session = models.ForeignKey(PartsSearchSession, models.RESTRICT, null=True, related_name="found")
    answer = models.ForeignKey("self", models.RESTRICT, null=True, related_name="+")
    part_name = models.TextField(_("part"), null=True)
    part_family = models.TextField(_("part family"), null=True)
    description = models.TextField(_("description"), null=True)
    oem = models.TextField(_("OEM number"), null=True)
    pcode = models.TextField(_("catalogue number"), null=True)
    supplier_name = models.TextField(_("supplier"), null=True)
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2, null=True)
    price_text = models.TextField(_("price as written"), null=True)
    currency = models.TextField(null=True)
    part_type = models.TextField(_("part source"), null=True)
    condition = models.TextField(_("condition"), null=True)
    availability = models.TextField(_("availability"), null=True)
    location = models.TextField(_("location"), null=True)
    comments = models.TextField(_("remarks"), null=True)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, null=True)
    year_from = models.TextField(null=True)
    year_to = models.TextField(null=True)
    search_type = models.TextField(null=True)
    data_source = models.TextField(_("found in"), choices=DataSource, null=True)
    search_query = RawJson(null=True)
    results = RawJson(null=True)
    raw = RawJson(null=True)
    unread = ArrayField(models.TextField(), db_default=[])
    response_time_ms = models.IntegerField(null=True)
    # The table makes it, of these and the other names; here it only says that nobody writes it.
    search_text = models.GeneratedField(
        expression=Lower("part_name"), output_field=models.TextField(), db_persist=True, editable=False
    )

    objects = PoolQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "parts_search_results"
        ordering = ["-created_at"]
        verbose_name = _("found part")
        verbose_name_plural = _("found parts")

    def __str__(self) -> str:
        return self.part_name or self.description or str(self.row_uuid)


class SelectedPart(Satellite):
    """A part that somebody chose from what was found."""

    class Status(models.TextChoices):
        SELECTED = "selected", _("selected")
        ASSIGNED = "assigned", _("assigned to a damage center")
        ORDERED = "ordered", _("ordered")
        COMPLETED = "completed", _("completed")
        REMOVED = "removed", _("taken off the list")

    search_result = models.ForeignKey(PartsSearchResult, models.RESTRICT, null=True, related_name="+")
    part_name = models.TextField(_("part"))
    part_family = models.TextField(_("part family"), null=True)
    oem = models.TextField(_("OEM number"), null=True)
    pcode = models.TextField(_("catalogue number"), null=True)
    cat_num_desc = models.TextField(_("description"), null=True)
    supplier_name = models.TextField(_("supplier"), null=True)
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=2, null=True)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, db_default=1)
    damage_center_id = models.TextField(_("damage center"), null=True)
    status = models.TextField(_("status"), choices=Status, db_default="selected")
    source = models.TextField(_("part source"), null=True)
    availability = models.TextField(_("availability"), null=True)
    location = models.TextField(_("location"), null=True)
    comments = models.TextField(_("remarks"), null=True)
    data_source = models.TextField(_("found in"), choices=DataSource, null=True)
    selected_by = models.ForeignKey(
        Profile, models.RESTRICT, null=True, db_column="selected_by", related_name="+", verbose_name=_("selected by")
    )
    selected_at = models.DateTimeField(_("selected"), db_default=Now())
    raw_data = RawJson(null=True)

    objects = OfPlateQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "selected_parts"
        ordering = ["-selected_at"]
        verbose_name = _("selected part")
        verbose_name_plural = _("selected parts")

    def __str__(self) -> str:
        return self.part_name


class RequiredQuerySet(OfPlateQuerySet):
    """Reading what cases need."""

    def of_center(self, code: str) -> Self:
        return self.filter(damage_center_codes__contains=[code])


class PartRequired(Satellite):
    """A part the case needs."""

    class Status(models.TextChoices):
        PENDING = "PENDING", _("waiting")
        ORDERED = "ORDERED", _("ordered")
        RECEIVED = "RECEIVED", _("received")
        CANCELLED = "CANCELLED", _("cancelled")

    case = models.ForeignKey(Case, models.RESTRICT, related_name="parts_required", verbose_name=_("case"))
    plate = models.TextField(_("plate"))
    row_uuid = models.UUIDField(db_default=RandomUUID(), unique=True)
    damage_center_code = models.TextField(_("damage center"), null=True)
    damage_center_codes = ArrayField(models.TextField(), verbose_name=_("damage centers"), db_default=[])
    part_name = models.TextField(_("part"), null=True)
    pcode = models.TextField(_("catalogue number"), null=True)
    oem = models.TextField(_("OEM number"), null=True)
    cat_num_desc = models.TextField(null=True)
    description = models.TextField(_("description"), null=True)
    part_family = models.TextField(_("part family"), null=True)
    supplier_name = models.TextField(_("supplier"), null=True)
    price_per_unit = models.DecimalField(_("unit price"), max_digits=12, decimal_places=2, null=True)
    reduction_percentage = models.DecimalField(_("discount"), max_digits=5, decimal_places=2, null=True)
    wear_percentage = models.DecimalField(_("wear"), max_digits=5, decimal_places=2, null=True)
    updated_price = models.DecimalField(_("price after discount and wear"), max_digits=12, decimal_places=2, null=True)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, db_default=1)
    total_cost = models.DecimalField(_("total"), max_digits=12, decimal_places=2, null=True)
    source = models.TextField(_("part source"), null=True)
    status = models.TextField(_("status"), choices=Status, db_default="PENDING")
    metadata = RawJson(db_default={})

    objects = RequiredQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "parts_required"
        ordering = ["-created_at"]
        verbose_name = _("required part")
        verbose_name_plural = _("required parts")

    def __str__(self) -> str:
        return self.part_name or str(self.row_uuid)


_OF_CASE = """
select
  (select count(*) from public.parts_search_results where case_id = c.id and results is null),
  (select count(*) from public.selected_parts where case_id = c.id and status <> 'removed'),
  (select count(*) from public.parts_required where case_id = c.id and status <> 'CANCELLED'),
  (select count(*) from public.parts_required where case_id = c.id and status = 'PENDING'),
  (select sum(total_cost) from public.parts_required where case_id = c.id and status <> 'CANCELLED')
from public.cases c where c.id = %s
"""


class PartsOfCase(NamedTuple):
    """How much a case has of parts; `cost` is the sum of what its required parts say they cost."""

    found: int
    selected: int
    required: int
    waiting: int
    cost: Decimal | None


def parts_of_case(case_id: UUID) -> PartsOfCase:
    """Asked in one statement, for the case's page."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_CASE, [case_id])
        return PartsOfCase(*(cursor.fetchone() or (0, 0, 0, 0, None)))


class ArchivedPart(Satellite):
    """A required part as it was before an invoice took its place; what is kept never changes."""

    class Reason(models.TextChoices):
        PRE_INVOICE = "pre_invoice_assignment", _("before an invoice")
        MANUAL = "manual_backup", _("kept by hand")
        VERSION = "version_control", _("kept with a version")

    class Status(models.TextChoices):
        ARCHIVED = "ARCHIVED", _("kept")
        SUPERSEDED = "SUPERSEDED", _("superseded")
        RESTORED = "RESTORED", _("brought back")

    archive_type = models.TextField(choices=Reason, db_default=Reason.PRE_INVOICE)
    archived_at = models.DateTimeField(db_default=Now())
    archived_by = models.ForeignKey(Profile, models.RESTRICT, null=True, db_column="archived_by", related_name="+")
    archive_reason = models.TextField(null=True)
    damage_center_code = models.TextField(_("damage center"), null=True)
    part_name = models.TextField(_("part"), null=True)
    pcode = models.TextField(_("catalogue number"), null=True)
    oem = models.TextField(_("OEM number"), null=True)
    cat_num_desc = models.TextField(null=True)
    description = models.TextField(_("description"), null=True)
    part_family = models.TextField(_("part family"), null=True)
    supplier_name = models.TextField(_("supplier"), null=True)
    make = models.TextField(null=True)
    model = models.TextField(null=True)
    trim = models.TextField(null=True)
    year = models.TextField(null=True)
    engine_volume = models.TextField(null=True)
    engine_code = models.TextField(null=True)
    engine_type = models.TextField(null=True)
    vin = models.TextField(null=True)
    source = models.TextField(_("part source"), null=True)
    availability = models.TextField(null=True)
    location = models.TextField(null=True)
    comments = models.TextField(null=True)
    price_per_unit = models.DecimalField(_("unit price"), max_digits=12, decimal_places=2, null=True)
    reduction_percentage = models.DecimalField(_("discount"), max_digits=5, decimal_places=2, null=True)
    wear_percentage = models.DecimalField(_("wear"), max_digits=5, decimal_places=2, null=True)
    updated_price = models.DecimalField(_("price after discount and wear"), max_digits=12, decimal_places=2, null=True)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, null=True, db_default=1)
    total_cost = models.DecimalField(_("total"), max_digits=12, decimal_places=2, null=True)
    status = models.TextField(_("status"), choices=Status, db_default=Status.ARCHIVED)
    metadata = RawJson(db_default={})
    original_row_uuid = models.UUIDField(null=True)
    original_created_at = models.DateTimeField(null=True)
    original_updated_at = models.DateTimeField(null=True)
    original_created_by = models.UUIDField(null=True)
    original_updated_by = models.UUIDField(null=True)

    class Meta:
        managed = False
        db_table = "required_parts_archive"
        ordering = ["-archived_at"]
        verbose_name = _("kept part")
        verbose_name_plural = _("kept parts")

    def __str__(self) -> str:
        return self.part_name or str(self.original_row_uuid)
