"""The gateway's ops about files on OneDrive."""

import re
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from celery import current_app
from django.db import transaction
from drf_spectacular.utils import OpenApiExample
from kombu.exceptions import OperationalError
from rest_framework import serializers

from core.api import Plate, shown
from core.errors import Conflict, NotFound
from files import inbox, onedrive
from files.onedrive_serializers import MOST_FILES, CopyTold, FoundFile
from make.calls import Call
from make.examples import CASE_ID
from make.serializers import Count, FromMake

_LONGEST_REASON = 500
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_DRIVE = re.compile(r"^/?drives?/(?:[^/:]+/)?root:")
# What OneDrive's own modules call things, and what nobody needs of an item: among it a link that opens it for anybody.
_ITEM = {
    **dict.fromkeys(("id", "item_id", "itemId", "onedrive_item_id"), "onedrive_file_id"),
    **dict.fromkeys(("webUrl", "web_url", "url"), "onedrive_web_url"),
    **dict.fromkeys(("path", "full_path"), "onedrive_path"),
}
_OF_AN_ITEM = frozenset(
    {
        *("createdDateTime", "lastModifiedDateTime", "createdBy", "lastModifiedBy", "eTag", "cTag", "fileSystemInfo"),
        *("@odata.context", "@odata.etag", "@microsoft.graph.downloadUrl", "shared", "source", "image", "photo"),
        *("driveId", "parentId", "description", "root", "remoteItem", "malware"),
    }
)
UPSERT_EXAMPLES = [
    OpenApiExample(
        "A file that was found in a case's folder",
        request_only=True,
        value={
            "plate": "123-45-678",
            "item": {
                "id": "01EXAMPLEITEM",
                "name": "חשבונית מוסך.pdf",
                "size": 48211,
                "webUrl": "https://example-my.sharepoint.com/personal/office/Documents/a.pdf",
                "parentReference": {"path": "/drive/root:/12345678/חשבוניות"},
                "file": {"mimeType": "application/pdf", "hashes": {"quickXorHash": "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}},
            },
        },
    ),
]
SYNCED_EXAMPLES = [
    OpenApiExample(
        "Two files, one that could not be copied",
        request_only=True,
        value={
            "rows": [
                {
                    "file_id": CASE_ID,
                    "status": "SYNCED",
                    "onedrive_file_id": "01EXAMPLEITEM",
                    "onedrive_web_url": "https://example-my.sharepoint.com/personal/office/Documents/a.pdf",
                    "onedrive_path": "/12345678/דוחות/a.pdf",
                },
                {"file_id": CASE_ID, "status": "FAILED", "reason": "the folder is full"},
            ]
        },
    ),
]


class FromDrive(FromMake):
    """What is said of an item of OneDrive's, by our names or its own; the item may also stand whole in `item`."""

    also = _ITEM
    left_out = _OF_AN_ITEM

    item = serializers.DictField(
        required=False, allow_null=True, help_text="A drive item as OneDrive's module gives it."
    )
    onedrive_file_id = serializers.CharField(max_length=300, required=False, allow_null=True)
    onedrive_web_url = serializers.CharField(max_length=2000, required=False, allow_null=True)
    onedrive_path = serializers.CharField(max_length=1000, required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> Any:
        beside = {name: value for name, value in data.items() if name != "item"}
        item = data.get("item")
        return super().to_internal_value(
            self.flat(item) | self.flat(beside) if isinstance(item, dict) else self.flat(data)
        )

    def flat(self, item: dict[str, Any]) -> dict[str, Any]:
        """An item without its layers, under our names."""
        told = {name: value for name, value in item.items() if name not in {"parentReference", "file"}}
        parent, file = item.get("parentReference"), item.get("file")
        if isinstance(parent, dict) and isinstance(parent.get("path"), str):
            told.setdefault("onedrive_path", f"{parent['path']}/{item.get('name') or ''}")
        if isinstance(file, dict):
            told |= {name: file[name] for name in ("mimeType", "hashes") if name in file}
        return {self.also.get(name, name): value for name, value in told.items() if name not in self.left_out}

    def validate_onedrive_web_url(self, url: str | None) -> str | None:
        if url and (not url.startswith("https://") or not urlsplit(url).hostname):
            raise serializers.ValidationError("an address that begins with https://")
        return url

    def validate_onedrive_path(self, path: str | None) -> str | None:
        return _DRIVE.sub("", unquote(path)) if path else path


class UpsertFile(FromDrive):
    """The body of `files.upsert`: a file that lies on OneDrive, by our names or as a drive item.

    Its case is the one that is named, else the one whose plate stands in the path or the name; where nothing says so,
    or two things say two, it waits in the inbox.
    """

    also = {
        **_ITEM,
        **dict.fromkeys(("name", "file_name"), "filename"),
        **dict.fromkeys(("size", "file_size"), "size_bytes"),
        **dict.fromkeys(("mimeType", "content_type"), "mime_type"),
        **dict.fromkeys(("sha256", "sha256Hash", "file_hash"), "checksum"),
        **dict.fromkeys(("filing_case_id", "case_filing_id"), "filing_number"),
        "kind": "category",
    }

    case_id = serializers.UUIDField(required=False, allow_null=True)
    plate = Plate(required=False, allow_null=True)
    filing_number = serializers.CharField(max_length=100, required=False, allow_null=True)
    filename = serializers.CharField(max_length=1000, required=False, allow_null=True)
    size_bytes = Count(required=False, allow_null=True, min_value=0, max_value=2**53)
    mime_type = serializers.CharField(max_length=200, required=False, allow_null=True)
    checksum = serializers.CharField(
        max_length=200, required=False, allow_null=True, help_text="SHA-256 in hex, or any other."
    )
    hashes = serializers.DictField(child=serializers.CharField(max_length=200), required=False, allow_null=True)
    category = serializers.CharField(
        max_length=100, required=False, allow_null=True, help_text="Ours, or a word for it."
    )
    notes = serializers.CharField(max_length=2000, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("onedrive_file_id"):
            raise serializers.ValidationError({"onedrive_file_id": ["an item has an id"]})
        if not inbox.clean_name(attrs.get("filename") or attrs.get("onedrive_path") or ""):
            raise serializers.ValidationError({"filename": ["a file has a name"]})
        return attrs


class CopySaid(FromDrive):
    """What Make says of one file it was asked to copy."""

    also = {**_ITEM, "document_id": "file_id", "error": "reason", "message": "reason"}
    left_out = frozenset({*_OF_AN_ITEM, *("name", "size", "mimeType", "hashes", "plate", "case_id", "filename")})

    file_id = serializers.UUIDField(required=False, allow_null=True)
    sync_id = serializers.UUIDField(required=False, allow_null=True)
    status = serializers.CharField(max_length=20)
    reason = serializers.CharField(required=False, allow_null=True, allow_blank=True)

    def validate_status(self, status: str) -> str:
        if status.upper() not in {"SYNCED", "FAILED"}:
            raise serializers.ValidationError("SYNCED or FAILED")
        return status.upper()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("file_id") and not attrs.get("sync_id"):
            raise serializers.ValidationError({"file_id": ["name the file, or its sync_id"]})
        if attrs["status"] == "SYNCED" and not attrs.get("onedrive_file_id"):
            raise serializers.ValidationError({"onedrive_file_id": ["a copy has the id of its item"]})
        attrs["reason"] = (attrs.get("reason") or "no reason was given")[:_LONGEST_REASON]
        return attrs


class TellSynced(CopySaid):
    """The body of `onedrive.synced`: what became of one file, or of many in `rows`, each told by itself.

    A failure that arrives after the copy changes nothing; the same told twice is told once.
    """

    also = {**CopySaid.also, "files": "rows", "results": "rows", "items": "rows"}

    rows = serializers.ListField(required=False, max_length=MOST_FILES, min_length=1)
    status = serializers.CharField(max_length=20, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("rows"):
            return attrs
        if not attrs.get("status"):
            raise serializers.ValidationError({"status": ["this field is required."]})
        return super().validate(attrs)


def keep(call: Call) -> dict[str, Any]:
    """Keep what was found; `created` says whether it is new."""
    asked = {name: value for name, value in call.asked.items() if value is not None}
    said = {name: asked[name] for name in ("case_id", "plate", "filing_number") if name in asked}
    kept = inbox.keep(_item(asked), said_category=asked.get("category"), org_id=call.org_id, **said)
    answer: dict[str, Any] = shown(FoundFile, kept)
    return answer


def tell(call: Call) -> list[dict[str, Any]]:
    """Take down what was said, row by row. A single one that is refused refuses the call.

    Raises NotFound and Conflict.
    """
    batch = call.asked.get("rows")
    said = [_said(row, place) for place, row in enumerate(batch)] if batch else [(_plain(call.asked), None)]
    told = iter(onedrive.synced([row for row, error in said if error is None], call.org_id))
    rows = [_told(place, error or next(told), is_batch=bool(batch)) for place, (_row, error) in enumerate(said)]
    if not batch and rows[0]["error"]:
        raise NotFound if rows[0]["error"]["code"] == "not_found" else Conflict
    if any(row["status"] == "SYNCED" for row in rows):
        transaction.on_commit(partial(_wake, "files.tasks.sweep_onedrive"))
    return rows


def _item(asked: dict[str, Any]) -> dict[str, Any]:
    """The columns of a file, what is not SHA-256 among its other hashes."""
    names = ("onedrive_file_id", "onedrive_web_url", "onedrive_path", "size_bytes", "mime_type", "notes")
    hashes = dict(asked.get("hashes") or {})
    checksum = asked.get("checksum") or hashes.pop("sha256Hash", None)
    if checksum and not _SHA256.fullmatch(checksum):
        hashes["checksum"], checksum = checksum, None
    return {
        **{name: asked[name] for name in names if name in asked},
        "filename": inbox.clean_name(asked.get("filename") or asked["onedrive_path"]),
        **({"checksum": checksum.lower()} if checksum else {}),
        "file_metadata": {"hashes": hashes} if hashes else {},
    }


def _plain(said: dict[str, Any]) -> dict[str, Any]:
    names = ("file_id", "sync_id", "status", "reason", "onedrive_file_id", "onedrive_web_url", "onedrive_path")
    return {name: str(said[name]) for name in names if said.get(name) is not None}


def _said(row: Any, place: int) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """One row as it is read, or why it is none."""
    if not isinstance(row, dict):
        return {}, {"error": "invalid", "pointer": "", "reason": "an object is expected"}
    shape = CopySaid(data=row)
    if shape.is_valid():
        return _plain(shape.validated_data), None
    field, reasons = next(iter(shape.errors.items()))
    return {}, {"error": "invalid", "pointer": f"/{field}", "reason": str(reasons[0])}


def _told(place: int, row: dict[str, Any], *, is_batch: bool) -> dict[str, Any]:
    error = row["error"] and {
        "status": {"not_found": 404, "conflict": 409}.get(row["error"], 422),
        "code": row["error"],
        "pointer": f"/rows/{place}{row.get('pointer', '')}" if is_batch else row.get("pointer", ""),
        "reason": row.get("reason") or _WHY[row["error"]],
    }
    ids = {"file_id": row.get("document_id"), "sync_id": row.get("sync_id"), "case_id": row.get("case_id")}
    told: dict[str, Any] = shown(CopyTold, {**ids, "status": row.get("status"), "error": error})
    return told


_WHY = {"not_found": "no such file was asked for", "conflict": "another file has this item"}


def _wake(task: str) -> None:
    """Have it done now; a broker that is away costs nothing, as beat does it in a minute."""
    try:
        current_app.send_task(task, expires=60, retry=False)
    except OperationalError:
        return
