"""Where bytes lie: five private buckets, on a disk or behind an S3 endpoint, and keys that are never used twice."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from types import ModuleType
from typing import IO
from uuid import UUID, uuid4

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from urllib3.exceptions import HTTPError

from core.errors import NotFound, Refused
from files import on_disk, on_s3

BUCKETS = ("reports", "originals", "processed", "docs", "temp")
_RETRY_SECONDS = 10
# As the database checks it; no part of it climbs.
_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")
_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_OURS = re.compile(rf"{_UUID}/({_UUID}|inbox|assets)/{_UUID}[.][a-z0-9]+")


def new_key(org_id: UUID, case_id: UUID | None, extension: str) -> str:
    """A key nobody has used: ASCII, told by office and case, and nothing of the file's own name but its kind."""
    return f"{org_id}/{case_id or 'inbox'}/{uuid4()}.{extension}"


def is_ours(key: str) -> bool:
    """Whether this is a key as we make them."""
    return _OURS.fullmatch(key) is not None


def put(bucket: str, key: str, content: IO[bytes]) -> None:
    """Store what is left to read of `content`, whole or not at all; it must be a file one can wind back.

    Raises Refused `dependency_down`, and FileExistsError for a key that was used.
    """
    with _reachable():
        _place().put(bucket, _plain(key), content)


def add(bucket: str, org_id: UUID, case_id: UUID | None, extension: str, content: IO[bytes]) -> str:
    """Store the same under a new key, which is returned; nothing lies there, so that is not asked."""
    key = new_key(org_id, case_id, extension)
    with _reachable():
        _place().add(bucket, key, content)
    return key


def pieces(bucket: str, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
    """The bytes in pieces of a quarter of a megabyte, or `length` of them from `start`; the first is read at once.

    Raises NotFound where nothing lies there, and Refused `dependency_down`, also halfway.
    """
    with _reachable():
        found: Iterator[bytes] = _place().pieces(bucket, _plain(key), start, length)
        first = next(found, b"")
    return _rest(found, first)


def _rest(found: Iterator[bytes], piece: bytes) -> Iterator[bytes]:
    yield piece
    with _reachable():
        yield from found


def remove(bucket: str, key: str) -> None:
    """Remove what lies there, if anything does. Raises Refused `dependency_down`."""
    with _reachable():
        _place().remove(bucket, _plain(key))


def listed(bucket: str) -> Iterator[tuple[str, datetime]]:
    """Every key of a bucket with the moment it was stored. Raises Refused `dependency_down`."""
    with _reachable():
        yield from _place().listed(bucket)


def forget_unfinished(before: datetime) -> None:
    """Remove what was begun before that moment and never became whole."""
    with _reachable():
        _place().forget_unfinished(before)


def _plain(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise NotFound
    return key


def _place() -> ModuleType:
    return on_s3 if settings.FILES_S3_ENDPOINT else on_disk


@contextmanager
def _reachable() -> Iterator[None]:
    """Say in our words that nothing lies there, or that the storage does not answer."""
    try:
        yield
    except FileNotFoundError:
        raise NotFound from None
    except FileExistsError:
        raise
    except (BotoCoreError, ClientError, HTTPError, OSError) as exc:
        # The library leaves the code empty with some servers: the status says it.
        answer = getattr(exc, "response", None) or {}
        if answer.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
            raise NotFound from None
        raise Refused("dependency_down", retry_after=_RETRY_SECONDS) from exc
