"""The project's own Python environment, filled from the hashed locks and refilled only when they change."""

import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from devkit import processes, stopping
from devkit.places import ROOT, VAR, Place, lock, read_json
from devkit.progress import Trouble, step

FOLDER = ROOT / ".venv"
PYTHON = FOLDER / "bin" / "python"
INSTALLED = FOLDER / "installed.json"
RUNTIME, DEV, EMBEDDED = ("requirements.lock", "requirements-dev.lock", "requirements-embedded.lock")
# The dev lock holds all that the other two hold.
COVERED_BY = {RUNTIME: (RUNTIME, DEV), EMBEDDED: (EMBEDDED, DEV), DEV: (DEV,)}
QUESTION = "import sys, sysconfig; print(*sys.version_info[:2], sysconfig.get_path('purelib'), sep='\\n')"


def ensure(lock_name: str) -> None:
    """Have everything that a lock names; without a change this touches neither disk nor network."""
    if is_ready(lock_name):
        return
    place = Place(VAR)
    place.make()
    with lock(VAR / "venv.lock", wait=stopping.pause):
        if is_ready(lock_name):
            return
        if not works():
            _make(place.setup_log)
        # Forgotten first: an installation that is cut short leaves neither the old set nor the new one.
        held = _forget(lock_name)
        with step(f"Installing {lock_name} into .venv"):
            _install(lock_name, place.setup_log)
            _compile(place.setup_log)
        INSTALLED.write_text(json.dumps({**held, lock_name: _mark(lock_name)}))


def is_ready(lock_name: str) -> bool:
    held = read_json(INSTALLED)
    return works() and any(held.get(name) == _mark(name) for name in COVERED_BY[lock_name])


def works() -> bool:
    return bool(facts())


def site_packages() -> Path:
    return Path(facts()[2])


def facts() -> list[str]:
    """The environment's version and its packages' folder, or nothing when it does not run."""
    return _facts(PYTHON.stat().st_mtime_ns) if PYTHON.exists() else []


@functools.cache
def _facts(changed: int) -> list[str]:
    try:
        answer = subprocess.run([PYTHON, "-c", QUESTION], check=False, capture_output=True, text=True)
    except OSError:
        return []
    lines = answer.stdout.splitlines()
    is_new_enough = len(lines) == 3 and (int(lines[0]), int(lines[1])) >= (3, 11)
    return lines if answer.returncode == 0 and is_new_enough else []


def _make(log: Path) -> None:
    with step("Making .venv"):
        processes.run(
            [sys.executable, "-m", "venv", "--clear", FOLDER],
            log=log,
            env=os.environ,
            failing="Python could not make .venv: install your distribution's python3-venv and try again.",
        )
    _facts.cache_clear()


def _install(lock_name: str, log: Path) -> None:
    if uv := shutil.which("uv"):
        command = [uv, "pip", "install", "--python", PYTHON, "--require-hashes", "-r", ROOT / lock_name]
        process = processes.spawn(command, output=log, env=os.environ)
        if processes.wait(process) == 0:
            return
        # uv may not know the index that pip is set up for.
    if not (site_packages() / "pip").exists():
        _pip_run([PYTHON, "-m", "ensurepip"], log, "pip is missing in .venv: remove the folder .venv and try again.")
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", ROOT / lock_name]
    failing = f"pip could not install {lock_name}: check the network, or read the reason in the log."
    _pip_run(command, log, failing)


def _compile(log: Path) -> None:
    # uv leaves this to the first import, and PYTHONDONTWRITEBYTECODE forbids it then: each start would cost seconds.
    process = processes.spawn(
        [PYTHON, "-m", "compileall", "-q", "-j", "0", site_packages()], output=log, env=os.environ
    )
    processes.wait(process)


def _pip_run(command: list[object], log: Path, failing: str) -> None:
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore", "PIP_NO_INPUT": "1"}
    processes.run(command, log=log, env={**os.environ, **quiet}, failing=failing)


def _forget(lock_name: str) -> dict[str, str]:
    replaced = (EMBEDDED,) if lock_name == EMBEDDED else (RUNTIME, DEV)
    held = {name: mark for name, mark in read_json(INSTALLED).items() if name not in replaced}
    INSTALLED.write_text(json.dumps(held))
    return held


def _mark(lock_name: str) -> str:
    path = ROOT / lock_name
    if not path.exists():
        raise Trouble(f"{lock_name} is missing: get it back from git.")
    return hashlib.sha256(path.read_bytes()).hexdigest()
