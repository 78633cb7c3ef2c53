"""Offices, people, cases and versions of an existing project, after our migrations took them over."""

import json

import psycopg
import pytest

from tests.adopting import population as p
from tests.adopting.conftest import all_rows
from tests.peers import scratch

# Filled from the old table; the others are made anew or stay what they are.
BROUGHT = [
    "orgs", "profiles", "cases", "case_helper", "case_collaborators", "kb_docs", "parts_search_sessions",
    "parts_search_results",
    "selected_parts", "parts_required", "required_parts_archive", "invoice_suppliers", "invoices", "invoice_lines",
    "invoice_documents", "invoice_validations", "invoice_damage_center_mappings", "documents", "images", "user_assets",
    "tracking_general", "payment_tracking", "fee_invoices", "reminders",
]  # fmt: skip
THEIRS = ["audit_log", "damage_centers", "notifications", "parts_export_reports", "tasks", "webhook_sync_log"]


def key_of(table):
    return "user_id" if table in ("profiles", "user_assets") else "id"


def test_no_row_of_any_table_is_lost_or_changed(adopted):
    assert set(adopted.before) == {*BROUGHT, *THEIRS, "helper_versions", "tracking_expertise", "tracking_final_report"}
    for table, rows in adopted.before.items():
        home = "public" if table in THEIRS else "legacy"
        now = adopted.ask(f"select {key_of(table)}::text, md5(to_jsonb(t)::text) from {home}.{table} t")
        assert dict(now) == rows, table


def test_each_row_stands_in_our_table_too_or_is_listed(adopted):
    assert sum(len(adopted.before[table]) for table in BROUGHT) > 300
    for table in BROUGHT:
        here = {row[0] for row in adopted.ask(f"select {key_of(table)}::text from public.{table}")}
        listed = {row for name, row, reason in adopted.notes if name == table}
        assert set(adopted.before[table]) - here <= listed, table
        assert len(here) >= len(adopted.before[table]) - 3, table


def test_every_document_that_was_saved_is_a_version(adopted):
    """By hash: those of the table and those only the history still had."""
    missing = adopted.ask(
        """select h.id from (
          select id::text, case_id, helper_json from legacy.case_helper
          union all select id::text, case_id, helper_json from legacy.helper_versions) h
        where not exists (select from public.case_helper v where v.case_id = h.case_id
          and md5(v.helper_json::text) = md5(h.helper_json::text))"""
    )
    listed = {row for name, row, reason in adopted.notes if reason in ("case_not_brought", "not_an_object")}
    assert {row for (row,) in missing} == listed
    assert len(listed) == 4


def test_what_was_written_over_in_place_is_a_version_of_its_own(adopted):
    rows = adopted.ask(
        "select version, helper_name, is_current, label, helper_json -> 'written_over' from public.case_helper "
        "where case_id = %s "
        "order by version",
        p.PLAIN,
    )
    assert [row[:3] for row in rows] == [(n, f"8000001_helper_v{n}", n == 4) for n in range(1, 5)]
    assert [row[4] for row in rows] == [None, None, None, 1.1]
    assert rows[0][3] is None
    assert rows[2][3].startswith("helper_versions ")
    assert rows[3][3] == "8000001_helper_v3 (v3)"


def test_numbers_are_given_by_plate_and_each_case_has_one_current_version(adopted):
    assert (
        adopted.ask("select case_id, count(*) from public.case_helper where is_current group by 1 having count(*) <> 1")
        == []
    )
    assert (
        adopted.ask(
            """select c.id from public.cases c left join public.case_helper h on h.case_id = c.id and h.is_current
        where c.current_version is distinct from h.version"""
        )
        == []
    )
    assert (
        adopted.ask(
            "select plate from public.case_helper group by 1 "
            "having count(*) <> max(version) or count(*) <> count(distinct helper_name)"
        )
        == []
    )
    assert sorted(adopted.ask("select version from public.case_helper where plate = '8000003'")) == [
        (n,) for n in range(1, 6)
    ]


def test_the_newest_of_no_current_rows_is_current_and_of_several_too(adopted):
    for case, versions in ((p.NOBODYS, 3), (p.DOUBLED, 4)):
        assert adopted.one(
            "select version, label is null or label like '%%(v%%' from public.case_helper "
            "where case_id = %s and is_current",
            case,
        ) == (versions, True)


def test_a_row_that_alone_was_flagged_stays_what_everybody_sees(adopted):
    seen = json.dumps(p.helpers(9, 3)[1], sort_keys=True)
    now = adopted.one("select helper_json from public.case_helper where case_id = %s and is_current", p.HINDSIGHT)

    assert json.dumps(now, sort_keys=True) == seen
    assert (
        adopted.one("select trigger from public.case_helper where case_id = %s and is_current", p.HINDSIGHT)
        == "version_restore"
    )
    assert any(reason == "current_not_newest" for *_, reason in adopted.notes)


def test_sizes_and_changed_sections_are_those_of_a_save(adopted):
    wrong = adopted.ask(
        """select h.id from public.case_helper h
        left join lateral (select helper_json from public.case_helper b
          where b.case_id = h.case_id and b.version < h.version
          order by b.version desc limit 1) b on true
        where h.size_bytes <> pg_column_size(h.helper_json || '{}')
          or h.changed_sections <> private.changed_sections(b.helper_json, h.helper_json)"""
    )
    assert wrong == []


def test_the_date_of_a_version_is_the_one_the_history_tells(adopted):
    assert (
        adopted.ask(
            """select h.id from public.case_helper h join legacy.helper_versions v
          on v.case_id = h.case_id and v.version = 1 and v.helper_json = h.helper_json
        where h.helper_name like '%%_v1' group by h.id, h.saved_at having h.saved_at > min(v.saved_at)"""
        )
        == []
    )


def test_the_open_case_that_screens_save_into_stays_open_and_the_other_is_listed(adopted):
    status = dict(adopted.ask("select id, status from public.cases where plate = '8000003'"))

    assert status == {p.OPEN_BESIDE: "OPEN", p.CLAIM: "CLOSED"}
    [(proposed,)] = adopted.ask("select proposed from legacy.adoption_notes where reason = 'open_besides_another'")
    assert "מחכה לאישור תביעה" in proposed


def test_a_plate_with_dashes_and_without_an_office_is_digits_in_the_only_office(adopted):
    assert adopted.one("select plate, org_id, filing_case_id from public.cases where id = %s", p.DASHED) == (
        "8000002", p.OFFICE, "YC-8000002-2024",
    )  # fmt: skip
    assert adopted.one("select count(*) from public.case_helper where plate = '8000002'") == 2


def test_a_case_without_a_plate_stays_aside_and_what_hangs_on_it_is_listed(adopted):
    bad = str(p.BAD_PLATE)
    assert ("cases", bad, "23514 cases_plate_check") in adopted.notes
    assert adopted.one("select count(*) from legacy.cases where id = %s", p.BAD_PLATE) == 1
    hanging = {table for table, _, why in adopted.notes if "case_id_fkey" in why or why == "case_not_brought"}
    assert hanging >= {"documents", "case_helper"}


def test_people_keep_their_office_and_rights_of_the_first_script_are_ours(adopted):
    roles = dict(adopted.ask("select user_id, role from public.profiles"))

    assert roles == {p.NOAM: "admin", p.DANA: "assessor", p.VIEWER: "assistant"}
    assert {row[0] for row in adopted.ask("select user_id from public.user_orgs where org_id = %s", p.OFFICE)} == set(
        roles
    )


def test_cases_are_found_by_what_their_helper_says(adopted):
    assert adopted.one("select count(*) from public.case_search_index where words = ''") == 0
    assert adopted.one("select count(*) from public.cases") == adopted.one(
        "select count(*) from public.case_search_index"
    )


def test_what_only_they_have_holds_to_our_tables(adopted):
    keys = dict(
        adopted.ask(
            "select conname, confrelid::regclass::text from pg_constraint where conname in "
            "('tasks_case_id_fkey', 'tasks_assigned_to_fkey', 'notifications_user_id_fkey')"
        )
    )
    assert keys == {
        "tasks_case_id_fkey": "cases",
        "tasks_assigned_to_fkey": "profiles",
        "notifications_user_id_fkey": "profiles",
    }
    assert "legacy" not in adopted.one("select qual from pg_policies where policyname = 'Managers see all tasks'")
    assert "legacy" not in adopted.one("select definition from pg_views where viewname = 'open_cases_of_people'")
    assert (
        adopted.ask(
            "select conname from pg_constraint where contype = 'f' and (conrelid::regclass::text like 'legacy.%%' "
            "or confrelid::regclass::text like 'legacy.%%')"
        )
        == []
    )
    assert ("tasks", "tasks_case_id_fkey", "not_valid") in adopted.notes


def test_their_functions_of_our_names_are_out_of_the_way(adopted):
    aside = {row[0] for row in adopted.ask("select proname from pg_proc where pronamespace = 'legacy'::regnamespace")}

    assert aside == {
        "save_helper_version", "update_tracking_tables_from_helper", "auto_categorize",
        "batch_categorize_invoice_lines",
        "upsert_tracking_expertise_from_helper",
    }  # fmt: skip
    assert ("functions", "public.count_selected_parts_by_case(uuid)", "runs_as_owner") in adopted.notes


def test_nobody_of_the_api_reads_what_was_set_aside(adopted):
    with psycopg.connect(adopted.server.url(adopted.name)) as line:
        for role in ("anon", "authenticated", "service_role", "backoffice_staff"):
            for table in ("case_helper", "cases"):
                line.execute(f"set local role {role}")
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    line.execute(f"select 1 from legacy.{table}")
                line.rollback()
        line.execute("set local role backoffice_staff")
        assert line.execute("select count(*) from legacy.adoption_notes").fetchone()[0] > 20


def copy_without_theirs(adopted):
    """The same database once everything is gone that ours did not make."""
    name = f"{adopted.name}_bare"
    adopted.server.tell(f"create database {name} template {adopted.name}")
    adopted.server.tell(
        f"""drop schema legacy cascade; drop view open_cases_of_people; drop table {", ".join(THEIRS)};
        drop function count_selected_parts_by_case(uuid), update_updated_at_column()""",
        name,
    )
    return name


def test_the_adopted_catalogue_is_the_one_of_a_fresh_database(adopted, fresh):
    name = copy_without_theirs(adopted)

    assert len(scratch.dump(fresh.server, fresh.name)) > 20_000
    assert scratch.dump(adopted.server, name) == scratch.dump(fresh.server, fresh.name)
    assert scratch.rights(adopted.server, name) == scratch.rights(fresh.server, fresh.name)
    published = "select tablename from pg_publication_tables where schemaname = 'public' order by 1"
    assert adopted.server.tell(published, name) == fresh.server.tell(published, fresh.name)


def test_a_fresh_database_has_no_place_for_old_tables(fresh):
    assert fresh.one("select to_regnamespace('legacy')") is None


def test_twice_is_once(adopted):
    before = all_rows(adopted.server, adopted.name)
    notes = adopted.one("select count(*) from legacy.adoption_notes")

    assert ".sql" not in scratch.migrate(adopted.server, adopted.name)
    assert all_rows(adopted.server, adopted.name) == before
    assert adopted.one("select count(*) from legacy.adoption_notes") == notes
