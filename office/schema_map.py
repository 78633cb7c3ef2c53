"""What the schema holds: tables and foreign keys out of the catalogue, and where docs/reference/schema.md puts them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
from django.conf import settings

PAGE = Path(settings.BASE_DIR) / "docs" / "reference" / "schema.md"
PICTURE = Path(settings.BASE_DIR) / "docs" / "pictures" / "schema.svg"

_HEAD = re.compile(r"^## (.+)$|^\| `([a-z_.]+)` \|(?: ([^|]+) \| ([^|]+) \|)?", re.MULTILINE)
_TABLES = """
select case nspname when 'private' then 'private.' else '' end || relname as name,
       (select count(*) from pg_catalog.pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped)
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where nspname in ('public', 'private') and relkind in ('r', 'p') order by name
"""
_LINKS = """
select case f.nspname when 'private' then 'private.' else '' end || c.relname as name,
       case t.nspname when 'private' then 'private.' when 'public' then '' else t.nspname || '.' end
         || o.relname as leads_to,
       (select array_agg(attname::text order by attnum) from pg_catalog.pg_attribute
        where attrelid = c.oid and attnum = any (conkey)) as columns
from pg_catalog.pg_constraint
join pg_catalog.pg_class c on c.oid = conrelid join pg_catalog.pg_namespace f on f.oid = c.relnamespace
join pg_catalog.pg_class o on o.oid = confrelid join pg_catalog.pg_namespace t on t.oid = o.relnamespace
where contype = 'f' and f.nspname in ('public', 'private') order by name, leads_to, columns
"""
# A key of several columns names the office, the plate or the case, too: what is told is the column that says which row.
_BESIDE = ("org_id", "plate", "case_id")


class Line(NamedTuple):
    """What the page says of a table."""

    area: str
    table: str
    why: str
    when: str


class Link(NamedTuple):
    """A foreign key: the column, and the table it leads to."""

    column: str
    leads_to: str


class Table(NamedTuple):
    """A table as the catalogue knows it."""

    name: str
    columns: int
    links: tuple[Link, ...]


def lines() -> Iterator[Line]:
    """Each table the page names, under its heading."""
    area = ""
    for head, table, why, when in _HEAD.findall(PAGE.read_text(encoding="utf-8")):
        area = head or area
        if table:
            yield Line(area, table, why, when)


def tables(connection: psycopg.Connection) -> list[Table]:
    """Every table of ours; that each leads to its office, and to who wrote a row, is left out."""
    links: dict[str, dict[Link, None]] = {}
    for name, leads_to, columns in connection.execute(_LINKS):
        column = next((column for column in columns if column not in _BESIDE), "case_id")
        if leads_to != "orgs" and not (leads_to == "profiles" and column.endswith("_by")):
            links.setdefault(name, {})[Link(column, leads_to)] = None
    return [Table(name, columns, tuple(links.get(name, ()))) for name, columns in connection.execute(_TABLES)]
