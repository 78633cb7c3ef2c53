"""Work on pictures that nobody waits for: what they are, small copies of them, and letting go of what OneDrive has.

Bytes travel with no transaction open. A picture is claimed for some minutes; who does not come back loses it.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import IO, Any, NamedTuple
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection
from psycopg.types.json import Jsonb

from core import acting
from core.errors import NotFound, Refused
from files import onedrive, pictures, storage

log = structlog.get_logger("files")

# Well over the time a task may live, so that nobody works on what somebody else has still in hand.
_LEASE_SECONDS, _TRIES = 300, 3
_IN_MEMORY = 1 << 20
_BUCKET = "processed"
_MOST_AT_ONCE = 200

_CLAIM = "select id, org_id, case_id, bucket_name, storage_key, keeps_processed from private.images_claim(%s, %s)"
_READ = "select private.image_read(%s, %s, %s, %s::smallint, %s, %s, %s, %s)"


class Claimed(NamedTuple):
    """A picture that is ours to look at, and where its bytes lie."""

    id: UUID
    org_id: UUID
    case_id: UUID | None
    bucket: str
    key: str
    keeps_processed: bool


def run(most: int = _MOST_AT_ONCE) -> int:
    """Look at the pictures that wait, and let go of those that may go; return how many were looked at."""
    looked_at = 0
    while looked_at < most and (claimed := _claim()) is not None:
        if not _look_at(claimed):
            break
        looked_at += 1
    with suppress(Refused):  # the storage is away: the sweep finds them again
        onedrive.let_go()
    return looked_at


def _look_at(claimed: Claimed) -> bool:
    """Keep the facts and the copies of one picture, or why there are none; False where the storage is away."""
    try:
        with _bytes_of(claimed) as content:
            facts = pictures.look(content)
            small = pictures.thumbnail(content, settings.PICTURE_THUMBNAIL_SIDE)
            large = pictures.processed(content, settings.PICTURE_PROCESSED_SIDE) if claimed.keeps_processed else None
        keys = _stored(claimed, small), _stored(claimed, large)
    except pictures.Broken as broken:
        _failed(claimed, broken.reason)
    except NotFound:
        _failed(claimed, "not_there")
    except Refused:
        _ask("select private.image_later(%s)", claimed.id)
        return False
    else:
        _ask(_READ, claimed.id, facts.width, facts.height, facts.orientation, facts.taken_at, Jsonb(facts.exif), *keys)
    return True


def _failed(claimed: Claimed, reason: str) -> None:
    log.warning("picture_failed", image=str(claimed.id), reason=reason)
    _ask("select private.image_failed(%s, %s)", claimed.id, reason)


@contextmanager
def _bytes_of(claimed: Claimed) -> Iterator[IO[bytes]]:
    """The picture as a file one can wind back, of which only a megabyte is in memory."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as content:
        for piece in storage.pieces(claimed.bucket, claimed.key):
            content.write(piece)
        content.seek(0)
        yield content


def _stored(claimed: Claimed, made: bytes | None) -> str | None:
    if made is None:
        return None
    key = storage.new_key(claimed.org_id, claimed.case_id, "jpg")
    storage.put(_BUCKET, key, BytesIO(made))
    return key


def _claim() -> Claimed | None:
    found = _rows(_CLAIM, _LEASE_SECONDS, _TRIES)
    return Claimed(*found[0]) if found else None


def _ask(statement: str, *values: Any) -> Any:
    found = _rows(statement, *values)
    return found[0][0] if found else None


def _rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
