"""What a list of reports may be narrowed by."""

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter

from cases.search import digits
from files.models import Report


class ReportFilter(filters.FilterSet):
    """The query string of `GET /reports`."""

    case_id = filters.UUIDFilter()
    plate = filters.CharFilter(method="by_plate", max_length=40, label="A plate in any spelling.")
    report_type = filters.MultipleChoiceFilter(choices=Report.Type.choices)
    nature = filters.ChoiceFilter(choices=Report.Nature.choices)
    status = filters.MultipleChoiceFilter(choices=Report.Status.choices)
    current = filters.ChoiceFilter(
        method="by_current", choices=[("true", "true"), ("false", "false")], label="The current ones, or the others."
    )

    def by_plate(self, reports: QuerySet[Report], name: str, value: str) -> QuerySet[Report]:
        return reports.filter(plate=digits(value))

    def by_current(self, reports: QuerySet[Report], name: str, value: str) -> QuerySet[Report]:
        return reports.filter(is_current=value == "true")


QUERY = [
    OpenApiParameter(name, description=str(one.label or ""), enum=[key for key, _ in one.extra.get("choices", ())])
    for name, one in ReportFilter.base_filters.items()
]
