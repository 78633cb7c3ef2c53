"""Static files, collected once for all places and again only when something under them changed."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from devkit import processes, stopping, venv
from devkit.places import ROOT, VAR, lock
from devkit.progress import step

FOLDER = VAR / "static"
COLLECTED = VAR / "static.collected"
NOT_OURS = {".venv", "var", "node_modules", ".git"}


def collect(env: Mapping[str, str], log: Path) -> None:
    """Have what the pages ask for; hashing and compressing it takes seconds, so that is done once."""
    if env["STATIC_ROOT"] != str(FOLDER):
        _collect(env, log)
        return
    VAR.mkdir(exist_ok=True)
    with lock(VAR / "static.lock", wait=stopping.pause):
        now = _mark()
        if not (FOLDER.exists() and COLLECTED.exists() and COLLECTED.read_text() == now):
            _collect(env, log)
            COLLECTED.write_text(now)


def _collect(env: Mapping[str, str], log: Path) -> None:
    command = [venv.PYTHON, ROOT / "manage.py", "collectstatic", "--no-input"]
    with step("Collecting static files"):
        processes.run(command, log=log, env=env, failing="`manage.py collectstatic` failed: read why in the log.")


def _mark() -> str:
    """The packages, the settings, and every file in a static folder of ours."""
    seen = hashlib.sha256()
    for path in (ROOT / venv.RUNTIME, ROOT / "config" / "settings.py", *sorted(_files())):
        seen.update(f"{path}\n".encode() + path.read_bytes())
    return seen.hexdigest()


def _files() -> Iterator[Path]:
    for folder, children, files in os.walk(ROOT):
        children[:] = [child for child in children if child not in NOT_OURS]
        if "static" in Path(folder).relative_to(ROOT).parts:
            yield from (Path(folder, name) for name in files)
