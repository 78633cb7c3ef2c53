"""Where backups lie: a folder each, readable by us alone, which appears whole or not at all."""

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from office.backups.trouble import Broken, FolderInUse, Trouble

DUMP, MANIFEST, SUMS, LIST = "database.dump", "manifest.json", "SHA256SUMS", "files.sha256"
# Bytes of files lie beside the backups and are shared by them: a key is never used twice.
FILES = "files"
_NAME = re.compile(r"\d{8}T\d{6}Z-[\w-]+")
COMING, _LOCK = ".coming-", ".lock"
_PIECE = 1024 * 1024
# What this program can read; another shape gets another number.
_FORMAT = 1

Manifest = dict[str, Any]


def make_private(folder: Path) -> None:
    """Make a folder that its owner alone may enter, and likewise those above it that are not there."""
    # What Path.mkdir makes above the last one, anybody may enter.
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Have the folder to ourselves; what a killed backup left there goes."""
    make_private(place)
    with open(os.open(place / _LOCK, os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FolderInUse("Another backup is being written into this folder.") from None
        for left in place.glob(f"{COMING}*"):
            shutil.rmtree(left)
        yield


@contextmanager
def coming(place: Path, database: str) -> Iterator[Path]:
    """A folder to write into, which gets its name when the block ends well, and goes when it does not."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{re.sub(r'[^A-Za-z0-9_]', '-', database) or 'database'}"
    folder = place / f"{COMING}{name}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
        _settle(folder)
        os.rename(folder, place / name)
        _sync(place)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _settle(folder: Path) -> None:
    """Write down what every file should be, and have the disk hold it."""
    names = sorted(path.name for path in folder.iterdir())
    write(folder / SUMS, "".join(f"{sha256_of(folder / name)}  {name}\n" for name in names))
    for name in (*names, SUMS):
        os.chmod(folder / name, 0o600)
        _sync(folder / name)
    _sync(folder)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def write(path: Path, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as written:
        written.write(text)


def write_manifest(folder: Path, told: Manifest) -> None:
    write(folder / MANIFEST, json.dumps({"format": _FORMAT, **told}, ensure_ascii=False, indent=1) + "\n")


def backup_at(path: Path) -> Path:
    """The folder of a backup, named by itself or by a file in it; of a place with several, the newest."""
    folder = path if path.is_dir() else path.parent
    if path.is_dir() and not (path / SUMS).exists() and (kept := all_in(path)):
        return kept[-1]
    if not path.exists() or not any((folder / name).exists() for name in (SUMS, MANIFEST, DUMP)):
        raise Broken(f"No backup lies at {path}.")
    return folder


def all_in(place: Path) -> list[Path]:
    """Every backup, the oldest first."""
    return sorted(path for path in place.iterdir() if path.is_dir() and _NAME.fullmatch(path.name))


def check_sums(folder: Path) -> None:
    """Raises Broken where a file is not what was written."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise Broken(f"{SUMS} is missing: nothing says what the files should be.") from None
    told = {name: checksum for checksum, _, name in (line.partition("  ") for line in lines) if name}
    for name in sorted({DUMP, MANIFEST, LIST, *told}):
        if name not in told or "/" in name:
            raise Broken(f"{SUMS} says nothing of {name}.")
        if not (folder / name).is_file():
            raise Broken(f"{name} is missing.")
        if sha256_of(folder / name) != told[name]:
            raise Broken(f"{name} is not what was written: it was cut off or changed.")


def manifest_of(folder: Path) -> Manifest:
    """What the backup holds, as it was counted. Raises Broken."""
    try:
        told: Manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise Broken(f"{MANIFEST} cannot be read.") from None
    if not isinstance(told, dict) or told.get("format") != _FORMAT:
        raise Broken(f"{MANIFEST} is of another version of this program.")
    return told


def sha256_of(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def forget_older(place: Path, keep: int) -> int:
    """Remove all but the newest so many backups, and the bytes that only those named; how many backups it were."""
    if keep < 1:
        raise Trouble("Keep one backup at least.")
    old = all_in(place)[:-keep]
    for folder in old:
        shutil.rmtree(folder)
    if old:
        _forget_bytes(place)
    return len(old)


def _forget_bytes(place: Path) -> None:
    named = {name for folder in all_in(place) for _, name in listed(folder)}
    for path in (place / FILES).rglob("*"):
        if path.is_file() and path.relative_to(place / FILES).as_posix() not in named:
            path.unlink()


def listed(folder: Path) -> Iterator[tuple[str, str]]:
    """Checksum and name, bucket/key, of each file whose bytes were kept; as `sha256sum -c` reads it."""
    with (folder / LIST).open(encoding="utf-8") as lines:
        for line in lines:
            checksum, _, name = line.rstrip("\n").partition(f"  ../{FILES}/")
            if not name or ".." in name.split("/"):
                raise Broken(f"{LIST} cannot be read.")
            yield checksum, name
