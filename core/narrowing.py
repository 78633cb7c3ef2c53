"""A list as its query string asks for it; what the list does not know is refused, not passed over."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.request import Request

from core.errors import Invalid

_PAGING = {"limit", "offset"}


def narrowed(shape: type[filters.FilterSet], request: Request, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows the query string asks for. Raises Invalid for a parameter or value that is none."""
    if unknown := set(request.query_params) - set(shape.base_filters) - _PAGING:
        raise Invalid(details=[{"pointer": f"/{name}", "reason": "unknown parameter"} for name in sorted(unknown)])
    asked = shape(request.query_params, queryset=rows)
    if not asked.is_valid():
        errors = asked.form.errors.items()
        raise Invalid(
            details=[{"pointer": f"/{name}", "reason": str(why)} for name, reasons in errors for why in reasons]
        )
    found: QuerySet[Any] = asked.qs
    return found
