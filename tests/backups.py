"""Backups as somebody at a terminal makes and restores them."""

import os
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from tests import databases


def manage(database: str, *arguments: object, **environment: str) -> subprocess.CompletedProcess:
    """Run manage.py beside a database, whatever comes of it."""
    env = {
        **os.environ,
        "DATABASE_URL": databases.runtime_url(database),
        "OWNER_DATABASE_URL": databases.owner_url(database),
        **environment,
    }
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)], cwd=databases.ROOT, env=env, capture_output=True, text=True
    )


def taken(database: str, place: Path, *arguments: object, **environment: str) -> Path:
    """A backup that must come about; its folder."""
    done = manage(database, "backup", "--to", place, *arguments, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return Path(done.stdout.splitlines()[0])


def restored(kept: Path, name: str, *arguments: str, beside: str = "none_of_ours") -> tuple[int, str]:
    """Restore while the office works in `beside`, or has lost its database; the exit code, and what was said."""
    done = manage(beside, "restore", kept, "--into", name, *arguments)
    return done.returncode, done.stdout + done.stderr


@contextmanager
def new_name(purpose: str):
    """A name that no database has; one that gets it meanwhile is dropped."""
    name = f"test_{purpose}_{uuid.uuid4().hex[:8]}"
    try:
        yield name
    finally:
        with psycopg.connect(databases.owner_url(), autocommit=True) as owner:
            owner.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def exists(name: str) -> bool:
    with psycopg.connect(databases.owner_url(), autocommit=True) as owner:
        return owner.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is not None
