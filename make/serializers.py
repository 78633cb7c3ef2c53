"""What Make asks at the gateway, and what it is answered."""

import re
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.filters import CaseQuestion
from cases.models import Case
from cases.serializers import CaseRow
from core.api import Asked, Plate, StrictInteger
from helpers import naming
from helpers.serializers import HelperRestored, HelperSaved
from make import bodies

_LARGEST = 2**31 - 1
_GROUPED = re.compile(r"\s*[0-9][0-9,]{0,14}\s*")


class Count(StrictInteger):
    """A whole number, also as text, with or without commas."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str) and _GROUPED.fullmatch(data):
            data = int(data.replace(",", ""))
        return super().to_internal_value(data)


@extend_schema_field({"type": "object", "description": "A helper: an object, or JSON text that holds one."})
class Helper(serializers.Field):  # type: ignore[type-arg]
    """A helper, in whatever Make wraps around it."""

    def to_internal_value(self, data: Any) -> bodies.Document:
        # Where it stands in the body, whatever it is called there.
        names: dict[str, str] = getattr(self.parent, "sent_as", {})
        return bodies.document(data, names.get(str(self.field_name), str(self.field_name)))

    def to_representation(self, value: Any) -> Any:
        return value


class FromMake(Asked):
    """The body of an op. A blank text stands for nothing; a number that is blank is an error."""

    # What the scenarios of today call a field.
    also: ClassVar[dict[str, str]] = {}
    # What they send beside it, and nobody needs.
    left_out: ClassVar[frozenset[str]] = frozenset()

    idempotency_key = serializers.CharField(required=False, help_text="In place of the header Idempotency-Key.")
    org_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="Only for the service key, where there are more offices."
    )

    def to_internal_value(self, data: Any) -> Any:
        kept: dict[str, Any] = {}
        self.sent_as: dict[str, str] = {}
        for name, value in data.items():
            ours = self.also.get(name, name)
            if name in self.left_out or (value == "" and not isinstance(self.fields.get(ours), Count)):
                continue
            if ours in kept:
                raise serializers.ValidationError({name: [f"the same as {ours}, and both are here"]})
            kept[ours], self.sent_as[ours] = value, name
        return super().to_internal_value(kept)


class OfCase(FromMake):
    """An op on one case, named by its id or by a plate in any spelling."""

    case_id = serializers.UUIDField(required=False, allow_null=True)
    plate = Plate(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("case_id") and not attrs.get("plate"):
            raise serializers.ValidationError({"case_id": ["name the case, or its plate"]})
        return attrs


class UpsertCase(FromMake):
    """The body of `case.upsert`; what is not named stays as it is."""

    also = {
        "owner": "owner_name",
        "location": "inspection_location",
        "filing_number": "filing_case_id",
        "helper": "helper_json",
        "helper_data": "helper_json",
    }
    # The day and the author of a case are those of its opening.
    left_out = frozenset({"date", "created_by", "created_by_name"})

    plate = Plate()
    owner_name = serializers.CharField(max_length=200, required=False, allow_null=True)
    inspection_location = serializers.CharField(max_length=200, required=False, allow_null=True)
    status = serializers.ChoiceField(choices=Case.Status.choices, required=False, allow_null=True)
    assigned_to = serializers.UUIDField(required=False, allow_null=True)
    filing_case_id = serializers.CharField(max_length=100, required=False, allow_null=True)
    helper_json = Helper(required=False, allow_null=True)


class CaseUpserted(serializers.Serializer):  # type: ignore[type-arg]
    """The answer to `case.upsert`."""

    case_id = serializers.UUIDField()
    plate = serializers.CharField()
    version = serializers.IntegerField()
    helper_name = serializers.CharField()
    created = serializers.BooleanField(help_text="true when the case was opened by this call")


class SaveFull(OfCase):
    """The body of `case_helper.save_full`, which may also be what HELPER_EXPORT sends.

    Without `version` it is a copy of what Make holds: the last one wins, as a version of its own.
    """

    also = {"helper": "helper_json", "helper_data": "helper_json"}
    left_out = frozenset({"type", "logout_time"})

    helper_json = Helper()
    version = Count(required=False, allow_null=True, min_value=1, max_value=_LARGEST)
    source = serializers.CharField(max_length=100, required=False, allow_null=True)  # type: ignore[assignment]
    reason = serializers.CharField(max_length=100, required=False, allow_null=True)
    plate_helper_timestamp = serializers.CharField(
        max_length=100, required=False, allow_null=True, help_text="12345678_helper_v2: its plate names the case."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("plate") and (name := naming.read(attrs.get("plate_helper_timestamp") or "")):
            attrs["plate"] = name.plate
        return super().validate(attrs)


class HelperKept(HelperSaved):
    """The answer to `case_helper.save_full`."""

    plate = serializers.CharField()


class RestoreLatest(OfCase):
    """The body of `case_helper.restore_latest`; `version` left out means the one before the current."""

    version = Count(required=False, allow_null=True, min_value=1, max_value=_LARGEST)
    expected_version = Count(required=False, allow_null=True, min_value=1, max_value=_LARGEST)
    reason = serializers.CharField(max_length=500, required=False, allow_null=True)


class HelperBroughtBack(HelperRestored):
    """The answer to `case_helper.restore_latest`."""

    plate = serializers.CharField()


class AddEvent(FromMake):
    """The body of `events.add`: what happened outside, in two words like `sheet.filled`."""

    case_id = serializers.UUIDField(required=False, allow_null=True)
    plate = Plate(required=False, allow_null=True)
    type = serializers.CharField(max_length=101)
    data = serializers.DictField(required=False)  # type: ignore[assignment]
    text = serializers.CharField(max_length=500, required=False, allow_null=True, help_text="What people read of it.")
    version = Count(required=False, allow_null=True, min_value=1, max_value=_LARGEST)


class EventAdded(serializers.Serializer):  # type: ignore[type-arg]
    """The answer to `events.add`."""

    id = serializers.UUIDField()
    case_id = serializers.UUIDField(allow_null=True)
    type = serializers.CharField()
    at = serializers.DateTimeField()
    door = serializers.CharField()
    version = serializers.IntegerField(allow_null=True)
    request_id = serializers.CharField(allow_null=True)


class EventWhole(EventAdded):
    """The same with its data, which goes out as the text it is stored as."""

    data = serializers.DictField(read_only=True)  # type: ignore[assignment]


class SearchCases(FromMake, CaseQuestion):
    """The body of `cases.search`."""

    also = {"query": "q", "owner_name": "owner"}

    limit = Count(required=False, allow_null=True, min_value=1, max_value=200)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data.get("status"), str) and data["status"]:
            data = {**data, "status": [data["status"]]}
        return super().to_internal_value(data)


class FoundCase(CaseRow):
    """A case that was found, and by which of its words."""

    found = serializers.ListField(child=serializers.CharField(), help_text="The words of the case that answered `q`.")

    class Meta(CaseRow.Meta):
        fields = (*CaseRow.Meta.fields, "found")
