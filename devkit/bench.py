"""`dev.py bench NAME`: runs bench/NAME.py, which starts what it measures by itself."""

import os
import signal
import subprocess

from devkit import processes, stopping, venv
from devkit.places import ROOT
from devkit.progress import Trouble

FOLDER = ROOT / "bench"


def main(arguments: list[str]) -> int:
    known = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))
    if not arguments or arguments[0] not in known:
        raise Trouble(f"Name a measurement: {', '.join(known) or 'there is none in bench/ yet'}.")
    name, *rest = arguments
    venv.ensure(venv.DEV)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [str(venv.PYTHON), str(FOLDER / f"{name}.py"), *rest]
    script = subprocess.Popen(command, cwd=ROOT, env=env, preexec_fn=processes.tie_to_us(signal.SIGTERM))
    while (code := script.poll()) is None:
        try:
            stopping.pause()
        except stopping.Stopped:
            # It may have servers of its own to put away.
            script.terminate()
            return script.wait()
    return code
