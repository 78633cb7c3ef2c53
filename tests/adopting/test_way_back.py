"""The way back out of an adoption, as docs/how-to/adopt.md says: the old tables stand where they stood and work."""

import subprocess

import psycopg
import pytest

from tests.adopting import population as p
from tests.adopting.conftest import Adopted, all_rows, existing
from tests.peers import scratch
from tests.peers.scratch import HOSTED

WAY_BACK = scratch.ROOT / "supabase" / "way_back.sql"
SINCE = "70000000-0000-4000-8000-000000000001"
CLAIMS = '{"role": "authenticated", "sub": "%s"}'
# Everything that makes a table what it is, of all tables the old project has.
CATALOGUE = """
with t as (
  select c.oid, c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname = any (%s))
select 'column', relname, attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull || ' '
  || coalesce(pg_get_expr(adbin, adrelid), '') from t join pg_attribute a on a.attrelid = t.oid and attnum > 0
  left join pg_attrdef d on d.adrelid = t.oid and d.adnum = attnum where not attisdropped
union all select 'constraint', relname, conname || ' ' || pg_get_constraintdef(k.oid) from t join pg_constraint k
  on k.conrelid = t.oid where k.contype <> 'n'
union all select 'index', relname, pg_get_indexdef(indexrelid) from t join pg_index on indrelid = t.oid
union all select 'trigger', relname, pg_get_triggerdef(g.oid) from t join pg_trigger g on tgrelid = t.oid
  where not tgisinternal
union all select 'policy', relname, concat_ws(' ', polname, polcmd::text, pg_get_expr(polqual, polrelid),
  pg_get_expr(polwithcheck, polrelid)) from t join pg_policy on polrelid = t.oid
union all select 'grant', t.relname, a.grantee::regrole || ' ' || a.privilege_type from t
  join pg_class c on c.oid = t.oid cross join lateral aclexplode(c.relacl) a
union all select 'live', relname, pubname from t join pg_publication_tables
  on tablename = relname and schemaname = 'public'
union all select 'view', t.relname, pg_get_viewdef(t.oid) from t join pg_class c on c.oid = t.oid where c.relkind = 'v'
union all select 'function', proname, pg_get_functiondef(p.oid) from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.proname = any (%s) and p.prokind = 'f'
order by 1, 2, 3"""
THEIR_FUNCTIONS = """select array_agg(distinct proname::text) from pg_proc p where pronamespace = 'public'::regnamespace
  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')"""
THEIR_TABLES = """select array_agg(relname::text) from pg_class
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'v')"""


def go_back(server, name):
    """As the page says it, but for the address."""
    words = ["-qX", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-f", WAY_BACK]
    done = subprocess.run([server.found["psql"], server.url(name, HOSTED), *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def old(embedded):
    """The existing database as it was, never adopted."""
    return Adopted(embedded, existing(embedded))


@pytest.fixture(scope="module")
def back(adopted):
    """The adopted database, worked on, and taken back."""
    name = f"{adopted.name}_back"
    adopted.server.tell(f"create database {name} template {adopted.name} owner {HOSTED}")
    taken = Adopted(adopted.server, name, adopted.before)
    with psycopg.connect(adopted.server.url(name)) as line:
        line.execute("update public.cases set owner_name = 'מאז' where id = %s", [p.PLAIN])
        line.execute("insert into public.cases (id, org_id, plate) values (%s, %s, '7654321')", [SINCE, p.OFFICE])
        line.execute("insert into public.tasks (title, case_id) values ('של תיק חדש', %s)", [SINCE])
    taken.told = go_back(adopted.server, name)
    return taken


def test_every_row_stands_in_its_old_table_as_it_was(back):
    now = all_rows(back.server, back.name)
    new = set(now["tasks"]) - set(back.before["tasks"])
    assert len(new) == 1
    assert {
        table: {key: row for key, row in now[table].items() if key not in new} for table in back.before
    } == back.before
    assert sum(len(rows) for rows in back.before.values()) > 300


def test_a_row_of_theirs_for_a_case_that_only_ours_have_stays_and_is_told(back):
    assert "public.tasks: tasks_case_id_fkey holds for what comes" in back.told
    assert back.one("select title from public.tasks where case_id = %s", SINCE) == "של תיק חדש"
    [unchecked] = back.ask("select conname, conrelid::regclass::text from pg_constraint where not convalidated "
                           "and connamespace = 'public'::regnamespace")  # fmt: skip
    assert unchecked == ("tasks_case_id_fkey", "tasks")


def test_the_tables_are_what_they_were_with_rules_rights_and_views(old, back):
    names = [old.one(THEIR_TABLES), old.one(THEIR_FUNCTIONS)]
    then, now = ({(kind, name, said.removesuffix(" NOT VALID")) for kind, name, said in each.ask(CATALOGUE, *names)}
                 for each in (old, back))  # fmt: skip
    assert sorted(then - now) == []
    # Which of theirs were told live is not written down: those are that ours were.
    assert {kind for kind, _name, _said in now - then} <= {"live"}
    assert {kind for kind, _name, _said in then} >= {"column", "trigger", "policy", "grant", "live", "view", "function"}


def test_the_old_screens_read_and_save(back):
    """As one of the office: the list, the current helper, and a save in three requests."""
    with psycopg.connect(back.server.url(back.name)) as line:
        line.execute("select set_config('role', 'authenticated', false), set_config('request.jwt.claims', %s, false)",
                     [CLAIMS % p.DANA])  # fmt: skip
        ask = lambda statement, *values: line.execute(statement, values).fetchall()  # noqa: E731
        case = p.case_id(4)
        assert len(ask("select id, plate, status, owner_name from cases where plate = '7000004'")) == 1
        [(version,)] = ask("select max(version) from case_helper where case_id = %s", case)
        kept = ask("select count(*) from helper_versions where case_id = %s", case)[0][0]
        line.execute("update case_helper set is_current = false where case_id = %s and is_current", [case])
        made = ask(
            """insert into case_helper (case_id, version, is_current, helper_name, helper_json, source, sync_status)
            values (%s, %s, true, 'x', '{"a": 1}', 'system', 'synced') returning version, is_current""",
            case, (version or 0) + 1,
        )  # fmt: skip
        assert made == [((version or 0) + 1, True)]
        assert ask("select count(*) from helper_versions where case_id = %s", case)[0][0] == kept + 1
        assert ask("select helper_json from case_helper where case_id = %s and is_current", case) == [({"a": 1},)]
        ask("insert into tasks (title, case_id) values ('חדש', %s) returning id", case)
        ask("select count_selected_parts_by_case(%s)", case)
        ask("select * from open_cases_of_people")


def test_nothing_of_ours_is_left_beside_them(back, old):
    names = "select relname from pg_class where relnamespace = '{}'::regnamespace and relkind in ('r', 'v')"
    assert back.ask(names.format("public") + " order by 1") == old.ask(names.format("public") + " order by 1")
    assert len(back.ask(names.format("ours"))) > 40
    assert back.one(THEIR_FUNCTIONS) == old.one(THEIR_FUNCTIONS)
    assert [name for (name,) in back.ask(names.format("legacy")) if not name.startswith("adoption_")] == []


def test_what_was_saved_since_is_in_ours_and_is_not_lost(adopted, back):
    assert back.one("select owner_name from ours.cases where id = %s", p.PLAIN) == "מאז"
    assert back.one("select owner_name from public.cases where id = %s", p.PLAIN) != "מאז"
    ours = "select case_id, version, md5(helper_json::text) from {}.case_helper order by 1, 2"
    assert back.ask(ours.format("ours")) == adopted.ask(ours.format("public"))
