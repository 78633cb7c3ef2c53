"""Databases on a server we can reach, made and dropped through the venv's own driver."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from devkit import processes, stopping, venv
from devkit.progress import Trouble

MAKE = """
if not line.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
    line.execute(sql.SQL("create database {} template template0 encoding 'UTF8'").format(sql.Identifier(name)))
"""
DROP = """
line.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
"""
# Through the server's own database, because the one we mean may not exist yet.
AROUND = """
import os, psycopg
from psycopg import sql
name = os.environ["DATABASE_NAME"]
with psycopg.connect(os.environ["SERVER_URL"], autocommit=True, connect_timeout=10) as line:
"""


def create(url: str, log: Path) -> None:
    """Have this database; one that is there stays as it is."""
    _tell(MAKE, url, log)


def drop(url: str, log: Path) -> None:
    with stopping.tidying():
        _tell(DROP, url, log)


def beside(url: str, name: str) -> str:
    """Another database of the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def name_of(url: str) -> str:
    name = urlsplit(url).path.lstrip("/")
    if not name:
        raise Trouble("OWNER_DATABASE_URL names no database: write one after the last slash.")
    return name


def _tell(what: str, url: str, log: Path) -> None:
    script = AROUND + "\n".join(f"    {line}" for line in what.splitlines())
    env = {**os.environ, "SERVER_URL": beside(url, "postgres"), "DATABASE_NAME": name_of(url)}
    failing = "The database server does not let us in: look at OWNER_DATABASE_URL, and read its answer in the log."
    processes.run([venv.PYTHON, "-c", script], log=log, env=env, failing=failing)
