"""A running site of our own: gunicorn with production settings over a database copy, spoken to over real HTTP."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg

from tests import databases
from tests.cast import Person


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Site:
    """Where it listens, and the database behind it."""

    port: int
    database: str
    process: subprocess.Popen

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def owner(self) -> psycopg.Connection:
        return psycopg.connect(databases.owner_url(self.database), autocommit=True)

    def call(
        self, method, path, person: Person | None = None, body=None, *, token=None, timeout=60, **headers
    ) -> Answer:
        """One request on a connection of its own; a body that is not bytes is sent as JSON."""
        token = token or (person.token() if person else None)
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        return self.fetch(method, f"/api/v1/{path}", body, timeout=timeout, **headers)

    def fetch(self, method, path, body: bytes | None = None, *, timeout=60, **headers) -> Answer:
        """One request for any address of the site."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running_site(workers: int = 2, **environment: str):
    """Start gunicorn over a fresh copy of the template, stop it and drop the copy afterwards."""
    with databases.copy("site") as database, serving(database, workers, **environment) as site:
        yield site


@contextmanager
def serving(database: str, workers: int = 2, **environment: str):
    """Gunicorn over a database that is there."""
    with tempfile.TemporaryDirectory() as folder:
        env = {
            **os.environ,
            "DATABASE_URL": databases.runtime_url(database),
            "OWNER_DATABASE_URL": databases.owner_url(database),
            "STATIC_ROOT": folder,
            "DJANGO_DEBUG": "0",
            "HTTPS_ONLY": "0",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            **environment,
        }
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(collect, cwd=databases.ROOT, env=env, check=True)
        port = free_port()
        command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "-c", "config/gunicorn.py"]
        with open(Path(folder) / "web.log", "w") as log:
            process = subprocess.Popen(
                [*command, "--bind", f"127.0.0.1:{port}", "--workers", str(workers)],
                cwd=databases.ROOT,
                env=env,
                stdout=log,
                stderr=log,
            )
        site = Site(port, database, process)
        try:
            _wait(site, Path(folder) / "web.log")
            yield site
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(site: Site, log: Path) -> None:
    for _ in range(600):
        assert site.process.poll() is None, log.read_text()
        try:
            connection = HTTPConnection("127.0.0.1", site.port, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError(f"the site did not come up: {log.read_text()}")
