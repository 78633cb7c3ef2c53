"""Whether a database holds what a backup was counted to hold: line by line, and what differs by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from office.backups import contents, facts, folders, logins, tools
from office.backups.trouble import Broken, ToolFailed

# Another version of Postgres writes the same view in other words.
_IN_WORDS_OF_ITS_VERSION = {"views"}


@dataclass
class Line:
    """One line of the table: how many the backup has, how many are here, and the names of those that differ."""

    kind: str
    expected: int
    found: int
    different: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def holds(self) -> bool:
        return not self.different


def database(folder: Path, told: folders.Manifest, url: str) -> list[Line]:
    """Compare all of a database with the manifest, at one moment of it."""
    with logins.connected(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        facts.prepare(connection)
        is_same_version = connection.info.server_version // 10000 == told["server"]["major"]
        tables = _tables(connection, told)
        found = facts.objects(connection)
        return [
            *_rows(told["tables"], tables),
            *_objects(told["objects"], found, is_same_version=is_same_version),
            _sequences(told["sequences"], facts.sequences(connection)),
            _by_name("roles", told["roles"], facts.roles(connection)),
        ]


def _tables(connection: psycopg.Connection[Any], told: folders.Manifest) -> dict[str, facts.Table]:
    """The tables here; of Supabase's own only the columns that the backup has."""
    found = facts.tables(connection)
    for name in facts.PEOPLE:
        table = told["tables"].get(name)
        if table and name in found and set(table["columns"]) <= set(found[name]["columns"]):
            schema, _, relation = name.partition(".")
            found[name] = facts.content(connection, schema, relation, table["columns"])
        elif not table:
            found.pop(name, None)
    return found


def _rows(told: Mapping[str, facts.Table], found: Mapping[str, facts.Table]) -> Iterator[Line]:
    yield Line("tables", len(told), len(found), sorted(told.keys() ^ found.keys()))
    both = sorted(told.keys() & found.keys())
    fewer = [name for name in both if told[name]["rows"] != found[name]["rows"]]
    yield Line("rows", _sum(told), _sum(found), [_counted(name, told, found) for name in fewer])
    changed = [name for name in both if told[name]["content"] != found[name]["content"]]
    yield Line("contents", len(both), len(both) - len(changed), changed)


def _counted(name: str, told: Mapping[str, facts.Table], found: Mapping[str, facts.Table]) -> str:
    return f"{name}: {told[name]['rows']} in the backup, {found[name]['rows']} here"


def _sum(tables: Mapping[str, facts.Table]) -> int:
    return sum(table["rows"] for table in tables.values())


def _objects(told: facts.Objects, found: facts.Objects, *, is_same_version: bool) -> Iterator[Line]:
    for kind in sorted(told.keys() | found.keys()):
        theirs, ours = told.get(kind, {}), found.get(kind, {})
        if is_same_version or kind not in _IN_WORDS_OF_ITS_VERSION:
            yield _by_name(kind, theirs, ours)
        else:
            names = sorted(theirs.keys() ^ ours.keys())
            yield Line(kind, len(theirs), len(ours), names, "names only: another version of Postgres")


def _by_name(kind: str, told: Mapping[str, Any], found: Mapping[str, Any]) -> Line:
    missing = [f"missing: {name}" for name in sorted(told.keys() - found.keys())]
    more = [f"not in the backup: {name}" for name in sorted(found.keys() - told.keys())]
    differ = [name for name in sorted(told.keys() & found.keys()) if told[name] != found[name]]
    reworded = [name for name in differ if kind in facts.REWRITTEN and _same_but_for_form(told[name], found[name])]
    changed = [f"different: {name}" for name in differ if name not in reworded]
    # What is more on a server that others use too is theirs: roles belong to all of its databases.
    note = f"{len(reworded)} with other parentheses or casts" if reworded else ""
    return Line(kind, len(told), len(found), missing + changed + ([] if kind == "roles" else more), note)


def _same_but_for_form(told: str, found: str) -> bool:
    return told.split(" ")[1] == found.split(" ")[1]


def _sequences(told: Mapping[str, int], found: Mapping[str, int]) -> Line:
    behind = sorted(name for name, reached in told.items() if found.get(name, -1) < reached)
    return Line("how far sequences are", len(told), len(found), behind)


def files(folder: Path, told: folders.Manifest, root: Path | None = None) -> Line:
    """Compare the kept bytes, or what was put under `root`, with their checksums."""
    kept = told["files"]
    if not kept["copied"]:
        return Line("files", kept["count"], 0, note="listed only: somebody else keeps the bytes")
    different = list(contents.different(folder, root or folder.parent / folders.FILES))
    gone = len(kept["missing"]) + len(kept["damaged"])
    note = f"{gone} more were missing or damaged when the backup was made" if gone else ""
    return Line("files", kept["count"], kept["count"] - len(different), different, note)


def at_rest(folder: Path) -> tuple[folders.Manifest, list[Line]]:
    """What can be said of a backup without restoring it. Raises Broken."""
    folders.check_sums(folder)
    told = folders.manifest_of(folder)
    held = {f"{entry.schema}.{entry.name}" for entry in contents_of(folder, told) if entry.kind == "TABLE DATA"}
    missing = sorted(name for name in told["tables"] if name not in held)
    return told, [Line("tables", len(told["tables"]), len(told["tables"]) - len(missing), missing), files(folder, told)]


def contents_of(folder: Path, told: folders.Manifest) -> "list[tools.Entry]":
    """What pg_restore reads in the dump. Raises Broken."""
    tool = tools.find("pg_restore", at_least=told["tool"])
    try:
        return tools.entries(tool, folder / folders.DUMP)
    except ToolFailed as exc:
        raise Broken(f"{folders.DUMP} cannot be read: {exc}") from None
