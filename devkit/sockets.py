"""Where unix sockets live: the kernel allows them a path of 107 bytes, a Mac 103."""

import os
import tempfile
from pathlib import Path

from devkit.identity import Identity
from devkit.places import mark

LONGEST = 100


def folder_near(folder: Path, name: str, who: Identity) -> Path:
    """The folder itself, or a short one of the same owner's when its path is too long."""
    if len(os.fsencode(folder / name)) <= LONGEST:
        return folder
    short = Path(tempfile.gettempdir()) / f"backoffice-{mark(folder)}"
    who.own(short)
    return short
