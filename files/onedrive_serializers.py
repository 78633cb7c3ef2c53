"""The shapes of requests and answers about OneDrive."""

from typing import Any

from rest_framework import serializers

from core.api import Asked, Plate
from files.models import Document

MOST_FILES = 500


class AskOnedrive(Asked):
    """The body of `POST /sync-onedrive`: a case, or some of its files."""

    case_id = serializers.UUIDField(required=False)
    file_ids = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST_FILES, required=False, allow_empty=False
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError({"case_id": ["name the case, or its files"]})
        return attrs


class CopyAsked(serializers.Serializer):  # type: ignore[type-arg]
    """One file and its copy on OneDrive."""

    file_id = serializers.UUIDField()
    asked = serializers.BooleanField(help_text="false: it lies there, or was asked for within the last minute.")
    sync_id = serializers.UUIDField(allow_null=True)
    status = serializers.CharField(allow_null=True, help_text="PENDING, SYNCED or FAILED.")
    reason = serializers.CharField(allow_null=True)
    attempts = serializers.IntegerField()
    last_requested_at = serializers.DateTimeField(allow_null=True)
    onedrive_web_url = serializers.CharField(allow_null=True)


class CopiesAsked(serializers.Serializer):  # type: ignore[type-arg]
    """The answer to `POST /sync-onedrive`."""

    asked = serializers.IntegerField(help_text="How many files Make was asked for by this call.")
    files = CopyAsked(many=True)


class AssignFile(Asked):
    """The body of `POST /files/{file_id}/assign`; a plate stands for its open case, else for its newest."""

    case_id = serializers.UUIDField(required=False)
    plate = Plate(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError({"case_id": ["name the case, or its plate"]})
        return attrs


class FileAssigned(serializers.ModelSerializer[Document]):
    """The file that stands with the case; another id than was asked for: the case had this content already."""

    case_id = serializers.UUIDField()

    class Meta:
        model = Document
        fields = ("id", "case_id", "plate", "filename", "category", "onedrive_web_url")


class FoundFile(serializers.ModelSerializer[Document]):
    """The answer to `files.upsert`."""

    case_id = serializers.UUIDField(allow_null=True)
    created = serializers.BooleanField()
    recognised_by = serializers.CharField(
        allow_null=True, help_text="item, checksum; put_away: staff put it away, and it stays so."
    )
    found_by = serializers.CharField(
        allow_null=True, help_text="case_id, plate, filing_number, name, path, checksum; null: no case was found."
    )
    category_by = serializers.CharField(allow_null=True, help_text="said, name, type, folder, nothing.")
    waiting = serializers.BooleanField(help_text="true: it waits in the inbox until staff find its case.")

    class Meta:
        model = Document
        fields = (
            *("id", "case_id", "plate", "filename", "category", "onedrive_file_id", "created", "recognised_by"),
            *("found_by", "category_by", "waiting"),
        )


class RowRefused(serializers.Serializer):  # type: ignore[type-arg]
    """Why one row of a batch was not taken down."""

    status = serializers.IntegerField()
    code = serializers.CharField()
    pointer = serializers.CharField()
    reason = serializers.CharField()


class CopyTold(serializers.Serializer):  # type: ignore[type-arg]
    """What one row of `onedrive.synced` is answered; the others are kept where one is refused."""

    file_id = serializers.UUIDField(allow_null=True)
    sync_id = serializers.UUIDField(allow_null=True)
    case_id = serializers.UUIDField(allow_null=True)
    status = serializers.CharField(allow_null=True, help_text="SYNCED stays SYNCED when a failure arrives late.")
    error = RowRefused(allow_null=True)
