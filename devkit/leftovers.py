"""Processes of an earlier launcher that was killed before it could stop them."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

PROC = Path("/proc")
PATIENCE_SECONDS = 10.0


def birth(pid: int) -> str:
    """When a process began, or nothing when there is none: a number alone may have been given again."""
    stat = PROC / str(pid) / "stat"
    if PROC.joinpath("self").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        return "" if fields[0] == "Z" else fields[19]
    return _ps(pid, "lstart=")


def works_in(pid: int, folder: Path) -> bool:
    """Whether a process works in this folder; where we may not look, whether its command sends it there."""
    try:
        return Path(os.readlink(PROC / str(pid) / "cwd")) == folder
    except OSError:
        return f" -D {folder} " in _command(pid)


def working_in(folder: Path) -> list[int]:
    """The processes that work in a folder, as all those of a Postgres server do in its data."""
    pids = [int(entry.name) for entry in PROC.glob("[0-9]*")]
    return [pid for pid in pids if works_in(pid, folder)]


def _command(pid: int) -> str:
    if PROC.joinpath("self").exists():
        try:
            return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    return _ps(pid, "command=")


def _ps(pid: int, column: str) -> str:
    command = ["ps", "-ww", "-o", column, "-p", str(pid)]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()


def end_group(leader: int, folder: Path) -> None:
    """Kill what a dead leader left in its group, if it works in the folder that ours work in."""
    if birth(leader):
        return
    for pid in working_in(folder):
        with contextlib.suppress(ProcessLookupError):
            if os.getpgid(pid) == leader:
                os.kill(pid, signal.SIGKILL)


def end(pid: int, born: str, *signals: int) -> None:
    """Signal a process, more firmly each time, until it is gone."""
    for number in (*signals, signal.SIGKILL):
        if not born or birth(pid) != born:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while birth(pid) == born and time.monotonic() < deadline:
            time.sleep(0.05)
