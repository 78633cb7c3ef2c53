"""The shapes of the helper's requests and answers."""

from rest_framework import serializers

from core.api import StrictInteger
from helpers.models import CaseHelper

_LARGEST = 2**31 - 1


class VersionHead(serializers.ModelSerializer[CaseHelper]):
    """A version's identification, as it stands before the helper itself."""

    case_id = serializers.UUIDField()
    date = serializers.DateTimeField(source="saved_at")
    saved_by = serializers.UUIDField(source="saved_by_id", allow_null=True)

    class Meta:
        model = CaseHelper
        fields: tuple[str, ...] = (
            "case_id",
            "plate",
            "version",
            "helper_name",
            "source",
            "date",
            "saved_by",
            "saved_from",
            "label",
        )


class HelperWhole(VersionHead):
    """A version with its helper; the helper goes out as the text it is stored as."""

    helper = serializers.DictField(read_only=True)

    class Meta(VersionHead.Meta):
        fields = (*VersionHead.Meta.fields, "helper")


class OnConflict(serializers.ChoiceField):
    """What to do when somebody saved meanwhile: nothing, or merge what both did."""

    def __init__(self) -> None:
        about = "merge: if the changes since that version touch other places, both are kept. Else, or left out: 409."
        super().__init__(["merge", "refuse"], required=False, allow_null=True, help_text=about)


class SaveHelper(serializers.Serializer):  # type: ignore[type-arg]
    """The body of `PUT /cases/{case_id}/helper`; `version` may come as If-Match instead."""

    version = StrictInteger(required=False, allow_null=True, min_value=1, max_value=_LARGEST)
    helper = serializers.DictField()
    label = serializers.CharField(max_length=500, required=False, allow_null=True, allow_blank=True)  # type: ignore[assignment]
    trigger = serializers.CharField(max_length=100, required=False, allow_null=True, allow_blank=True)
    on_conflict = OnConflict()


class PatchHelper(serializers.Serializer):  # type: ignore[type-arg]
    """What the address of `PATCH /cases/{case_id}/helper` says; `version` may come as If-Match instead."""

    version = serializers.IntegerField(required=False, min_value=1, max_value=_LARGEST)
    on_conflict = OnConflict()
    label = serializers.CharField(max_length=500, required=False, allow_blank=True)  # type: ignore[assignment]
    trigger = serializers.CharField(max_length=100, required=False, allow_blank=True)
    source = serializers.CharField(  # type: ignore[assignment]
        required=False, help_text="A source by name; then only the places are written that this source may write."
    )


class HelperSaved(serializers.Serializer):  # type: ignore[type-arg]
    """What a save, a restore or an import made."""

    case_id = serializers.UUIDField()
    version = serializers.IntegerField()
    helper_name = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    date = serializers.DateTimeField(source="saved_at")
    unchanged = serializers.BooleanField()
    changed_sections = serializers.ListField(child=serializers.CharField())


class HelperMerged(HelperSaved):
    """What a save or a patch made."""

    merged = serializers.BooleanField(
        required=False, help_text="true: what was saved meanwhile is in it too; else it is left out"
    )


class HelperRestored(HelperSaved):
    """What a restore made."""

    restored_from = serializers.IntegerField(allow_null=True, help_text="null where nothing changed")


class HelperImported(serializers.Serializer):  # type: ignore[type-arg]
    """What an import made, or would make."""

    case_id = serializers.UUIDField(allow_null=True, help_text="null in a preview that would open a case")
    plate = serializers.CharField()
    version = serializers.IntegerField()
    helper_name = serializers.CharField()
    created = serializers.BooleanField(help_text="true when a case is opened for it")
    unwrapped = serializers.ListField(child=serializers.CharField())
    warnings = serializers.ListField(child=serializers.DictField())


class ExportHelper(serializers.Serializer):  # type: ignore[type-arg]
    """The body of `POST /cases/{case_id}/helper/export`; of a long reason the beginning is kept."""

    reason = serializers.CharField(required=False, allow_null=True, allow_blank=True)


class SendBeacon(ExportHelper):
    """The body of `POST /helper-export`."""

    ticket = serializers.CharField()


class HelperExported(serializers.Serializer):  # type: ignore[type-arg]
    """Which version goes to Make."""

    case_id = serializers.UUIDField()
    version = serializers.IntegerField()
    helper_name = serializers.CharField()
    queued = serializers.BooleanField(help_text="false: it was queued before, or Make's copy has ended")


class ExportTicket(serializers.Serializer):  # type: ignore[type-arg]
    """Leave to export one case without a header, for a while."""

    ticket = serializers.CharField()
    expires_at = serializers.DateTimeField()
