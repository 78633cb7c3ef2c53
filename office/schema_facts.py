"""What supabase/schema.sql says there is, and what there is: names of columns, functions, indexes, rules."""

import re
from pathlib import Path

from django.conf import settings

from office.check_rows import ask

_TABLE = re.compile(r"^CREATE TABLE ((?:public|private)\.\w+) \(\n(.*?)^\);", re.MULTILINE | re.DOTALL)
_COLUMN = re.compile(r'^    "?(\w+)"? \S', re.MULTILINE)
_NAMED = re.compile(
    r"^CREATE (?:UNIQUE )?(?:(VIEW|FUNCTION) ((?:public|private)\.\w+)"
    r"|(TRIGGER|INDEX|POLICY) (\w+|\"[^\n]*?\") .*?ON (?:ONLY )?((?:public|private)\.\w+))",
    re.MULTILINE,
)
_FORCED = re.compile(r"^ALTER TABLE ONLY ((?:public|private)\.\w+) FORCE ROW LEVEL SECURITY;", re.MULTILINE)

_STANDS = """
with ours as (select oid, nspname from pg_catalog.pg_namespace where nspname in ('public', 'private')),
tables as (
  select c.oid, n.nspname || '.' || c.relname as name, c.relkind, c.relforcerowsecurity
  from pg_catalog.pg_class c join ours n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v'))
select 'column ' || t.name || '.' || a.attname from tables t join pg_catalog.pg_attribute a on a.attrelid = t.oid
where t.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
union all select 'rls ' || name from tables where relforcerowsecurity
union all select 'view ' || name from tables where relkind = 'v'
union all select distinct 'function ' || n.nspname || '.' || p.proname
  from pg_catalog.pg_proc p join ours n on n.oid = p.pronamespace
union all select 'trigger ' || t.name || ' ' || g.tgname
  from tables t join pg_catalog.pg_trigger g on g.tgrelid = t.oid where not g.tgisinternal
union all select 'policy ' || t.name || ' ' || p.polname from tables t join pg_catalog.pg_policy p on p.polrelid = t.oid
union all select 'index ' || t.name || ' ' || c.relname from tables t join pg_catalog.pg_index i on i.indrelid = t.oid
  join pg_catalog.pg_class c on c.oid = i.indexrelid
  where not exists (select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid)
"""


def of_file() -> set[str] | None:
    """The facts of the snapshot; None where it was not brought along."""
    path = Path(settings.BASE_DIR) / "supabase" / "schema.sql"
    if not path.exists():
        return None
    text = path.read_text(encoding="utf-8")
    facts = {f"column {table}.{column}" for table, body in _TABLE.findall(text) for column in _columns(body)}
    facts |= {f"rls {table}" for table in _FORCED.findall(text)}
    for kind, name, of_table, thing, table in _NAMED.findall(text):
        thing = thing.strip('"')
        facts.add(f"{kind.lower()} {name}" if kind else f"{of_table.lower()} {table} {thing}")
    return facts


def of_database() -> set[str]:
    """The same of the database that we talk to."""
    return {row[0] for row in ask(_STANDS)}


def _columns(body: str) -> list[str]:
    return [name for name in _COLUMN.findall(body) if name not in {"CONSTRAINT", "CASE", "WHEN", "ELSE", "END"}]
