"""Tables of the existing project: one file each, as CSV or JSON, or restored into a schema of the same database."""

import pytest

from cases.models import Case
from invoices.models import Invoice, InvoiceLine
from parts.models import PartRequired
from reminders.models import Reminder
from tests.importing.sources import Tables, days_ago, history, text


@pytest.fixture
def tables(tmp_path):
    return Tables(tmp_path / "export")


@pytest.mark.parametrize("form", ["json", "csv"])
def test_cases_keep_their_ids_and_their_doubled_history_is_one(bring, desk, tables, form):
    case = tables.case("t1", 5)
    told = bring(tables.write(form))

    [kept] = desk.rows(Case, plate=case["plate"])
    assert str(kept.id) == case["id"]
    helpers = [helper for _number, _at, helper in history("t1", 5)[2]]
    assert desk.helpers(case["plate"]) == helpers
    assert "5  say what is there already" in told
    assert "proved: 11 of 11 read back" in told
    [first] = [one for one in desk.versions(case["plate"]) if one.version == 1]
    assert kept.created_at <= first.saved_at


@pytest.mark.parametrize("mark", [lambda number, last: True, lambda number, last: False])
def test_every_row_current_or_none_and_the_last_saved_is(bring, desk, tables, mark):
    case = tables.case("t2", 4, mark=mark)
    bring(tables.write())

    assert [one.is_current for one in desk.versions(case["plate"])] == [False, False, False, True]
    [finding] = desk.findings("current_unclear")
    assert finding.details["of"] == 4


def test_another_row_than_the_last_was_current(bring, desk, tables):
    tables.case("t3", 4, mark=lambda number, last: number == 2)
    bring(tables.write())

    [finding] = desk.findings("current_not_last")
    assert desk.sources(pk=finding.source_id)[0].number == 2


def test_both_plate_forms_and_statuses_in_two_languages(bring, desk, tables):
    plate = history("t4", 1)[0]
    dashed = f"{plate[:3]}-{plate[3:5]}-{plate[5:]}"
    tables.add("cases", plate=dashed, status="בתהליך", created_at="2025-01-01T00:00:00Z")
    tables.add("cases", plate=plate, status="סגור", created_at="2024-01-01T00:00:00Z")
    tables.add("cases", plate="1234567", status="משהו חדש")
    tables.add("cases", plate="7654321", status="deleted")
    bring(tables.write())

    assert {case.status for case in desk.rows(Case, plate=plate)} == {"IN_PROGRESS", "CLOSED"}
    assert desk.rows(Case, plate="1234567")[0].status == "אחר"
    assert desk.rows(Case, plate="7654321")[0].status == "ARCHIVED"
    assert desk.findings("status_unknown")[0].details["said"] == "משהו חדש"


def test_several_open_cases_of_a_plate_the_one_worked_on_last_stays_open(bring, desk, tables):
    old = tables.case("t5", 2, updated_at="2025-01-01T00:00:00Z")
    new = tables.case("t5x", 2, plate=old["plate"], updated_at="2025-06-01T00:00:00Z")
    third = tables.add("cases", plate=old["plate"], status="מחכה לתשלום", updated_at="2024-01-01T00:00:00Z")
    bring(tables.write())

    status = {str(case.id): case.status for case in desk.rows(Case, plate=old["plate"])}
    assert status == {old["id"]: "CLOSED", new["id"]: "OPEN", third["id"]: "CLOSED"}
    assert {finding.details["was"] for finding in desk.findings("several_open")} == {"OPEN", "מחכה לתשלום"}
    # The helpers of one of them name another plate than its row does.
    assert [one.version for one in desk.versions(old["plate"])] == [1, 2, 3, 4]
    assert len(desk.findings("plates_differ")) == 4


def test_parts_tripled_with_new_ids_all_come_in_and_are_asked_about(bring, desk, tables):
    import uuid

    case = tables.case("t6", 1)
    for n in range(3):
        for name in ("פנס", "כנף"):
            tables.add("parts_required", row_uuid=str(uuid.uuid4()), case_id=case["id"], plate=case["plate"],
                       damage_center_code="מוקד 1", part_name=name, price_per_unit="₪1,200.50", quantity=n * 0 + 1,
                       status="הוזמן")  # fmt: skip
    bring(tables.write())

    rows = desk.rows(PartRequired, case_id=case["id"])
    assert len(rows) == 6
    assert {(str(row.price_per_unit), row.status) for row in rows} == {("1200.50", "ORDERED")}
    [finding] = desk.findings("parts_repeated")
    assert (finding.details["rows"], finding.details["copies"]) == (6, 4)
    assert finding.proposed == "cancel_copies"


def test_a_filing_number_where_the_case_id_belongs_finds_the_case(bring, desk, tables):
    case = tables.case("t7", 1, filing_case_id="YC-12345678-2025")
    tables.add("parts_required", case_id="YC-12345678-2025", plate=case["plate"], part_name="דלת")
    tables.add("parts_required", case_id="YC-99999999-2025", part_name="חלון")
    bring(tables.write())

    assert len(desk.rows(PartRequired, case_id=case["id"])) == 1
    [finding] = desk.findings("no_case")
    assert "חלון" in bytes(desk.sources(pk=finding.source_id)[0].raw).decode()


def test_one_global_invoice_number_is_two_invoices_of_two_garages(bring, desk, tables):
    case = tables.case("t8", 1)
    one = tables.add("invoices", case_id=case["id"], plate=case["plate"], invoice_number="6", supplier_name="מוסך אלף",
                     status="PENDING", total_amount="1,180.00", invoice_date="03/02/25")  # fmt: skip
    tables.add(
        "invoices",
        case_id=case["id"],
        plate=case["plate"],
        invoice_number="6",
        supplier_name="מוסך בית",
        status="טיוטה",
    )
    for _phantom in range(3):
        tables.add("invoices", case_id=case["id"], plate=case["plate"], invoice_number="6", supplier_name="מוסך אלף")
    tables.add("invoice_lines", invoice_id=one["id"], line_number=1, description="פנס", unit_price="1,000.00",
               line_total="1,000.00", item_category="part")  # fmt: skip
    told = bring(tables.write())

    invoices = desk.rows(Invoice, case_id=case["id"])
    assert sorted(invoice.supplier_name for invoice in invoices) == ["מוסך אלף", "מוסך בית"]
    [kept] = [invoice for invoice in invoices if str(invoice.id) == one["id"]]
    assert (str(kept.total_amount), str(kept.invoice_date)) == ("1180.00", "2025-02-03")
    assert [(one.state, one.reason) for one in desk.sources(table_name="invoice_lines")] == [("ROW", None)]
    [line] = desk.rows(InvoiceLine, invoice_id=one["id"])
    assert str(line.line_total) == "1000.00"
    assert len(desk.findings("invoice_repeated")) == 3
    assert "proved: 9 of 9" in told


def test_reminders_in_either_wording_and_nobody_is_told_of_old_ones(bring, desk, tables):
    case = tables.case("t9", 1)
    tables.add(
        "reminders", case_id=case["id"], title="לבדוק", due_date=days_ago(30)[:10], status="פעיל", priority="גבוהה"
    )
    tables.add("reminders", case_id=case["id"], title="לשלם", due_date=days_ago(-30)[:10], status="ממתין",
               priority="רגיל", category="תזכורת תשלום")  # fmt: skip
    tables.add("reminders", case_id=case["id"], title="מוזר", due_date=days_ago(-30)[:10], status="אין מצב כזה")
    bring(tables.write())

    old, new = sorted(desk.rows(Reminder, case_id=case["id"]), key=lambda one: one.due_date)
    assert (old.send_notification, new.send_notification) == (False, True)
    assert old.priority == "גבוה"
    [finding] = desk.findings("row_unfit")
    assert finding.details == {"code": "unknown_word", "column": "status"}


def test_tables_without_a_place_are_kept_row_by_row(bring, desk, tables):
    case = tables.case("t10", 1)
    tables.add("task_templates", title="משימה")
    tables.add("tracking_general", case_id=case["id"], owner_name="x")
    tables.add("documents", case_id=case["id"], filename="דוח.pdf", category="report", storage_key="old/key.pdf",
               size_bytes=12)  # fmt: skip
    tables.add("payment_tracking", case_id=case["id"], total_fee="1,500", payment_status="שולם", owner_name="x")
    told = bring(tables.write())

    assert {finding.details["table"]: finding.details["why"] for finding in desk.findings("table_without_place")} == {
        "task_templates": "no_place",
        "tracking_general": "derived",
    }
    assert len(desk.sources(state="ROW", table_name="documents")) == 1
    assert len(desk.sources(state="ROW", table_name="payment_tracking")) == 1, desk.findings()
    assert "2  kept as they came" in told


def test_tables_twice_are_tables_once_and_a_preview_changes_nothing(bring, desk, tables):
    case = tables.case("t11", 3)
    tables.add("parts_required", case_id=case["id"], part_name="דלת")
    tables.add("invoices", case_id=case["id"], invoice_number="7", supplier_name="מוסך")
    folder = tables.write()
    preview = bring(folder, "--preview")
    assert desk.sources() == []
    told = bring(folder)
    assert preview.splitlines()[1:] == told.splitlines()
    counts = [len(desk.rows(model)) for model in (Case, PartRequired, Invoice)], len(desk.sources())
    again = bring(folder)

    assert ([len(desk.rows(model)) for model in (Case, PartRequired, Invoice)], len(desk.sources())) == counts
    assert f"{counts[1]} of them came with an earlier import" in again


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("cases.csv", "id,plate\n1,12345678\n2\n", "cases.csv: line 3: 1 cells under 2 columns"),
        ("cases.csv", "id,owner\n1,x\n", "cases.csv: line 2: no column plate"),
        ("cases.csv", 'id,plate\n1,"12345678\n', "cases.csv: line 2: unexpected end of data"),
        ("cases.json", '[{"plate": "12345678"},\n{"plate": }]', "cases.json: line 2: no JSON"),
        ("case_helper.json", '[{"case_id": "x"}]', "case_helper.json: line 1: no column helper_json"),
        ("cases.jsonl", '{"plate": "12345678"}\n[1]\n', "cases.jsonl: line 2: a row is an object"),
    ],
)
def test_a_wrong_table_is_told_with_file_and_line_and_nothing_changes(bring, desk, tmp_path, name, content, said):
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert "Nothing was changed" in bring(tmp_path, fails=said)

    assert desk.sources() == []
    assert desk.runs() == []
    assert desk.rows(Case) == []


def test_a_dump_restored_into_a_schema(transactional_legacy, bring, desk):
    plate, case_id, helpers = transactional_legacy
    told = bring("--schema", "legacy")

    assert desk.helpers(plate) == helpers
    assert [str(case.id) for case in desk.rows(Case, plate=plate)] == [case_id]
    [note] = desk.findings("adoption_note")
    assert note.details["why"] == "second open case"
    assert "proved" in told
    assert text(helpers[0])
