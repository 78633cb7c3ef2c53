"""The shapes of the catalogue's requests and answers."""

from rest_framework import serializers

from cases.models import Case, FeatureFlag
from core.api import Asked, Plate


class CaseRow(serializers.ModelSerializer[Case]):
    """A case as a list shows it."""

    case_id = serializers.UUIDField(source="id")
    filing_number = serializers.CharField(source="filing_case_id")
    assigned_to = serializers.UUIDField(source="assigned_to_id", allow_null=True)
    assigned_to_name = serializers.CharField(source="assigned_to.name", default=None, allow_null=True)
    opened_at = serializers.DateTimeField(source="created_at")
    version = serializers.IntegerField(source="current_version", allow_null=True)
    helper_name = serializers.CharField(allow_null=True)

    class Meta:
        model = Case
        fields: tuple[str, ...] = (
            "case_id",
            "plate",
            "status",
            "owner_name",
            "inspection_location",
            "filing_number",
            "assigned_to",
            "assigned_to_name",
            "opened_at",
            "updated_at",
            "version",
            "helper_name",
        )


class CaseFacts(CaseRow):
    """A case as its own page shows it."""

    versions = serializers.IntegerField()

    class Meta(CaseRow.Meta):
        fields = (*CaseRow.Meta.fields, "versions")


class OpenCase(Asked):
    """The body of `POST /cases`."""

    plate = Plate()
    owner_name = serializers.CharField(max_length=200, required=False, allow_null=True, allow_blank=True)
    inspection_location = serializers.CharField(max_length=200, required=False, allow_null=True, allow_blank=True)
    status = serializers.ChoiceField(choices=Case.Status.choices, required=False)
    assigned_to = serializers.UUIDField(required=False, allow_null=True)
    filing_number = serializers.CharField(max_length=100, required=False, allow_null=True, allow_blank=True)
    helper = serializers.DictField(required=False)
    org_id = serializers.UUIDField(required=False, help_text="Only for the service key, where there are more offices.")


class CaseOpened(serializers.Serializer):  # type: ignore[type-arg]
    """The answer to `POST /cases`."""

    case_id = serializers.UUIDField()
    plate = serializers.CharField()
    version = serializers.IntegerField()
    helper_name = serializers.CharField()


class UpdateCase(Asked):
    """The body of `PATCH /cases/{case_id}`."""

    plate = Plate(required=False)
    owner_name = serializers.CharField(max_length=200, required=False, allow_null=True, allow_blank=True)
    inspection_location = serializers.CharField(max_length=200, required=False, allow_null=True, allow_blank=True)
    status = serializers.ChoiceField(choices=Case.Status.choices, required=False)
    assigned_to = serializers.UUIDField(required=False, allow_null=True, source="assigned_to_id")
    filing_number = serializers.CharField(max_length=100, required=False, source="filing_case_id")


class Flags(serializers.Serializer):  # type: ignore[type-arg]
    """The switches of the cutover."""

    USE_SUPABASE_HELPER = serializers.BooleanField()
    USE_SUPABASE_PARTS = serializers.BooleanField()
    USE_SUPABASE_INVOICES = serializers.BooleanField()
    USE_SUPABASE_TRACKING = serializers.BooleanField()
    USE_SUPABASE_LEVI = serializers.BooleanField()
    writers = serializers.DictField(
        child=serializers.ChoiceField(choices=FeatureFlag.WRITER), help_text="Module -> who writes it."
    )
