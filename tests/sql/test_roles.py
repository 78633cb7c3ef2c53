"""What each role may do, done as each role: the page and docs/reference/roles.md say what the database does."""

import re
import uuid
from typing import NamedTuple

import psycopg
import pytest

from accounts import people_roles
from tests import databases
from tests.conftest import any_plate
from tests.sql.callers import Caller, Desk

ROLES = ("developer", "admin", "assessor", "assistant")
UI, STAFF = "authenticated", "backoffice_staff"
DOES = {
    "helper_read": (UI, "select 1 from public.case_helper where case_id = %(case)s"),
    "helper_save": (UI, """select public.case_helper_save_full(%(case)s, '{"a": 3}', 2)"""),
    "helper_restore": (UI, "select public.case_helper_restore(%(case)s, 1, 2)"),
    "case_open": (UI, "select public.case_open(%(plate)s, p_helper_json => '{}')"),
    "case_change": (UI, "update public.cases set owner_name = 'x' where id = %(case)s"),
    "case_status": (UI, "update public.cases set status = 'IN_PROGRESS' where id = %(case)s"),
    "case_share": (
        UI, "insert into public.case_collaborators (case_id, user_id) values (%(case)s, %(colleague)s)"),
    "case_transfer": (UI, "select public.case_transfer(%(case)s, %(colleague)s, 'x')"),
    "case_close": (UI, "update public.cases set status = 'CLOSED' where id = %(case)s"),
    "case_archive": (UI, "select public.case_end(%(case)s, 'ARCHIVED')"),
    "case_bring_back": (UI, "select public.case_bring_back(%(ended)s)"),
    "invoices": (UI, "insert into public.invoices (case_id) values (%(case)s)"),
    "payments": (UI, "insert into public.payment_tracking (case_id) values (%(case)s)"),
    "reminders": (UI, "insert into public.reminders (case_id, title, due_date) values (%(case)s, 'x', '2030-01-01')"),
    "rules": (UI, "insert into public.reminder_rules (org_id, title, based_on) values (%(org)s, 'x', 'opened')"),
    "files": (UI, "insert into public.documents (case_id, filename) values (%(case)s, 'x')"),
    "knowledge": (UI, "insert into public.kb_docs (org_id, title) values (%(org)s, 'x')"),
    "people_see": (UI, "select 1 from public.profiles where user_id = %(colleague)s"),
    "people_add": (
        UI, "select public.create_user_account('x@example.test', 'a-long-password', 'x', p_role => 'assistant')"),
    "people_change": (UI, "update public.profiles set role = 'assistant' where user_id = %(colleague)s"),
    "office": (STAFF, "update public.orgs set assistants_read_only = true where id = %(org)s"),
    "vat": (STAFF, "insert into public.vat_rates (org_id, starts_on, rate) values (%(org)s, '2031-01-01', 19)"),
    "templates": (
        STAFF, "insert into public.message_templates (org_id, name, title, text) values (%(org)s, 'x', 'x', 'x')"),
    "switches": (
        STAFF, "insert into public.feature_flags (name, org_id, value) values ('USE_SUPABASE_LEVI', %(org)s, 'on')"),
    "keys": (
        STAFF,
        """insert into private.gateway_keys (org_id, name, key_hash, hint)
        values (%(org)s, 'x', repeat('a', 64), 'x')""",
    ),
    "endpoints": (
        STAFF,
        """insert into private.webhook_endpoints (org_id, name, url, secret)
        values (%(org)s, 'x', 'https://hook.example.test/x', 'whsec_x')""",
    ),
}  # fmt: skip
# What only a page or a program of ours does is held by a permission alone.
BY_PERMISSION = {thing.key for thing in people_roles.THINGS} - set(DOES)


class Office(NamedTuple):
    org: uuid.UUID
    people: dict[str, uuid.UUID]
    names: dict[str, object]


def add_person(owner, org, role):
    user_id = owner.value("insert into auth.users (id) values (gen_random_uuid()) returning id")
    owner.ask("insert into public.profiles (user_id, org_id, name, role) values (%s, %s, %s, %s)",
              user_id, org, role, role)  # fmt: skip
    return user_id


def as_person(user_id, role=UI):
    return Caller(f"{user_id} {role}", role, {"sub": str(user_id), "role": UI})


@pytest.fixture(scope="module")
def asking(database):
    """`asking(user_id)` is a connection of its own, closed at the end."""
    desks = {}

    def of(user_id, role=UI):
        if (user_id, role) not in desks:
            desks[user_id, role] = Desk(database, as_person(user_id, role))
        return desks[user_id, role]

    yield of
    for desk in desks.values():
        desk.connection.close()


@pytest.fixture(scope="module")
def office(desk, asking):
    owner = desk()
    org = owner.value("insert into public.orgs (name) values ('x') returning id")
    people = {role: add_person(owner, org, role) for role in ROLES}
    manager = asking(people["admin"])
    case = manager.open(any_plate(), '{"a": 1}')["case_id"]
    manager.save(case, '{"a": 2}', 1)
    ended = manager.open(any_plate())["case_id"]
    manager.ask("select public.case_end(%s, 'CLOSED')", ended)
    colleague = add_person(owner, org, "assessor")
    return Office(org, people, {"org": org, "case": case, "ended": ended, "colleague": colleague})


def may(asking, office, role, thing):
    as_role, statement = DOES[thing]
    try:
        with asking(office.people[role], as_role).moment(for_nothing=True) as cursor:
            cursor.execute(statement, {**office.names, "plate": any_plate()})
            return cursor.rowcount > 0
    except psycopg.errors.InsufficientPrivilege:
        return False


@pytest.mark.parametrize("thing", people_roles.THINGS, ids=lambda thing: thing.key)
def test_each_role_may_do_what_the_page_says(asking, office, thing):
    if thing.key in DOES:
        assert {role for role in ROLES if may(asking, office, role, thing.key)} == thing.roles
    assert thing.key in DOES or thing.held_by
    if thing.held_by:
        assert {role for role in ROLES if thing.held_by in people_roles.permissions(role)} == thing.roles


def test_the_reference_page_holds_the_same_table():
    page = (databases.ROOT / "docs" / "reference" / "roles.md").read_text(encoding="utf-8")

    # `manage.py roles` prints it.
    assert people_roles.table() in page


def test_every_permission_is_one_that_django_knows(db):
    from django.contrib.auth.models import Permission

    known = {f"{app}.{name}" for app, name in Permission.objects.values_list("content_type__app_label", "codename")}
    for role in ROLES:
        assert people_roles.permissions(role) - known == set()
    assert people_roles.permissions("gateway") == people_roles.permissions(None) == set()


def test_assistants_save_until_their_office_says_they_only_read(owner, asking, office):
    assistant = asking(office.people["assistant"])
    save = "select public.case_helper_save_full(%s, %s::jsonb, 2)"

    with assistant.moment(for_nothing=True) as cursor:
        cursor.execute(save, [office.names["case"], '{"a": 5}'])
    owner.ask("update public.orgs set assistants_read_only = true where id = %s", office.org)
    try:
        for statement, values in (
            (save, [office.names["case"], '{"a": 5}']),
            ("insert into public.case_helper (case_id, helper_json) values (%s, '{}')", [office.names["case"]]),
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), assistant.moment() as cursor:
                cursor.execute(statement, values)
        assert asking(office.people["assessor"]).changed(save, office.names["case"], '{"a": 2}') == 1
    finally:
        owner.ask("update public.orgs set assistants_read_only = false where id = %s", office.org)


def test_the_existing_screens_way_of_restoring_is_not_an_assistants_either(asking, office):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asking(office.people["assistant"]).insert(office.names["case"], "{}", source="version_restore")


@pytest.mark.parametrize(
    ("who", "whom", "change"),
    [
        ("admin", "developer", "role = 'admin'"),
        ("admin", "developer", "status = 'suspended'"),
        ("admin", "admin", "role = 'developer'"),
        ("admin", "assessor", "role = 'developer'"),
        ("assessor", "assessor", "role = 'admin'"),
        ("assistant", "assistant", "role = 'assessor'"),
        ("assessor", "assessor", "status = 'inactive'"),
    ],
)
def test_nobody_rises_above_the_own_role_or_reaches_above_it(asking, office, who, whom, change):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asking(office.people[who]).ask(f"update public.profiles set {change} where user_id = %s", office.people[whom])


def test_nobody_gives_an_account_above_the_own_role(asking, office):
    for role in ("assessor", "assistant"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            asking(office.people[role]).ask("select public.create_user_account('y@example.test', 'x', 'x')")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asking(office.people["admin"]).ask(
            "select public.create_user_account('y@example.test', 'a-long-password', 'x', p_role => 'developer')"
        )


def test_nobody_suspends_himself(asking, office):
    with pytest.raises(psycopg.Error) as told:
        asking(office.people["admin"]).ask(
            "update public.profiles set status = 'suspended' where user_id = %s", office.people["admin"]
        )
    assert told.value.sqlstate == "PT409"
    assert "own_status" in told.value.diag.message_detail


def test_an_office_keeps_its_last_manager(owner, desk, asking):
    org = owner.value("insert into public.orgs (name) values ('small') returning id")
    one, other = (add_person(owner, org, "admin") for _ in range(2))
    asking(one).ask("update public.profiles set status = 'suspended' where user_id = %s", other)

    with pytest.raises(psycopg.Error) as told:
        asking(one).ask("update public.profiles set role = 'assessor' where user_id = %s", one)

    assert "last_manager" in told.value.diag.message_detail
    assert asking(one).changed("update public.profiles set status = 'active' where user_id = %s", other) == 1
    assert asking(one).changed("update public.profiles set role = 'assessor' where user_id = %s", one) == 1


def test_two_managers_who_demote_each_other_at_once_leave_one(owner, asking):
    from concurrent.futures import ThreadPoolExecutor

    org = owner.value("insert into public.orgs (name) values ('two') returning id")
    pair = [add_person(owner, org, "admin") for _ in range(2)]
    demote = "update public.profiles set role = 'assessor' where user_id = %s"

    def act(who, whom):
        try:
            return asking(who).changed(demote, whom)
        except psycopg.Error as refused:
            return refused.sqlstate

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(act, pair, reversed(pair)))

    assert owner.value("select count(*) from public.profiles where org_id = %s and role = 'admin'", org) == 1


def test_every_change_of_a_person_is_an_event(owner, asking, office):
    person = add_person(owner, office.org, "assessor")
    for change in ("role = 'assistant'", "status = 'suspended'", "status = 'active'"):
        asking(office.people["admin"]).ask(f"update public.profiles set {change} where user_id = %s", person)

    told = owner.ask(
        """select actor, data -> 'became' as became from public.events
        where data ->> 'user_id' = %s and type = 'profile.changed'""",
        str(person),
    )
    assert sorted(str(row["became"]) for row in told) == sorted(
        ["{'role': 'assistant'}", "{'status': 'suspended'}", "{'status': 'active'}"]
    )
    assert {row["actor"] for row in told} == {office.people["admin"]}


def test_where_supabase_auth_is_a_new_person_can_log_in_there(database, owner, asking, office):
    """Its table as it is there; everything is taken back."""
    columns = (
        "instance_id uuid", "aud text", "role text", "encrypted_password text", "email_confirmed_at timestamptz",
        "raw_app_meta_data jsonb", "raw_user_meta_data jsonb", "updated_at timestamptz", "confirmation_token text",
        "recovery_token text", "email_change_token_new text", "email_change text",
    )  # fmt: skip
    with owner.moment(for_nothing=True) as cursor:
        if not cursor.execute("select from pg_available_extensions where name = 'pgcrypto'").fetchone():
            pytest.skip("this Postgres has no pgcrypto")
        cursor.execute("create extension if not exists pgcrypto with schema extensions")
        cursor.execute("alter table auth.users " + ", ".join(f"add {column}" for column in columns))
        cursor.execute("""create table auth.identities (id uuid default gen_random_uuid(), provider_id text not null,
            user_id uuid, identity_data jsonb, provider text, created_at timestamptz, updated_at timestamptz)""")
        cursor.execute(
            "select set_config('role', 'authenticated', true), set_config('request.jwt.claims', %s, true)",
            [f'{{"sub": "{office.people["admin"]}"}}'],
        )
        cursor.execute("select public.create_user_account(' New@Example.test ', 'a-long-password', 'x') as made")
        made = cursor.fetchone()["made"]
        cursor.execute("reset role")
        cursor.execute(
            """select email, encrypted_password = extensions.crypt('a-long-password', encrypted_password) as fits,
              confirmation_token, (select count(*) from auth.identities i where i.user_id = u.id) as identities
            from auth.users u where id = %s""",
            [made["user_id"]],
        )
        row = cursor.fetchone()
    assert made["login"] is True
    assert row == {"email": "new@example.test", "fits": True, "confirmation_token": "", "identities": 1}


def test_an_address_belongs_to_one_person(asking, office):
    add = "select public.create_user_account('twice@example.test', 'a-long-password', 'x') as made"
    manager = asking(office.people["admin"])

    assert re.fullmatch(r"[0-9a-f-]{36}", manager.one(add)["made"]["user_id"])
    with pytest.raises(psycopg.Error) as told:
        manager.ask(add)
    assert "person_exists" in told.value.diag.message_detail
