"""What lists of parts may be narrowed by, and ordered by."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter

from cases.satellites import DataSource
from core.errors import Invalid
from parts.models import (
    ArchivedPart,
    OfPlateQuerySet,
    PartRequired,
    PartsSearchResult,
    PartsSearchSession,
    PoolQuerySet,
    RequiredQuerySet,
    SelectedPart,
)

# asked name -> column; nothing a client sends becomes a lookup
_ORDERS = {"created_at": "created_at", "price": "price", "part_name": "part_name", "supplier_name": "supplier_name"}


def described(shape: type[filters.FilterSet]) -> list[OpenApiParameter]:
    """The parameters of a list, for the OpenAPI document."""
    kinds = {filters.UUIDFilter: UUID}
    return [
        OpenApiParameter(
            name,
            kinds.get(type(one), str),
            description=one.label or "",
            enum=[value for value, _word in one.extra["choices"]] if "choices" in one.extra else None,
            many=isinstance(one, filters.MultipleChoiceFilter),
        )
        for name, one in shape.base_filters.items()
    ] + [OpenApiParameter(name, int) for name in ("limit", "offset")]


class OfPlate(filters.FilterSet):
    """What belongs to a case or a plate."""

    case_id = filters.UUIDFilter(field_name="case_id")
    plate = filters.CharFilter(method="by_plate", label="A plate in any spelling.", max_length=40)

    def by_plate(self, rows: OfPlateQuerySet, name: str, value: str) -> QuerySet[Any]:
        return rows.of_plate(value)


class SessionFilter(OfPlate):
    """The query string of `GET /parts/search-sessions`."""

    class Meta:
        model = PartsSearchSession
        fields: list[str] = []


class PoolFilter(OfPlate):
    """The query string of `GET /parts/search-results`."""

    q = filters.CharFilter(
        method="by_words",
        max_length=200,
        label="Words found in part, description, OEM, catalogue number, supplier; any order, one typo.",
    )
    session_id = filters.UUIDFilter(field_name="session_id")
    supplier = filters.CharFilter(field_name="supplier_name", lookup_expr="icontains", max_length=200)
    data_source = filters.ChoiceFilter(choices=DataSource.choices)
    order = filters.CharFilter(
        method="by_order", max_length=200, label=f"column.asc or column.desc of {', '.join(_ORDERS)}; comma separated."
    )

    class Meta:
        model = PartsSearchResult
        fields: list[str] = []

    def by_words(self, found: PoolQuerySet, name: str, value: str) -> PoolQuerySet:
        return found.search(value)

    def by_order(self, found: PoolQuerySet, name: str, value: str) -> QuerySet[Any]:
        columns = []
        for part in value.split(","):
            asked, _, direction = part.strip().partition(".")
            if asked not in _ORDERS or direction not in {"", "asc", "desc"}:
                raise Invalid.at("/order", f"order by one of {', '.join(_ORDERS)}, .asc or .desc")
            columns.append(("-" if direction == "desc" else "") + _ORDERS[asked])
        return found.order_by(*columns, "id")


class SelectedFilter(OfPlate):
    """The query string of `GET /parts/selected`."""

    status = filters.MultipleChoiceFilter(choices=SelectedPart.Status.choices, label="Without one: all but removed.")

    class Meta:
        model = SelectedPart
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found: QuerySet[Any] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["status"] else found.exclude(status=SelectedPart.Status.REMOVED)


class RequiredFilter(OfPlate):
    """The query string of `GET /parts/required`."""

    status = filters.MultipleChoiceFilter(choices=PartRequired.Status.choices, label="One or more statuses.")
    center = filters.CharFilter(method="by_center", label="A damage center's code or Id.", max_length=200)

    class Meta:
        model = PartRequired
        fields: list[str] = []

    def by_center(self, rows: RequiredQuerySet, name: str, value: str) -> RequiredQuerySet:
        return rows.of_center(value)


class ArchivedFilter(OfPlate):
    """The query string of `GET /parts/archived`."""

    archive_type = filters.ChoiceFilter(choices=ArchivedPart.Reason.choices)

    class Meta:
        model = ArchivedPart
        fields: list[str] = []
