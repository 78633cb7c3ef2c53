"""`manage.py migrate`, and the check that keeps Django's tables out of `public`."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import sql

from tests import databases


def manage(database_url, owner_url, *arguments):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=databases.ROOT,
        env={**os.environ, "DATABASE_URL": database_url, "OWNER_DATABASE_URL": owner_url},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def empty_database():
    name = f"test_empty_{os.getpid()}"
    with psycopg.connect(databases.owner_url(), autocommit=True) as owner:
        owner.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))
        owner.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
    yield databases.owner_url(name)
    with psycopg.connect(databases.owner_url(), autocommit=True) as owner:
        owner.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def test_two_migrations_at_once_both_end_well(empty_database):
    url = empty_database
    assert manage(url, url, "shim").returncode == 0

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: manage(url, url, "migrate"), range(2)))

    assert [run.returncode for run in done] == [0, 0], done
    assert manage(url, url, "shim").stdout.startswith("Schema auth is there")


def test_django_refuses_to_put_its_tables_into_public(empty_database):
    checked = manage(empty_database, empty_database, "check", "--database", "default")

    assert checked.returncode != 0
    assert "accounts.E001" in checked.stderr


def test_a_file_that_comes_too_late_is_refused(empty_database):
    url = empty_database
    manage(url, url, "shim")
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("create schema supabase_migrations")
        owner.execute("create table supabase_migrations.schema_migrations (version text primary key)")
        owner.execute("insert into supabase_migrations.schema_migrations values ('20991231000000')")

    done = manage(url, url, "migrate")

    assert done.returncode != 0
    assert "versions without a file here: 20991231000000" in done.stderr


def test_without_the_owners_login_migrate_says_what_to_set():
    done = manage(os.environ["DATABASE_URL"], "", "migrate")

    assert done.returncode != 0
    assert "Set OWNER_DATABASE_URL" in done.stderr
