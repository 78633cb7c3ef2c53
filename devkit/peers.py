"""The real peers out of npm that some tests talk with, such as PostgREST and Supabase's own tool."""

import hashlib
import os
import shutil

from devkit import processes, stopping
from devkit.places import ROOT, VAR, Place, lock
from devkit.progress import Trouble, step

FOLDER = ROOT / "tests" / "peers"
MODULES = FOLDER / "node_modules"
INSTALLED = MODULES / ".installed"


def environment(place: Place) -> dict[str, str]:
    """Where the packages are, or why there are none."""
    if not (FOLDER / "package-lock.json").exists():
        return {"PEERS": "", "PEERS_WHY": "tests/peers has no package-lock.json."}
    if is_ready():
        return {"PEERS": str(MODULES), "PEERS_WHY": ""}
    if not shutil.which("npm"):
        return {"PEERS": "", "PEERS_WHY": "npm is not installed."}
    try:
        with lock(VAR / "peers.lock", wait=stopping.pause):
            _install(place)
    except Trouble as trouble:
        return {"PEERS": "", "PEERS_WHY": f"{trouble.sentence} The log is {trouble.log}."}
    return {"PEERS": str(MODULES), "PEERS_WHY": ""}


def is_ready() -> bool:
    return INSTALLED.exists() and INSTALLED.read_text() == _mark()


def _install(place: Place) -> None:
    if is_ready():
        return  # somebody else was quicker
    command = ["npm", "ci", "--prefix", str(FOLDER), "--no-audit", "--no-fund"]
    with step("Installing the npm tools that tests talk with"):
        processes.run(command, log=place.setup_log, env=os.environ, failing="`npm ci` in tests/peers failed.")
    INSTALLED.write_text(_mark())


def _mark() -> str:
    return hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
