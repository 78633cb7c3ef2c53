"""Filling an empty database from a backup; the running one is never touched."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from office.backups import comparing, facts, folders, logins, tools
from office.backups.tools import Entry
from office.backups.trouble import NoLogin, NotEmpty, Trouble

_OCCUPIED = """
select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any (%s) and c.relkind in ('r', 'p', 'v', 'm', 'S')
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
"""
_LOGIN = """
select current_user::text, rolsuper or rolbypassrls, to_regnamespace('auth') is not null,
  array(select extname::text from pg_extension),
  array(select name::text from pg_available_extensions), array(select pubname::text from pg_publication)
from pg_roles where rolname = current_user
"""
_BROUGHT = ("auth", "extensions")


class Target:
    """The database that is to be filled, as we find it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        [(taken,)] = connection.execute(_OCCUPIED, [facts.OURS]).fetchall()
        if taken:
            raise NotEmpty(f"The database is not empty: {taken} tables, views and sequences stand in our schemas.")
        [(self.login, passes, self.has_auth, has, can_have, self.publications)] = connection.execute(_LOGIN).fetchall()
        if not passes:
            raise NoLogin("This login does not pass row level security (BYPASSRLS): our functions would see no rows.")
        self.version = connection.info.server_version // 10000
        self.extensions: set[str] = set(can_have) - set(has)
        if self.has_auth and connection.execute("select exists (select from auth.users)").fetchone() == (True,):
            raise NotEmpty("The database has logins of its own in auth.users: restore into a new project.")


def restore(folder: Path, url: str) -> list[comparing.Line]:
    """Fill the database at this address, which is made where it is not there, and compare it with the manifest.

    Raises Trouble; then nothing of the backup is in it.
    """
    told, _ = comparing.at_rest(folder)
    if logins.is_running_one(url):
        raise NotEmpty("This is the database that the office works with: restore into another one.")
    was_made = logins.have_database(url)
    try:
        _fill(folder, told, url)
    except BaseException:
        if was_made:
            logins.drop_database(url)
        raise
    return comparing.database(folder, told, url)


def _fill(folder: Path, told: folders.Manifest, url: str) -> None:
    with logins.connected(url, autocommit=True) as connection:
        target = Target(connection)
        tool = tools.find("pg_restore", at_least=max(target.version, told["tool"]))
        _have_roles(connection, told["roles"])
        is_ours = target.has_auth or told["auth_is_ours"]
        entries = [entry for entry in comparing.contents_of(folder, told) if _is_wanted(entry, target)]
        _run(tool, folder, entries if is_ours else [entry for entry in entries if not _is_for_others(entry)], url)
        if not is_ours:
            connection.execute("grant usage on schema auth, extensions to anon, authenticated, service_role")
        connection.execute("analyze")


def _run(tool: tools.Tool, folder: Path, entries: list[Entry], url: str) -> None:
    """All of it or nothing: one transaction."""
    with tempfile.NamedTemporaryFile("w", suffix=".list") as wanted:
        wanted.write("".join(f"{entry.line}\n" for entry in entries))
        wanted.flush()
        options = ["--no-owner", "--exit-on-error", "--single-transaction", f"--use-list={wanted.name}"]
        # Its name is no secret, and without it pg_restore would only print.
        options += [f"--dbname={logins.quoted_name(url)}", str(folder / folders.DUMP)]
        process = tools.start(tool, options, logins.variables(url))
        said = process.communicate()[1]
    if process.returncode:
        raise tools.failed(tool, said)


def _is_for_others(entry: Entry) -> bool:
    """A grant to one of Supabase's own roles, which a plain Postgres has not."""
    return entry.kind.endswith("ACL") and (entry.schema in _BROUGHT or entry.name.removeprefix("SCHEMA ") in _BROUGHT)


def _is_wanted(entry: Entry, target: Target) -> bool:
    """Leave out what the server brings by itself, and what only its superuser may make."""
    if entry.kind == "EVENT TRIGGER" or (entry.kind == "COMMENT" and entry.name.startswith("EXTENSION ")):
        return False
    if entry.kind == "EXTENSION":
        return entry.name in target.extensions
    if entry.kind == "PUBLICATION":
        return entry.name not in target.publications
    if entry.kind == "DEFAULT ACL":
        return bool(entry.owner == target.login)
    if not target.has_auth:
        return True
    if entry.schema in _BROUGHT:
        return entry.kind == "TABLE DATA" and f"{entry.schema}.{entry.name}" in facts.PEOPLE
    # A schema itself stands without one: "SCHEMA - auth", "ACL - SCHEMA auth".
    return not (entry.schema == "-" and entry.name.removeprefix("SCHEMA ") in _BROUGHT)


def _have_roles(connection: psycopg.Connection[Any], wanted: dict[str, dict[str, Any]]) -> None:
    """Make the roles that this server has not; those it has belong to its other databases too, and stay as they are."""
    there = {row[0] for row in connection.execute("select rolname from pg_roles")}
    missing = [name for name in wanted if name not in there]
    try:
        with connection.transaction():
            for statement in (*_made(missing, wanted), *_granted(missing, wanted, there)):
                connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        raise NoLogin(f"This login may not make the roles {', '.join(missing)}.") from None


def _made(missing: list[str], wanted: dict[str, dict[str, Any]]) -> Iterator[sql.Composed]:
    for name in missing:
        role, words = wanted[name], []
        for word, has in (("login", role["login"]), ("inherit", role["inherit"]), ("bypassrls", role["bypassrls"])):
            words.append(word if has else f"no{word}")
        yield sql.SQL("create role {} " + " ".join(words)).format(sql.Identifier(name))
        for setting in role["settings"]:
            yield _setting(name, *setting.split("=", 1))


def _setting(role: str, name: str, value: str) -> sql.Composed:
    # A path is a list of names; everything else is one value.
    parts = [part.strip().strip('"') for part in value.split(",")] if name == "search_path" else [value]
    literals = sql.SQL(", ").join(map(sql.Literal, parts))
    return sql.SQL("alter role {} set {} = {}").format(sql.Identifier(role), sql.SQL(_plain(name)), literals)


def _plain(name: str) -> Any:
    if not name.replace(".", "").replace("_", "").isalnum():
        raise Trouble("The manifest names a setting that is none.")
    return name


def _granted(missing: list[str], wanted: dict[str, dict[str, Any]], there: set[str]) -> Iterator[sql.Composed]:
    for name, role in wanted.items():
        for group in role["member_of"]:
            if (name in missing or group in missing) and (group in wanted or group in there):
                yield sql.SQL("grant {} to {}").format(sql.Identifier(group), sql.Identifier(name))
