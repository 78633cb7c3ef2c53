"""The shapes of what is asked of answers from outside, and of what is told of them."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import Asked, Plate
from intake import figures
from intake.models import LeviReport, OcrResult, VehicleDetails

_COMMON = ("id", "case_id", "plate", "is_current", "unread", "file_ref", "created_at")


@extend_schema_field({"description": "An object, a list that wraps one, or text: kept as it came.", "nullable": False})
class Answer(serializers.Field):  # type: ignore[type-arg]
    """Whatever came from outside; what is passed on is the name it was sent under."""

    def to_internal_value(self, data: Any) -> str:
        names: dict[str, str] = getattr(self.parent, "sent_as", {})
        return names.get(str(self.field_name), str(self.field_name))

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field({"type": "number", "minimum": 0, "maximum": 1})
class Confidence(serializers.Field):  # type: ignore[type-arg]
    """How sure the reader was, from 0 to 1; percents are understood."""

    def to_internal_value(self, data: Any) -> Decimal:
        said = figures.number(data)
        share = said / 100 if said is not None and said > 1 else said
        if share is None or not 0 <= share <= 1:
            raise serializers.ValidationError("a number from 0 to 1, or a percent")
        return share.quantize(Decimal("0.001"))

    def to_representation(self, value: Decimal) -> Decimal:
        return value


class KeepAnswer(Asked):
    """The body of a POST: whose answer it is, and the answer as it came."""

    case_id = serializers.UUIDField(required=False, allow_null=True)
    plate = Plate(required=False, allow_null=True)
    answer = Answer()
    file_ref = serializers.CharField(max_length=500, required=False, allow_null=True, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("case_id") and not attrs.get("plate"):
            raise serializers.ValidationError({"case_id": ["name the case, or its plate"]})
        return {name: value for name, value in attrs.items() if value != ""}


class KeepLevi(KeepAnswer):
    """The body of `POST /levi-reports`."""

    report_id = serializers.CharField(max_length=200, required=False, allow_null=True, allow_blank=True)
    report_url = serializers.CharField(max_length=2000, required=False, allow_null=True, allow_blank=True)


class KeepVehicle(KeepAnswer):
    """The body of `POST /vehicle-details`."""

    source = serializers.CharField(max_length=100, required=False, allow_null=True, allow_blank=True)  # type: ignore[assignment]


class KeepDocument(KeepAnswer):
    """The body of `POST /ocr-results`."""

    kind = serializers.ChoiceField(choices=OcrResult.Kind.choices, default=OcrResult.Kind.OTHER)
    engine = serializers.CharField(max_length=100, required=False, allow_null=True, allow_blank=True)
    confidence = Confidence(required=False, allow_null=True)


class AssignAnswer(Asked):
    """The body of a PATCH: the case of an answer that had none."""

    case_id = serializers.UUIDField()


class AnswerKept(serializers.Serializer):  # type: ignore[type-arg]
    """What became of an answer."""

    id = serializers.UUIDField()
    case_id = serializers.UUIDField(allow_null=True, help_text="null: it waits until somebody finds its case.")
    plate = serializers.CharField(allow_null=True)
    is_current = serializers.BooleanField(help_text="The newest of its case.")
    created = serializers.BooleanField(help_text="false: the very same answer was here already.")
    unread = serializers.ListField(
        child=serializers.CharField(), help_text="Fields that said something nobody could read; *word: nothing at all."
    )


class LeviRow(serializers.ModelSerializer[LeviReport]):
    """An answer of Levi Yitzhak's as a list shows it."""

    case_id = serializers.UUIDField(allow_null=True)

    class Meta:
        model = LeviReport
        fields: tuple[str, ...] = (
            *_COMMON,
            *("report_id", "report_date", "base_price", "final_price", "report_url", "fetched_at"),
        )


class VehicleRow(serializers.ModelSerializer[VehicleDetails]):
    """What was fetched about a vehicle as a list shows it; engine_size is in cubic centimetres."""

    case_id = serializers.UUIDField(allow_null=True)

    class Meta:
        model = VehicleDetails
        fields: tuple[str, ...] = (
            *_COMMON,
            *("vin", "manufacturer", "model", "trim", "model_code", "year", "engine_size", "fuel_type", "color"),
            *("ownership_type", "registration_date", "source", "fetched_at"),
        )


class DocumentRow(serializers.ModelSerializer[OcrResult]):
    """What was read from a document as a list shows it."""

    case_id = serializers.UUIDField(allow_null=True)

    class Meta:
        model = OcrResult
        fields: tuple[str, ...] = (*_COMMON, "kind", "engine", "confidence")


@extend_schema_field({"description": "As it came, where it was JSON that loses nothing.", "nullable": True})
class AsItCame(serializers.JSONField):
    """JSON of any kind."""


class _Whole(serializers.Serializer):  # type: ignore[type-arg]
    raw = AsItCame(read_only=True)
    raw_text = serializers.CharField(read_only=True, allow_null=True, help_text="Where it was text, or repeated keys.")
    raw_sha256 = serializers.CharField(read_only=True)
    parsed = serializers.DictField(read_only=True)


class LeviWhole(_Whole, LeviRow):
    """An answer of Levi Yitzhak's, as it came and as it was read."""

    class Meta(LeviRow.Meta):
        fields = (*LeviRow.Meta.fields, "raw", "raw_text", "raw_sha256", "parsed")


class VehicleWhole(_Whole, VehicleRow):
    """What was fetched about a vehicle, as it came and as it was read."""

    class Meta(VehicleRow.Meta):
        fields = (*VehicleRow.Meta.fields, "raw", "raw_text", "raw_sha256", "parsed")


class DocumentWhole(_Whole, DocumentRow):
    """What was read from a document, as it came and in our words."""

    class Meta(DocumentRow.Meta):
        fields = (*DocumentRow.Meta.fields, "raw", "raw_text", "raw_sha256", "parsed")
