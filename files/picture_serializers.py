"""The shapes of what is asked of pictures, and of what is told of them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api import Asked, Plate
from files.models import Image

MOST_AT_ONCE = 50
_NAME = r"^[^\x00-\x1f\x7f/\\]{1,255}$"


def _text(most: int) -> serializers.CharField:
    return serializers.CharField(max_length=most, required=False, allow_null=True, allow_blank=True)


class Blankless(Asked):
    """A blank text stands for nothing."""

    def to_internal_value(self, data: Any) -> Any:
        return {name: None if value == "" else value for name, value in super().to_internal_value(data).items()}


class PictureRow(serializers.ModelSerializer[Image]):
    """A picture as a list shows it; width and height are as it is seen, and its links open with the same login."""

    case_id = serializers.UUIDField(allow_null=True)
    document_id = serializers.UUIDField(allow_null=True)
    thumbnail_url = serializers.CharField(allow_null=True, help_text="null until it was looked at")
    onedrive_web_url = serializers.CharField(allow_null=True)
    mime_type = serializers.CharField(source="document.mime_type", allow_null=True)
    size_bytes = serializers.IntegerField(source="document.size_bytes", allow_null=True)

    class Meta:
        model = Image
        fields: tuple[str, ...] = (
            *("id", "case_id", "plate", "document_id", "filename", "mime_type", "size_bytes", "category"),
            *("damage_center_id", "display_order", "notes", "width", "height", "taken_at", "source", "thumbnail_url"),
            *("onedrive_web_url", "onedrive_path", "backup_status", "optimization_status", "optimization_error"),
            *("recognized_part", "recognized_damage", "recognition_confidence", "deleted_at", "created_at"),
            "in_reports",
        )


@extend_schema_field({"type": "object", "additionalProperties": True})
class Exif(serializers.JSONField):
    """What the camera wrote, from a short list."""


class PictureWhole(PictureRow):
    """A picture with all that is known of it; where it was taken is not."""

    exif_data = Exif()

    class Meta(PictureRow.Meta):
        fields = (*PictureRow.Meta.fields, "orientation", "onedrive_transformed_path", "exif_data", "updated_at")


class PictureFields(Blankless):
    """The fields of `POST /images` beside its files."""

    case_id = serializers.UUIDField(required=False, allow_null=True)
    plate = Plate(required=False, allow_null=True)
    category = serializers.ChoiceField(choices=Image.Category.choices, required=False)
    damage_center_id = _text(200)
    notes = _text(2000)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("case_id") and not attrs.get("plate"):
            raise serializers.ValidationError({"case_id": ["name the case, or its plate"]})
        return attrs


class UploadPictures(PictureFields):
    """The form of `POST /images`; its files may have any field's name."""

    files = serializers.ListField(child=serializers.FileField(), min_length=1, max_length=MOST_AT_ONCE)


class UpdatePicture(Blankless):
    """The body of `PATCH /images/{image_id}`; its order is changed by `POST /images/reorder`."""

    filename = serializers.RegexField(_NAME, required=False)
    category = serializers.ChoiceField(choices=Image.Category.choices, required=False)
    damage_center_id = _text(200)
    notes = _text(2000)
    in_reports = serializers.BooleanField(required=False, help_text="whether reports of the case show it")


class ReorderPictures(Asked):
    """The body of `POST /images/reorder`: pictures of a case in their new order; the others follow as they were."""

    case_id = serializers.UUIDField()
    image_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=2000)


class PicturesReordered(serializers.Serializer):  # type: ignore[type-arg]
    """What came of it."""

    moved = serializers.IntegerField()


class PictureArrived(serializers.Serializer):  # type: ignore[type-arg]
    """What one file of an upload is answered; the others are kept where one is refused."""

    filename = serializers.CharField()
    id = serializers.UUIDField(allow_null=True)
    document_id = serializers.UUIDField(allow_null=True)
    created = serializers.BooleanField(help_text="false: the case has the very same picture already")
    error = serializers.CharField(allow_null=True, help_text="why it was not taken")


class PictureTaken(serializers.Serializer):  # type: ignore[type-arg]
    """What one row of `images.upsert` is answered, at its place; the others are kept where one is refused."""

    id = serializers.UUIDField(allow_null=True)
    document_id = serializers.UUIDField(allow_null=True)
    created = serializers.BooleanField(help_text="true: a picture on OneDrive that was not known")
    error = serializers.CharField(allow_null=True)
