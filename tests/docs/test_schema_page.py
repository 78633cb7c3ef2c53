"""docs/reference/schema.md and its picture are what the catalogue says."""

import re
from html import unescape

import pytest
from django.db import connection

from office import schema_map, schema_picture
from office.schema_map import Line, Link, Table
from tests.docs import pages

WHEN = {"first", "later"} | {
    f"with {module}" for module in ("vehicle", "levi", "damage", "parts", "invoices", "reports", "tracking", "helper")
}


@pytest.fixture
def tables(db):
    connection.ensure_connection()
    return schema_map.tables(connection.connection)


def test_every_table_has_its_reason_and_says_whether_it_can_wait(tables):
    lines = list(schema_map.lines())

    assert sorted(line.table for line in lines) == sorted(table.name for table in tables)
    assert [line for line in lines if not line.why.strip() or line.when.strip() not in WHEN] == []


def test_the_picture_is_of_today(tables):
    # `python3 dev.py schema` draws it.
    assert schema_map.PICTURE.read_text(encoding="utf-8") == schema_picture.drawn(tables, list(schema_map.lines()))


def test_the_picture_holds_every_table_with_where_it_leads(tables):
    drawing = schema_map.PICTURE.read_text(encoding="utf-8")
    words = {unescape(text) for text in re.findall(r"<text[^>]*>([^<]+)</text>", drawing)}

    assert {table.name for table in tables} <= words
    assert {"case_id → cases", "invoice_id → invoices"} <= words


def test_a_column_more_and_a_table_nobody_described_are_seen():
    described = [Line("The case", "cases", "why", "first")]
    one = schema_picture.drawn([Table("cases", 5, ())], described)

    assert schema_picture.drawn([Table("cases", 6, ())], described) != one
    assert schema_picture.drawn([Table("cases", 5, (Link("a", "b"),))], described) != one
    assert schema_picture.ELSEWHERE in schema_picture.drawn([Table("new", 1, ())], described)


def test_every_window_is_named(db):
    with connection.cursor() as cursor:
        cursor.execute("select viewname from pg_views where schemaname = 'public'")
        windows = [name for (name,) in cursor.fetchall()]

    assert windows
    assert [name for name in windows if f"`{name}`" not in pages.reference("schema")] == []
