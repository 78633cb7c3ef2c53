"""Who the database server runs as: ourselves, or an ordinary user when we are root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devkit.progress import Trouble

# Users that are there already; we never make one.
CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Identity:
    name: str
    uid: int
    gid: int

    @property
    def popen(self) -> dict[str, Any]:
        """The arguments that make a child run as this user."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can(self, test: str, path: Path) -> bool:
        """Ask the kernel, as that user: it knows mounts and access lists that mode bits do not show."""
        question = ["/bin/sh", "-c", f'test {test} "$1"', "sh", str(path)]
        answer = subprocess.run(
            question, cwd="/", stdin=subprocess.DEVNULL, check=False, capture_output=True, **self.popen
        )
        return answer.returncode == 0

    def own(self, folder: Path) -> None:
        """Make a folder that only this user may enter; one that somebody else laid there is refused."""
        folder.mkdir(mode=0o700, exist_ok=True)
        facts = folder.lstat()
        if folder.is_symlink() or facts.st_uid not in (os.geteuid(), self.uid):
            raise Trouble(f"{folder} belongs to somebody else: remove it, or run as the user who made it.")
        if facts.st_uid != self.uid:
            os.chown(folder, self.uid, self.gid)


def ourselves() -> Identity:
    try:
        name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        name = str(os.geteuid())
    return Identity(name, os.geteuid(), os.getegid())


def of_server() -> Identity:
    if os.geteuid() != 0:
        return ourselves()
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(name, entry.pw_uid, entry.pw_gid)
    raise Trouble(
        "Postgres refuses to run as root and there is no user postgres or nobody: run this as an ordinary user."
    )
