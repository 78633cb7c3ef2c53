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
}
_PART_STATUSES = ("PENDING", "ORDERED", "RECEIVED", "CANCELLED")
_INVOICE_STATUSES = ("DRAFT", "PENDING", "ASSIGNED", "ACCEPTED", "SENT", "PAID", "CANCELLED")
_INVOICE_TYPES = ("PARTS", "LABOR", "TOWING", "OTHER")
_REMINDER_STATUSES = ("ממתין", "הושלם", "באיחור", "בוטל")
_PRIORITIES = ("נמוך", "רגיל", "גבוה", "דחוף")
_PAYMENTS = ("ממתין לתשלום", "שולם חלקית", "שולם במלואו", "באיחור")
_CATEGORIES = ("report", "invoice", "image", "license", "archive", "other")


class Unknown(Exception):
    """A word that means nothing here; its column is said."""


def cleaned(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """The columns of a row as its table takes them; whose and when it is stays ours to say. Raises Unknown."""
    kept = {key: _value(key, value) for key, value in row.items() if key not in _OURS | _PEOPLE}
    kept = {key: value for key, value in kept.items() if value is not None}
    if "id" in kept and uuid_of(kept["id"]) is None:
        del kept["id"]
    return _BY_TABLE.get(table, lambda one: one)(kept)


def _value(key: str, value: Any) -> Any:
    if value == "" or value is None:
        return None
    if isinstance(value, str) and value[:1] in {"{", "["} and key in {"metadata", "raw_data", "category_suggestions"}:
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


def _part(row: dict[str, Any]) -> dict[str, Any]:
    _word(row, "status", statuses.PART, _PART_STATUSES)
    if uuid_of(row.get("row_uuid")) is None:
        row.pop("row_uuid", None)
    return row


def _selected(row: dict[str, Any]) -> dict[str, Any]:
    row.pop("search_result_id", None)
    if row.get("data_source") not in {"catalog", "web", "ocr"}:
        row.pop("data_source", None)
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
    name = str(row.get("filename", "")).replace("\\", "/").rsplit("/", 1)[-1]
    row["filename"] = re.sub(r"[\x00-\x1f\x7f]", "", name)[:255]
    row["category"] = row["category"] if row.get("category") in _CATEGORIES else "other"
    row["upload_status"] = "LINKED"
    row["file_metadata"] = {"moved_in": lies}
    return row


_BY_TABLE = {
    "parts_required": _part,
    "selected_parts": _selected,
    "invoices": _invoice,
    "invoice_lines": _line,
    "reminders": _reminder,
    "payment_tracking": _payment,
    "documents": _document,
}


def opened_at(row: dict[str, Any]) -> str | None:
    found = moment(row.get("created_at"))
    return found.isoformat() if found else None


def person(row: dict[str, Any], column: str) -> UUID | None:
    return uuid_of(row.get(column))
