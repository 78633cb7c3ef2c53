"""A picture is decoded in a process of its own: what one is made to do ends there, and not with the worker."""

import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from typing import IO

from django.conf import settings

from files.pictures import Broken, Facts

# Somebody else may need the processor, too: the clock on the wall is given more than the process.
_WALL_TO_CPU = 2


def read(content: IO[bytes], sides: list[int]) -> tuple[Facts, list[bytes]]:
    """The facts of a picture that lies in a file, and a JPEG for each longest side. Raises Broken with the reason."""
    content.seek(0)
    seconds = settings.PICTURE_SECONDS
    bounds = [settings.PICTURE_MEMORY_BYTES, seconds, *sides]
    command = [sys.executable, "-m", "files.picture_decoder", *map(str, bounds)]
    # Nothing of our own environment: it holds the keys of the house.
    ours = {"PATH": os.defpath, "LANG": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603
            command, stdin=content, capture_output=True, cwd=settings.BASE_DIR, env=ours, timeout=_WALL_TO_CPU * seconds
        )
    except subprocess.TimeoutExpired:
        raise Broken("too_slow") from None
    return _told(done)


def _told(done: "subprocess.CompletedProcess[bytes]") -> tuple[Facts, list[bytes]]:
    line, _, rest = done.stdout.partition(b"\n")
    if done.returncode or not line:
        raise Broken(_reason(done))
    told = json.loads(line)
    if "reason" in told:
        raise Broken(told["reason"])
    facts = told["facts"]
    taken_at = facts["taken_at"] and datetime.fromisoformat(facts["taken_at"])
    made, at = [], 0
    for size in told["sizes"]:
        made.append(rest[at : at + size])
        at += size
    return Facts(**{**facts, "taken_at": taken_at}), made


def _reason(done: "subprocess.CompletedProcess[bytes]") -> str:
    """Ended by the system for its time, for want of memory, or by its own failing."""
    if -done.returncode in (signal.SIGXCPU, signal.SIGKILL):
        return "too_slow"
    return "too_much_memory" if b"MemoryError" in done.stderr else "broken"
