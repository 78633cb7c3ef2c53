"""What hangs on the cases of an existing project, after our migrations took it over."""

import psycopg
import pytest

from tests.adopting import population as p

pytestmark = pytest.mark.peers


def test_rows_belong_to_the_office_and_plate_of_their_case(adopted):
    for table in (
        "parts_search_sessions", "selected_parts", "parts_required", "required_parts_archive", "invoices",
        "invoice_lines", "invoice_documents", "invoice_damage_center_mappings", "documents", "images",
        "payment_tracking", "fee_invoices", "reminders",
    ):  # fmt: skip
        assert adopted.one(
            f"select count(*) > 10, bool_and(t.org_id = c.org_id and t.plate = c.plate) "
            f"from public.{table} t join cases c on c.id = t.case_id"
        ) == (True, True), table


def test_dates_and_people_are_those_of_the_old_rows(adopted):
    for table in ("cases", "parts_required", "invoices", "documents"):
        assert adopted.one(
            f"select bool_and(t.created_at = l.created_at) from public.{table} t join legacy.{table} l using (id)"
        ), table
    assert adopted.one("select count(*) from public.payment_tracking where last_contacted_by = %s", p.NOAM) == 12


def test_a_source_in_a_word_that_is_none_of_ours_is_left_to_the_old_row(adopted):
    assert adopted.ask("select distinct data_source from public.selected_parts") == [(None,)]
    assert adopted.ask("select distinct data_source from legacy.selected_parts") == [("קטלוג",)]


def test_parts_that_were_kept_again_at_each_save_are_brought_and_listed(adopted):
    assert (
        adopted.one("select count(*) from public.parts_required where part_name = 'כנף' and case_id = %s", p.PLAIN) == 3
    )
    assert sum(reason == "same_part_again" for *_, reason in adopted.notes) == 2


def test_a_part_that_named_no_case_goes_to_the_open_case_of_its_plate(adopted):
    assert adopted.one("select case_id, plate from public.parts_required where part_name = 'בלי תיק'") == (
        p.PLAIN,
        "8000001",
    )


def test_lines_that_shared_a_number_or_had_none_have_one_each(adopted):
    assert adopted.one("select count(*), count(distinct (invoice_id, line_number)) from public.invoice_lines") == (
        36,
        36,
    )


def test_invoices_have_their_supplier_and_are_added_up_anew(adopted):
    assert adopted.one(
        "select count(*), count(distinct supplier_id) from public.invoices where supplier_id is not null"
    ) == (12, 1)
    assert adopted.one(
        "select bool_and(approval_status = 'approved'), bool_and(lines_total = 150), "
        "bool_and(validation_errors = '{lines_differ}') "
        "from public.invoice_validations"
    ) == (True, True, True)


def test_a_file_that_lies_under_a_key_of_its_case_is_ours_and_another_is_listed_with_its_place(adopted):
    assert (
        adopted.one("select count(*) from public.documents where storage_key is not null and bucket_name = 'reports'")
        == 12
    )
    elsewhere = adopted.ask(
        "select filename, upload_status, file_metadata -> 'was' ->> 'key' "
        "from public.documents where storage_key is null"
    )
    assert len(elsewhere) == 12
    assert {row[:2] for row in elsewhere} == {("a_b.pdf", "LINKED")}
    assert all(row[2].startswith("אחר/") for row in elsewhere)
    assert sum(reason == "bytes_elsewhere" for *_, reason in adopted.notes) == 12


def test_tracking_is_made_of_the_helpers_and_the_old_rows_are_listed(adopted):
    assert adopted.one("select count(*) from public.tracking_general where warnings = '{*failed}'") == 0
    assert adopted.one("select count(*) from public.tracking_general") >= 12
    assert sum(reason == "derived_anew" for *_, reason in adopted.notes) == 24


def test_reminders_speak_our_words_and_old_ones_are_not_told_again(adopted):
    assert adopted.ask("select distinct priority, category, next_at from public.reminders") == [
        ("גבוה", "תזכורת תשלום", None)
    ]


def test_documents_of_knowledge_are_found(adopted):
    assert adopted.one("select count(*) from public.kb_docs where search is not null and checksum is not null") == 12


def test_a_second_open_payment_of_a_case_stays_aside_and_is_listed(adopted):
    assert [reason for table, _, reason in adopted.notes if table == "payment_tracking"] == [
        "23505 payment_tracking_one_per_case"
    ]


def test_adoption_tells_nobody(adopted):
    """No event, no post to Make: nothing happened to these cases."""
    assert adopted.one("select count(*) from public.events") == 0
    assert adopted.one("select count(*) from private.outbox") == 0


def test_what_happens_now_is_told_as_ever(adopted):
    with psycopg.connect(adopted.server.url(adopted.name)) as line:
        line.execute("set local role authenticated")
        line.execute("select set_config('request.jwt.claims', %s, true)", [f'{{"sub": "{p.DANA}"}}'])
        saved = line.execute(
            "select version, helper_name from public.case_helper_save_full(%s, '{\"n\": 1}', 4)", [p.PLAIN]
        ).fetchone()
        assert saved == (5, "8000001_helper_v5")
        line.execute("update public.parts_required set quantity = 2 where case_id = %s", [p.PLAIN])
        told = {row[0] for row in line.execute("select type from public.events")}
        assert told == {"case_helper.saved", "part_required.upserted"}
        line.rollback()
