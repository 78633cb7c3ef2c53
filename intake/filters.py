"""What a list of answers may be narrowed by."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter

from intake.models import KeptAnswerQuerySet, OcrResult

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


def query_of(shape: type[AnswerFilter]) -> list[OpenApiParameter]:
    """The query string, for the OpenAPI document."""
    return [
        OpenApiParameter(name, description=str(one.label or ""), enum=[key for key, _ in one.extra.get("choices", ())])
        for name, one in shape.base_filters.items()
    ]
