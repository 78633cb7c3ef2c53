"""The models mirror the tables: Django does not look, so we do, column by column, against the catalogue."""

import re
from typing import NamedTuple

import pytest
from django.apps import apps
from django.contrib.postgres.functions import RandomUUID
from django.core.management import call_command
from django.db import connection
from django.db.models.expressions import RawSQL, Value
from django.db.models.functions import Now


def place(name):
    """A table as Django names it, with its schema: "private"."outbox" or cases."""
    found = name.replace('"', "")
    return found if "." in found else f"public.{found}"


MIRRORS = {place(model._meta.db_table): model for model in apps.get_models() if not model._meta.managed}
# Only functions touch it.
UNSEEN = {"private.idempotency_keys", "private.search_lexicon", "private.bytes_let_go", "private.event_tickets"}
UNSEEN |= {"private.gateway_calls"}
# The model lives on a floor that does not know the other one.
REFERS_UP = {("public.helper_sync_log", "raw_id")}
NOW = {"now()", "clock_timestamp()"}

_COLUMNS = """
select a.attname, format_type(a.atttypid, a.atttypmod), not a.attnotnull,
  case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end
from pg_attribute a left join pg_attrdef d on (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped
"""
# Constraints of one column: its list of allowed values, what it refers to, and whether it is unique by itself.
_CONSTRAINTS = """
select a.attname, c.contype, pg_get_constraintdef(c.oid), coalesce(c.confrelid::regclass::text, ''), c.confdeltype
from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and c.conkey = array[a.attnum]
where c.conrelid = %s::regclass
"""


class Column(NamedTuple):
    name: str
    type: str
    is_nullable: bool
    default: str | None


class Constraint(NamedTuple):
    column: str
    kind: str
    words: str
    refers_to: str
    on_delete: str


def rows(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def columns(table):
    return {row[0]: Column(*row) for row in rows(_COLUMNS, table)}


def constraints(table, kind):
    found = (Constraint(*row) for row in rows(_CONSTRAINTS, table))
    return {constraint.column: constraint for constraint in found if constraint.kind == kind}


def fields(table):
    return {field.column: field for field in MIRRORS[table]._meta.concrete_fields if field.column}


def listed(constraint):
    """The values a check allows, where it is a list of texts."""
    return re.findall(r"'([^']*)'::text", constraint.words) if "ARRAY" in constraint.words else []


@pytest.fixture(params=sorted(MIRRORS))
def table(db, request):
    return request.param


def test_every_table_has_its_model_and_every_model_its_table(db):
    found = rows(
        "select relnamespace::regnamespace || '.' || relname from pg_class"
        " where relnamespace in ('public'::regnamespace, 'private'::regnamespace) and relkind in ('r', 'p')"
    )

    assert sorted(MIRRORS) == sorted({name for (name,) in found} - UNSEEN)


def test_columns_have_the_same_names_types_and_nulls(table):
    # Django's own short word for a time of day.
    spelled = {"time": "time without time zone"}
    types = {name: field.db_type(connection).replace(", ", ",") for name, field in fields(table).items()}
    model = {name: (spelled.get(types[name], types[name]), field.null) for name, field in fields(table).items()}

    assert model == {name: (column.type, column.is_nullable) for name, column in columns(table).items()}


def test_a_default_in_the_table_is_one_in_the_model(table):
    """Without db_default Django writes NULL where the table would have known better."""
    for name, column in columns(table).items():
        field = fields(table)[name]
        if column.default is None:
            assert not field.has_db_default(), f"{table}.{name}: the model has a default, the table has none"
        elif field.primary_key:
            assert field.has_default() or field.has_db_default(), f"{table}.{name}: the model makes no key"
        else:
            assert field.has_db_default(), f"{table}.{name}: the model misses db_default for {column.default}"
            assert same_default(field, column), f"{table}.{name}: the defaults differ: {column.default}"


def same_default(field, column):
    if isinstance(field.db_default, Now):
        return column.default in NOW
    if isinstance(field.db_default, RandomUUID):
        return column.default == "gen_random_uuid()"
    if isinstance(field.db_default, RawSQL):
        return column.default == field.db_default.sql
    value = field.db_default.value if isinstance(field.db_default, Value) else field.db_default
    [(in_table,)] = rows(f"select to_jsonb(({column.default})::{column.type})::text")
    [(in_model,)] = rows("select to_jsonb(%s::" + column.type + ")::text", field.get_db_prep_value(value, connection))
    return in_table == in_model


def test_choices_are_what_the_table_allows(table):
    allowed = {name: sorted(listed(check)) for name, check in constraints(table, "c").items() if listed(check)}
    offered = {name: sorted(dict(field.flatchoices)) for name, field in fields(table).items() if field.choices}

    assert offered == allowed


def test_foreign_keys_lead_to_the_same_tables(table):
    inside = {n: place(k.refers_to) for n, k in constraints(table, "f").items() if not k.refers_to.startswith("auth.")}
    modelled = {n: place(f.remote_field.model._meta.db_table) for n, f in fields(table).items() if f.remote_field}
    unmodelled = {n: t for n, t in inside.items() if (table, n) in REFERS_UP}

    assert modelled | unmodelled == inside


def test_deleting_means_the_same_to_both(table):
    words = {"r": "RESTRICT", "c": "CASCADE", "n": "SET_NULL"}
    for name, key in constraints(table, "f").items():
        if field := fields(table)[name].remote_field:
            assert field.on_delete.__name__ == words[key.on_delete], f"{table}.{name}"


def test_the_keys_are_the_same(table):
    [(names,)] = rows(
        "select array(select attname::text from pg_attribute a where a.attrelid = c.conrelid and attnum = any (conkey)"
        " order by array_position(conkey, attnum)) from pg_constraint c"
        " where conrelid = %s::regclass and contype = 'p'",
        table,
    )
    pk = MIRRORS[table]._meta.pk
    assert names == [field.column for field in getattr(pk, "fields", [pk])]
    assert {n for n, f in fields(table).items() if f.unique and not f.primary_key} == set(constraints(table, "u"))


def test_no_migration_of_djangos_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
