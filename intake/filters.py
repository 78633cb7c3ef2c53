"""What a list of answers may be narrowed by."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from core.errors import Invalid
from intake.models import KeptAnswerQuerySet, OcrResult

_PAGING = {"limit", "offset"}
_YES_OR_NO = [("true", "true"), ("false", "false")]


class AnswerFilter(filters.FilterSet):
    """The query string of a list of answers."""

    case_id = filters.UUIDFilter()
    plate = filters.CharFilter(method="by_plate", max_length=40, label="A plate in any spelling.")
    current = filters.ChoiceFilter(method="by_current", choices=_YES_OR_NO, label="The newest of each case, or older.")
    waiting = filters.ChoiceFilter(method="by_waiting", choices=_YES_OR_NO, label="Those without a case, or with one.")

    def by_plate(self, answers: KeptAnswerQuerySet, name: str, value: str) -> KeptAnswerQuerySet:
        return answers.of_plate(value)

    def by_current(self, answers: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return answers.filter(is_current=value == "true")

    def by_waiting(self, answers: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return answers.filter(case__isnull=value == "true")


class DocumentFilter(AnswerFilter):
    """The query string of `GET /ocr-results`."""

    kind = filters.ChoiceFilter(choices=OcrResult.Kind.choices)


def narrowed(shape: type[AnswerFilter], request: Request, answers: QuerySet[Any]) -> QuerySet[Any]:
    """The answers the query string asks for. Raises Invalid for a parameter or value that is none."""
    if unknown := set(request.query_params) - set(shape.base_filters) - _PAGING:
        raise Invalid(details=[{"pointer": f"/{name}", "reason": "unknown parameter"} for name in sorted(unknown)])
    asked = shape(request.query_params, queryset=answers)
    if not asked.is_valid():
        errors = asked.form.errors.items()
        raise Invalid(details=[{"pointer": f"/{name}", "reason": str(why)} for name, all_ in errors for why in all_])
    found: QuerySet[Any] = asked.qs
    return found


def query_of(shape: type[AnswerFilter]) -> list[OpenApiParameter]:
    """The query string, for the OpenAPI document."""
    return [
        OpenApiParameter(name, description=str(one.label or ""), enum=[key for key, _ in one.extra.get("choices", ())])
        for name, one in shape.base_filters.items()
    ]
