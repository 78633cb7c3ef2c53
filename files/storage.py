"""Where bytes lie: five private buckets, on a disk or behind an S3 endpoint, and keys that are never used twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any
from uuid import UUID, uuid4

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from django.core.files.storage import storages

from core.errors import NotFound, Refused

BUCKETS = ("reports", "originals", "processed", "docs", "temp")
_PIECE = 256 * 1024
_RETRY_SECONDS = 10


def new_key(org_id: UUID, case_id: UUID | None, extension: str) -> str:
    """A key nobody has used: ASCII, told by office and case, and nothing of the file's own name but its kind."""
    return f"{org_id}/{case_id or 'inbox'}/{uuid4()}.{extension}"


def put(bucket: str, key: str, content: IO[bytes]) -> None:
    """Store what is left to read of `content` piece by piece. Raises Refused `dependency_down`."""
    with _reachable():
        taken = storages[bucket].save(key, File(content))
    if taken != key:
        raise FileExistsError(f"a key was used twice in {bucket}")


def pieces(bucket: str, key: str) -> Iterator[bytes]:
    """The bytes in pieces of a quarter of a megabyte; the first is read before this returns.

    Raises NotFound where nothing lies there, and Refused `dependency_down`.
    """
    with _reachable():
        opened = storages[bucket].open(key, "rb")
        first = opened.read(_PIECE)
    return _rest(opened, first)


def _rest(opened: Any, piece: bytes) -> Iterator[bytes]:
    with opened:
        while piece:
            yield piece
            piece = opened.read(_PIECE)


def remove(bucket: str, key: str) -> None:
    """Remove what lies there, if anything does. Raises Refused `dependency_down`."""
    with _reachable():
        storages[bucket].delete(key)


@contextmanager
def _reachable() -> Iterator[None]:
    """Say in our words that nothing lies there, or that the storage does not answer."""
    try:
        yield
    except FileNotFoundError:
        raise NotFound from None
    except (BotoCoreError, ClientError, OSError) as exc:
        # The library leaves the code empty with some servers: the status says it.
        answer = getattr(exc, "response", None) or {}
        if answer.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
            raise NotFound from None
        raise Refused("dependency_down", retry_after=_RETRY_SECONDS) from exc
