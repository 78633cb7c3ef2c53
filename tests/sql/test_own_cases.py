"""Where an office shows appraisers only their own cases: what is hidden with a case, at every table and function."""

import uuid

import psycopg
import pytest

from tests.conftest import any_plate
from tests.sql.callers import Desk
from tests.sql.test_roles import STAFF, UI, add_person, as_person

SWITCH = "update public.orgs set assessors_see_own_cases_only = %s where id = %s"
NEW_ORG = "insert into public.orgs (name) values ('y') returning id"
SHARE = "insert into public.case_collaborators (case_id, user_id) values (%s, %s)"
UNSHARE = "delete from public.case_collaborators where case_id = %s and user_id = %s"
SEARCH = "select id from private.case_search('{}'::jsonb, 100, 0) id"


@pytest.fixture(scope="module")
def asking(database):
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
    """An office that shows appraisers their own cases: two of them, a manager, and a case of one with a row each."""
    owner = desk()
    org = owner.value("insert into public.orgs (name) values ('own cases') returning id")
    people = {
        name: add_person(owner, org, role)
        for name, role in (("mine", "assessor"), ("other", "assessor"), ("boss", "admin"), ("assistant", "assistant"))
    }
    case = asking(people["mine"]).open(any_plate(), '{"a": 1}')["case_id"]
    mine = asking(people["mine"])
    mine.ask("insert into public.invoices (case_id) values (%s)", case)
    mine.ask("insert into public.documents (case_id, filename) values (%s, 'x')", case)
    mine.ask("insert into public.reminders (case_id, title, due_date) values (%s, 'x', '2030-01-01')", case)
    mine.ask("insert into public.images (case_id, filename) values (%s, 'x.jpg')", case)
    mine.ask("insert into public.kb_docs (org_id, case_id, title) values (%s, %s, 'x')", org, case)
    owner.ask(
        """insert into private.webhook_endpoints (org_id, name, url, secret)
        values (%s, 'hook', 'https://hook.example.test/a', 'whsec_x')""",
        org,
    )
    owner.ask("select private.export_add(%s, 1, 'test')", case)
    owner.ask(SWITCH, True, org)
    yield {"org": org, "case": case, **people}
    owner.ask(SWITCH, False, org)


def tables(owner):
    """Every table that names a case, and those whose rows hang on one of these."""
    return owner.ask("""
        select c.oid::regclass::text as name, c.relnamespace = 'private'::regnamespace as is_private,
          exists (select from pg_policy p where p.polrelid = c.oid and not p.polpermissive
            and p.polname = 'What belongs to a case is seen with it') as is_held
        from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind = 'r'
          and a.attname = 'case_id' and not a.attisdropped and c.relrowsecurity
        order by 1""")


def test_every_table_of_cases_rows_goes_with_its_case(owner):
    """A later file that makes such a table calls private.goes_with_its_case."""
    assert [row["name"] for row in tables(owner) if not row["is_held"]] == []


# Make's own calls, which have no person behind them; and what asks for its case before it comes so far.
ASK_ELSEWHERE = {
    "my_orgs", "search_orgs", "case_seen", "endpoint_ping", "job_cancel", "person_password", "image_backed_up",
    "image_found", "image_place", "images_reordered", "message_outcome", "message_take", "onedrive_synced",
    "sync_log_add",
    # What belongs to no case: a manager's rules, a person's own addresses, logins and checks.
    "reminder_rule_first", "calendar_feed_revoke", "login_event", "check_record",
}  # fmt: skip


def test_every_function_that_walks_past_the_policies_asks_whether_the_case_is_shown(owner):
    found = owner.ask("""
        select proname from pg_proc where pronamespace in ('public'::regnamespace, 'private'::regnamespace)
          and prosecdef and prosrc ~ 'my_orgs' and prosrc !~ 'case_is_shown'""")

    assert {row["proname"] for row in found} - ASK_ELSEWHERE == set()


def test_a_case_of_somebody_else_is_not_there_and_nothing_of_it(owner, asking, office):
    seen = {}
    for name in ("other", "mine", "boss", "assistant"):
        for table in tables(owner):
            role = STAFF if table["is_private"] else UI
            try:
                rows = asking(office[name], role).ask(
                    f"select 1 from {table['name']} where case_id = %s", office["case"]
                )
            except psycopg.errors.InsufficientPrivilege:
                continue
            seen.setdefault(name, {})[table["name"]] = len(rows)
        seen[name]["cases"] = len(asking(office[name]).ask("select 1 from public.cases where id = %s", office["case"]))

    assert set(seen["other"].values()) == {0}
    assert seen["mine"] == seen["boss"] == seen["assistant"]
    filled = {name for name, count in seen["mine"].items() if count}
    assert filled >= {"cases", "case_helper", "events", "invoices", "documents", "reminders", "images", "kb_docs",
                      "case_search_index", "private.outbox", "private.deliveries"}  # fmt: skip


@pytest.mark.parametrize(
    "call",
    [
        "select public.case_helper_save_full(%(case)s, '{}', 1)",
        "select public.case_helper_restore(%(case)s, 1, 1)",
        "insert into public.case_helper (case_id, helper_json) values (%(case)s, '{}')",
        "insert into public.invoices (case_id) values (%(case)s)",
        "insert into public.documents (case_id, filename) values (%(case)s, 'x')",
        "insert into public.case_collaborators (case_id, user_id) values (%(case)s, %(other)s)",
        "select public.report_request(%(case)s, 'parts', p_html => 'x')",
        "select public.case_transfer(%(case)s, %(other)s, 'x')",
        "select public.case_end(%(case)s, 'CLOSED')",
        "select public.case_bring_back(%(case)s)",
    ],
)
def test_a_hidden_case_and_a_missing_one_get_the_same_answer(asking, office, call):
    told = []
    for case in (office["case"], uuid.uuid4()):
        with pytest.raises(psycopg.Error) as refused:
            asking(office["other"]).ask(
                call.replace("%(case)s", f"'{case}'").replace("%(other)s", f"'{office['other']}'")
            )
        told.append((refused.value.sqlstate, refused.value.diag.message_primary, refused.value.diag.message_detail))

    assert told[0] == told[1]
    assert told[0][0] == "PT404"


def test_the_search_finds_and_counts_the_own_cases_alone(asking, office):
    count = "select private.case_search_count('{}'::jsonb)"
    for name, found in (("mine", 1), ("other", 0), ("boss", 1), ("assistant", 1)):
        assert len(asking(office[name]).ask(SEARCH)) == asking(office[name]).value(count) == found, name


def test_a_file_of_a_hidden_case_is_neither_read_nor_linked(owner, asking, office):
    file = owner.value("select id from public.documents where case_id = %s", office["case"])
    read = "select * from private.file_read(%s)"

    told = {}
    for name in ("mine", "other"):
        with pytest.raises(psycopg.Error) as refused:
            asking(office[name]).ask(read, file)
        told[name] = refused.value.sqlstate
    # It has no bytes, so that its own people hear where it lies.
    assert told == {"mine": "PT409", "other": "PT404"}


def test_sharing_shows_a_case_and_ending_it_hides_it(asking, office):
    see = "select 1 from public.case_helper where case_id = %s"
    mine, other = asking(office["mine"]), asking(office["other"])

    mine.ask(
        "insert into public.case_collaborators (case_id, user_id) values (%s, %s)", office["case"], office["other"]
    )
    assert len(other.ask(see, office["case"])) == 1
    assert len(other.ask(SEARCH)) == 1
    assert other.changed("update public.cases set owner_name = 'שיר' where id = %s", office["case"]) == 1
    mine.ask(
        "delete from public.case_collaborators where case_id = %s and user_id = %s", office["case"], office["other"]
    )
    assert other.ask(see, office["case"]) == []


def test_who_is_given_a_case_sees_it_and_who_only_had_it_does_not_any_more(owner, asking, office):
    case = asking(office["boss"]).open(any_plate())["case_id"]
    see = "select 1 from public.cases where id = %s"
    asking(office["boss"]).ask("select public.case_transfer(%s, %s, 'x')", case, office["mine"])
    assert asking(office["mine"]).ask(see, case) != []

    asking(office["mine"]).ask("select public.case_transfer(%s, %s, 'x')", case, office["other"])

    assert asking(office["mine"]).ask(see, case) == []
    assert asking(office["other"]).ask(see, case) != []
    told = owner.one("select data from private.outbox where case_id = %s order by seq desc limit 1", case)["data"]
    assert (told["from"], told["to"]) == (str(office["mine"]), str(office["other"]))


def test_an_appraiser_opens_a_case_and_sees_it(asking, office):
    opened = asking(office["other"]).open(any_plate(), '{"a": 1}')

    assert asking(office["other"]).versions(opened["case_id"])[0]["is_current"]
    [row] = asking(office["other"]).ask("insert into public.cases (plate) values (%s) returning id", any_plate())
    assert row["id"]


@pytest.mark.parametrize("whom", ["developer", "suspended", "stranger"])
def test_a_case_is_given_to_nobody_who_takes_none(owner, asking, office, whom):
    org = (
        office["org"] if whom != "stranger" else owner.value("insert into public.orgs (name) values ('y') returning id")
    )
    person = add_person(owner, org, "developer" if whom == "developer" else "assessor")
    if whom == "suspended":
        owner.ask("update public.profiles set status = 'suspended' where user_id = %s", person)

    for call in (
        "select public.case_transfer(%s, %s, 'x')",
        "insert into public.case_collaborators (case_id, user_id) values (%s, %s)",
    ):
        with pytest.raises(psycopg.Error) as told:
            asking(office["mine"]).ask(call, office["case"], person)
        assert told.value.sqlstate == "PT422"


def test_an_ended_case_comes_back_whole(owner, asking, office):
    boss = asking(office["boss"])
    case = boss.open(any_plate(), status="מחכה לתשלום")["case_id"]
    for title in ("waits", "done"):
        boss.ask("insert into public.reminders (case_id, title, due_date) values (%s, %s, '2030-01-01')", case, title)
    boss.ask("update public.reminders set status = 'הושלם' where title = 'done' and case_id = %s", case)
    reminders = "select title, status from public.reminders where case_id = %s order by title"

    boss.ask("select public.case_end(%s, 'ARCHIVED', 'x', true, true)", case)
    assert boss.ask(reminders, case) == [{"title": "done", "status": "הושלם"}, {"title": "waits", "status": "בוטל"}]
    assert boss.value("select archive_asked_at is not null from public.cases where id = %s", case)
    assert (
        owner.value(
            "select count(*) from private.outbox where case_id = %s and type = 'onedrive.archive_requested'", case
        )
        == 1
    )
    boss.ask("select public.case_bring_back(%s)", case)

    assert boss.value("select status from public.cases where id = %s", case) == "מחכה לתשלום"
    assert boss.ask(reminders, case) == [{"title": "done", "status": "הושלם"}, {"title": "waits", "status": "ממתין"}]


def test_a_case_does_not_come_back_beside_an_open_one(asking, office):
    boss, plate = asking(office["boss"]), any_plate()
    first = boss.open(plate)["case_id"]
    boss.ask("select public.case_end(%s, 'CLOSED')", first)
    second = boss.open(plate)["case_id"]

    with pytest.raises(psycopg.Error) as told:
        boss.ask("select public.case_bring_back(%s)", first)

    assert str(second) in told.value.diag.message_detail
