"""The shapes of requests and answers about files."""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from core.api import Asked, Plate, StrictInteger
from files.models import Document

CATEGORIES = [choice for choice in Document.Category.choices if choice[0] != Document.Category.ARCHIVE]
_MOST_NAME, _MOST_NOTES = 255, 2000


class UploadFacts(Asked):
    """What a form says beside its file."""

    case_id = serializers.UUIDField(required=False)
    plate = Plate(required=False)
    category = serializers.ChoiceField(choices=CATEGORIES, required=False)
    notes = serializers.CharField(max_length=_MOST_NOTES, required=False, allow_blank=True)


class UploadFile(UploadFacts):
    """The form of `POST /files`; a plate without an open case keeps the file until somebody finds its case."""

    file = serializers.FileField()


class FileRow(serializers.ModelSerializer[Document]):
    """A file: what it is called, what it is, and where it lies."""

    case_id = serializers.UUIDField(allow_null=True)
    created_by = serializers.UUIDField(source="created_by_id", allow_null=True)

    class Meta:
        model = Document
        fields = (
            "id", "case_id", "plate", "category", "filename", "mime_type", "size_bytes", "checksum", "bucket_name",
            "upload_status", "notes", "onedrive_web_url", "verified_at", "deleted_at", "created_by", "created_at",
            "updated_at",
        )  # fmt: skip


class FileKept(FileRow):
    """The row, and whether the same content stood in its place before."""

    unchanged = serializers.BooleanField(help_text="true: this content was there already, and nothing was stored.")

    class Meta(FileRow.Meta):
        fields = (*FileRow.Meta.fields, "unchanged")  # type: ignore[assignment]


class UpdateFile(Asked):
    """The body of `PATCH /files/{id}`."""

    category = serializers.ChoiceField(choices=CATEGORIES, required=False)
    filename = serializers.CharField(max_length=_MOST_NAME, required=False, help_text="Its ending stays its kind's.")
    notes = serializers.CharField(max_length=_MOST_NOTES, required=False, allow_null=True, allow_blank=True)


class SignUrl(Asked):
    """The body of `POST /sign-url`: a file, or a report."""

    file_id = serializers.UUIDField(required=False)
    report_id = serializers.UUIDField(required=False)
    expires_in = StrictInteger(min_value=1, required=False, help_text="Seconds; at most 15 minutes, and so without it.")

    def validate_expires_in(self, value: int) -> int:
        if value > settings.LINK_MAX_SECONDS:
            raise serializers.ValidationError(f"at most {settings.LINK_MAX_SECONDS} seconds")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("file_id" in attrs) == ("report_id" in attrs):
            raise serializers.ValidationError({"file_id": ["name a file or a report"]})
        return attrs


class ShareFile(Asked):
    """The body of `POST /files/{id}/share`."""

    days = StrictInteger(min_value=1, required=False, help_text="As long as the office's setting says, and at most.")

    def validate_days(self, value: int) -> int:
        if value > settings.SHARE_LINK_DAYS:
            raise serializers.ValidationError(f"at most {settings.SHARE_LINK_DAYS} days")
        return value


class SignedUrl(serializers.Serializer):  # type: ignore[type-arg]
    """A link that opens one file without a login; nobody can tell it again."""

    url = serializers.CharField()
    expires_at = serializers.DateTimeField()


class LinkRow(serializers.Serializer):  # type: ignore[type-arg]
    """A link that was made, without its address."""

    id = serializers.UUIDField()
    document_id = serializers.UUIDField()
    purpose = serializers.CharField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)
    uses = serializers.IntegerField()
