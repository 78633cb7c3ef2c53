"""One readable log out of many: each service's new lines, with its name in front."""

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
LARGE_BITE = 256 * 1024


class Reader:
    def __init__(self, crew: Crew) -> None:
        self.crew = crew
        self.places = {name: member.log_start for name, member in crew.members.items()}

    def read(self) -> None:
        for name, member in self.crew.members.items():
            for line in self._new_lines(name, member):
                voice.write(f"{self._label(name)} {line}\n")

    def _new_lines(self, name: str, member: Member) -> list[str]:
        with open(member.log, "rb") as file:
            file.seek(self.places[name])
            found = file.read(LARGE_BITE)
        whole = found[: found.rfind(b"\n") + 1] if len(found) < LARGE_BITE else found
        self.places[name] += len(whole)
        return whole.decode(errors="replace").splitlines()

    def _label(self, name: str) -> str:
        plain = f"{name:8} |"
        if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
            return plain
        return f"\033[{COLOURS.get(name, 37)}m{plain}\033[0m"
