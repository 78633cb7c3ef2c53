"""`dev.py stack --json`: the whole system for another program to use, until it is told to stop."""

import argparse
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from devkit import crew as crews
from devkit import database, places, ports, servers, stopping, system, venv
from devkit.crew import Crew
from devkit.places import VAR, Place
from devkit.progress import Trouble, say, voice
from devkit.system import System


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py stack")
    parser.add_argument("--json", action="store_true", required=True, help="one line on stdout when it is ready")
    parser.add_argument("--fresh", action="store_true", help="with data of its own, thrown away at the end")
    parser.add_argument("--workers", type=int, default=2, help="web server processes")
    parser.add_argument("--catcher", action="store_true", help="with the Make catcher that `up` has")
    wishes = parser.parse_args(arguments)
    voice.is_on_stderr = True  # stdout is for the JSON alone
    venv.ensure(venv.RUNTIME)
    with places.temporary() if wishes.fresh else _kept() as place:
        _run(place, wishes.workers, is_fresh=wishes.fresh, is_catching=wishes.catcher)
    return 0


@contextmanager
def _kept() -> Iterator[Place]:
    place = Place(VAR / "stack")
    place.make()
    with places.lock(place.folder / "lock") as is_ours:
        if not is_ours:
            raise Trouble("A stack runs here already: stop it, or ask for one of your own with --fresh.")
        yield place


def _run(place: Place, workers: int, *, is_fresh: bool, is_catching: bool) -> None:
    crews.end_leftovers(place)
    crew = Crew(place)
    is_scratch = is_fresh and servers.is_database_given()
    name = f"{servers.DATABASE}_{secrets.token_hex(6)}" if is_scratch else servers.DATABASE
    try:
        port = ports.choose(place.run().get("port"))
        catcher = ports.choose(place.run().get("catcher_port")) if is_catching else None
        here = system.start(crew, port=port, workers=workers, database_name=name, catcher_port=catcher)
        place.remember(base=here.base, port=port, **({"catcher_port": catcher} if catcher else {}))
        print(json.dumps(describe(here, crew)), flush=True)
        while True:
            crew.tick()
            stopping.pause()
    except stopping.Stopped:
        say("- Stopping the stack")
    finally:
        crew.dismiss()
        if is_scratch:
            database.drop(database.beside(os.environ["OWNER_DATABASE_URL"], name), place.setup_log)


def describe(here: System, crew: Crew) -> dict[str, object]:
    """All that a program needs to use the stack."""
    env = here.env
    return {
        "base": here.base,
        "dsn": env["OWNER_DATABASE_URL"],
        "runtime_dsn": env["DATABASE_URL"],
        "tokens": _tokens(here),
        "orgs": here.seed["orgs"],
        "users": here.seed["users"],
        "admin": {"url": f"{here.base}/admin/", "username": here.staff, "password": env["DEMO_PASSWORD"]},
        "jwt": {
            "secret": env["SUPABASE_JWT_SECRET"],
            "issuer": env["SUPABASE_JWT_ISSUER"],
            "audience": env["SUPABASE_JWT_AUDIENCE"],
        },
        "webhook": {"secret": env["WEBHOOK_SECRET"], "url": env.get("WEBHOOK_BASE_URL")},
        "pids": {"postgres": None, "broker": None, **crew.pids(), "launcher": os.getpid()},
        "logs": str(crew.place.logs),
        "run": str(crew.place.run_file),
    }


def _tokens(here: System) -> dict[str, str]:
    return {
        "user_a": here.user_token("a"),
        "user_b": here.user_token("b"),
        "anon": here.env["SUPABASE_ANON_KEY"],
        "service_role": here.env["SUPABASE_SERVICE_ROLE"],
        "gateway_a": here.gateway_key("a"),
        "gateway_b": here.gateway_key("b"),
    }
