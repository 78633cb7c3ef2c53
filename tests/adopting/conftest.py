"""An existing database on a server of its own, before and after our migrations."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import psycopg
import pytest

from tests.adopting.population import populate
from tests.peers import scratch
from tests.peers.conftest import supabase  # noqa: F401  the tool out of npm
from tests.peers.scratch import HOSTED

EXISTING = Path(__file__).with_name("existing.sql")


def existing(server: scratch.Server, cases: int = 12) -> str:
    """A populated database as the existing project has it, on what a hosted Supabase gives."""
    name = scratch.database(server, "old")
    server.tell(EXISTING.read_text(), name, HOSTED)
    populate(server.url(name, HOSTED), cases)
    return name


def all_rows(server: scratch.Server, name: str) -> dict[str, dict[str, str]]:
    """Every row of every table in public, by its key, as a hash of all it says."""
    found = {}
    with psycopg.connect(server.url(name)) as line:
        tables = line.execute(
            """select c.relname, a.attname from pg_class c join pg_index i on i.indrelid = c.oid and i.indisprimary
            join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
            where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'"""
        ).fetchall()
        for table, key in tables:
            found[table] = dict(
                line.execute(f'select {key}::text, md5(to_jsonb(t)::text) from public."{table}" t').fetchall()
            )
    return found


@dataclass
class Adopted:
    server: scratch.Server
    name: str
    before: dict[str, dict[str, str]] = field(default_factory=dict)

    def ask(self, statement: str, *values) -> list[tuple]:
        with psycopg.connect(self.server.url(self.name), autocommit=True) as line:
            return line.execute(statement, values).fetchall()

    def one(self, statement: str, *values):
        [row] = self.ask(statement, *values)
        return row[0] if len(row) == 1 else row

    @cached_property
    def notes(self) -> set[tuple[str, str, str]]:
        return set(self.ask("select table_name, row_id, reason from legacy.adoption_notes"))


@pytest.fixture(scope="session")
def embedded():
    with scratch.server("embedded") as server:
        yield server


@pytest.fixture(scope="session")
def adopted(embedded):
    """An existing database after `manage.py migrate`."""
    name = existing(embedded)
    before = all_rows(embedded, name)
    scratch.migrate(embedded, name)
    return Adopted(embedded, name, before)


@pytest.fixture(scope="session")
def fresh(embedded):
    """A database that never was anything else."""
    name = scratch.database(embedded, "old")
    scratch.migrate(embedded, name)
    return Adopted(embedded, name)
