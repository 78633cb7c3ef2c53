"""The programs out of npm: where they are, and how they are run."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


def modules() -> Path:
    return Path(os.environ["PEERS"])


@dataclass
class Said:
    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        return self.out + self.err


@dataclass
class SupabaseTool:
    """Supabase's own command line tool, in a project folder that holds our migrations and a home of its own."""

    folder: Path

    def __call__(self, *words: str, url: str) -> Said:
        done = subprocess.run(
            [modules() / "@supabase" / "cli-linux-x64" / "bin" / "supabase", *words, f"--remote={url}", "--yes"],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "DO_NOT_TRACK": "1",
                "SUPABASE_TELEMETRY_DISABLED": "1",
                "NO_COLOR": "1",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return Said(done.returncode, done.stdout, done.stderr)
