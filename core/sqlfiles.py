"""Applying supabase/migrations/*.sql the way `supabase db push` does, and writing it down where that command looks."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
from django.conf import settings

# One key for the whole command: Django's own migrate is not safe in parallel either.
LOCK = 5_802_026_001

_VERSIONS = """
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
alter table supabase_migrations.schema_migrations add column if not exists statements text[];
alter table supabase_migrations.schema_migrations add column if not exists name text;
"""


class SqlFile(NamedTuple):
    """One migration file: `<digits>_<words>.sql`."""

    version: str
    name: str
    path: Path


class OutOfStep(Exception):
    """The files and the database disagree about what was applied."""


def directory() -> Path:
    return Path(settings.BASE_DIR) / "supabase" / "migrations"


def all_files() -> list[SqlFile]:
    found = []
    for path in sorted(directory().glob("[0-9]*_*.sql")):
        version, _, name = path.stem.partition("_")
        found.append(SqlFile(version, name, path))
    return found


def pending(connection: psycopg.Connection) -> list[SqlFile]:
    """Return the files still to run.

    Raises OutOfStep when the database knows a version without a file, or a file sorts before the last applied one.
    """
    applied = _applied(connection)
    files = all_files()
    if unknown := applied - {file.version for file in files}:
        raise OutOfStep(f"the database has versions without a file here: {', '.join(sorted(unknown))}")
    waiting = [file for file in files if file.version not in applied]
    if waiting and applied and waiting[0].version < max(applied):
        raise OutOfStep(f"{waiting[0].path.name} sorts before the last applied version {max(applied)}")
    return waiting


def _applied(connection: psycopg.Connection) -> set[str]:
    if connection.execute("select to_regclass('supabase_migrations.schema_migrations')").fetchone() == (None,):
        return set()
    return {row[0] for row in connection.execute("select version from supabase_migrations.schema_migrations")}


def apply_pending(connection: psycopg.Connection) -> Iterator[SqlFile]:
    """Run each waiting file in a transaction of its own, together with its row; yield what was applied."""
    waiting = pending(connection)
    connection.execute(_VERSIONS)
    for file in waiting:
        text = file.path.read_text(encoding="utf-8")
        with connection.transaction():
            connection.execute("reset all")
            connection.execute(text.encode())
            connection.execute(
                "insert into supabase_migrations.schema_migrations (version, name, statements) values (%s, %s, %s)",
                [file.version, file.name, [text]],
            )
        yield file
