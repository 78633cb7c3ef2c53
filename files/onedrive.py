"""Copies on OneDrive: asking Make for them, taking down its answers, and letting go what only passed through us."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from psycopg.types.json import Jsonb

from core import acting, rpc
from files import storage
from files.models import OnedriveSync

_REQUEST = "select document_id, asked from public.onedrive_request(%s::uuid, %s::uuid[])"
_SYNCED = "select place, document_id, sync_id, case_id, status, error from private.onedrive_synced(%s, %s)"


def request(*, case_id: UUID | None = None, file_ids: list[UUID] | None = None) -> dict[UUID, bool]:
    """Ask Make to copy the files of a case, or the named ones; whether each was really asked for.

    What lies there already, or was asked for a moment ago, is not. Raises NotFound.
    """
    return {row[0]: row[1] for row in _rows(_REQUEST, case_id, file_ids)}


def synced(rows: list[dict[str, Any]], org_id: UUID | None = None) -> list[dict[str, Any]]:
    """Take down what Make says of files; each answer stands at the place of its row, with `error` where it has one."""
    names = ("place", "document_id", "sync_id", "case_id", "status", "error")
    told = [dict(zip(names, row, strict=True)) for row in _rows(_SYNCED, Jsonb(rows), org_id)]
    return sorted(told, key=lambda one: one["place"])


def ask_again() -> int:
    """Ask again for what Make did not answer in time, and give up after the last wait; how many rows that were."""
    [(count,)] = _as_service("select private.onedrive_sweep(%s)", settings.ONEDRIVE_ASK_AGAIN_SECONDS)
    return int(count)


def let_go() -> int:
    """Remove the bytes that OneDrive has and nobody here names any more; how many were removed."""
    _as_service("select private.pictures_let_go()")
    removed = _as_service("select bucket, key from private.bytes_to_remove()")
    for bucket, key in removed:
        storage.remove(bucket, key)
        _as_service("select private.bytes_removed(%s, %s)", bucket, key)
    return len(removed)


def rows_of(document_ids: list[UUID]) -> dict[UUID, OnedriveSync]:
    """What is known of the copies of these files."""
    return {row.document_id: row for row in OnedriveSync.objects.filter(document_id__in=document_ids)}


def _rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _as_service(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with acting.acting(acting.SERVICE):
        return _rows(statement, *values)
