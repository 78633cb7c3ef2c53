"""Whether each compiled message catalogue says what its source says; run as `python -m devkit.catalogues`."""

import gettext
import subprocess
import sys
import tempfile
from pathlib import Path

from devkit import venv
from devkit.places import ROOT

LOCALE = ROOT / "locale"


def main() -> int:
    stale = [source for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")) if not is_fresh(source)]
    for source in stale:
        name = source.relative_to(ROOT)
        compiled = name.with_suffix(".mo")
        print(f"{compiled} is not what {name} says; write it anew with:")
        print(f"  .venv/bin/pybabel compile -i {name} -o {compiled}")
    return 1 if stale else 0


def is_fresh(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder) / compiled.name
        command = [str(venv.PYTHON), "-m", "babel.messages.frontend", "compile", "-i", str(source), "-o", str(again)]
        subprocess.run(command, check=True, capture_output=True)
        return compiled.exists() and messages(compiled) == messages(again)


def messages(compiled: Path) -> dict[object, str]:
    """What a catalogue translates; its head holds only times and tools."""
    with open(compiled, "rb") as file:
        found: dict[object, str] = dict(vars(gettext.GNUTranslations(file))["_catalog"])
    found.pop("", None)
    return found


if __name__ == "__main__":
    sys.exit(main())
