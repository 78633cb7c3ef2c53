"""Processes of an earlier launcher that was killed before it could stop them."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
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
    answer = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)],
        check=False,
        capture_output=True,
        text=True,
    )
    return answer.stdout.strip()


def working_in(folder: Path) -> Iterator[int]:
    """Processes whose current folder this is, as every process of a Postgres server has its data folder."""
    for entry in PROC.glob("[0-9]*/cwd"):
        try:
            if Path(os.readlink(entry)) == folder:
                yield int(entry.parent.name)
        except OSError:
            continue


def end_group(leader: int, folder: Path) -> None:
    """Kill what a dead leader left in its group, if it works in the folder that ours work in."""
    if birth(leader):
        return
    for pid in list(working_in(folder)):
        try:
            if os.getpgid(pid) == leader:
                os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def end(pid: int, born: str, *signals: int) -> None:
    """Signal a process, more firmly each time, until it is gone."""
    end_while(lambda: bool(born) and birth(pid) == born, pid, *signals)


def end_while(is_there: Callable[[], bool], pid: int, *signals: int) -> None:
    for number in (*signals, signal.SIGKILL):
        if not is_there():
            return
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + PATIENCE_SECONDS
        while is_there() and time.monotonic() < deadline:
            time.sleep(0.05)


def can_see() -> bool:
    """Whether this system shows what folder a process works in."""
    return (PROC / "self" / "cwd").exists()
