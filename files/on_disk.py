"""Buckets on this machine's disk: a folder each; a file appears whole or not at all, readable by us alone."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from uuid import uuid4

from django.conf import settings

_PIECE = 256 * 1024
# What is being written lies here until it is whole; the name is no bucket's.
_COMING = ".coming"


def put(bucket: str, key: str, content: IO[bytes]) -> None:
    """Raises FileExistsError for a key that was used."""
    target, coming = _path(bucket, key), Path(settings.FILES_ROOT) / _COMING / uuid4().hex
    for folder in (target.parent, coming.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with open(os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            shutil.copyfileobj(content, written, _PIECE)
            written.flush()
            os.fsync(written.fileno())
        # Unlike a rename, a link never takes the place of what lies there.
        os.link(coming, target)
    finally:
        coming.unlink(missing_ok=True)


# A link says by itself where something lies already.
add = put


def pieces(bucket: str, key: str, start: int, length: int | None) -> Iterator[bytes]:
    """Raises FileNotFoundError."""
    opened = _path(bucket, key).open("rb")
    opened.seek(start)
    return _read(opened, length)


def _read(opened: IO[bytes], left: int | None) -> Iterator[bytes]:
    with opened:
        while piece := opened.read(_PIECE if left is None else min(_PIECE, left)):
            left = None if left is None else left - len(piece)
            yield piece


def remove(bucket: str, key: str) -> None:
    _path(bucket, key).unlink(missing_ok=True)


def listed(bucket: str) -> Iterator[tuple[str, datetime]]:
    """Every key with the moment it was stored."""
    folder = Path(settings.FILES_ROOT) / bucket
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), datetime.fromtimestamp(path.stat().st_mtime, UTC)


def forget_unfinished(before: datetime) -> None:
    """Remove what a killed process was in the middle of writing."""
    for path in (Path(settings.FILES_ROOT) / _COMING).glob("*"):
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
            path.unlink(missing_ok=True)


def _path(bucket: str, key: str) -> Path:
    return Path(settings.FILES_ROOT) / bucket / key
