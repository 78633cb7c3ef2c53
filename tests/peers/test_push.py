"""One set of files for two tools: `supabase db push` and `manage.py migrate` make the same database and agree on it."""

import json
from contextlib import ExitStack

import psycopg
import pytest

from tests.databases import ROOT
from tests.peers import scratch
from tests.peers.scratch import HOSTED

pytestmark = pytest.mark.peers

APPLIED = "select version, name from supabase_migrations.schema_migrations order by version"
FILES = [tuple(path.stem.split("_", 1)) for path in sorted((ROOT / "supabase" / "migrations").glob("*.sql"))]


@pytest.fixture(scope="module")
def running():
    """`running(kind)` is the one server of this kind."""
    with ExitStack() as stack:
        servers = {}

        def of(kind):
            if kind not in servers:
                servers[kind] = stack.enter_context(scratch.server(kind))
            return servers[kind]

        yield of


@pytest.fixture(scope="module", params=scratch.KINDS)
def server(running, request):
    """Each kind in turn: the distribution's Postgres and the newest one."""
    return running(request.param)


@pytest.fixture(scope="module")
def any_server(running):
    """Where what is asked does not hang on the server's version."""
    return running("embedded")


@pytest.fixture(scope="module")
def push(supabase):
    def pushed(server, name):
        said = supabase("db", "push", url=server.url(name, HOSTED))
        assert said.code == 0, said.all
        return said.all

    return pushed


@pytest.fixture(scope="module")
def orders(server, push):
    """A database pushed and then migrated, one migrated and then pushed, and what the second tool said."""
    pushed, migrated = (scratch.database(server) for _ in range(2))
    push(server, pushed)
    scratch.migrate(server, migrated)
    return {pushed: scratch.migrate(server, pushed), migrated: push(server, migrated)}


def test_either_tool_finds_nothing_to_do_after_the_other(server, push, orders):
    after_push, after_migrate = orders.values()

    assert ".sql" not in after_push
    assert "up to date" in after_migrate
    assert "up to date" in push(server, next(iter(orders)))


def test_both_tools_write_down_the_same(server, orders):
    for name in orders:
        assert server.tell(APPLIED, name) == FILES


def test_either_order_makes_the_same_schema_and_rights(server, orders):
    pushed, migrated = ((scratch.dump(server, name), scratch.rights(server, name)) for name in orders)

    assert len(pushed[0]) > 20_000
    assert pushed == migrated


def test_the_same_rights_come_out_whatever_the_platform_gives_by_default(server, push):
    found = []
    for defaults in scratch.DEFAULTS:
        name = scratch.database(server, defaults)
        push(server, name)
        found.append(scratch.rights(server, name))

    assert len(found[0]) > 150
    assert found[1:] == [found[0], found[0]]


def test_the_tools_own_advisors_find_nothing_but_unused_indexes(server, orders, supabase):
    said = supabase("db", "advisors", "--level", "info", "--fail-on", "warn", url=server.url(next(iter(orders))))

    assert said.code == 0, said.all
    assert {finding["name"] for finding in json.loads(said.out[said.out.index("[\n") :])} == {"unused_index"}


def test_the_advisors_would_find_something(any_server, supabase):
    name = scratch.database(any_server, "old")
    any_server.tell("create table public.open_door (id int)", name, HOSTED)

    said = supabase("db", "advisors", "--level", "warn", "--fail-on", "warn", url=any_server.url(name))

    assert said.code != 0
    assert "rls_disabled_in_public" in said.all


def test_the_owner_of_the_functions_need_not_be_a_superuser(server, orders):
    name = next(iter(orders))
    _add_a_person(server, name)

    with psycopg.connect(server.url(name, HOSTED)) as line:
        line.execute("set local role authenticated")
        line.execute(
            "select set_config('request.jwt.claims', '{\"sub\": \"10000000-0000-4000-8000-000000000001\"}', true)"
        )
        opened = line.execute("select case_id, version from public.case_open('12-345-67')").fetchone()
        assert opened[1] == 1
        saved = line.execute(
            "select version, saved_from from public.case_helper_save_full(%s, '{\"n\": 2}', 1)", [opened[0]]
        ).fetchone()
        assert saved == (2, "UI")


def test_that_owner_lets_the_runtime_login_in_which_is_nobody(server, orders):
    name = next(iter(orders))
    process = scratch.manage(server, name, "grant_login")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said

    with psycopg.connect(server.url(name, "backoffice_app")) as line:
        assert line.execute("select current_schema()").fetchone() == ("backoffice",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            line.execute("select 1 from public.cases")


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


def test_both_tools_refuse_a_database_that_is_ahead_of_the_files(any_server, push, supabase):
    name = scratch.database(any_server)
    push(any_server, name)
    any_server.tell(
        "insert into supabase_migrations.schema_migrations (version, name) values ('20991231000000', 'later')", name
    )

    said = supabase("db", "push", url=any_server.url(name, HOSTED))

    assert said.code != 0
    assert "20991231000000" in scratch.migrate(any_server, name, code=1)


def test_looking_does_not_touch(any_server):
    """`--plan` and `--check` tell what would be done."""
    name = scratch.database(any_server)

    assert FILES[0][0] in scratch.migrate(any_server, name, "--plan")
    assert FILES[-1][0] in scratch.migrate(any_server, name, "--check", code=1)
    assert any_server.tell("select to_regnamespace('supabase_migrations'), to_regnamespace('private')", name) == [
        (None, None)
    ]


def test_three_who_migrate_at_once_make_one_database(any_server):
    name = scratch.database(any_server)
    started = [scratch.manage(any_server, name, "migrate", "--no-input") for _ in range(3)]
    said = [process.communicate(timeout=180)[0] for process in started]

    assert [process.returncode for process in started] == [0, 0, 0], "\n".join(said)
    assert sum(f"{FILES[0][0]}_" in text for text in said) == 1
    assert any_server.tell(APPLIED, name) == FILES


def test_trigrams_are_taken_from_where_an_older_project_has_them(any_server, push):
    name = scratch.database(any_server)
    any_server.tell("create extension pg_trgm with schema public", name)
    push(any_server, name)

    [(index,)] = any_server.tell("select indexdef from pg_indexes where indexname = 'kb_docs_text'", name)
    assert "gin_trgm_ops" in index


def test_without_trigrams_everything_but_their_indexes_is_there(any_server, push):
    def pushed(server):
        name = scratch.database(server)
        push(server, name)
        return [line for line in scratch.dump(server, name).splitlines() if line]

    with scratch.server("embedded", without_extension="pg_trgm") as bare:
        assert bare.tell("select 1 from pg_available_extensions where name = 'pg_trgm'") == []
        without, complete = pushed(bare), pushed(any_server)

    missing = [line.split()[2] for line in complete if line not in without]
    assert sorted(missing) == ["kb_docs_text", "parts_search_results_text"]
    assert [line for line in without if line not in complete] == []
