"""The shapes of the way in besides the gateway."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from helpers.serializers import HelperSaved
from intake.answers import Kind
from make.serializers import _LARGEST, Count, FromMake, Helper, OfCase

_SOURCE = r"^[a-z][a-z0-9_]{0,49}$"


@extend_schema_field({"description": "An object, a list that wraps one, or text: kept as it came.", "nullable": False})
class Payload(serializers.Field):  # type: ignore[type-arg]
    """Whatever a source answered."""

    def to_internal_value(self, data: Any) -> Any:
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class IngestExternal(OfCase):
    """The body of `POST /ingest-external`."""

    source = serializers.RegexField(_SOURCE, help_text="Who answered: levi, car_details, expertise, ...")  # type: ignore[assignment]
    payload = Payload()


class Ingested(serializers.Serializer):  # type: ignore[type-arg]
    """What became of an answer."""

    case_id = serializers.UUIDField(source="saved.case_id")
    version = serializers.IntegerField(source="saved.version")
    helper_name = serializers.CharField(source="saved.helper_name")
    unchanged = serializers.BooleanField(source="is_unchanged")
    changed_sections = serializers.ListField(child=serializers.CharField())
    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind], help_text="The form the answer came in.")
    raw_id = serializers.UUIDField(help_text="Where the answer is kept as it came.")
    unmapped = serializers.ListField(
        child=serializers.CharField(), source="mapped.unmapped", help_text="Keys that no section got."
    )
    repeated = serializers.ListField(
        child=serializers.CharField(), help_text="Keys that stood twice: the first value was taken, all are kept."
    )
    sections_refused = serializers.ListField(
        child=serializers.CharField(), help_text="Sections of other modules that Make no longer writes; ours stay."
    )
    warnings = serializers.ListField(child=serializers.DictField(), source="mapped.warnings")


class UpdateHelper(OfCase):
    """The body of `POST /update-helper`; Make names a source, a person need not."""

    patch = serializers.DictField(help_text="RFC 7396: null removes.")
    source = serializers.RegexField(_SOURCE, required=False, allow_null=True)  # type: ignore[assignment]
    version = Count(required=False, allow_null=True, min_value=1, max_value=_LARGEST)


class HelperUpdated(HelperSaved):
    """What a patch made."""


class SyncHelper(FromMake):
    """The body of `POST /rpc/sync_helper`."""

    case_id = serializers.CharField(max_length=100, help_text="The case's id, or its plate.")
    helper_json = Helper()
    source = serializers.CharField(max_length=100, required=False, allow_null=True)  # type: ignore[assignment]


class HelperSynced(serializers.Serializer):  # type: ignore[type-arg]
    """What became of the mirror's write."""

    case_id = serializers.UUIDField()
    status = serializers.ChoiceField(
        choices=["SUCCESS", "PARTIAL", "KEPT"],
        help_text="PARTIAL: modules that have moved to us stayed as they are. KEPT: our trouble, it is not lost.",
    )
    plate = serializers.CharField(required=False)
    version = serializers.IntegerField(required=False)
    helper_name = serializers.CharField(required=False)
    date = serializers.DateTimeField(required=False)
    unchanged = serializers.BooleanField(required=False)
    sections_refused = serializers.ListField(child=serializers.CharField(), required=False)
    kept_as = serializers.UUIDField(required=False)
