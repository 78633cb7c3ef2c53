"""What a database holds, in figures that can be compared: rows, contents, rules, and who may do what."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql

from office.backups.trouble import NoLogin

# What our migrations make; in `public` also what else an office keeps there.
OURS = ["public", "private", "backoffice", "supabase_migrations"]
# Supabase's own tables whose rows ours point at: without them nobody could log in.
PEOPLE = ["auth.users", "auth.identities"]

# Postgres writes these anew when it reads them in: fewer parentheses around "and", a cast moved into a list. So they
# have a second figure, without either, which is what counts where the first one differs.
REWRITTEN = {"constraints", "indexes", "policies", "triggers"}
_NEEDLESS = re.compile(r"::(?:text|character varying)(?:\[\])?|[\s()]")

Objects = dict[str, dict[str, str]]
Table = dict[str, Any]
Step = Callable[[], object]

# The text of a row must not hang on who asks, nor a definition on what stands on the path.
_SAME_FOR_ALL = """
select set_config('search_path', '', true), set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO', true),
  set_config('intervalstyle', 'postgres', true), set_config('extra_float_digits', '1', true),
  set_config('bytea_output', 'hex', true), set_config('row_security', 'off', true),
  set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true),
  set_config('idle_in_transaction_session_timeout', '0', true)
"""

_MAY_READ = "select rolsuper or rolbypassrls from pg_catalog.pg_roles where rolname = current_user"

_TABLES = """
select n.nspname, c.relname, array_agg(a.attname::text order by a.attname), has_table_privilege(c.oid, 'select')
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
where c.relkind = 'r' and (n.nspname = any (%s) or n.nspname || '.' || c.relname = any (%s))
group by c.oid, n.nspname, c.relname order by 1, 2
"""

# A sum has no order; two halves of a SHA-256 added up leave nothing to chance.
_CONTENT = """
select count(*), coalesce(sum(one), 0)::text, coalesce(sum(two), 0)::text from (
  select ('x' || encode(substr(d, 1, 8), 'hex'))::bit(64)::bigint one,
    ('x' || encode(substr(d, 9, 8), 'hex'))::bit(64)::bigint two
  from (select sha256(convert_to(row({columns})::text, 'UTF8')) d from {table}) of_row) halves
"""

_SEQUENCES = """
select n.nspname, c.relname from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'S' and n.nspname = any (%s) order by 1, 2
"""

# What an extension brought is the extension's; MAINTAIN is known from Postgres 17 on only, and says nothing of data.
_OBJECTS = """
with ours as (select oid, nspname, nspacl, nspowner from pg_namespace where nspname = any (%(ours)s)),
brought as (select classid, objid from pg_depend where deptype = 'e'),
rels as (
  select c.*, n.nspname || '.' || c.relname as name from pg_class c join ours n on n.oid = c.relnamespace
  where ('pg_class'::regclass, c.oid) not in (select classid, objid from brought)),
procs as (
  select p.*, n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as name
  from pg_proc p join ours n on n.oid = p.pronamespace
  where ('pg_proc'::regclass, p.oid) not in (select classid, objid from brought)),
acls as (
  select 'schema ' || nspname as name, coalesce(nspacl, acldefault('n', nspowner)) as acl, nspowner as owner from ours
  union all select 'function ' || name, coalesce(proacl, acldefault('f', proowner)), proowner from procs
  union all select case relkind when 'S' then 'sequence ' else 'table ' end || name,
    coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner)), relowner
    from rels where relkind in ('r', 'p', 'v', 'm', 'S')
  union all select 'column ' || r.name || '.' || a.attname, a.attacl, r.relowner
    from rels r join pg_attribute a on a.attrelid = r.oid where a.attacl is not null and not a.attisdropped),
default_acls as (
  select d.oid, 'default ' || coalesce(n.nspname, '*') || ' ' || d.defaclobjtype::text as name, d.defaclacl as acl,
    d.defaclrole as owner
  from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
  where d.defaclrole = (select nspowner from ours where nspname = 'private')
    and (n.nspname is null or n.nspname = any (%(ours)s))),
granted as (
  select a.name, string_agg(
    case x.grantee when 0 then 'public' else pg_get_userbyid(x.grantee) end || ' ' || x.privilege_type
    || case when x.is_grantable then '*' else '' end, ', '
    order by pg_get_userbyid(x.grantee)::text collate "C", x.grantee, x.privilege_type collate "C")
    filter (where x.grantee <> a.owner and x.privilege_type <> 'MAINTAIN') as told
  from (select name, acl, owner from acls union all select name, acl, owner from default_acls) a
  left join lateral aclexplode(a.acl) x on true group by a.name)
select 'columns' as kind, r.name || '.' || a.attname as name, concat_ws(' ', format_type(a.atttypid, a.atttypmod),
    a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)) as told
  from rels r join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on (d.adrelid, d.adnum) = (a.attrelid, a.attnum) where r.relkind in ('r', 'p')
union all select 'views', name, pg_get_viewdef(oid) || coalesce(reloptions::text, '')
  from rels where relkind in ('v', 'm')
union all select 'indexes', r.name, pg_get_indexdef(r.oid) from rels r where relkind = 'i'
union all select 'constraints', coalesce(r.name, t.typname) || ' ' || k.conname,
    k.convalidated::text || pg_get_constraintdef(k.oid)
  from pg_constraint k join ours n on n.oid = k.connamespace
  left join rels r on r.oid = k.conrelid left join pg_type t on t.oid = k.contypid
  where k.contype <> 'n' and (r.oid is not null or t.oid is not null)
union all select 'functions', name, case when prokind = 'a' then '' else pg_get_functiondef(oid) end from procs
union all select 'triggers', r.name || ' ' || g.tgname, g.tgenabled::text || pg_get_triggerdef(g.oid)
  from rels r join pg_trigger g on g.tgrelid = r.oid where not g.tgisinternal
union all select 'policies', r.name || ' ' || p.polname, concat_ws(' ', p.polcmd, p.polpermissive,
    (select string_agg(case o when 0 then 'public' else pg_get_userbyid(o) end, ','
      order by pg_get_userbyid(o)::text collate "C") from unnest(p.polroles) o),
    pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))
  from rels r join pg_policy p on p.polrelid = r.oid
union all select 'row security', name, concat_ws(' ', relrowsecurity, relforcerowsecurity)
  from rels where relkind in ('r', 'p')
union all select 'sequences', r.name, concat_ws(' ', format_type(s.seqtypid, null), s.seqstart, s.seqincrement,
    s.seqmin, s.seqmax, s.seqcache, s.seqcycle) from rels r join pg_sequence s on s.seqrelid = r.oid
union all select 'types', n.nspname || '.' || t.typname, concat_ws(' ', t.typtype,
    format_type(nullif(t.typbasetype, 0), t.typtypmod),
    (select string_agg(e.enumlabel, ',' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid),
    (select string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ',' order by a.attnum)
      from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped))
  from pg_type t join ours n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
  where (t.typtype in ('e', 'd') or (t.typtype = 'c' and c.relkind = 'c'))
    and ('pg_type'::regclass, t.oid) not in (select classid, objid from brought)
union all select 'grants', name, coalesce(told, '') from granted
union all select 'published tables', pubname || ' ' || schemaname || '.' || tablename, ''
  from pg_publication_tables where schemaname = any (%(ours)s)
union all select 'comments', i.type || ' ' || i.identity, d.description
  from pg_description d cross join lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) i
  where d.objoid >= 16384 and (i.schema = any (%(ours)s) or (i.type = 'schema' and i.name = any (%(ours)s)))
    and (d.classoid, d.objoid) not in (select classid, objid from brought)
"""

_ROLES = """
with named as (
  select x.grantee as oid from pg_class c join pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) x
    where n.nspname = any (%(ours)s)
  union select x.grantee from pg_proc p join pg_namespace n on n.oid = p.pronamespace, aclexplode(p.proacl) x
    where n.nspname = any (%(ours)s)
  union select x.grantee from pg_namespace n, aclexplode(n.nspacl) x where n.nspname = any (%(ours)s)
  union select unnest(p.polroles) from pg_policy p join pg_class c on c.oid = p.polrelid
    join pg_namespace n on n.oid = c.relnamespace where n.nspname = any (%(ours)s)),
needed as (
  select oid from named union
  -- Who may become one of them, as PostgREST's login does.
  select m.member from pg_auth_members m join named on named.oid = m.roleid)
select r.rolname, r.rolcanlogin, r.rolinherit, r.rolbypassrls, coalesce(r.rolconfig, '{}'),
  array(select g.rolname::text from pg_auth_members m join pg_roles g on g.oid = m.roleid
    where m.member = r.oid and g.rolname not like 'pg\\_%%' order by g.rolname collate "C")
from pg_roles r where r.oid in (select oid from needed) and not r.rolsuper
  and r.oid <> (select nspowner from pg_namespace where nspname = 'private')
  and r.rolname not like 'pg\\_%%' and r.rolname not like 'supabase\\_%%' order by 1
"""


def prepare(connection: psycopg.Connection[Any]) -> None:
    """Make the open transaction one that sees every row and writes each in the same way, or refuse."""
    if connection.execute(_MAY_READ).fetchone() != (True,):
        raise NoLogin("This login does not pass row level security (BYPASSRLS): it would leave rows out.")
    connection.execute(_SAME_FOR_ALL)
    _listed(connection)


def tables(connection: psycopg.Connection[Any], step: Step = lambda: None) -> dict[str, Table]:
    """Every table with its rows, the columns that were looked at, and a figure of what stands in them."""
    found = {}
    for schema, name, columns in _listed(connection):
        found[f"{schema}.{name}"] = content(connection, schema, name, columns)
        step()
    return found


def _listed(connection: psycopg.Connection[Any]) -> list[tuple[str, str, list[str]]]:
    listed = connection.execute(_TABLES, [OURS, PEOPLE]).fetchall()
    if closed := [f"{schema}.{name}" for schema, name, _, is_open in listed if not is_open]:
        raise NoLogin(f"This login may not read {', '.join(closed[:5])}: it would leave rows out.")
    return [(schema, name, columns) for schema, name, columns, _ in listed]


def content(connection: psycopg.Connection[Any], schema: str, name: str, columns: list[str]) -> Table:
    """One table; the order of its rows, and of its columns, makes no difference."""
    statement = sql.SQL(_CONTENT).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)), table=sql.Identifier(schema, name)
    )
    rows, one, two = connection.execute(statement).fetchone() or (0, "0", "0")
    return {"rows": rows, "content": _short(f"{rows} {one} {two}"), "columns": columns}


def objects(connection: psycopg.Connection[Any]) -> Objects:
    """Everything that is no row, by kind and name, with a figure of its definition."""
    found: Objects = {}
    for kind, name, told in connection.execute(_OBJECTS, {"ours": OURS}):
        words = told or ""
        loose = f" {_short(_NEEDLESS.sub('', words))}" if kind in REWRITTEN else ""
        found.setdefault(kind, {})[name] = _short(words) + loose
    return found


def sequences(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """How far each sequence is; they do not keep to transactions, so a copy may be further on, never behind."""
    found = {}
    for schema, name in connection.execute(_SEQUENCES, [OURS]).fetchall():
        statement = sql.SQL("select case when is_called then last_value else 0 end from {}")
        row = connection.execute(statement.format(sql.Identifier(schema, name))).fetchone()
        found[f"{schema}.{name}"] = row[0] if row else 0
    return found


def roles(connection: psycopg.Connection[Any]) -> dict[str, dict[str, Any]]:
    """Who is named in grants and policies, without passwords."""
    words = ("login", "inherit", "bypassrls", "settings", "member_of")
    return {
        name: dict(zip(words, rest, strict=True))
        for name, *rest in connection.execute(_ROLES, {"ours": OURS}).fetchall()
    }


def schema_version(connection: psycopg.Connection[Any]) -> str | None:
    """The last of our migrations that this database has."""
    row = connection.execute("select max(version) from supabase_migrations.schema_migrations").fetchone()
    return row[0] if row else None


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
