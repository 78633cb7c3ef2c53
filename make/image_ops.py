"""The gateway's op about pictures on OneDrive."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

import files.picture_services
import intake.services
from core.api import Plate, shown
from core.errors import Invalid
from files import picture_tasks
from files.models import Image
from files.picture_serializers import PictureTaken
from intake.serializers import Confidence
from make.bodies import without_extras
from make.calls import Call
from make.serializers import Count, FromMake

MOST_ROWS = 500
_NAME = r"^[^\x00-\x1f\x7f/\\]{1,255}$"
_LARGEST = 2**53

UPSERT_IMAGES = [
    OpenApiExample(
        "A picture that lies on OneDrive now, and what was recognised on it",
        request_only=True,
        value={
            "plate": "12-345-67",
            "images": [
                {
                    "filename": "IMG_0001.jpg",
                    "onedrive_file_id": "01ABCDEF0123456789",
                    "onedrive_web_url": "https://example.sharepoint.com/pictures/IMG_0001.jpg",
                    "onedrive_path": "/1234567_תמונות/מקוריות/IMG_0001.jpg",
                    "recognized_part": "פגוש קדמי",
                    "recognized_damage": "שריטה",
                    "recognition_confidence": "87%",
                }
            ],
        },
    ),
]


def _text(most: int) -> serializers.CharField:
    return serializers.CharField(max_length=most, required=False, allow_null=True)


class ReportedPicture(FromMake):
    """A row of `images.upsert`: which picture is meant, and what is reported of it."""

    also = {
        "image_id": "id",
        "item_id": "onedrive_file_id",
        "onedrive_id": "onedrive_file_id",
        "web_url": "onedrive_web_url",
        "name": "filename",
        "path": "onedrive_path",
        "damage_center": "damage_center_id",
    }

    idempotency_key = None  # type: ignore[assignment]
    org_id = None  # type: ignore[assignment]
    id = serializers.UUIDField(required=False, allow_null=True)
    document_id = serializers.UUIDField(required=False, allow_null=True)
    onedrive_file_id = _text(300)
    filename = serializers.RegexField(_NAME, required=False, allow_null=True)
    onedrive_web_url = serializers.RegexField(r"^https://[!-~]{1,1990}$", required=False, allow_null=True)
    onedrive_path = _text(1000)
    onedrive_transformed_path = _text(1000)
    mime_type = serializers.RegexField(r"^image/[a-z0-9.+-]{1,100}$", required=False, allow_null=True)
    size_bytes = Count(required=False, allow_null=True, min_value=0, max_value=_LARGEST)
    backup_status = serializers.ChoiceField(choices=Image.Backup.choices, required=False, allow_null=True)
    category = serializers.ChoiceField(choices=Image.Category.choices, required=False, allow_null=True)
    damage_center_id = _text(200)
    notes = _text(2000)
    recognized_part = _text(500)
    recognized_damage = _text(500)
    recognition_confidence = Confidence(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not any(attrs.get(name) for name in ("id", "document_id", "onedrive_file_id", "filename")):
            raise serializers.ValidationError({"id": ["name the picture: id, onedrive_file_id, or its filename"]})
        return {name: value for name, value in attrs.items() if value is not None}


class UpsertImages(FromMake):
    """The body of `images.upsert`; a picture that is not known yet needs its case, or a plate that has one."""

    also = {"rows": "images", "pictures": "images"}
    left_out = frozenset({"batch_upload", "total_count"})

    case_id = serializers.UUIDField(required=False, allow_null=True)
    plate = Plate(required=False, allow_null=True)
    images = serializers.ListField(child=serializers.DictField(), max_length=MOST_ROWS)


def keep_images(call: Call) -> list[dict[str, Any]]:
    """The rows of the body; one that is wrong is told at its place, and the others are taken."""
    case_id, plate = call.asked.get("case_id"), call.asked.get("plate")
    if case_id or plate:
        case_id = intake.services.case_of(case_id=case_id, plate=plate, org_id=call.org_id)
        if case_id is None:
            raise Invalid.at("/plate", "this plate has no open case")
    read = [_read(row) for row in call.asked["images"]]
    good = [row for row in read if isinstance(row, dict)]
    taken = iter(files.picture_services.upsert(rows=good, case_id=case_id, org_id=call.org_id))
    picture_tasks.wake()
    refused = {"id": None, "document_id": None, "created": False}
    return [shown(PictureTaken, next(taken) if isinstance(row, dict) else {**refused, "error": row}) for row in read]


def _read(row: dict[str, Any]) -> dict[str, Any] | str:
    """A row as the database takes it, or what is wrong with it."""
    shape = ReportedPicture(data=without_extras(row))
    if shape.is_valid():
        told = shape.validated_data
        return {name: value if type(value) in {str, int} else str(value) for name, value in told.items()}
    name, reasons = next(iter(shape.errors.items()))
    while isinstance(reasons, list | dict):
        reasons = next(iter(reasons.values() if isinstance(reasons, dict) else reasons))
    return f"{name}: {reasons}"
