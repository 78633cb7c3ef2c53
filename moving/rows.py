"""Rows of existing tables as ours want them: words in two languages, amounts as text, people who may not be here."""

import json
import re
from typing import Any
from uuid import UUID

from django.utils import timezone

from intake import figures
from moving import statuses
from moving.said import moment, uuid_of

_OURS = {"org_id", "created_by", "updated_by", "created_at", "updated_at", "plate", "case_id"}
_AMOUNTS = re.compile(r"price|total|amount|cost|percent|quantity|fee|confidence$|size|line_number|before_tax")
_DAYS = re.compile(r"(^|_)date$")
_PEOPLE = {
    "assigned_to",
    "selected_by",
    "completed_by",
    "accepted_by",
    "uploaded_by",
    "last_contacted_by",
    "deleted_by",
    "added_by",
    "archived_by",
}
# Columns that hold JSON or a list, which an export of tables has as text; Postgres reads "{a,b}" as tags itself.
_JSON = {
    **dict.fromkeys(("metadata", "raw_data", "category_suggestions", "search_context", "search_query"), "{["),
    **dict.fromkeys(("results", "exif_data", "ocr_structured_data", "processing_errors"), "{["),
    "tags": "[",
}
# An archived part says when and as what it stood in the list.
_ARCHIVED = {"row_uuid": "original_row_uuid", "created_at": "original_created_at", "updated_at": "original_updated_at"}
_PART_STATUSES = ("PENDING", "ORDERED", "RECEIVED", "CANCELLED")
_INVOICE_STATUSES = ("DRAFT", "PENDING", "ASSIGNED", "ACCEPTED", "SENT", "PAID", "CANCELLED")
_INVOICE_TYPES = ("PARTS", "LABOR", "TOWING", "OTHER")
_REMINDER_STATUSES = ("ממתין", "הושלם", "באיחור", "בוטל")
_PRIORITIES = ("נמוך", "רגיל", "גבוה", "דחוף")
_PAYMENTS = ("ממתין לתשלום", "שולם חלקית", "שולם במלואו", "באיחור")
_DATA_SOURCES = ("catalog", "web", "ocr")
_PICTURES = ("damage", "general", "parts", "documents", "other")
_PICTURES_FROM = ("direct_upload", "email", "onedrive", "manual")
_ARCHIVES = ("pre_invoice_assignment", "manual_backup", "version_control")
_CATEGORIES = ("report", "invoice", "image", "license", "archive", "other")


class Unknown(Exception):
    """A word that means nothing here; its column is said."""


def cleaned(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """The columns of a row as its table takes them; whose and when it is stays ours to say. Raises Unknown."""
    if table == "required_parts_archive":
        row = {_ARCHIVED.get(key, key): value for key, value in row.items()}
    kept = {key: _value(key, value) for key, value in row.items() if key not in _OURS | _PEOPLE}
    kept = {key: value for key, value in kept.items() if value is not None}
    if "id" in kept and uuid_of(kept["id"]) is None:
        del kept["id"]
    return _BY_TABLE.get(table, lambda one: one)(kept)


def whole(row: dict[str, Any]) -> list[str]:
    """The columns whose JSON is taken from the source itself, to the last digit."""
    return [key for key, value in row.items() if key in _JSON and isinstance(value, dict | list)]


def _value(key: str, value: Any) -> Any:
    if value == "" or value is None:
        return None
    if isinstance(value, str) and value[0] in _JSON.get(key, ""):
        return _parsed(value)
    if _AMOUNTS.search(key) and isinstance(value, str):
        found = figures.number(value)
        return value if found is None else str(found)
    if _DAYS.search(key) and isinstance(value, str):
        day = figures.day(value[:10])
        return day.isoformat() if day else value
    return value


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_float=str)
    except ValueError:
        return None


def _word(row: dict[str, Any], column: str, words: dict[str, str], codes: tuple[str, ...]) -> None:
    if column in row:
        code = statuses.known(words, row[column], codes)
        if code is None:
            raise Unknown(column)
        row[column] = code


def _one_of(row: dict[str, Any], column: str, words: tuple[str, ...], other: str | None) -> None:
    """Put another word, or none, where the column has one that our table does not know; the source keeps it."""
    if column in row and row[column] not in words:
        row[column] = other


def _part(row: dict[str, Any]) -> dict[str, Any]:
    _word(row, "status", statuses.PART, _PART_STATUSES)
    if uuid_of(row.get("row_uuid")) is None:
        row.pop("row_uuid", None)
    return row


def _selected(row: dict[str, Any]) -> dict[str, Any]:
    # Theirs names the answer of a whole search, ours the one part that was chosen of it.
    row.pop("search_result_id", None)
    return _search(row)


def _search(row: dict[str, Any]) -> dict[str, Any]:
    _one_of(row, "data_source", _DATA_SOURCES, None)
    return row


def _invoice(row: dict[str, Any]) -> dict[str, Any]:
    _word(row, "status", statuses.INVOICE, _INVOICE_STATUSES)
    _word(row, "invoice_type", statuses.INVOICE, _INVOICE_TYPES)
    # What was accepted there was accepted into a helper of there: here it waits to be, or stays paid.
    if row.get("status") == "ACCEPTED":
        row["status"] = "ASSIGNED"
    return row


def _line(row: dict[str, Any]) -> dict[str, Any]:
    row.pop("part_id", None)
    return row


def _reminder(row: dict[str, Any]) -> dict[str, Any]:
    _word(row, "status", statuses.REMINDER, _REMINDER_STATUSES)
    _word(row, "priority", statuses.PRIORITY, _PRIORITIES)
    row.pop("notification_sent", None)
    row.pop("notification_sent_at", None)
    if str(row.get("due_date", "")) < timezone.localdate().isoformat():
        # Nobody is told today of what was due before the move.
        row["send_notification"] = False
    return row


def _payment(row: dict[str, Any]) -> dict[str, Any]:
    _word(row, "payment_status", statuses.PAYMENT, _PAYMENTS)
    return row


def _document(row: dict[str, Any]) -> dict[str, Any]:
    """Its bytes lie in the old buckets: where, is kept beside it; nothing of ours claims to hold them."""
    lies = {key: row.pop(key) for key in ("storage_key", "storage_path", "bucket_name", "checksum") if key in row}
    row["filename"] = _filename(row)
    row["category"] = row["category"] if row.get("category") in _CATEGORIES else "other"
    row["upload_status"] = "LINKED"
    row["file_metadata"] = {"moved_in": lies}
    return row


def _filename(row: dict[str, Any]) -> str:
    name = str(row.get("filename", "")).replace("\\", "/").rsplit("/", 1)[-1]
    return re.sub(r"[\x00-\x1f\x7f]", "", name)[:255]


def _image(row: dict[str, Any]) -> dict[str, Any]:
    """A picture is where its addresses say: none of its bytes came along."""
    row["filename"] = _filename(row) or "?"
    for column in ("original_url", "transformed_url", "cloudinary_url"):
        if not str(row.get(column, "")).startswith("https://"):
            row.pop(column, None)
    for column in ("width", "height"):
        if not str(row.get(column, "")).isdigit() or int(row[column]) == 0:
            row.pop(column, None)
    _one_of(row, "category", _PICTURES, "general")
    _one_of(row, "source", _PICTURES_FROM, "direct_upload")
    _one_of(row, "optimization_status", ("pending", "optimized", "failed"), "pending")
    _one_of(row, "backup_status", ("pending", "backed_up", "failed"), "pending")
    for column in ("document_id", "display_order", "deleted_at", "thumbnail_key", "processed_key"):
        row.pop(column, None)
    row["is_external_processed"] = True
    return row


def _invoice_paper(row: dict[str, Any]) -> dict[str, Any]:
    """Where its bytes lay is in its source; nothing of ours claims to hold them."""
    for column in ("storage_path", "storage_bucket", "ocr_result_id"):
        row.pop(column, None)
    _one_of(row, "ocr_status", ("pending", "processing", "completed", "failed"), "pending")
    if row.get("ocr_status") == "processing":
        # Nobody is reading it any more.
        row["ocr_status"] = "failed"
    return row


def _archived(row: dict[str, Any]) -> dict[str, Any]:
    _one_of(row, "archive_type", _ARCHIVES, "manual_backup")
    _one_of(row, "status", ("ARCHIVED", "SUPERSEDED", "RESTORED"), "ARCHIVED")
    return row


def _knowledge(row: dict[str, Any]) -> dict[str, Any]:
    if not re.fullmatch("[a-z]{2}", str(row.get("lang", "he"))):
        row.pop("lang")
    for column in ("title", "source"):
        if column in row:
            row[column] = str(row[column])[:500]
    return row


_BY_TABLE = {
    "parts_required": _part,
    "selected_parts": _selected,
    "invoices": _invoice,
    "invoice_lines": _line,
    "reminders": _reminder,
    "payment_tracking": _payment,
    "documents": _document,
    "images": _image,
    "invoice_documents": _invoice_paper,
    "kb_docs": _knowledge,
    "parts_search_sessions": _search,
    "parts_search_results": _search,
    "required_parts_archive": _archived,
}


def opened_at(row: dict[str, Any]) -> str | None:
    found = moment(row.get("created_at"))
    return found.isoformat() if found else None


def person(row: dict[str, Any], column: str) -> UUID | None:
    return uuid_of(row.get(column))
