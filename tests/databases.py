"""Test databases: one template built by the real migrations, a copy for each worker and each running site."""

import fcntl
import hashlib
import os
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent


def owner_url(name: str = "postgres") -> str:
    """The owner's address of a database on the test server."""
    return _with_name(os.environ["OWNER_DATABASE_URL"], name)


def runtime_url(name: str) -> str:
    """The runtime login's address of a database on the test server."""
    return _with_name(os.environ["DATABASE_URL"], name)


def _with_name(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _fingerprint() -> str:
    files = [
        *ROOT.glob("supabase/**/*.sql"),
        *ROOT.glob("*/migrations/*.py"),
        ROOT / "tests" / "cast.py",
        ROOT / "tests" / "databases.py",
    ]
    digest = hashlib.sha256()
    for file in sorted(files):
        if file.name != "schema.sql":
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def template() -> str:
    """The name of the template, built by whoever comes first."""
    name = f"tpl_{_fingerprint()}"
    # One server, several workers: the first one builds, the others wait.
    mark = hashlib.sha256(os.environ["OWNER_DATABASE_URL"].encode()).hexdigest()[:12]
    folder = ROOT / "var"
    folder.mkdir(exist_ok=True)
    with open(folder / f"template-{mark}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(owner_url(), autocommit=True) as owner:
            if owner.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                return name
            building = f"{name}_building"
            owner.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(building)))
            owner.execute(sql.SQL("create database {} template template0").format(sql.Identifier(building)))
            for command in ("shim", "migrate", "grant_login"):
                manage(building, command)
            from tests.cast import add_cast

            add_cast(building)
            owner.execute(
                sql.SQL("alter database {} rename to {}").format(sql.Identifier(building), sql.Identifier(name))
            )
    return name


def manage(database: str, *arguments: str) -> str:
    """Run manage.py against a database and return what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": runtime_url(database), "OWNER_DATABASE_URL": owner_url(database)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def copy(purpose: str):
    """A database of its own, made from the template and dropped afterwards."""
    name = f"test_{purpose}_{uuid.uuid4().hex[:8]}"
    source = template()
    with psycopg.connect(owner_url(), autocommit=True) as owner:
        owner.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(source)))
    try:
        yield name
    finally:
        with psycopg.connect(owner_url(), autocommit=True) as owner:
            owner.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
