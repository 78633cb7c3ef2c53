"""One set of files for two tools: `supabase db push` and `manage.py migrate` make the same database and agree on it."""

import json

import psycopg
import pytest

from tests.databases import ROOT
from tests.peers import scratch
from tests.peers.scratch import HOSTED

pytestmark = [pytest.mark.peers, pytest.mark.xdist_group("supabase-tool")]

APPLIED = "select version, name from supabase_migrations.schema_migrations order by version"
FILES = [tuple(path.stem.split("_", 1)) for path in sorted((ROOT / "supabase" / "migrations").glob("*.sql"))]


@pytest.fixture(scope="module", params=scratch.KINDS)
def server(request):
    with scratch.server(request.param) as server:
        yield server


@pytest.fixture(scope="module")
def push(supabase):
    def pushed(server, name, owner=None):
        said = supabase("db", "push", url=server.url(name, *([owner] if owner else [])))
        assert said.code == 0, said.all
        return said.all

    return pushed


@pytest.fixture(scope="module")
def orders(server, push):
    """Three databases: pushed and then migrated, migrated and then pushed, migrated only; and what was said last."""
    pushed, migrated, alone = (scratch.database(server, "new") for _ in range(3))
    push(server, pushed)
    scratch.migrate(server, migrated)
    scratch.migrate(server, alone)
    return {
        pushed: scratch.migrate(server, pushed),
        migrated: push(server, migrated),
        alone: scratch.migrate(server, alone),
    }


def test_either_tool_finds_nothing_to_do_after_the_other(orders):
    after_push, after_migrate, twice = orders.values()

    assert ".sql" not in after_push
    assert "up to date" in after_migrate
    assert ".sql" not in twice


def test_both_tools_write_down_the_same(server, orders):
    for name in orders:
        assert server.tell(APPLIED, name) == FILES


def test_every_order_makes_the_same_schema(server, orders):
    first, *others = [scratch.dump(server, name) for name in orders]

    assert len(first) > 20_000
    assert others == [first, first]


def test_the_same_rights_come_out_whatever_the_platform_gives_by_default(server, push):
    found = []
    for defaults in scratch.DEFAULTS:
        name = scratch.database(server, defaults)
        push(server, name)
        scratch.migrate(server, name)
        found.append(scratch.rights(server, name))

    assert len(found[0]) > 200
    assert found[1:] == [found[0], found[0]]


def test_the_tools_own_advisors_find_nothing_but_unused_indexes(server, orders, supabase):
    for name in orders:
        said = supabase("db", "advisors", "--level", "info", "--fail-on", "none", url=server.url(name))

        assert said.code == 0, said.all
        assert {finding["name"] for finding in json.loads(said.out)} <= {"unused_index"}


def test_the_advisors_would_find_something(server, supabase):
    name = scratch.database(server, "old")
    server.tell("create table public.open_door (id int); create view public.window as select * from public.open_door", name)

    said = supabase("db", "advisors", "--level", "warn", "--fail-on", "warn", url=server.url(name))

    assert said.code != 0
    assert "rls_disabled_in_public" in said.all


@pytest.mark.parametrize("way", ["push", "migrate"])
def test_an_owner_without_superuser_rights_is_enough(server, push, way):
    """Hosted Supabase's `postgres` makes roles and bypasses policies, and is no superuser."""
    name = scratch.database(server, "new", owner=HOSTED)
    if way == "push":
        push(server, name, HOSTED)
    scratch.migrate(server, name, owner=HOSTED)
    _add_a_person(server, name)

    with psycopg.connect(server.url(name, HOSTED)) as line:
        line.execute("set local role authenticated")
        line.execute("select set_config('request.jwt.claims', '{\"sub\": \"10000000-0000-4000-8000-000000000001\"}', true)")
        opened = line.execute("select case_id, version from public.case_open('12-345-67')").fetchone()
        assert opened[1] == 1
        saved = line.execute(
            "select version, saved_from from public.case_helper_save_full(%s, '{\"n\": 2}', 1)", [opened[0]]
        ).fetchone()
        assert saved == (2, "UI")


def _add_a_person(server, name):
    server.tell(
        """
        insert into public.orgs (id, name) values ('10000000-0000-4000-8000-000000000000', 'office');
        insert into auth.users (id) values ('10000000-0000-4000-8000-000000000001');
        insert into public.profiles (user_id, org_id, name)
        values ('10000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000000', 'Dana');
        """,
        name,
    )


def test_both_tools_refuse_a_database_that_is_ahead_of_the_files(server, supabase):
    name = scratch.database(server)
    scratch.migrate(server, name)
    server.tell("insert into supabase_migrations.schema_migrations (version, name) values ('20991231000000', 'later')", name)

    said = supabase("db", "push", url=server.url(name))
    process = scratch.manage(server, name, "migrate", "--no-input")
    ours, _ = process.communicate(timeout=120)

    assert said.code != 0
    assert process.returncode != 0
    assert "20991231000000" in ours


def test_looking_does_not_touch(server):
    """`--plan` and `--check` tell what would be done."""
    name = scratch.database(server)
    for word in ("--plan", "--check"):
        process = scratch.manage(server, name, "migrate", word)
        said, _ = process.communicate(timeout=120)

        assert FILES[0][0] in said
        assert process.returncode == (1 if word == "--check" else 0), said
    assert server.tell("select to_regnamespace('supabase_migrations'), to_regnamespace('private')", name) == [(None, None)]


def test_three_who_migrate_at_once_make_one_database(server):
    name = scratch.database(server)
    started = [scratch.manage(server, name, "migrate", "--no-input") for _ in range(3)]
    said = [process.communicate(timeout=180)[0] for process in started]

    assert [process.returncode for process in started] == [0, 0, 0], "\n".join(said)
    assert sum(f"{FILES[0][0]}_" in text for text in said) == 1
    assert server.tell(APPLIED, name) == FILES


def test_trigrams_are_taken_from_where_an_older_project_has_them(server, push):
    name = scratch.database(server)
    server.tell("create extension pg_trgm with schema public", name)
    push(server, name)

    [(index,)] = server.tell("select indexdef from pg_indexes where indexname = 'case_search_index_text'", name)
    assert "gin_trgm_ops" in index


def test_without_trigrams_everything_but_their_index_is_there(push):
    with scratch.server("embedded", without_extension="pg_trgm") as bare, scratch.server("embedded") as full:
        assert bare.tell("select 1 from pg_available_extensions where name = 'pg_trgm'") == []
        dumps = []
        for server in (bare, full):
            name = scratch.database(server)
            push(server, name)
            dumps.append([line for line in scratch.dump(server, name).splitlines() if line])
        missing = [line for line in dumps[1] if line not in dumps[0]]

        assert [line for line in missing if "case_search_index_text" not in line] == []
        assert len(missing) == 1
        assert [line for line in dumps[0] if line not in dumps[1]] == []
