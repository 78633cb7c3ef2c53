"""`dev.py schema`: the public schema as our migrations make it, in one file for reading and review."""

import argparse
import difflib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

from devkit import binaries, database, environment, identity, keys, places, processes, servers, system, venv
from devkit import crew as crews
from devkit.crew import Crew
from devkit.places import ROOT, VAR, Place
from devkit.progress import Trouble, say, step

SNAPSHOT = ROOT / "supabase" / "schema.sql"
HEAD = "-- Written by `python3 dev.py schema` from supabase/migrations; never edited."
# What differs between two runs, or between two versions of pg_dump, and tells nothing of the schema.
NOISE = re.compile(r"SET |SELECT pg_catalog\.set_config|--$|-- PostgreSQL database dump|-- Dumped |\\(un)?restrict ")
OWNER = re.compile(r"^(-- Name: .*; Schema: [^;]*); Owner: .*$")
VIEW = re.compile(r"^CREATE (?:MATERIALIZED )?VIEW .*?;$", re.MULTILINE | re.DOTALL)
ONLY_TABLE = re.compile(r"\bFROM (?:\w+\.)?(\w+)(?: (?!WHERE|GROUP|ORDER|LIMIT)(\w+))?")
QUOTE = re.compile(r"\$\w*\$")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py schema")
    parser.add_argument("--check", action="store_true", help="only say whether the file is fresh")
    is_check = parser.parse_args(arguments).check
    venv.ensure(venv.DEV)
    with places.kept_or_temporary(VAR / "test") as place:
        crews.end_leftovers(place)
        crew = Crew(place)
        try:
            fresh = dump(crew, with_picture=not is_check)
        finally:
            crew.dismiss()
    return _compare(fresh) if is_check else _write(fresh)


def _write(fresh: str) -> int:
    SNAPSHOT.write_text(fresh)
    say(f"- Wrote {SNAPSHOT.relative_to(ROOT)}")
    return 0


def _compare(fresh: str) -> int:
    present = SNAPSHOT.read_text() if SNAPSHOT.exists() else ""
    if fresh == present:
        return 0
    difference = difflib.unified_diff(present.splitlines(), fresh.splitlines(), "schema.sql", "migrations", lineterm="")
    say("\n".join(difference))
    raise Trouble("supabase/schema.sql is not what the migrations make: run python3 dev.py schema.")


def dump(crew: Crew, *, with_picture: bool = False) -> str:
    """The schema of a new database that has all our migrations; with its picture for docs/, which a test compares."""
    with scratch_database(crew) as env:
        for words in (["shim"], ["migrate", "--no-input"], *([["draw_schema"]] if with_picture else [])):
            with step(f"Building a scratch database: {words[0]}"):
                system.manage(words, crew, env)
        return tidy(_pg_dump(crew.place, env["OWNER_DATABASE_URL"]))


@contextmanager
def scratch_database(crew: Crew) -> Iterator[dict[str, str]]:
    """A database of our own on the server, and the environment that leads to it."""
    secret = keys.of(crew.place)
    name, log = f"{servers.DATABASE}_{secrets.token_hex(6)}", crew.place.setup_log
    found = servers.start(crew, secret, database_name=name, is_durable=False)
    try:
        yield environment.of(secret, found)
    finally:
        database.drop(found.owner_url, log)


def _pg_dump(place: Place, url: str) -> str:
    who = identity.ourselves()
    command = [binaries.find_postgres(who, lambda: place.folder)["pg_dump"], "--schema-only", "--no-owner"]
    # Not every build of Postgres has lz4, so how a column is compressed is not told.
    command += ["--schema=public", "--schema=private", "--no-toast-compression"]
    failing = "pg_dump could not read the scratch database: the reason is in the log."
    return processes.ask(command, log=place.setup_log, env={**os.environ, **_as_variables(url)}, failing=failing)


def _as_variables(url: str) -> dict[str, str]:
    """A URL as libpq's variables: an argument would show the password to everyone on the machine."""
    parts = urlsplit(url)
    ssl = parse_qs(parts.query).get("sslmode", ["prefer"])[0]
    return {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": parts.username or "",
        "PGPASSWORD": parts.password or "",
        "PGDATABASE": database.name_of(url),
        "PGSSLMODE": ssl,
    }


def tidy(dumped: str) -> str:
    """The dump without what changes from run to run; function bodies stay as they are."""
    kept: list[str] = [HEAD, ""]
    quote = None
    for line in dumped.splitlines():
        if quote is None and (NOISE.match(line) or not (line or kept[-1])):
            continue
        kept.append(line if quote else OWNER.sub(r"\1", line))
        for found in QUOTE.findall(line):
            quote = found if quote is None else None if found == quote else quote
    return VIEW.sub(_without_needless_names, "\n".join(kept).rstrip() + "\n")


def _without_needless_names(view: re.Match[str]) -> str:
    """Columns as Postgres 16 and later write them: without the table's name where there is only one table."""
    tables = ONLY_TABLE.findall(view[0])
    if len(tables) != 1 or " JOIN " in view[0]:
        return view[0]
    table, alias = tables[0]
    return re.sub(rf"(?<![\w.]){alias or table}\.", "", view[0])
