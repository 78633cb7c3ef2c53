"""One readable log out of many: each service's new lines, with its name in front, but for what comes every second."""

import json
import os
import sys

from devkit.crew import Crew, Member
from devkit.progress import voice

COLOURS = {
    "web": 32,
    "worker": 36,
    "slow-worker": 90,
    "beat": 35,
    "postgres": 34,
    "broker": 33,
    "catcher": 31,
    "events": 96,
}
WIDTH = max(map(len, COLOURS))
# Beat, worker and each task say at INFO that all is as ever; the files keep it, and whoever looks on is spared it.
ROUTINE = {
    "celery.beat": "Sending due task",
    "celery.worker.strategy": "received",
    "celery.app.trace": "succeeded",
}
LARGE_BITE = 256 * 1024


class Reader:
    def __init__(self, crew: Crew) -> None:
        self.crew = crew
        self.places = {name: member.log_start for name, member in crew.members.items()}

    def read(self) -> None:
        for name, member in self.crew.members.items():
            for line in self._new_lines(name, member):
                if not is_routine(line):
                    voice.write(f"{self._label(name)} {line}\n")

    def _new_lines(self, name: str, member: Member) -> list[str]:
        with open(member.log, "rb") as file:
            file.seek(self.places[name])
            found = file.read(LARGE_BITE)
        end = found.rfind(b"\n") + 1
        whole = found if len(found) == LARGE_BITE and not end else found[:end]
        self.places[name] += len(whole)
        return whole.decode(errors="replace").splitlines()

    def _label(self, name: str) -> str:
        plain = f"{name:{WIDTH}} |"
        if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
            return plain
        return f"\033[{COLOURS.get(name, 37)}m{plain}\033[0m"


def is_routine(line: str) -> bool:
    """Whether a line says no more than that a task was sent, came in or ended well."""
    if '"celery.' not in line:
        return False
    try:
        said = json.loads(line)
        return said["level"] == "info" and ROUTINE[said["logger"]] in said["event"]
    except (ValueError, KeyError, TypeError):
        return False
