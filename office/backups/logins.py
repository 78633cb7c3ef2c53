"""Logins by their addresses; a password travels in the environment, never on a command line or in a message."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from psycopg import pq, sql
from psycopg.conninfo import conninfo_to_dict

from office.backups.trouble import NoLogin, Trouble

# A tool needs nothing else of ours; what libpq reads from the environment stays the person's to say.
_HANDED_ON = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH")


def variables(url: str) -> dict[str, str]:
    """The environment for one of Postgres' tools that is to log in there."""
    env = {**handed_on(), **{name: value for name, value in os.environ.items() if name.startswith("PG")}}
    told = _parts(url)
    for option in pq.Conninfo.get_defaults():
        value = told.get(option.keyword.decode())
        if option.envvar and value is not None:
            env[option.envvar.decode()] = str(value)
    return {**env, "PGCONNECT_TIMEOUT": "10", "PGAPPNAME": "backoffice backup"}


def handed_on() -> dict[str, str]:
    """What a program needs that logs in nowhere; it speaks English, because we read what it says."""
    return {"LC_ALL": "C", **{name: os.environ[name] for name in _HANDED_ON if name in os.environ}}


def of_backup() -> str:
    """Who reads everything: BACKUP_DATABASE_URL, else the owner of the schema."""
    url: str = settings.BACKUP_DATABASE_URL or settings.OWNER_DATABASE_URL
    if not url:
        raise NoLogin(
            "Set BACKUP_DATABASE_URL, or OWNER_DATABASE_URL: the runtime login cannot read the whole database."
        )
    return url


def named(name_or_url: str) -> str:
    """The address of a database: its own, or that of a name on the server that the backup reads."""
    if "://" in name_or_url:
        return name_or_url
    return urlunsplit(urlsplit(of_backup())._replace(path=f"/{name_or_url}"))


def database_of(url: str) -> str:
    name = _parts(url).get("dbname")
    if not name:
        raise Trouble("The address names no database: write one after its last slash.")
    return str(name)


def quoted_name(url: str) -> str:
    """The database's name as an argument; a tool takes a bare one with "=" or "://" in it for an address."""
    name = database_of(url).replace("\\", "\\\\").replace("'", "\\'")
    return f"dbname='{name}'"


def has_password(url: str) -> bool:
    return bool("://" in url and _parts(url).get("password"))


def is_running_one(url: str) -> bool:
    """Whether the address leads to the database that the office works with."""
    running = settings.DATABASES["default"]
    theirs, ours = _parts(url), (running["HOST"] or "", str(running["PORT"] or 5432), running["NAME"])
    return (str(theirs.get("host", "")), str(theirs.get("port", 5432)), theirs.get("dbname")) == ours


@contextmanager
def connected(url: str, **options: Any) -> Iterator[psycopg.Connection[Any]]:
    """A connection; who is not let in is told so without the address."""
    try:
        connection: psycopg.Connection[Any] = psycopg.connect(
            url, connect_timeout=10, application_name="backoffice backup", **options
        )
    except psycopg.OperationalError as exc:
        raise NoLogin(f"The database server does not let us in ({type(exc).__name__}).") from None
    with connection:
        yield connection


def have_database(url: str) -> bool:
    """Make the database where it is not there yet; whether it was made."""
    name = database_of(url)
    beside = urlunsplit(urlsplit(url)._replace(path="/postgres"))
    with connected(beside, autocommit=True) as server:
        if server.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            return False
        server.execute(sql.SQL("create database {} template template0 encoding 'UTF8'").format(sql.Identifier(name)))
        return True


def drop_database(url: str) -> None:
    """Take away a database that was made a moment ago and could not be filled."""
    beside = urlunsplit(urlsplit(url)._replace(path="/postgres"))
    with connected(beside, autocommit=True) as server:
        server.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(database_of(url))))


def _parts(url: str) -> dict[str, Any]:
    try:
        return dict(conninfo_to_dict(url))
    except psycopg.ProgrammingError:
        raise Trouble("This is no address of a database: postgresql://login@host:5432/name") from None
