"""A Chromium for the browser tests, and a font that can write Hebrew."""

import os
import shutil
import subprocess
import time
from pathlib import Path

from devkit import processes
from devkit.places import Place
from devkit.progress import Trouble, step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONT = "culmus"
RETRY_SECONDS = 60 * 60


def environment(place: Place) -> dict[str, str]:
    """Where the browser is, or why there is none."""
    given = os.environ.get("CHROMIUM")
    if path := given or find():
        if not given:
            _have_font(place)
        return {"CHROMIUM": path, "CHROMIUM_WHY": ""}
    why = _install(place, ["chromium", FONT])
    return {"CHROMIUM": find() or "", "CHROMIUM_WHY": why}


def find() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def can_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def has_hebrew_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=he"], check=False, capture_output=True).stdout.strip())


def _have_font(place: Place) -> None:
    if not has_hebrew_font() and can_install():
        _install(place, ["fontconfig", FONT])


def _install(place: Place, packages: list[str]) -> str:
    """Why it could not be done, or nothing when it was."""
    if not can_install():
        return "Chromium is not installed, and only root on Debian has dev.py install it."
    failed = place.folder / f"no-{packages[0]}"
    if _is_recent(failed) and os.environ.get("CI") != "true":
        return f"Installing it failed less than an hour ago; remove {failed} to try again."
    try:
        with step(f"Installing {' and '.join(packages)}"):
            _apt(["update"], place.setup_log)
            _apt(["install", "-y", "--no-install-recommends", *packages], place.setup_log)
    except Trouble as trouble:
        failed.touch()
        return f"{trouble.sentence} The log is {trouble.log}."
    failed.unlink(missing_ok=True)
    return ""


def _apt(words: list[str], log: Path) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", *words]
    processes.run(command, log=log, env=env, failing=f"`apt-get {words[0]}` failed.")


def _is_recent(path: Path) -> bool:
    return path.exists() and time.time() - path.stat().st_mtime < RETRY_SECONDS
