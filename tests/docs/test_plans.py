"""The plans: live news, scenarios, the weeks of the cutover, open questions and promises name what is really there."""

import ast
import re

from django.db import connection

from cases.models import FeatureFlag
from make.gateway import OPS
from make.models import MessageType
from tests.databases import ROOT
from tests.docs import pages
from tests.make import test_recipes

MODULES = [name.removeprefix("writer.") for name in FeatureFlag.Name.values if name.startswith("writer.")]
WEEKS = pages.text(ROOT / "docs" / "how-to" / "cutover-by-week.md")
TEST = re.compile(r"`(tests/[a-z_/]+\.py)::(test_\w+)`")


def ask(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def columns():
    """(table, column), read from the catalogue itself: the information schema shows each login its own alone."""
    return ask("""
        select relname, attname from pg_attribute join pg_class c on c.oid = attrelid
        where relnamespace = 'public'::regnamespace and attnum > 0 and not attisdropped""")


def named_by_code(cell):
    return re.findall(r"`([^`]+)`", cell)


def plan_of_live_news():
    part = pages.reference("realtime").partition("## With Supabase")[2].partition("\n## ")[0]
    return {named_by_code(row[0])[0]: row for row in pages.rows(part)}


def test_the_live_news_plan_names_the_published_tables(db):
    published = ask("select tablename from pg_publication_tables where pubname = 'supabase_realtime'")

    assert set(plan_of_live_news()) == {name for (name,) in published}


def test_a_filter_of_the_live_news_plan_names_a_column(db):
    wanted = {
        (table, column)
        for table, row in plan_of_live_news().items()
        for named in [*re.findall(r"(\w+)=eq", row[1]), *re.findall(r"columns `([^`]+)`", row[1])]
        for column in named.split(", ")
    }

    assert len(wanted) > 5
    assert wanted - set(columns()) == set()


def test_the_inventory_has_every_scenario_once_with_its_kind_and_module():
    found = {named_by_code(row[0])[0]: row for row in pages.rows(pages.reference("scenarios"))}

    assert len(found) == len(pages.rows(pages.reference("scenarios")))
    assert set(found) == set(test_recipes.rows())
    assert {row[1] for row in found.values()} == {"External", "Authoritative", "Rendering"}
    assert {row[2] for row in found.values()} <= set(MODULES)


def test_every_module_and_every_scenario_has_its_week():
    in_order = re.findall(r"`writer\.(\w+)` to `dual`", WEEKS)

    assert in_order == MODULES
    assert [name for name in test_recipes.rows() if f"`{name}`" not in WEEKS] == []


def week_of(pattern):
    """What a pattern names, and the first week that names it."""
    found: dict[str, int] = {}
    for week, text in enumerate(re.split(r"^## ", WEEKS, flags=re.MULTILINE)[1:]):
        for name in re.findall(pattern, text):
            found.setdefault(name, week)
    return found


def test_a_scenario_goes_in_the_week_of_its_module_or_is_prepared_before():
    moved, named = week_of(r"`writer\.(\w+)` to `dual`"), week_of(r"`([A-Z_]{5,})`")
    scenarios = {named_by_code(row[0])[0]: row[2] for row in pages.rows(pages.reference("scenarios"))}

    assert [name for name, module in scenarios.items() if named[name] > moved[module]] == []


def test_every_operation_and_event_of_the_weeks_is_one():
    dotted = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", WEEKS)) - {f"writer.{module}" for module in MODULES}

    assert dotted
    assert dotted - set(OPS) - set(MessageType.values) == set()


def test_every_week_ends_with_how_one_knows_that_it_is_over():
    weeks = re.split(r"^## ", WEEKS, flags=re.MULTILINE)[1:]

    assert len(weeks) == len(MODULES) + 2
    assert [week.splitlines()[0] for week in weeks if not re.search(r"- \[ \] (Go on|Done) when ", week)] == []


def test_every_question_has_its_default_and_a_setting_there_is():
    found = pages.rows(pages.reference("questions"))
    settings = {name for row in found for name in named_by_code(row[3]) if name.isupper()}

    assert [int(row[0]) for row in found] == list(range(1, len(found) + 1))
    assert [row for row in found if len(row) != 4 or not all(row)] == []
    assert settings
    assert [name for name in settings if f"`{name}`" not in pages.reference("settings")] == []


def test_what_an_office_decides_is_a_column_of_offices(db):
    decided = {
        name
        for row in pages.rows(pages.reference("questions"))
        for name in named_by_code(row[3])
        if re.fullmatch(r"[a-z_]+", name)
    }

    assert decided
    assert decided - {column for table, column in columns() if table == "orgs"} == set()


def functions_of(path):
    file = ROOT / path
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.exists() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_promise_names_tests_that_exist():
    threats = [row for row in pages.rows(pages.reference("security")) if row[0].isdigit()]

    assert [int(row[0]) for row in threats] == list(range(1, 21))
    assert [row[0] for row in threats if not TEST.search(row[3])] == []
    missing = [
        f"{path}::{name}" for path, name in TEST.findall(pages.reference("security")) if name not in functions_of(path)
    ]
    assert missing == []


def test_a_promise_that_nothing_holds_would_be_seen():
    assert "test_nothing" not in functions_of("tests/docs/test_plans.py")
    assert functions_of("tests/docs/test_nothing.py") == set()


def test_both_sets_of_instructions_are_told_in_every_row():
    found = pages.rows(pages.reference("instructions"))

    assert len(found) > 10
    assert [row for row in found if len(row) != 5 or not all(row)] == []
