"""Whether the locks still say what pyproject.toml asks for; run as `python -m devkit.locks`."""

import difflib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from devkit import venv
from devkit.places import ROOT

OPTIONS = (
    *("--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-annotate", "--no-header", "--quiet"),
)
PROJECT = str(ROOT / "pyproject.toml")
EVERYTHING = (PROJECT, "--group", "dev", "--group", "bench", "--extra", "embedded")
NETWORK_WORDS = ("error sending request", "failed to fetch", "dns error", "timed out", "connection refused")


class NoNetworkError(Exception):
    """The package index does not answer."""


def main() -> int:
    """Compile each lock again, with the present one as the preference, and compare the pins."""
    is_fresh = True
    with tempfile.TemporaryDirectory() as folder:
        try:
            for name, asked in _asked(Path(folder)).items():
                is_fresh &= _is_fresh(name, asked, Path(folder))
        except NoNetworkError:
            print("not looked at: the package index does not answer")
    return 0 if is_fresh else 1


def _asked(folder: Path) -> dict[str, tuple[str, ...]]:
    project = tomllib.loads(Path(PROJECT).read_text())
    extra = folder / "embedded.in"
    extra.write_text("\n".join(project["project"]["optional-dependencies"]["embedded"]))
    return {venv.RUNTIME: (PROJECT,), venv.DEV: EVERYTHING, venv.EMBEDDED: (str(extra),)}


def _is_fresh(name: str, asked: tuple[str, ...], folder: Path) -> bool:
    again = folder / name
    shutil.copy(ROOT / name, again)
    command = [str(venv.PYTHON), "-m", "uv", "pip", "compile", *asked, *OPTIONS, "--output-file", str(again)]
    answer = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, env=os.environ)
    if answer.returncode != 0:
        if any(word in answer.stderr.lower() for word in NETWORK_WORDS):
            raise NoNetworkError
        print(answer.stderr)
        return False
    present, fresh = pins(ROOT / name), pins(again)
    if present != fresh:
        print(*difflib.unified_diff(present, fresh, name, "pyproject.toml", lineterm="", n=0), sep="\n")
        print(f"{name} is not what pyproject.toml asks for; write it anew with:")
        print(f"  .venv/bin/python -m uv pip compile {' '.join((*asked, *OPTIONS))} -o {name}")
    return present == fresh


def pins(lock: Path) -> list[str]:
    """Names and versions; more hashes may come for a version when its authors publish another wheel."""
    lines = lock.read_text().splitlines()
    return [line.rstrip(" \\") for line in lines if line and not line.startswith((" ", "#"))]


if __name__ == "__main__":
    sys.exit(main())
