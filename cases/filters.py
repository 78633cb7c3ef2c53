"""What a list of cases may be narrowed by, and ordered by."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from cases.models import Case, CaseQuerySet
from core.errors import Invalid

# asked name -> column; nothing a client sends becomes a lookup
ORDERS = {
    "updated_at": "updated_at",
    "opened_at": "created_at",
    "plate": "plate",
    "status": "status",
    "owner_name": "owner_name",
    "filing_number": "filing_case_id",
}


class CaseFilter(filters.FilterSet):
    """The query string of `GET /cases`."""

    plate = filters.CharFilter(method="by_plate", label="A plate in any spelling.", max_length=40)
    status = filters.MultipleChoiceFilter(choices=Case.Status.choices, label="One or more statuses.")
    owner = filters.CharFilter(field_name="owner_name", lookup_expr="icontains", max_length=200)
    assigned_to = filters.UUIDFilter(field_name="assigned_to_id", label="The person's id.")
    q = filters.CharFilter(
        method="by_words",
        max_length=200,
        label="Words found in plate, owner, make, model, garage, claim or filing number; any order, one typo.",
    )
    updated_since = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")
    order = filters.CharFilter(
        method="by_order", max_length=200, label=f"column.asc or column.desc of {', '.join(ORDERS)}; comma separated."
    )

    class Meta:
        model = Case
        fields: list[str] = []

    def by_plate(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return cases.of_plate(value)

    def by_words(self, cases: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        return cases.search(value)

    def by_order(self, cases: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        columns = []
        for part in value.split(","):
            asked, _, direction = part.strip().partition(".")
            if asked not in ORDERS or direction not in {"", "asc", "desc"}:
                raise Invalid.at("/order", f"order by one of {', '.join(ORDERS)}, .asc or .desc")
            columns.append(("-" if direction == "desc" else "") + ORDERS[asked])
        return cases.order_by(*columns, "id")
