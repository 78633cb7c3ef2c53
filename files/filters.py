"""What the list of files may be narrowed by."""

from uuid import UUID

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter

from files.document_models import Document, DocumentQuerySet

_YES_OR_NO = [("true", "true"), ("false", "false")]
_MOST = 200


def described(shape: type[filters.FilterSet]) -> list[OpenApiParameter]:
    """The parameters of a list, for the OpenAPI document."""
    kinds = {filters.UUIDFilter: UUID}
    return [
        OpenApiParameter(
            name,
            kinds.get(type(one), str),
            description=str(one.label or ""),
            enum=[value for value, _word in one.extra["choices"]] if "choices" in one.extra else None,
            many=isinstance(one, filters.MultipleChoiceFilter),
        )
        for name, one in shape.base_filters.items()
    ] + [OpenApiParameter(name, int) for name in ("limit", "offset")]


class DocumentFilter(filters.FilterSet):
    """The query string of `GET /files`."""

    case_id = filters.UUIDFilter(field_name="case_id")
    plate = filters.CharFilter(method="by_plate", label="A plate in any spelling.", max_length=40)
    category = filters.MultipleChoiceFilter(choices=Document.Category.choices, label="One or more categories.")
    upload_status = filters.MultipleChoiceFilter(choices=Document.UploadStatus.choices, label="Where they lie.")
    q = filters.CharFilter(method="by_words", max_length=_MOST, label="Words of the name, in any order.")
    deleted = filters.ChoiceFilter(
        method="by_deleted", choices=_YES_OR_NO, label="true: those that were put away; without it the others."
    )

    class Meta:
        model = Document
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Document]) -> QuerySet[Document]:
        found: QuerySet[Document] = super().filter_queryset(queryset)
        return found.filter(deleted_at__isnull=self.form.cleaned_data["deleted"] != "true")

    def by_deleted(self, rows: DocumentQuerySet, name: str, value: str) -> DocumentQuerySet:
        return rows

    def by_plate(self, rows: DocumentQuerySet, name: str, value: str) -> DocumentQuerySet:
        return rows.of_plate(value)

    def by_words(self, rows: DocumentQuerySet, name: str, value: str) -> DocumentQuerySet:
        return rows.named(value)
