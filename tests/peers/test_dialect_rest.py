"""The existing UI's calls about people, parts, invoices, files and tracking, written directly on the tables."""

import uuid

import pytest

from tests.cast import DANA, NORTH, TAMAR
from tests.conftest import any_plate
from tests.peers.dialect import fetch, rpc, table

pytestmark = pytest.mark.peers

NEWEST = {"ascending": False}


@pytest.fixture
def case_id(case):
    return case["case_id"]


@pytest.fixture
def invoice(ask, case, case_id):
    row = {"case_id": case_id, "plate": case["plate"], "invoice_number": case["plate"], "supplier_name": "מוסך",
           "invoice_type": "PARTS", "total_amount": 1180, "status": "PENDING"}  # fmt: skip
    told = ask(table("invoices").insert(row).select().single(), DANA)
    assert told.status == 201, told
    return told.data["id"]


def test_a_person_is_read_with_the_office_and_notes_the_login(site, ask):
    me = table("profiles").select("user_id, name, role, status, orgs(name)").eq("user_id", str(DANA.user_id)).single()
    moment = "2026-11-23T10:00:00+00:00"
    noted = table("profiles").update({"last_login": moment, "must_change_password": False})

    assert ask(me, DANA).data["orgs"] == {"name": NORTH.name}
    assert ask(noted.eq("user_id", str(DANA.user_id)), DANA).error is None
    assert ask(table("profiles").update({"onesignal_id": "x"}).eq("user_id", str(DANA.user_id)), DANA).error is None
    stored = "select last_login = %s, onesignal_id from public.profiles where user_id = %s"
    assert fetch(site, stored, moment, DANA.user_id) == [(True, "x")]


def test_nobody_makes_an_admin_of_himself_or_suspends_another(site, ask):
    for values in ({"role": "admin"}, {"status": "inactive"}, {"org_id": str(uuid.uuid4())}):
        told = ask(table("profiles").update(values).eq("user_id", str(DANA.user_id)), DANA)
        assert (told.status, told.code) == (403, "42501")
    assert fetch(site, "select role, status from public.profiles where user_id = %s", DANA.user_id) == [
        (DANA.role, "active")
    ]


def test_people_of_the_office_are_listed(ask):
    listed = table("profiles").select("user_id, name, role, status").order("name")

    assert str(DANA.user_id) in {row["user_id"] for row in ask(listed, DANA).data}
    assert str(DANA.user_id) not in {row["user_id"] for row in ask(listed, TAMAR).data}


def test_a_part_search_is_kept_with_its_answer_and_what_was_chosen(site, ask, case, case_id):
    plate = case["plate"]
    session = {"case_id": case_id, "plate": plate, "search_context": {"part": "פנס"}, "data_source": "catalog",
               "make": "טויוטה", "year": "2020"}  # fmt: skip
    kept = ask(table("parts_search_sessions").insert(session).select().single(), DANA)
    result = {"session_id": kept.data["id"], "plate": plate, "search_type": "smart", "data_source": "catalog",
              "search_query": {"q": "פנס"}, "results": [{"pcode": "A1"}], "response_time_ms": 12}  # fmt: skip
    answer = ask(table("parts_search_results").insert(result).select().single(), DANA)
    part = {"plate": plate, "case_id": case_id, "part_name": "פנס", "pcode": "A1", "price": 120.5,
            "search_result_id": answer.data["id"], "data_source": "catalog", "raw_data": {"pcode": "A1"}}  # fmt: skip
    chosen = ask(table("selected_parts").insert(part).select().single(), DANA)
    found = table("selected_parts").select("id").eq("plate", plate).eq("pcode", "A1").limit(1)

    assert [kept.status, answer.status, chosen.status] == [201, 201, 201], (kept, answer, chosen)
    assert ask(found, DANA).data == [{"id": chosen.data["id"]}]
    assert ask(found, TAMAR).data == []
    changed = ask(
        table("selected_parts").update({"status": "ordered"}).eq("id", chosen.data["id"]).select("status"), DANA
    )
    assert changed.data == [{"status": "ordered"}]
    stored = "select search_query, results from public.parts_search_results where session_id = %s"
    assert fetch(site, stored, kept.data["id"]) == [({"q": "פנס"}, [{"pcode": "A1"}])]


def test_a_required_part_is_one_row_however_often_it_is_upserted(site, ask, case, case_id):
    row = {"row_uuid": str(uuid.uuid4()), "case_id": case_id, "plate": case["plate"], "damage_center_code": "dc_1",
           "part_name": "פנס", "price_per_unit": 100, "quantity": 1, "status": "PENDING"}  # fmt: skip
    by_row = {"onConflict": "row_uuid"}
    for price in (100, 120.5):
        told = ask(table("parts_required").upsert([row | {"price_per_unit": price}], by_row).select(), DANA)
        assert told.status in {200, 201}, told

    listed = (
        table("parts_required")
        .select("row_uuid, price_per_unit")
        .eq("case_id", case_id)
        .eq("damage_center_code", "dc_1")
    )
    assert ask(listed.eq("case_id", case_id), DANA).data == [{"row_uuid": row["row_uuid"], "price_per_unit": 120.5}]
    foreign = ask(table("parts_required").upsert([{"row_uuid": row["row_uuid"], "part_name": "lie"}], by_row), TAMAR)
    assert foreign.status in {400, 403, 404, 409}
    stored = "select part_name, price_per_unit from public.parts_required where row_uuid = %s"
    assert [(name, float(price)) for name, price in fetch(site, stored, row["row_uuid"])] == [("פנס", 120.5)]


def test_an_invoice_is_read_with_its_lines_and_papers(site, ask, case, case_id, invoice):
    lines = [{"invoice_id": invoice, "line_number": n, "description": f"חלק {n}", "quantity": 1, "unit_price": 500,
              "line_total": 500, "metadata": {"code": "A"}} for n in (1, 2)]  # fmt: skip
    paper = {"invoice_id": invoice, "case_id": case_id, "plate": case["plate"], "filename": "חשבונית.pdf",
             "storage_path": "a/b.pdf", "storage_bucket": "docs", "ocr_status": "pending"}  # fmt: skip
    assert ask(table("invoice_lines").insert(lines).select(), DANA).status == 201
    document = ask(table("invoice_documents").insert(paper).select().single(), DANA)
    read_out = {"ocr_status": "completed", "ocr_structured_data": {"sum": 1000}, "ocr_confidence": 97.5}
    assert ask(table("invoice_documents").update(read_out).eq("id", document.data["id"]), DANA).error is None

    whole = "*, invoice_lines(*), invoice_documents(*), invoice_validations(*)"
    told = ask(table("invoices").select(whole).eq("case_id", case_id).order("created_at", NEWEST), DANA)
    assert told.error is None
    [told] = told.data

    assert [line["description"] for line in told["invoice_lines"]] == ["חלק 1", "חלק 2"]
    assert told["invoice_documents"][0]["ocr_structured_data"] == {"sum": 1000}
    assert told["invoice_validations"]
    of_case = table("invoice_lines").select("id, invoices!inner(case_id)").eq("invoices.case_id", case_id)
    assert len(ask(of_case, DANA).data) == 2
    assert ask(of_case, TAMAR).data == []


def test_a_document_is_kept_as_a_report_is_uploaded(site, ask, case, case_id):
    row = {"case_id": case_id, "category": "report", "filename": f"estimate_{case['plate']}_1.pdf", "size_bytes": 5,
           "mime_type": "application/pdf", "storage_key": f"{case_id}/estimate_{case['plate']}_1.pdf",
           "created_by": str(DANA.user_id)}  # fmt: skip
    kept = ask(table("documents").insert(row).select().single(), DANA)
    listed = table("documents").select("filename, category").eq("case_id", case_id).is_("deleted_at", None)

    assert kept.status == 201, kept
    assert ask(listed, DANA).data == [{"filename": row["filename"], "category": "report"}]
    [(of_case,)] = fetch(site, "select case_id from public.documents where id = %s", kept.data["id"])
    assert str(of_case) == case_id


def test_tracking_is_read_by_case_and_plate_and_written_by_nobody(ask, case, case_id):
    for name in ("tracking_general", "tracking_expertise", "tracking_final_report"):
        read = table(name).select("*").eq("case_id", case_id).eq("plate", case["plate"]).order("updated_at", NEWEST)
        written = ask(table(name).update({"updated_at": "2020-01-01T00:00:00Z"}).eq("case_id", case_id), DANA)

        assert ask(read.limit(2), DANA).error is None
        assert (written.status, written.code) == (403, "42501")


def test_a_payment_is_read_with_the_person_who_was_last_in_touch(ask, case_id):
    columns = "*, profiles!payment_tracking_last_contacted_by_fkey(name)"

    assert ask(table("payment_tracking").select(columns).eq("case_id", case_id), DANA).error is None


# The columns of the existing tables, under their own names.
EXISTING = {
    "images": "id, case_id, document_id, damage_center_id, original_url, transformed_url, cloudinary_url,"
    " onedrive_path, filename, width, height, exif_data, display_order, category, optimization_status, backup_status,"
    " source, recognized_part, recognized_damage, recognition_confidence, is_external_processed, created_at,"
    " deleted_at",
    "kb_docs": "id, title, source, lang, tags, body, org_id, created_at, updated_at",
    "reminders": "id, case_id, plate, title, description, category, due_date, status, priority, is_recurring,"
    " recurrence_pattern, recurrence_end_date, send_notification, notification_sent, completed_at, completed_by",
    "invoice_damage_center_mappings": "id, invoice_id, invoice_line_id, case_id, damage_center_id, damage_center_name,"
    " field_type, field_index, field_id, original_field_data, mapped_data, mapping_status, is_user_modified, mapped_by",
    "user_assets": "user_id, draft_watermark_text, directive_watermark_text, business_name, created_at, updated_at",
    "documents": "id, case_id, category, filename, mime_type, size_bytes, storage_key, onedrive_file_id, created_at",
    "fee_invoices": "id, case_id, payment_tracking_id, plate, invoice_type, invoice_number, invoice_date,"
    " invoice_amount, notes",
}


@pytest.mark.parametrize("name", EXISTING)
def test_what_a_screen_reads_has_its_old_names(ask, case_id, name):
    told = ask(table(name).select(EXISTING[name]).order("created_at", NEWEST).limit(50), DANA)

    assert told.error is None, told
    assert isinstance(told.data, list)


def test_an_address_of_a_logo_is_no_column(ask):
    told = ask(table("user_assets").select("company_logo_url"), DANA)

    assert (told.status, told.code) == (400, "42703")
    assert "company_logo_url" in told.error["message"]


def test_rows_around_the_helper_are_not_deleted(site, ask, case, case_id):
    row = {"row_uuid": str(uuid.uuid4()), "case_id": case_id, "plate": case["plate"], "part_name": "פנס"}
    ask(table("parts_required").insert(row), DANA)
    calls = [
        table("parts_required").delete().eq("row_uuid", row["row_uuid"]),
        table("parts_required").delete().eq("damage_center_code", "dc_1"),
        table("selected_parts").delete().eq("plate", case["plate"]),
        table("invoices").delete().eq("case_id", case_id),
    ]

    assert {(told.status, told.code) for told in (ask(call, DANA) for call in calls)} == {(403, "42501")}
    assert len(fetch(site, "select id from public.parts_required where row_uuid = %s", row["row_uuid"])) == 1


# What the product does not have under these names: the answer names it, and nothing happens.
@pytest.mark.parametrize(
    "name",
    [
        "webhook_sync_log", "parts_export_reports", "catalog_items", "suppliers",
        "damage_centers",
        "tasks", "task_messages", "task_threads", "notifications", "recurring_tasks",
    ],
)  # fmt: skip
def test_a_table_that_is_not_ours_is_named_in_a_404(ask, name):
    read, added = ask(table(name).select("*").limit(1), DANA), ask(table(name).insert({"title": "x"}), DANA)

    assert (read.status, read.code) == (404, "42P01")
    assert f"public.{name}" in read.error["message"]
    # This PostgREST says no more about a write; newer ones answer PGRST205 with the name.
    assert added.status == 404


@pytest.mark.parametrize(
    "function",
    [
        "nicole_search_all", "smart_parts_search", "count_selected_parts_by_case",
        "upsert_tracking_expertise_from_helper", "upsert_tracking_final_report_from_helper", "get_fee_invoices",
        "get_invoice_counts", "delete_fee_invoice", "set_fee_invoice_date", "update_payment_last_contact",
    ],
)  # fmt: skip
def test_a_function_that_is_not_ours_is_named_in_a_404(ask, function):
    told = ask(rpc(function, p_case_id=str(uuid.uuid4())), DANA)

    assert (told.status, told.code) == (404, "PGRST202")
    assert f"public.{function}" in told.error["message"]


@pytest.mark.parametrize(
    ("call", "status", "code", "word"),
    [
        (table("selected_parts").select("id").eq("plate_number", "1"), 400, "42703", "plate_number"),
        (table("cases").select("id, nothing(name)"), 400, "PGRST200", "nothing"),
        (table("cases").select("id").eq("id", "no uuid"), 400, "22P02", "uuid"),
        (table("cases").insert({"plate": "12", "status": "OPEN"}), 400, "23514", "cases_plate_check"),
        (table("cases").insert({"plate": any_plate(), "case_number": "1"}).select(), 400, "PGRST204", "case_number"),
    ],
)
def test_what_cannot_be_meant_gets_an_error_that_names_it(ask, call, status, code, word):
    told = ask(call, DANA)

    assert (told.status, told.code) == (status, code), told
    assert word in told.error["message"]
