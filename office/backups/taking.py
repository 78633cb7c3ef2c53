"""Taking a backup: one snapshot, which pg_dump writes out and we count meanwhile."""

import subprocess
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from core import sqlfiles
from office.backups import contents, facts, folders, logins, tools
from office.backups.tools import Tool
from office.backups.trouble import Trouble

# Quick to write and still a small part of the rows; more takes much longer than it saves.
_COMPRESSION = "3"
_LOCK_SECONDS = 60
_POLL_SECONDS = 0.2
_SNAPSHOT = """
select pg_export_snapshot(), now()::text, current_user::text, current_setting('server_version'),
  (select count(distinct nspowner) = 1 from pg_namespace where nspname in ('auth', 'private'))
"""
# What Supabase brings and owns, and brings anew with every project.
_FOREIGN = """
select n.nspname from pg_namespace n where n.nspname !~ '^(pg_|information_schema$)' and n.nspname <> all (%s)
  and n.nspname not in ('auth', 'extensions')
  and n.nspowner <> (select nspowner from pg_namespace where nspname = 'private')
"""
# Of its logins we need who they are; sessions and codes of now would be wrong elsewhere.
_FOREIGN_TABLES = """
select n.nspname || '.' || quote_ident(c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'auth' and c.relkind in ('r', 'p') and n.nspname || '.' || c.relname <> all (%s)
  and n.nspowner <> (select nspowner from pg_namespace where nspname = 'private')
"""

Step = contents.Step


class Taken(NamedTuple):
    """What was kept, and where."""

    folder: Path
    manifest: folders.Manifest
    forgotten: int

    @property
    def figures(self) -> dict[str, Any]:
        """What may be told of it anywhere: numbers, and the folder's own name."""
        files = self.manifest["files"]
        return {
            "name": self.folder.name,
            "rows": sum(table["rows"] for table in self.manifest["tables"].values()),
            "bytes": self.manifest["dump"]["bytes"],
            "files": files["count"],
            "missing_files": len(files["missing"]) + len(files["damaged"]),
            "seconds": self.manifest["seconds"],
            "forgotten": self.forgotten,
        }


def take(place: Path, *, keep: int | None = None, with_files: bool = True, step: Step = lambda: None) -> Taken:
    """Keep the database, and the files, in a folder of its own below `place`. Raises Trouble."""
    url, begun = logins.of_backup(), time.monotonic()
    with folders.alone(place):
        with folders.coming(place, logins.database_of(url)) as folder:
            told, found = _database(folder, url, step)
            kept = contents.bring(found, place, step) if with_files else contents.only_list(found)
            folders.write(folder / folders.LIST, "".join(kept.lines))
            files = kept.told(is_copied=with_files, list_sha256=folders.sha256_of(folder / folders.LIST))
            folders.write_manifest(folder, {**told, "files": files, "seconds": round(time.monotonic() - begun, 1)})
        lies = place / folder.name.removeprefix(folders.COMING)
        return Taken(lies, folders.manifest_of(lies), folders.forget_older(place, keep) if keep else 0)


def _database(folder: Path, url: str, step: Step) -> tuple[folders.Manifest, list[contents.Named]]:
    """Write the dump, and tell what is in it and which files its rows name."""
    with logins.connected(url) as connection:
        major = connection.info.server_version // 10000
        tool = tools.find("pg_dump", at_least=major)
        _keep_migrations_away(connection)
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        facts.prepare(connection)
        if connection.execute("select to_regnamespace('supabase_migrations') is null").fetchone() == (True,):
            raise Trouble("This database has none of our tables: there is nothing to keep.")
        [(snapshot, moment, owner, version, auth_is_ours)] = connection.execute(_SNAPSHOT).fetchall()
        # Before the dump reads them: they do not wait for any snapshot.
        sequences = facts.sequences(connection)
        process = tools.start(tool, _options(connection, folder, snapshot), logins.variables(url))
        counted = _while_it_writes(process, tool, connection, step)
        found = contents.named(connection)
    dump = folder / folders.DUMP
    told = {
        "moment": moment,
        "server": {"version": version, "major": major},
        "tool": tool.version,
        "owner": owner,
        "auth_is_ours": auth_is_ours,
        **counted,
        "sequences": sequences,
        "dump": {"bytes": dump.stat().st_size, "sha256": folders.sha256_of(dump)},
    }
    return told, found


def _keep_migrations_away(connection: psycopg.Connection[Any]) -> None:
    """Until we hang up: a migration in the middle would be in one of dump and manifest and not in the other."""
    connection.autocommit = True
    connection.execute("select set_config('lock_timeout', %s, false)", [f"{_LOCK_SECONDS}s"])
    try:
        connection.execute("select pg_advisory_lock_shared(%s)", [sqlfiles.LOCK])
    except psycopg.errors.LockNotAvailable:
        raise Trouble("A migration is running: try again when it has ended.") from None
    connection.autocommit = False


def _options(connection: psycopg.Connection[Any], folder: Path, snapshot: str) -> list[str]:
    schemas = [row[0] for row in connection.execute(_FOREIGN, [facts.OURS])]
    tables = [row[0] for row in connection.execute(_FOREIGN_TABLES, [facts.PEOPLE])]
    return [
        "--format=custom",
        f"--compress={_COMPRESSION}",
        f"--snapshot={snapshot}",
        f"--lock-wait-timeout={_LOCK_SECONDS}s",
        *(f'--exclude-schema="{name}"' for name in schemas),
        *(f"--exclude-table={name}" for name in tables),
        f"--file={folder / folders.DUMP}",
    ]


def _while_it_writes(
    process: subprocess.Popen[str], tool: Tool, connection: psycopg.Connection[Any], step: Step
) -> dict[str, Any]:
    """Count the same snapshot meanwhile; when either goes wrong, or nobody wants it any more, both end."""
    with ThreadPoolExecutor(2) as threads:
        said = threads.submit(lambda: process.communicate()[1])
        counting = threads.submit(_counted, connection)
        try:
            _await(process, said, counting, step)
            if process.returncode:
                raise tools.failed(tool, said.result())
            return counting.result()
        except BaseException:
            process.terminate()
            connection.cancel_safe()
            raise


def _await(process: subprocess.Popen[str], said: Future[str], counting: Future[dict[str, Any]], step: Step) -> None:
    while not (said.done() and counting.done()):
        if process.returncode or (counting.done() and counting.exception()):
            return
        time.sleep(_POLL_SECONDS)
        step()


def _counted(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    return {
        "schema_version": facts.schema_version(connection),
        "tables": facts.tables(connection),
        "objects": facts.objects(connection),
        "roles": facts.roles(connection),
    }
