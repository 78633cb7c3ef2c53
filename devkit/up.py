"""`dev.py up`: everything running under one log, until Ctrl-C."""

import argparse
import json
import os
import secrets
import time
from pathlib import Path

from devkit import crew as crews
from devkit import places, ports, stopping, system, venv
from devkit.crew import Crew
from devkit.places import ROOT, VAR, Place
from devkit.ports import LOOPBACK
from devkit.progress import Trouble, say
from devkit.reader import Reader
from devkit.system import System

WISHES = range(8000, 8020)
WORKERS = 2
TOKEN_SECONDS = 12 * 60 * 60
TOKEN = VAR / "token"
GATEWAY_KEY = VAR / "gateway-key"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py up")
    parser.add_argument("--port", type=int, help="where the web server listens; else 8000 or the next free one")
    wish = parser.parse_args(arguments).port
    place = Place(VAR)
    place.make()
    with places.lock(VAR / "lock") as is_ours:
        if not is_ours:
            return _tell_running(place)
        _run(place, wish)
    return 0


def _run(place: Place, wish: int | None) -> None:
    place.remember(base=None, launcher=os.getpid())
    venv.ensure(venv.RUNTIME)
    crews.end_leftovers(place)
    crew = Crew(place)
    try:
        port = _port(place, wish)
        catcher = ports.choose(place.run().get("catcher_port"))
        here = system.start(crew, port=port, workers=WORKERS, catcher_port=catcher)
        place.remember(base=here.base, port=port, catcher_port=catcher)
        system.look_around(crew, here)
        places.write_private(GATEWAY_KEY, here.gateway_key("a"))
        _watch(crew, here, catcher)
    except stopping.Stopped:
        say("- Stopping everything")
    finally:
        crew.dismiss()
        place.remember(base=None)


def _port(place: Place, wish: int | None) -> int:
    if wish and not ports.is_free(wish):
        raise Trouble(f"Port {wish} is taken: name another one, or none.")
    return wish or ports.choose(place.run().get("port"), *WISHES)


def _watch(crew: Crew, here: System, catcher: int) -> None:
    reader = Reader(crew)
    reader.read()
    renew_at = 0.0
    while True:
        if time.monotonic() >= renew_at:
            places.write_private(TOKEN, here.user_token("a"))
            if not renew_at:
                _welcome(here, catcher, crew.pids()["catcher"])
            renew_at = time.monotonic() + TOKEN_SECONDS
        crew.tick()
        reader.read()
        stopping.pause()


def _welcome(here: System, catcher: int, pid: int) -> None:
    say(f"""
  Admin     {here.base}/admin/
  User      {here.staff}
  Password  {here.env["DEMO_PASSWORD"]}
  The UI    {here.base}/demo/ is one page of it, with the client; open it twice
  Make      http://{LOOPBACK}:{catcher}/ shows what Make would be told
            stop it: kill {pid}; start it again: python3 -m devkit.catcher --port {catcher}

  Open a case from another terminal:

{_curl(here)}

  Stop with Ctrl-C.
""")


def _curl(here: System) -> str:
    token = "var/token" if Path.cwd() == ROOT else str(TOKEN)
    # Another plate each time: an office has one open case for a plate.
    plate = f"{10 + secrets.randbelow(90)}-{100 + secrets.randbelow(900)}-{10 + secrets.randbelow(90)}"
    body = json.dumps({"plate": plate, "owner_name": "Dana Levi"})
    return (
        f'  curl -sS -X POST {here.base}/api/v1/cases -H "Authorization: Bearer $(cat {token})" '
        f"-H \"Content-Type: application/json\" -d '{body}'"
    )


def _tell_running(place: Place) -> int:
    run = place.run()
    if base := run.get("base"):
        pids = ", ".join(f"{name} {facts['pid']}" for name, facts in run.get("services", {}).items())
        say(f"It already runs at {base}/admin/ (launcher {run['launcher']}, {pids}).")
        say(f"Stop it with Ctrl-C where it was started, or with: kill {run['launcher']}")
    else:
        say(f"It is being started or stopped by another dev.py (process {run.get('launcher')}).")
    return 0
