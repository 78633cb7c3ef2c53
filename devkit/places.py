"""Where a running system keeps its files: secrets, logs, data, and what runs now."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from devkit.progress import Trouble

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
TEMPORARY = "backoffice-place-"
ABANDONED_SECONDS = 60


@dataclass(frozen=True)
class Place:
    """One folder, one system: `up`, `stack` and `test` each have their own."""

    folder: Path

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def setup_log(self) -> Path:
        return self.logs / "setup.log"

    @property
    def elsewhere(self) -> Path:
        """Where its database lives when the server's user may not enter the folder."""
        return Path("/var/tmp") / f"backoffice-{mark(self.folder)}"  # noqa: S108  made with 0700, and refused if not ours

    @property
    def run_file(self) -> Path:
        return self.folder / "run.json"

    def make(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # Root's database runs as somebody else, who must be able to walk through.
            self.folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
            self.logs.mkdir(mode=0o700, exist_ok=True)
        except OSError as refusal:
            raise Trouble(
                f"{self.folder} cannot be written ({refusal.strerror}): make it yours, or remove it."
            ) from None

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.elsewhere, ignore_errors=True)

    def run(self) -> dict[str, Any]:
        return read_json(self.run_file)

    def remember(self, **facts: object) -> None:
        write_private(self.run_file, json.dumps({**self.run(), **facts}, indent=2))


def mark(path: Path) -> str:
    """A short name that differs between projects and between places."""
    return hashlib.sha256(f"{ROOT}:{path}".encode()).hexdigest()[:12]


def read_json(path: Path) -> dict[str, Any]:
    """What a file of ours says; a torn or missing one says nothing."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_private(path: Path, text: str) -> None:
    """A file only we may read, whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    os.replace(name, path)


@contextmanager
def lock(path: Path, wait: Callable[[], None] | None = None) -> Iterator[bool]:
    """Whether we alone hold this file; the kernel lets go of it however we end."""
    with open(path, "a") as file:
        while not (is_ours := _take(file)) and wait:
            wait()
        yield is_ours


def _take(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def temporary() -> Iterator[Place]:
    """A place of our own that goes when we go."""
    sweep()
    place = Place(Path(tempfile.mkdtemp(prefix=TEMPORARY)).resolve())
    with lock(place.folder / "lock"):
        place.make()
        try:
            yield place
        finally:
            place.remove()


@contextmanager
def kept_or_temporary(folder: Path) -> Iterator[Place]:
    """The kept place, or a temporary one while somebody else is using it."""
    place = Place(folder)
    place.make()
    with lock(folder / "lock") as is_ours:
        if is_ours:
            yield place
        else:
            with temporary() as other:
                yield other


def sweep() -> None:
    """Remove temporary places whose owner was killed before it could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*"):
        try:
            facts = folder.lstat()
            if facts.st_uid != os.geteuid() or time.time() - facts.st_mtime < ABANDONED_SECONDS:
                continue
            with lock(folder / "lock") as is_ours:
                if is_ours:
                    Place(folder.resolve()).remove()
        except OSError:
            continue
