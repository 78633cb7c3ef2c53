"""The bytes of files: brought over once each, because a key never gets other bytes; and compared."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg

from core.errors import NotFound
from files import storage
from office.backups import folders
from office.backups.trouble import NotEmpty

# Everything that lies in our buckets and belongs to a row; pictures of reports all lie in docs, made ones in processed.
_NAMED = """
select bucket_name, storage_key, checksum from public.documents where storage_key is not null
union select 'processed', k, null from public.images i cross join unnest(array[i.thumbnail_key, i.processed_key]) k
  where k is not null
union select 'docs', k, null from public.user_assets a
  cross join unnest(array[a.company_logo_path, a.company_stamp_path, a.user_signature_path, a.background_path]) k
  where k is not null
order by 1, 2
"""

Step = Callable[[], object]


class Named(NamedTuple):
    """A file as its row names it."""

    bucket: str
    key: str
    checksum: str | None

    @property
    def name(self) -> str:
        return f"{self.bucket}/{self.key}"


@dataclass
class Kept:
    """What came over, and what did not: its row names it, and the storage has it not or not as it was stored."""

    lines: list[str] = field(default_factory=list)
    size: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)

    def told(self, *, is_copied: bool, list_sha256: str) -> dict[str, Any]:
        return {
            "copied": is_copied,
            "count": len(self.lines),
            "bytes": self.size,
            "sha256": list_sha256,
            "missing": self.missing,
            "damaged": self.damaged,
        }


def named(connection: psycopg.Connection[Any]) -> list[Named]:
    """Every file that a row names at this moment."""
    return [Named(*row) for row in connection.execute(_NAMED)]


def bring(found: list[Named], place: Path, step: Step) -> Kept:
    """Have the bytes of all of them beside the backups. Raises Refused where the storage does not answer."""
    kept = Kept()
    for one in found:
        target = place / folders.FILES / one.name
        checksum = folders.sha256_of(target) if target.exists() else _copy(one, target)
        if checksum is None:
            kept.missing.append(one.name)
        elif one.checksum not in (None, checksum):
            target.unlink()
            kept.damaged.append(one.name)
        else:
            kept.lines.append(_line(checksum, one.name))
            kept.size += target.stat().st_size
        step()
    return kept


def only_list(found: list[Named]) -> Kept:
    """The files as their rows name them, where somebody else keeps the bytes."""
    return Kept([_line(one.checksum or "-", one.name) for one in found])


def _line(checksum: str, name: str) -> str:
    return f"{checksum}  ../{folders.FILES}/{name}\n"


def _copy(one: Named, target: Path) -> str | None:
    """Its checksum; None where nothing lies in the storage."""
    try:
        return _written(storage.pieces(one.bucket, one.key), target)
    except NotFound:
        return None


def _written(pieces: Iterator[bytes], target: Path) -> str:
    found, coming = hashlib.sha256(), target.with_name(f".{uuid4().hex}")
    folders.make_private(target.parent)
    try:
        with open(os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            for piece in pieces:
                found.update(piece)
                written.write(piece)
            written.flush()
            os.fsync(written.fileno())
        os.rename(coming, target)
    finally:
        coming.unlink(missing_ok=True)
    return found.hexdigest()


def different(folder: Path, root: Path) -> Iterator[str]:
    """Names of the kept files that do not lie under `root` as they should."""
    for checksum, name in folders.listed(folder):
        path = root / name
        if not path.is_file() or folders.sha256_of(path) != checksum:
            yield name


def insist_on_empty(into: Path) -> None:
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise NotEmpty(f"{into} is not an empty folder: files are put into such a one only.")


def put_back(folder: Path, into: Path) -> None:
    """Write every kept file into a folder, which may then be FILES_ROOT."""
    for _, name in folders.listed(folder):
        with (folder.parent / folders.FILES / name).open("rb") as source:
            _written(iter(lambda source=source: source.read(256 * 1024), b""), into / name)  # type: ignore[misc]
