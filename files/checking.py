"""What lies in storage is what was stored: read back and compared; and what no row names is removed."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from cases import jobs
from core import acting, rpc
from core.errors import NotFound
from files import storage
from files.models import Document

_BATCH = 500
_KNOWN = "select private.stored_keys(%s)"
# Long enough for any upload, and for whoever wants to look what it was.
_LEFT_FOR = timedelta(days=1)

Step = Callable[[int, int], object]
Stored = tuple[UUID, str, str, str | None]


def check_all(*, every: timedelta | None = None, step: Step = lambda done, total: None) -> jobs.Result:
    """Compare what was not looked at for so long, the longest ago first; a damaged file is marked and told to staff.

    Raises Refused `dependency_down` where the storage does not answer: that is no damage.
    """
    every = timedelta(days=settings.FILES_CHECK_DAYS) if every is None else every
    waiting, damaged = _waiting(timezone.now() - every), 0
    for done, stored in enumerate(waiting, 1):
        damaged += not check(*stored)
        step(done, len(waiting))
    return {"rows": len(waiting), "damaged": damaged}


def check(document_id: UUID, bucket: str, key: str, checksum: str | None) -> bool:
    """Compare one file with its checksum, and note what came of it; whether it is whole."""
    reason = _what_is_wrong(bucket, key, checksum)
    with acting.acting(acting.SERVICE):
        rpc.record("private.file_checked", ("id",), document_id=document_id, storage_key=key, reason=reason)
    return reason is None


def sweep(*, before: datetime | None = None) -> int:
    """Remove what was stored before that moment, a day ago, and no row names; how much it was."""
    before = before or timezone.now() - _LEFT_FOR
    storage.forget_unfinished(before)
    removed = 0
    for bucket in storage.BUCKETS:
        old = (key for key, stored in storage.listed(bucket) if stored < before)
        while keys := list(islice(old, _BATCH)):
            for key in set(keys) - _named(keys):
                storage.remove(bucket, key)
                removed += 1
    return removed


def _waiting(before: datetime) -> list[Stored]:
    columns = ("id", "bucket_name", "storage_key", "checksum")
    with acting.acting(acting.SERVICE):
        found: Any = Document.objects.to_check(before).values_list(*columns)
        return list(found)


def _what_is_wrong(bucket: str, key: str, checksum: str | None) -> str | None:
    found = hashlib.sha256()
    try:
        for piece in storage.pieces(bucket, key):
            found.update(piece)
    except NotFound:
        return "it is missing"
    return None if checksum in (None, found.hexdigest()) else "its content differs"


def _named(keys: list[str]) -> set[str]:
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(_KNOWN, [keys])
        return {row[0] for row in cursor.fetchall()}
