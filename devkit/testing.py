"""`dev.py test`: pytest with a database, a broker and a browser at hand."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping

from devkit import browser, environment, keys, peers, places, processes, servers, stopping, venv
from devkit import crew as crews
from devkit.crew import Crew
from devkit.places import ROOT, VAR, Place

# Time for pytest to print its report and put its own things away.
FAREWELL_SECONDS = 60.0
OWN_WORKERS = ("-n", "--numprocesses", "--pdb", "--trace", "-p")


def main(arguments: list[str]) -> int:
    venv.ensure(venv.DEV)
    with places.kept_or_temporary(VAR / "test") as place:
        crews.end_leftovers(place)
        crew = Crew(place)
        try:
            return _pytest(crew, arguments, _environment(crew, place))
        finally:
            crew.dismiss()


def _environment(crew: Crew, place: Place) -> dict[str, str]:
    secret = keys.of(place)
    found = servers.start(crew, secret, is_durable=os.environ.get("DEVKIT_FSYNC") == "1")
    env = environment.mark_as_ours(environment.of(secret, found))
    skips_fail = {"SKIPS_FAIL": "1"} if os.environ.get("CI") == "true" else {}
    return {**env, **browser.environment(place), **peers.environment(place), **skips_fail}


def _pytest(crew: Crew, arguments: list[str], env: Mapping[str, str]) -> int:
    spread = [] if any(word.startswith(OWN_WORKERS) for word in arguments) else ["-n", "auto"]
    # In our own process group, so that a debugger has the terminal and Ctrl-C reaches it.
    command = [str(venv.PYTHON), "-m", "pytest", *spread, *arguments]
    pytest = subprocess.Popen(command, cwd=ROOT, env=dict(env), preexec_fn=processes.tie_to_us(signal.SIGINT))
    try:
        while (code := pytest.poll()) is None:
            crew.tick()
            stopping.pause()
    except stopping.Stopped:
        _end(pytest)
        raise
    return code


def _end(pytest: subprocess.Popen[bytes]) -> None:
    if stopping.request.signal != signal.SIGINT:
        pytest.send_signal(signal.SIGINT)
    deadline = time.monotonic() + FAREWELL_SECONDS
    while pytest.poll() is None and time.monotonic() < deadline:
        time.sleep(stopping.PAUSE_SECONDS)
    pytest.kill()
    pytest.wait()
