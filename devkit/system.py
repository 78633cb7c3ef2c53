"""The whole system in one place: servers, schema, demo data, web, events, worker and beat."""

import http.client
import json
from dataclasses import dataclass
from typing import Any

from devkit import environment, keys, ports, processes, servers, statics, tokens, venv
from devkit.crew import Crew, Service
from devkit.places import ROOT
from devkit.ports import LOOPBACK
from devkit.progress import Trouble, step

START_SECONDS = 90.0
# Worker and beat say so in their logs; should their words change, we go on after this long.
LOG_SECONDS = 20.0


@dataclass(frozen=True)
class System:
    """What runs, and what one needs to use it."""

    base: str
    env: dict[str, str]
    seed: dict[str, Any]

    @property
    def staff(self) -> str:
        return str(self.seed["staff"]["a"]["username"])

    def gateway_key(self, org: str) -> str:
        return self.env[f"DEMO_GATEWAY_KEY_{org.upper()}"]

    def user_token(self, org: str) -> str:
        return tokens.for_user(
            self.seed["users"][org],
            f"{org}@example.com",
            secret=self.env["SUPABASE_JWT_SECRET"],
            issuer=self.env["SUPABASE_JWT_ISSUER"],
            audience=self.env["SUPABASE_JWT_AUDIENCE"],
        )


def start(
    crew: Crew, *, port: int, workers: int, database_name: str = servers.DATABASE, catcher_port: int | None = None
) -> System:
    """Start everything and return when it answers; given a port for it, also the catcher, for the demo to post to."""
    secret = keys.of(crew.place)
    found = servers.start(crew, secret, database_name=database_name)
    base = f"http://{LOOPBACK}:{port}"
    env = {**environment.AT_HOME, **environment.reached_at(base), **environment.of(secret, found)}
    if catcher_port:
        env = {**environment.for_catcher(f"http://{LOOPBACK}:{catcher_port}/"), **env}
        with step("Starting the Make catcher"):
            crew.start(_catcher(environment.of_servers(env), catcher_port))
            crew.await_ready("catcher", START_SECONDS)
    events_port = ports.choose(crew.place.run().get("events_port"))
    crew.place.remember(events_port=events_port)
    env = {"EVENTS_URL": f"http://{LOOPBACK}:{events_port}/api/v1/events/stream", **env}
    seed = prepare(crew, env)
    with step("Starting web, events, worker and beat"):
        runtime = {"LOCAL_PEOPLE": ",".join(seed["people"]["a"]), **environment.of_servers(env)}
        for service in (
            _web(runtime, port, workers),
            _events(runtime, events_port),
            _worker(runtime),
            _slow_worker(runtime),
            _beat(runtime, crew),
        ):
            crew.start(service)
        crew.await_ready("web", START_SECONDS)
        crew.await_ready("events", START_SECONDS)
        crew.hope_ready("worker", LOG_SECONDS)
        crew.hope_ready("slow-worker", LOG_SECONDS)
        crew.hope_ready("beat", LOG_SECONDS)
    return System(base, env, seed)


def prepare(crew: Crew, env: dict[str, str]) -> dict[str, Any]:
    """Bring the database up to date and return who is in the demo data."""
    for title, words in (
        ("Giving a plain Postgres what Supabase has", ["shim"]),
        ("Applying migrations", ["migrate", "--no-input"]),
        ("Letting the app log in", ["grant_login"]),
    ):
        with step(title):
            manage(words, crew, env)
    if env["DJANGO_DEBUG"].lower() not in ("1", "true", "yes", "on"):
        statics.collect(env, crew.place.setup_log)
    with step("Filling in demo data"):
        return _seed(crew, env)


def look_around(crew: Crew, here: System) -> None:
    """Have the worker run the checks of the health board, so that it tells something from the first minute on."""
    command = [venv.PYTHON, "-m", "celery", "-A", "config", "call", "office.tasks.check_missed"]
    failing = "The worker was not asked for the checks: read why in the log."
    processes.run(command, log=crew.place.setup_log, env=environment.of_servers(here.env), failing=failing)


def manage(words: list[str], crew: Crew, env: dict[str, str]) -> None:
    failing = f"`manage.py {words[0]}` failed: read why in the log."
    processes.run([venv.PYTHON, ROOT / "manage.py", *words], log=crew.place.setup_log, env=env, failing=failing)


def _seed(crew: Crew, env: dict[str, str]) -> dict[str, Any]:
    log, failing = (crew.place.setup_log, "`manage.py seed_demo` failed: read why in the log.")
    answer = processes.ask([venv.PYTHON, ROOT / "manage.py", "seed_demo"], log=log, env=env, failing=failing)
    try:
        found = json.loads(answer.strip().splitlines()[-1])
    except (IndexError, ValueError):
        raise Trouble("`manage.py seed_demo` did not end with a line of JSON: mend it to tell whom it made.") from None
    return dict(found)


def _catcher(env: dict[str, str], port: int) -> Service:
    command = [venv.PYTHON, "-m", "devkit.catcher", "--port", str(port)]
    return Service("catcher", command, env, lambda member: answers(port, "/"), may_leave=True)


def _web(env: dict[str, str], port: int, workers: int) -> Service:
    command = [venv.PYTHON, "-m", "gunicorn", "config.wsgi:application", "-c", "config/gunicorn.py"]
    command += ["--bind", f"{LOOPBACK}:{port}", "--workers", str(workers), "--no-control-socket"]
    return Service("web", command, env, lambda member: answers(port, "/admin/login/"))


def _events(env: dict[str, str], port: int) -> Service:
    command = [venv.PYTHON, "-m", "uvicorn", "config.asgi:application", "--host", LOOPBACK, "--port", str(port)]
    # A line for each address would write down tickets; and who listens comes back by himself.
    command += ["--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "1"]
    return Service("events", command, env, lambda member: answers(port, "/healthz"))


def _worker(env: dict[str, str]) -> Service:
    return _celery_worker("worker", "celery", env)


def _slow_worker(env: dict[str, str]) -> Service:
    """Pictures, reports, lists and checks: what would make Make wait."""
    return _celery_worker("slow-worker", "slow", env)


def _celery_worker(name: str, queue: str, env: dict[str, str]) -> Service:
    command = [venv.PYTHON, "-m", "celery", "--quiet", "-A", "config", "worker", "-Q", queue, "-c", "2"]
    # None of them asks about its neighbours.
    command += ["--without-gossip", "--without-mingle", "-n", f"{name}@%h", "--loglevel", "INFO"]
    return Service(name, command, env, lambda member: member.has_said(b"ready."))


def _beat(env: dict[str, str], crew: Crew) -> Service:
    folder = crew.place.folder / "beat"
    folder.mkdir(mode=0o700, exist_ok=True)
    command = [venv.PYTHON, "-m", "celery", "--quiet", "-A", "config", "beat", "--loglevel", "INFO"]
    command += ["--schedule", str(folder / "schedule"), "--pidfile", ""]
    return Service("beat", command, env, lambda member: member.has_said(b"beat: Starting"))


def answers(port: int, path: str) -> bool:
    """Whether something there speaks HTTP and is well."""
    line = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        line.request("GET", path)
        return line.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
