"""The shapes of requests and answers about reports."""

from typing import Any

from rest_framework import serializers

from core.api import Asked, Plate
from files.models import Report

# What people say, and which report they mean by it.
MEANT = {"opinion": Report.Type.OPINION_PRIVATE, "final_report": Report.Type.OPINION_PRIVATE}
TYPES = [*Report.Type.choices, *((name, name) for name in MEANT)]


class AskedType(serializers.ChoiceField):
    """A report's type; `opinion` and `final_report` mean the private opinion."""

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=TYPES, **more)

    def to_internal_value(self, data: Any) -> Any:
        told = super().to_internal_value(data)
        return MEANT.get(told, told)


class RenderReport(Asked):
    """The body of `POST /render-report`."""

    case_id = serializers.UUIDField()
    report_type = AskedType()
    nature = serializers.ChoiceField(choices=Report.Nature.choices, default=Report.Nature.DRAFT)
    html = serializers.CharField(
        required=False,
        allow_null=True,
        trim_whitespace=False,
        help_text="A page of your own in place of ours; whatever acts or leads elsewhere is taken out.",
    )
    case_helper_version = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2**31 - 1, help_text="The current one, if not said."
    )


class GetReport(Asked):
    """The body of `POST /get-report`."""

    case_id = serializers.UUIDField(required=False, allow_null=True)
    plate = Plate(required=False, allow_null=True)
    report_type = AskedType()
    nature = serializers.ChoiceField(
        choices=Report.Nature.choices,
        required=False,
        allow_null=True,
        help_text="If not said: the final one, else the draft.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("case_id") and not attrs.get("plate"):
            raise serializers.ValidationError({"case_id": ["name the case, or its plate"]})
        return attrs


class ReportAsked(serializers.Serializer):  # type: ignore[type-arg]
    """A report that is going to be made."""

    report_id = serializers.UUIDField()
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Report.Status.choices)


class ReportLink(serializers.Serializer):  # type: ignore[type-arg]
    """A report, and an address that opens it for a while."""

    report_id = serializers.UUIDField()
    version = serializers.IntegerField()
    url = serializers.CharField()
    expires_at = serializers.DateTimeField()


class ReportRow(serializers.ModelSerializer[Report]):
    """A report as a list shows it; `done` of `total` steps are behind it."""

    case_id = serializers.UUIDField()
    document_id = serializers.UUIDField(allow_null=True)

    class Meta:
        model = Report
        fields: tuple[str, ...] = (
            *("id", "case_id", "plate", "report_type", "nature", "version", "is_current", "status", "reason"),
            *("done", "total", "case_helper_version", "helper_name", "source", "document_id", "pages", "title"),
            *("created_at", "rendered_at"),
        )


class ReportWhole(ReportRow):
    """A report with what was found in its PDF."""

    verified = serializers.DictField(read_only=True)

    class Meta(ReportRow.Meta):
        fields: tuple[str, ...] = (*ReportRow.Meta.fields, "verified")
