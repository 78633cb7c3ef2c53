"""What a list of pictures may be narrowed by."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter

from cases.search import digits
from files.models import Image
from files.picture_models import ImageQuerySet

_STANDING = [("standing", "standing"), ("put_away", "put_away"), ("all", "all")]


class PictureFilter(filters.FilterSet):
    """The query string of `GET /images`."""

    case_id = filters.UUIDFilter()
    plate = filters.CharFilter(method="by_plate", max_length=40, label="A plate in any spelling.")
    document_id = filters.UUIDFilter()
    damage_center_id = filters.CharFilter(max_length=200, label="The helper's Id of the damage center.")
    category = filters.ChoiceFilter(choices=Image.Category.choices)
    backup_status = filters.ChoiceFilter(choices=Image.Backup.choices)
    state = filters.ChoiceFilter(method="by_state", choices=_STANDING, label="Without it, those nobody put away.")

    def by_plate(self, images: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return images.filter(plate=digits(value))

    def by_state(self, images: ImageQuerySet, name: str, value: str) -> ImageQuerySet:
        return images.put_away() if value == "put_away" else images

    def filter_queryset(self, queryset: ImageQuerySet) -> QuerySet[Any]:
        is_told = self.form.cleaned_data.get("state")
        found: QuerySet[Any] = super().filter_queryset(queryset if is_told else queryset.standing())
        return found


def query_of_pictures() -> list[OpenApiParameter]:
    """The query string, for the OpenAPI document."""
    return [
        OpenApiParameter(name, description=str(one.label or ""), enum=[key for key, _ in one.extra.get("choices", ())])
        for name, one in PictureFilter.base_filters.items()
    ] + [OpenApiParameter(name, int) for name in ("limit", "offset")]
