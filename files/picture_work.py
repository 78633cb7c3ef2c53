"""Work on pictures that nobody waits for: what they are, small copies of them, and letting go of what OneDrive has.

Bytes travel with no transaction open. A picture is claimed for some minutes; who does not come back loses it.
"""

import tempfile
import time
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
from files import onedrive, picture_reading, storage
from files.pictures import Broken

log = structlog.get_logger("files")

# Well over the time a task may live, so that nobody works on what somebody else has still in hand.
_LEASE_SECONDS, _TRIES = 300, 3
_BUCKET = "processed"
_MOST_AT_ONCE = 200
# A task's time is short, and what is begun in it must end in it: the next tick goes on.
_MOST_SECONDS = 30

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
    looked_at, stop = 0, time.monotonic() + _MOST_SECONDS
    while looked_at < most and time.monotonic() < stop and (claimed := _claim()) is not None:
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
            facts, made = picture_reading.read(content, _sides(claimed))
        keys = [_stored(claimed, one) for one in made] + [None]
    except Broken as broken:
        _failed(claimed, broken.reason)
    except NotFound:
        _failed(claimed, "not_there")
    except Refused:
        _ask("select private.image_later(%s)", claimed.id)
        return False
    else:
        seen = facts.width, facts.height, facts.orientation, facts.taken_at, Jsonb(facts.exif)
        _ask(_READ, claimed.id, *seen, *keys[:2])
    return True


def _sides(claimed: Claimed) -> list[int]:
    """The longest sides of the copies that are to be made."""
    large = [settings.PICTURE_PROCESSED_SIDE] if claimed.keeps_processed else []
    return [settings.PICTURE_THUMBNAIL_SIDE, *large]


def _failed(claimed: Claimed, reason: str) -> None:
    log.warning("picture_failed", image=str(claimed.id), reason=reason)
    _ask("select private.image_failed(%s, %s)", claimed.id, reason)


@contextmanager
def _bytes_of(claimed: Claimed) -> Iterator[IO[bytes]]:
    """The picture as a file one can wind back and hand to another process."""
    with tempfile.TemporaryFile() as content:
        for piece in storage.pieces(claimed.bucket, claimed.key):
            content.write(piece)
        content.flush()
        yield content


def _stored(claimed: Claimed, made: bytes) -> str:
    return storage.add(_BUCKET, claimed.org_id, claimed.case_id, "jpg", BytesIO(made))


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
