"""What an existing project's tables hold: ordinary rows, and every corruption that was met there."""

import copy
import json
from uuid import UUID, uuid4

import psycopg

from tests import make_fixtures

OFFICE = UUID("30000000-0000-4000-8000-000000000001")
DANA = UUID("30000000-0000-4000-8000-0000000000d1")
NOAM = UUID("30000000-0000-4000-8000-0000000000d2")
VIEWER = UUID("30000000-0000-4000-8000-0000000000d3")
STRANGER = UUID("30000000-0000-4000-8000-0000000000d4")


def case_id(number: int) -> UUID:
    return UUID(f"30000000-0000-4000-8000-0000000c{number:04d}")


# What the tests ask for by name.
PLAIN, DASHED, CLAIM, OPEN_BESIDE, NOBODYS, DOUBLED, WRAPPED, BAD_PLATE, HINDSIGHT = (
    case_id(n) for n in range(9001, 9010)
)


def helpers(seed: int, versions: int) -> list[dict]:
    """A history of one case, version by version."""
    return [copy.deepcopy(case.h) for *_, case in make_fixtures.history(seed, versions, "small")]


def populate(url: str, cases: int = 12) -> None:
    """Fill the tables of existing.sql."""
    with psycopg.connect(url) as line:
        _people(line)
        for number in range(cases):
            _case(line, case_id(number), f"70{number:05d}", "CLOSED" if number % 3 == 0 else "OPEN")
            _versions(line, case_id(number), f"70{number:05d}", helpers(number, 4))
            _satellites(line, case_id(number), f"70{number:05d}", number)
        _corruptions(line)


def _people(line: psycopg.Connection) -> None:
    line.execute("insert into orgs (id, name) values (%s, 'שמאות הצפון')", [OFFICE])
    for user, name, role, org in (
        (NOAM, "נועם", "admin", OFFICE),
        (DANA, "דנה", "user", OFFICE),
        (VIEWER, None, "viewer", None),
        (STRANGER, None, None, None),
    ):
        line.execute("insert into auth.users (id) values (%s)", [user])
        if user != STRANGER:
            line.execute(
                "insert into profiles (user_id, name, role, org_id, username, created_by) "
                "values (%s, %s, %s, %s, %s, %s)",
                [user, name, role, org, f"u{user.hex[-2:]}", NOAM],
            )


def _case(line, case, plate, status="OPEN", created="2025-03-01", **more) -> None:
    line.execute(
        """insert into cases (id, plate, owner_name, status, org_id, created_by, filing_case_id, created_at)
        values (%s, %s, 'בעלים', %s, %s, %s, %s, %s)""",
        [case, plate, status, more.get("org", OFFICE), more.get("by", DANA), more.get("filing"), created],
    )


def _versions(line, case, plate, documents, source="system") -> None:
    """As the existing screens save: number, flag and name are the client's."""
    for version, helper in enumerate(documents, 1):
        line.execute("update case_helper set is_current = false where case_id = %s and is_current", [case])
        line.execute(
            """insert into case_helper (case_id, version, helper_name, helper_json, source, created_by, updated_by)
            values (%s, %s, %s, %s, %s, %s, %s)""",
            [case, version, f"{plate}_helper_v{version}", json.dumps(helper), source, DANA, DANA],
        )


def _row(line, table, **values) -> UUID:
    values = {"id": uuid4(), **values}
    line.execute(
        f"insert into {table} ({', '.join(values)}) values ({', '.join(['%s'] * len(values))})", list(values.values())
    )
    return values["id"]


def _satellites(line, case, plate, number) -> None:
    of = {"case_id": case, "plate": plate}
    _work(line, of, number)
    part = _parts(line, of)
    _invoice(line, of, number, part)
    _papers(line, of, number)
    _followed(line, of)


def _work(line, of, number) -> None:
    """Who works on the case, and what hangs on it."""
    case = of["case_id"]
    line.execute("insert into case_collaborators (case_id, user_id, added_by) values (%s, %s, %s)", [case, NOAM, DANA])
    task = _row(line, "tasks", **of, title="לבדוק", assigned_to=DANA)
    _row(line, "notifications", user_id=DANA, title="משימה", task_id=task)
    _row(line, "damage_centers", case_id=case, name="מוסך")
    _row(line, "parts_export_reports", **of)
    _row(line, "webhook_sync_log", case_id=case, payload="{}")
    _row(line, "kb_docs", title=f"הנחיה {number}", source=f"kb/{number}.md", body="פגוש קדמי", org_id=OFFICE)


def _parts(line, of) -> UUID:
    """A part from the search to the case; its id is returned."""
    session = _row(line, "parts_search_sessions", **of, search_context="{}", data_source="קטלוג")
    results = {"results": '[{"pcode": "A1"}]', "data_source": "web"}
    found = _row(line, "parts_search_results", session_id=session, plate=of["plate"], **results)
    _row(line, "selected_parts", **of, search_result_id=found, part_name="פנס", raw_data="{}")
    archived = {"archive_type": "pre_invoice_assignment", "row_uuid": uuid4()}
    _row(line, "required_parts_archive", **of, **archived, part_name="פנס")
    priced = {"damage_center_code": "מוקד 1", "price_per_unit": 400}
    return _row(line, "parts_required", **of, **priced, part_name="פנס")


def _invoice(line, of, number, part) -> None:
    """An invoice with two lines of one number, one of none, and everything that was done with it."""
    if number == 0:
        line.execute("insert into invoice_suppliers (name, tax_id) values ('מוסך הצפון', '51-234567')")
    sums = {"total_before_tax": 100, "tax_amount": 18, "total_amount": 118}
    supplier = {"supplier_name": "מוסך הצפון", "supplier_tax_id": "51234567"}
    kind = {"status": "ASSIGNED", "invoice_type": "PARTS", "invoice_date": "2025-05-01"}
    invoice = _row(line, "invoices", **of, **supplier, **sums, **kind, invoice_number=f"{number}")
    said = {"part_id": part, "line_total": 50, "category_confidence": 0.9}
    *_, last = [_row(line, "invoice_lines", invoice_id=invoice, line_number=place, **said) for place in (1, 1, None)]
    _row(line, "invoice_documents", **of, invoice_id=invoice, filename="חשבונית.pdf", ocr_status="completed")
    looked_at = {"is_valid": True, "validation_errors": [""], "approval_status": "approved"}
    _row(line, "invoice_validations", invoice_id=invoice, **looked_at)
    mapped = {"damage_center_id": "dc_1", "field_type": "part", "mapping_status": "applied"}
    whose = {"invoice_id": invoice, "invoice_line_id": last, "case_id": of["case_id"]}
    _row(line, "invoice_damage_center_mappings", **whose, **mapped)


def _papers(line, of, number) -> None:
    case = of["case_id"]
    report = {"category": "report", "filename": "דוח.pdf", "storage_key": f"{case}/report_{number}.pdf"}
    document = _row(line, "documents", case_id=case, **report)
    _row(line, "documents", case_id=case, category="other", filename="a/b.pdf", storage_key=f"אחר/{number}.pdf")
    picture = {"filename": "1.jpg", "original_url": "https://pictures.example/1.jpg", "category": "damage"}
    _row(line, "images", case_id=case, document_id=document, **picture)


def _followed(line, of) -> None:
    """The tracking tables, the fee and a reminder."""
    _row(line, "tracking_general", **of, general_notes="הערה", year_of_manufacture=2020)
    for is_current in (False, True):
        paper = {"status": "final", "pdf_storage_path": f"{of['case_id']}/e.pdf"}
        _row(line, "tracking_expertise", **of, **paper, is_current=is_current)
    payment = _row(line, "payment_tracking", **of, total_fee=900, last_contacted_by=NOAM)
    _row(line, "fee_invoices", **of, payment_tracking_id=payment, invoice_type="initial", invoice_number="1")
    said = {"title": "להתקשר", "due_date": "2025-06-01", "priority": "גבוהה", "category": "תזכורת תשלום"}
    _row(line, "reminders", **of, **said)


def _corruptions(line) -> None:
    _case(line, PLAIN, "8000001")
    _versions(line, PLAIN, "8000001", helpers(1, 3))
    # Written over in place, as the final report does it: only the history has what stood there.
    line.execute(
        """update case_helper set helper_json = helper_json || '{"written_over": 1.10}', updated_at = now()
        where case_id = %s and is_current""",
        [PLAIN],
    )
    _case(line, DASHED, "80-000-02", filing="YC-8000002-2024", by=None, org=None)
    _versions(line, DASHED, "80-000-02", helpers(2, 2))

    # A plate with an open case and one that waits for its claim, newer than it; and one closed before.
    _case(line, OPEN_BESIDE, "8000003", "OPEN", "2025-04-01")
    _versions(line, OPEN_BESIDE, "8000003", helpers(3, 3))
    _case(line, CLAIM, "8000003", "מחכה לאישור תביעה", "2025-05-01")
    _versions(line, CLAIM, "8000003", helpers(4, 2))

    # Triggers of the existing project would mend the next ones as they come.
    line.execute("alter table case_helper disable trigger user")
    _case(line, NOBODYS, "8000004")
    _versions(line, NOBODYS, "8000004", helpers(5, 3))
    line.execute("update case_helper set is_current = false where case_id = %s", [NOBODYS])
    _case(line, DOUBLED, "8000005")
    _versions(line, DOUBLED, "8000005", helpers(6, 2))
    _versions(line, DOUBLED, "8000005", helpers(7, 2))
    line.execute("update case_helper set is_current = true where case_id = %s", [DOUBLED])
    _case(line, WRAPPED, "8000006")
    _versions(line, WRAPPED, "8000006", [{"helper_data": helpers(8, 1)[0]}])
    _case(line, HINDSIGHT, "8000007")
    _versions(line, HINDSIGHT, "8000007", helpers(9, 3))
    line.execute(
        "update case_helper set is_current = (version = 2), helper_name = '8000007_restored_1762', "
        "source = 'version_restore' "
        "where case_id = %s",
        [HINDSIGHT],
    )
    line.execute(
        "insert into case_helper (case_id, version, helper_json) values (%s, 9, '[1]'), (%s, 10, null)", [PLAIN] * 2
    )
    line.execute("alter table case_helper enable trigger user")

    _case(line, BAD_PLATE, "YC-UNKNOWN", "CLOSED", filing="YC-UNKNOWN-2025")
    _versions(line, BAD_PLATE, "x", helpers(10, 1))
    _row(line, "tasks", title="של תיק בלי מספר", case_id=BAD_PLATE)
    _row(line, "documents", case_id=BAD_PLATE, category="report", filename="x.pdf", storage_key=f"{BAD_PLATE}/x.pdf")
    for _ in range(3):
        _row(line, "parts_required", case_id=PLAIN, plate="8000001", part_name="כנף", pcode="W1", quantity=1)
    _row(line, "parts_required", plate="80-000-01", part_name="בלי תיק")
    _row(line, "payment_tracking", case_id=case_id(1), plate="7000001", total_fee=1)
