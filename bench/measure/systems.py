"""Starting what is measured: the real stack, and beside it, on the same Postgres, the others."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

_ROOT = Path(__file__).resolve().parents[2]
# Counted as ever, and never reached: what is measured is the work, not the throttle.
_NO_CEILING = {"API_RATE_PER_MINUTE": "1000000000"}
_START_SECONDS = 180.0


@dataclass(frozen=True)
class Stack:
    """Where the system under test is, and the owner's door to its database."""

    base: str
    dsn: str
    token: str
    # What its webhooks are signed with, and the process that delivers them.
    secret: str
    worker: int
    # The admin's address, and a login there.
    admin: dict[str, str]
    # The process that tells browsers what happens.
    events: int


@contextmanager
def running_stack(told: str | None, workers: int, **environment: str) -> Iterator[Stack]:
    """The stack that printed the file `told`, or a fresh one that ends with the block."""
    if told:
        yield _stack(json.loads(Path(told).read_text()))
        return
    command = [sys.executable, "dev.py", "stack", "--json", "--fresh", "--workers", str(workers)]
    env = {**os.environ, **_NO_CEILING, **environment}
    with _child(command, env=env, stdout=subprocess.PIPE) as process:
        assert process.stdout
        line = process.stdout.readline()
        if not line:
            raise SystemExit("The stack did not start; it said why above.")
        yield _stack(json.loads(line))


def _stack(told: dict[str, Any]) -> Stack:
    token, secret, pids = told["tokens"]["user_a"], told["webhook"]["secret"], told["pids"]
    return Stack(told["base"], told["dsn"], token, secret, pids["worker"], told["admin"], pids["events"])


@contextmanager
def running_peers(dsn: str, workers: int) -> Iterator[tuple[str, str]]:
    """The naive endpoints under the same gunicorn settings, in a database of their own on the same server."""
    name = f"bench_peers_{secrets.token_hex(4)}"
    theirs = urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))
    port = _free_port()
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bench.peers.settings",
        "PEERS_DSN": theirs,
        "PYTHONPATH": str(_ROOT),
    }
    gunicorn = [sys.executable, "-m", "gunicorn", "bench.peers.wsgi:application", "-c", "bench/peers/gunicorn.py"]
    options = ["--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--no-control-socket"]
    with _database(dsn, name):
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "--run-syncdb", "-v0"], cwd=_ROOT, env=env, check=True
        )
        with _child([*gunicorn, *options], env=env):
            _await_port(port)
            yield f"http://127.0.0.1:{port}", theirs


@contextmanager
def _database(dsn: str, name: str) -> Iterator[None]:
    with psycopg.connect(dsn, autocommit=True) as owner:
        owner.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    try:
        yield
    finally:
        with psycopg.connect(dsn, autocommit=True) as owner:
            owner.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@contextmanager
def _child(command: list[str], **how: Any) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=_ROOT, **how)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_port(port: int) -> None:
    stop = time.monotonic() + _START_SECONDS
    while time.monotonic() < stop:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The peers did not start.")
