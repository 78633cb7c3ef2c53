"""Child processes: started in a group of their own, ended with all that they started."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from devkit import stopping
from devkit.identity import Identity
from devkit.places import ROOT
from devkit.progress import Trouble

PR_SET_PDEATHSIG = 1
PATIENCE_SECONDS = 10.0

# Loaded here, because a child between fork and exec should not load libraries.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def spawn(
    command: Sequence[object],
    *,
    output: Path,
    env: Mapping[str, str],
    who: Identity | None = None,
    death_signal: int = signal.SIGTERM,
    stdout: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child whose words go to a file, and who gets a signal should we be killed."""
    with open(output, "ab") as log:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd="/" if who else ROOT,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=log if stdout is None else stdout,
            stderr=log,
            start_new_session=True,
            preexec_fn=tie_to_us(death_signal),
            **(who.popen if who else {}),
        )


def tie_to_us(death_signal: int) -> Callable[[], None]:
    """What a child does before it starts, so that it goes when we are killed."""
    us = os.getpid()

    def in_child() -> None:
        if _libc:
            _libc.prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != us:
            os._exit(1)  # we died before the signal was set

    return in_child


def run(
    command: Sequence[object], *, log: Path, env: Mapping[str, str], failing: str, who: Identity | None = None
) -> None:
    """Run a command to its end; a failure is told with the sentence given."""
    process = spawn(command, output=log, env=env, who=who)
    if wait(process) != 0:
        raise Trouble(failing, log)


def ask(command: Sequence[object], *, log: Path, env: Mapping[str, str], failing: str) -> str:
    """Run a command to its end and return what it printed."""
    reading, writing = os.pipe()
    try:
        process = spawn(command, output=log, env=env, stdout=writing)
    finally:
        os.close(writing)
    answer = _drain(process, reading)
    if wait(process) != 0:
        raise Trouble(failing, log)
    return answer


def _drain(process: subprocess.Popen[bytes], reading: int) -> str:
    os.set_blocking(reading, False)
    pieces: list[bytes] = []
    try:
        while True:
            try:
                piece = os.read(reading, 65536)
            except BlockingIOError:
                stopping.pause()
                continue
            if not piece:
                return b"".join(pieces).decode()
            pieces.append(piece)
    except stopping.Stopped:
        end([process])
        raise
    finally:
        os.close(reading)


def wait(process: subprocess.Popen[bytes]) -> int:
    """The exit code; when asked to stop meanwhile, the child is ended first."""
    try:
        while (code := process.poll()) is None:
            stopping.pause()
    except stopping.Stopped:
        end([process])
        raise
    return code


def end(
    processes: Sequence[subprocess.Popen[bytes]], *, first: int = signal.SIGTERM, patience: float = PATIENCE_SECONDS
) -> None:
    """Ask, wait, then insist; what the children left behind in their groups goes with them."""
    for process in processes:
        if process.poll() is None:
            process.send_signal(first)
    deadline = time.monotonic() + patience
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        kill_group(process.pid)


def kill_group(group: int) -> None:
    """End what a dead leader left in its group, such as web workers that still hold the port."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
