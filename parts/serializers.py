"""The shapes of requests and answers about parts."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.satellites import DataSource
from core.api import Asked, Plate
from parts.models import ArchivedPart, PartRequired, PartsSearchResult, PartsSearchSession, SelectedPart
from parts.spelled import MOST_MONEY, MOST_PIECES

_VEHICLE = ("make", "model", "trim", "year", "engine_volume", "engine_code", "engine_type", "vin")
_PART = ("part_name", "part_family", "oem", "pcode", "supplier_name")


@extend_schema_field({"description": "JSON, kept as it came."})
class AnyJson(serializers.Field):  # type: ignore[type-arg]
    """Whatever JSON was sent; the view reads it anew, to the last digit."""

    def to_internal_value(self, data: Any) -> Any:
        return data

    def to_representation(self, value: Any) -> Any:
        return value


def _text(most: int = 200) -> serializers.CharField:
    return serializers.CharField(max_length=most, required=False, allow_null=True, allow_blank=True)


def _money() -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=12, decimal_places=2, required=False, allow_null=True, max_value=MOST_MONEY, min_value=-MOST_MONEY
    )


def _percent() -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=5, decimal_places=2, required=False, allow_null=True, max_value=Decimal(100), min_value=Decimal(0)
    )


class SearchFacts(Asked):
    """A search and the vehicle it was for."""

    data_source = serializers.ChoiceField(choices=DataSource.choices, required=False, allow_null=True)
    search_context = serializers.DictField(required=False, help_text="What was asked, and what was said of it.")
    make, model, trim, year = _text(), _text(), _text(), _text()
    engine_volume, engine_code, engine_type, vin = _text(), _text(), _text(), _text()


class OpenSession(SearchFacts):
    """The body of `POST /parts/search-sessions`; without case and plate it is a general search."""

    case_id = serializers.UUIDField(required=False, allow_null=True)
    plate = Plate(required=False, allow_null=True)


class SessionRow(serializers.ModelSerializer[PartsSearchSession]):
    """A search for parts."""

    case_id = serializers.UUIDField(allow_null=True)
    created_by = serializers.UUIDField(source="created_by_id", allow_null=True)

    class Meta:
        model = PartsSearchSession
        fields: tuple[str, ...] = ("id", "case_id", "plate", "data_source", *_VEHICLE, "created_by", "created_at")


class SessionWhole(SessionRow):
    """The same with what was asked."""

    search_context = AnyJson()

    class Meta(SessionRow.Meta):
        fields = (*SessionRow.Meta.fields, "search_context")


# What an answer has around its rows, where its fields stand in the body themselves.
ENVELOPE = frozenset(
    {"search_date", "סיכום", "תקציר", "summary", "המלצה", "מומלץ", "recommendation", "storage", "body"}
)


class KeepFound(Asked):
    """The body of `POST /parts/search-results`: an answer in any form it comes in, or plain rows.

    The fields of the answer may also stand here themselves. Without case, plate and search it is a general search.
    """

    case_id = serializers.UUIDField(required=False, allow_null=True)
    plate = Plate(required=False, allow_null=True)
    session_id = serializers.UUIDField(required=False, allow_null=True)
    session = SearchFacts(required=False, allow_null=True, help_text="A search to be written down with them.")
    data_source = serializers.CharField(
        max_length=50, required=False, allow_null=True, help_text="catalog, web or ocr, also in Hebrew."
    )
    answer = AnyJson(required=False, help_text="An answer, also as text that holds one.")
    results = serializers.ListField(required=False, help_text="Rows, or groups of rows.")

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value({name: value for name, value in data.items() if name not in ENVELOPE})


class RowError(serializers.Serializer):  # type: ignore[type-arg]
    """Why a row of a batch was left out."""

    pointer = serializers.CharField(help_text="Where it stands in the body.")
    reason = serializers.CharField()


class RowKept(serializers.Serializer):  # type: ignore[type-arg]
    """What one row of a batch is answered; the others are kept where one is left out."""

    row_uuid = serializers.UUIDField(allow_null=True)
    id = serializers.UUIDField(allow_null=True)
    created = serializers.BooleanField(help_text="false: it was there before")
    unread = serializers.ListField(child=serializers.CharField(), help_text="Fields that were said but not readable.")
    error = RowError(allow_null=True)


class FoundRow(serializers.ModelSerializer[PartsSearchResult]):
    """A found part as a list shows it."""

    case_id = serializers.UUIDField(allow_null=True)
    session_id = serializers.UUIDField(allow_null=True)

    class Meta:
        model = PartsSearchResult
        fields: tuple[str, ...] = (
            *("id", "row_uuid", "case_id", "session_id", "plate", *_PART, "description", "price", "price_text"),
            *("currency", "part_type", "condition", "availability", "location", "comments", "quantity"),
            *("make", "model", "year", "year_from", "year_to", "data_source", "unread", "created_at"),
        )


class FoundWhole(FoundRow):
    """A found part with the row as it came."""

    search_query = AnyJson()
    raw = AnyJson()

    class Meta(FoundRow.Meta):
        fields = (*FoundRow.Meta.fields, "search_query", "raw")


class Choose(Asked):
    """The body of `POST /parts/search-results/{id}/select`; the case is the part's own where none is named."""

    case_id = serializers.UUIDField(required=False, allow_null=True)
    damage_center_id = serializers.CharField(max_length=200, required=False, allow_null=True)
    quantity = serializers.DecimalField(
        max_digits=10, decimal_places=2, required=False, min_value=Decimal("0.01"), default=Decimal(1)
    )


class SelectedRow(serializers.ModelSerializer[SelectedPart]):
    """A chosen part."""

    case_id = serializers.UUIDField(allow_null=True)
    search_result_id = serializers.UUIDField(allow_null=True)
    selected_by = serializers.UUIDField(source="selected_by_id", allow_null=True)

    class Meta:
        model = SelectedPart
        fields = (
            *("id", "case_id", "plate", "search_result_id", *_PART, "cat_num_desc", "price", "quantity"),
            *("damage_center_id", "status", "source", "availability", "location", "comments", "data_source"),
            *("selected_by", "selected_at"),
        )


class Suggestion(serializers.Serializer):  # type: ignore[type-arg]
    """A part name that is used."""

    part_name = serializers.CharField()
    part_family = serializers.CharField(allow_null=True)
    times = serializers.IntegerField(help_text="How often it stands in the pool and among required parts.")


class AskSuggestions(Asked):
    """The query string of `GET /parts/suggestions`."""

    q = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    section = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    limit = serializers.IntegerField(min_value=1, max_value=200, required=False, default=20)


class KeepRequired(serializers.Serializer):  # type: ignore[type-arg]
    """The body of `POST /parts/required`: one row, a list of rows, or rows of one case.

    A row names its case, its row_uuid, and what it says under any of the names the existing screens use.
    """

    case_id = serializers.UUIDField(required=False, allow_null=True)
    plate = Plate(required=False, allow_null=True)
    rows = serializers.ListField(required=False)


class RequiredRow(serializers.ModelSerializer[PartRequired]):
    """A part a case needs."""

    case_id = serializers.UUIDField()

    class Meta:
        model = PartRequired
        fields: tuple[str, ...] = (
            *("id", "row_uuid", "case_id", "plate", "damage_center_code", "damage_center_codes", *_PART),
            *("cat_num_desc", "description", "price_per_unit", "reduction_percentage", "wear_percentage"),
            *("updated_price", "quantity", "total_cost", "source", "status", "created_at", "updated_at"),
        )


class RequiredWhole(RequiredRow):
    """The same with its metadata."""

    metadata = AnyJson()

    class Meta(RequiredRow.Meta):
        fields = (*RequiredRow.Meta.fields, "metadata")


class ArchivedRow(serializers.ModelSerializer[ArchivedPart]):
    """A required part as it was before an invoice took its place."""

    case_id = serializers.UUIDField()

    class Meta:
        model = ArchivedPart
        fields = (
            *("id", "original_row_uuid", "case_id", "plate", "archive_type", "archived_at", "archived_by"),
            *("archive_reason", "status", "damage_center_code", *_PART, "cat_num_desc", "description"),
            *("price_per_unit", "reduction_percentage", "wear_percentage", "updated_price", "quantity", "total_cost"),
            *("source", "original_created_at", "original_updated_at"),
        )


class UpdateRequired(Asked):
    """The body of `PATCH /parts/required/{row_uuid}`; a row is cancelled, never deleted."""

    status = serializers.ChoiceField(choices=PartRequired.Status.choices, required=False)
    quantity = serializers.DecimalField(
        max_digits=10, decimal_places=2, required=False, min_value=Decimal(0), max_value=MOST_PIECES
    )
    price_per_unit = _money()
    updated_price = _money()
    total_cost = _money()
    reduction_percentage = _percent()
    wear_percentage = _percent()
    damage_center_code = _text()
    part_name, part_family, oem, pcode, supplier_name = _text(), _text(), _text(), _text(), _text()
    description = _text(2000)
    source = _text()  # type: ignore[assignment]
