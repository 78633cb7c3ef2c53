"""What each check sees among the rows, that it is well after its repair, and that nobody sees another office's."""

import json
import uuid

import pytest
from django.conf import settings

from tests import cast
from tests.conftest import any_plate
from tests.sql import callers
from tests.sql.callers import refused

URI = callers.person(cast.URI, "backoffice_staff")
WALKED = {"plates", "versions", "centers", "search_rows", "tracking_rows"}
# Past every guard, as only the owner of the tables can.
PAST_GUARDS = "set local session_replication_role = replica"

# check -> what is found, how the rows are spoilt, and how they are mended where that is no function of its own
CURRENT_GONE = "update public.case_helper set is_current = false where case_id = %(case)s"
BROKEN = {
    "no_current": ("current_version", CURRENT_GONE, "select private.repair_current_version(%(org)s, array[%(case)s])"),
    "other_number": (
        "current_version",
        "update public.cases set current_version = 7 where id = %(case)s",
        "select private.repair_current_version(%(org)s, array[%(case)s])",
    ),
    "wrong_name": (
        "versions",
        "update public.case_helper set helper_name = helper_name || '_x' where case_id = %(case)s",
        "update public.case_helper set helper_name = rtrim(helper_name, '_x') where case_id = %(case)s",
    ),
    "wrong_owner": (
        "versions",
        "update public.case_helper set plate = '7654321' where case_id = %(case)s",
        "update public.case_helper set plate = %(plate)s where case_id = %(case)s",
    ),
    "gap": (
        "versions",
        "delete from public.case_helper where case_id = %(case)s and version = 1",
        """insert into public.case_helper (case_id, org_id, plate, version, is_current, helper_name, helper_json,
          saved_from, size_bytes) select id, org_id, plate, 1, false, plate || '_helper_v1', '{}', 'UI', 2
        from public.cases where id = %(case)s""",
    ),
    "missing": (
        "search_rows",
        "delete from public.case_search_index where case_id = %(case)s",
        "select private.repair_search_rows(%(org)s, array[%(case)s])",
    ),
    "stale": (
        "search_rows",
        "update public.case_search_index set garage = 'x', words = '' where case_id = %(case)s",
        "select private.repair_search_rows(%(org)s, array[%(case)s])",
    ),
    "missing tracking": (
        "tracking_rows",
        "delete from public.tracking_general where case_id = %(case)s",
        "select private.tracking_rebuild(array[%(case)s])",
    ),
    "failed tracking": (
        "tracking_rows",
        "update public.tracking_general set warnings = '{*failed}' where case_id = %(case)s",
        "select private.tracking_rebuild(array[%(case)s])",
    ),
    "stale tracking": (
        "tracking_rows",
        "update public.tracking_general set manufacturer = 'x' where case_id = %(case)s",
        "select private.tracking_rebuild(array[%(case)s])",
    ),
    "part_of_no_center": (
        "centers",
        """insert into public.parts_required (org_id, case_id, plate, damage_center_codes, updated_at)
        values (%(org)s, %(case)s, %(plate)s, '{dc_gone}', now() - interval '2 days')""",
        "update public.parts_required set damage_center_codes = '{dc_1}' where case_id = %(case)s",
    ),
    "invoice_of_no_center": (
        "centers",
        """with i as (insert into public.invoices (org_id, case_id, plate) values (%(org)s, %(case)s, %(plate)s)
          returning id),
        l as (insert into public.invoice_lines (org_id, case_id, plate, invoice_id, line_number)
          select %(org)s, %(case)s, %(plate)s, id, 1 from i returning id, invoice_id)
        insert into public.invoice_damage_center_mappings (org_id, case_id, plate, invoice_id, invoice_line_id,
          damage_center_id, field_type, updated_at)
        select %(org)s, %(case)s, %(plate)s, invoice_id, id, 'dc_gone', 'part', now() - interval '2 days' from l""",
        "update public.invoice_damage_center_mappings set mapping_status = 'removed' where case_id = %(case)s",
    ),
    "picture_without_file": (
        "pictures",
        "insert into public.images (org_id, case_id, plate, filename) values (%(org)s, %(case)s, %(plate)s, 'a.jpg')",
        "update public.images set deleted_at = now() where case_id = %(case)s",
    ),
    "picture_of_put_away_file": (
        "pictures",
        """with d as (insert into public.documents (org_id, case_id, plate, filename, upload_status, onedrive_file_id,
          deleted_at) values (%(org)s, %(case)s, %(plate)s, 'a.jpg', 'LINKED', 'x' || %(case)s, now()) returning id)
        insert into public.images (org_id, case_id, plate, filename, document_id)
        select %(org)s, %(case)s, %(plate)s, 'a.jpg', id from d""",
        "update public.documents set deleted_at = null where case_id = %(case)s",
    ),
    "damaged": (
        "files",
        """insert into public.documents (org_id, case_id, plate, filename, upload_status, bucket_name, storage_key)
        values (%(org)s, %(case)s, %(plate)s, 'a.pdf', 'DAMAGED', 'docs', %(case)s || '/a')""",
        "update public.documents set upload_status = 'STORED' where case_id = %(case)s",
    ),
    "unmapped_lines": (
        "invoice_lines",
        """with i as (insert into public.invoices (org_id, case_id, plate, status, created_at)
          values (%(org)s, %(case)s, %(plate)s, 'PENDING', now() - interval '9 days') returning id)
        insert into public.invoice_lines (org_id, case_id, plate, invoice_id, line_number)
        select %(org)s, %(case)s, %(plate)s, id, 1 from i""",
        """insert into public.invoice_damage_center_mappings (org_id, case_id, plate, invoice_id, invoice_line_id,
          damage_center_id, field_type) select org_id, case_id, plate, invoice_id, id, 'dc_1', 'part'
        from public.invoice_lines where case_id = %(case)s""",
    ),
    "open_in_closed_case": (
        "invoice_lines",
        """with c as (update public.cases set status = 'CLOSED' where id = %(case)s)
        insert into public.invoices (org_id, case_id, plate, status, created_at)
        values (%(org)s, %(case)s, %(plate)s, 'ASSIGNED', now() - interval '9 days')""",
        "update public.invoices set status = 'CANCELLED' where case_id = %(case)s",
    ),
    "late": (
        "payments",
        """with gone as (delete from public.payment_tracking where case_id = %(case)s)
        insert into public.payment_tracking (org_id, case_id, plate, expected_payment_date)
        values (%(org)s, %(case)s, %(plate)s, current_date - 60)""",
        "update public.payment_tracking set payment_status = 'שולם במלואו' where case_id = %(case)s",
    ),
    "failed": (
        "mirror",
        """insert into public.helper_sync_log (org_id, case_id, sync_direction, sync_status, door)
        values (%(org)s, %(case)s, 'TO_SUPABASE', 'FAILED', 'MAKE')""",
        "select private.sync_log_add(%(case)s, 'TO_SUPABASE', 'SUCCESS', '{}')",
    ),
    "failed copy": (
        "onedrive",
        """with d as (insert into public.documents (org_id, case_id, plate, filename, upload_status, bucket_name,
          storage_key) values (%(org)s, %(case)s, %(plate)s, 'a.pdf', 'STORED', 'docs', %(case)s || '/b') returning id)
        insert into public.onedrive_sync (org_id, case_id, plate, document_id, status)
        select %(org)s, %(case)s, %(plate)s, id, 'FAILED' from d""",
        "select private.onedrive_ask_again(document_id) from public.onedrive_sync where case_id = %(case)s",
    ),
    "failed message": (
        "messages",
        """insert into public.outbound_messages (org_id, case_id, plate, channel, recipient, text, sent_via, status)
        values (%(org)s, %(case)s, %(plate)s, 'SMS', '*2700', 'x', 'MAKE', 'FAILED')""",
        "select private.message_again(id, 'MAKE') from public.outbound_messages where case_id = %(case)s",
    ),
    "waiting message": (
        "messages",
        """insert into public.outbound_messages (org_id, case_id, plate, channel, recipient, text, sent_via, updated_at)
        values (%(org)s, %(case)s, %(plate)s, 'SMS', '*2700', 'x', 'MAKE', now() - interval '2 days')""",
        "update public.outbound_messages set updated_at = now() where case_id = %(case)s",
    ),
    "failed report": (
        "reports",
        """insert into public.reports (org_id, case_id, plate, report_type, version, status, case_helper_version,
          helper_name)
        values (%(org)s, %(case)s, %(plate)s, 'estimate', 1, 'FAILED', 1, 'x')""",
        "select private.report_again(id) from public.reports where case_id = %(case)s",
    ),
    "waiting report": (
        "reports",
        """insert into public.reports (org_id, case_id, plate, report_type, version, case_helper_version, helper_name,
          created_at)
        values (%(org)s, %(case)s, %(plate)s, 'estimate', 1, 1, 'x', now() - interval '1 hour')""",
        "update public.reports set lease_until = now() + interval '1 minute' where case_id = %(case)s",
    ),
    "not_released": (
        "reminders",
        """insert into public.reminders (org_id, case_id, plate, title, due_date, starts_on, due_at, next_at)
        values (%(org)s, %(case)s, %(plate)s, 'x', current_date, current_date, now(), now() - interval '1 hour')""",
        "update public.reminders set next_at = null where case_id = %(case)s",
    ),
    "not_sent": (
        "reminders",
        """with r as (insert into public.reminders (org_id, case_id, plate, title, due_date, starts_on, due_at)
          values (%(org)s, %(case)s, %(plate)s, 'x', current_date, current_date, now()) returning id)
        insert into public.reminder_occurrences (org_id, reminder_id, due_at, released_at, channel, sent_via)
        select %(org)s, id, now(), now() - interval '1 hour', 'mail', 'SMTP' from r""",
        """update public.reminder_occurrences set status = 'SENT', sent_at = now()
        where reminder_id in (select id from public.reminders where case_id = %(case)s)""",
    ),
    "failed reminder": (
        "reminders",
        """with r as (insert into public.reminders (org_id, case_id, plate, title, due_date, starts_on, due_at)
          values (%(org)s, %(case)s, %(plate)s, 'x', current_date, current_date, now()) returning id)
        insert into public.reminder_occurrences (org_id, reminder_id, due_at, channel, sent_via, status)
        select %(org)s, id, now(), 'mail', 'SMTP', 'FAILED' from r""",
        "update public.reminders set status = 'הושלם' where case_id = %(case)s",
    ),
    "not_counted": (
        "changes",
        "update public.case_helper set changes = null, saved_at = now() - interval '1 hour' where case_id = %(case)s",
        "select private.changes_counted(id, 1) from public.case_helper where case_id = %(case)s",
    ),
}


@pytest.fixture
def staff(desk):
    return desk(callers.STAFF)


@pytest.fixture
def spoil(owner, case):
    """Write past every guard, with what is known of the case."""

    def spoilt(statement, *, past_guards=True):
        known = {"case": case["case_id"], "org": cast.NORTH.id, "plate": case["plate"]}
        with owner.moment() as cursor:
            if past_guards:
                cursor.execute(PAST_GUARDS)
            cursor.execute(statement, known)

    return spoilt


@pytest.fixture
def case(dana, plate):
    opened = dana.open(plate, '{"centers": [{"Id": "dc_1"}], "vehicle": {"manufacturer": "יונדאי"}}')
    dana.save(opened["case_id"], '{"centers": [{"Id": "dc_1"}], "vehicle": {"manufacturer": "מאזדה"}}', 1)
    return opened


def found(desk, name, case_id=None, **limits):
    told = json.dumps({**settings.HEALTH_LIMITS, **limits})
    if name in WALKED:
        statement, values = "%s, %s::uuid[], %s::jsonb", [cast.NORTH.id, [case_id], told]
    else:
        statement, values = "%s, %s::jsonb, 10000", [cast.NORTH.id, told]
    rows = desk.ask(f"select * from private.check_{name}({statement})", *values)
    return [row for row in rows if case_id is None or row["case_id"] == case_id]


@pytest.mark.parametrize("what", BROKEN)
def test_a_check_is_red_for_what_is_wrong_and_well_again_when_it_is_mended(desk, staff, spoil, case, what):
    name, breaks, mends = BROKEN[what]
    case_id = case["case_id"]
    before = [row["what"] for row in found(staff, name, case_id)]

    spoil(breaks)
    seen = found(staff, name, case_id)

    assert before == []
    assert {row["what"] for row in seen} == {what.split()[0]}
    assert seen[0]["plate"] == case["plate"]
    assert found(desk(URI), name, case_id) == []
    if "private." in mends:
        known = {"case": case_id, "org": cast.NORTH.id}
        with staff.moment() as cursor:
            cursor.execute(mends.replace("%(case)s", "%(case)s::uuid"), known)
    else:
        spoil(mends)
    assert found(staff, name, case_id) == []


def test_what_make_sends_of_a_moved_module_is_no_finding_and_hides_none(staff, spoil, case):
    refused = """insert into public.helper_sync_log (org_id, case_id, sync_direction, sync_status, door, error_details)
        values (%(org)s, %(case)s, 'TO_SUPABASE', 'FAILED', 'MAKE', '{"code": "CODE"}')"""

    spoil(refused.replace("CODE", "module_moved"))
    assert found(staff, "mirror", case["case_id"]) == []

    spoil(refused.replace("CODE", "invalid"))
    spoil(refused.replace("CODE", "module_moved"))
    assert [row["what"] for row in found(staff, "mirror", case["case_id"])] == ["failed"]


def test_a_case_without_any_version_is_told_after_some_minutes(dana, staff):
    case_id = dana.value("insert into public.cases (plate) values (%s) returning id", any_plate())

    assert found(staff, "current_version", case_id) == []
    [row] = found(staff, "current_version", case_id, first_version_minutes=0)
    assert row["what"] == "no_version"


def test_two_current_versions_cannot_be_and_would_be_seen(owner, case):
    with owner.moment(for_nothing=True) as cursor:
        cursor.execute("drop index public.case_helper_one_current")
        cursor.execute("update public.case_helper set is_current = true where case_id = %s", [case["case_id"]])
        limits = json.dumps(dict(settings.HEALTH_LIMITS))
        statement = "select what from private.check_current_version(%s, %s::jsonb, 10000) where case_id = %s"
        cursor.execute(statement, [cast.NORTH.id, limits, case["case_id"]])
        assert [row["what"] for row in cursor.fetchall()] == ["several_currents"]


@pytest.mark.parametrize(
    "helper", ['{"meta": {"plate": "99-888-77"}}', '{"vehicle": {"plate": 9988877}}', '{"case_info": {"plate": "9"}}']
)
def test_another_plate_in_the_helper_is_told_by_its_place_alone(dana, staff, plate, helper):
    opened = dana.open(plate, helper)

    [row] = found(staff, "plates", opened["case_id"])

    [(section, inside)] = json.loads(helper).items()
    assert (row["what"], row["detail"]) == ("other_plate", f"/{section}/{next(iter(inside))}")
    assert "9988877" not in str(row)


def test_the_same_plate_in_any_spelling_is_none(dana, staff):
    own = '{"meta": {"plate": "12-345-67"}, "vehicle": {"plate": "123 45 67"}, "car_details": {"plate": "אין מידע"}}'
    dana.ask("update public.cases set status = 'CLOSED' where plate = '1234567'")

    assert found(staff, "plates", dana.open("1234567", own)["case_id"]) == []


def test_looking_changes_nothing(staff, owner, spoil, case):
    spoil("update public.case_search_index set garage = 'x' where case_id = %(case)s")
    spoil("update public.tracking_general set manufacturer = 'x' where case_id = %(case)s")

    for name in ("search_rows", "tracking_rows"):
        assert found(staff, name, case["case_id"])

    kept = (
        "select s.garage, t.manufacturer from public.case_search_index s join public.tracking_general t using (case_id)"
    )
    assert owner.one(f"{kept} where case_id = %s", case["case_id"]) == {"garage": "x", "manufacturer": "x"}


def test_deliveries_that_were_given_up_or_wait_are_told_with_their_endpoint(owner, staff, dana, desk):
    endpoint = owner.value(
        """insert into private.webhook_endpoints (org_id, name, url, secret)
        values (%s, 'hook', 'https://hook.example.test/a', 'whsec_x') returning id""",
        cast.NORTH.id,
    )
    case = dana.open(any_plate(), "{}")["case_id"]
    assert [row for row in found(staff, "outbox") if row["id"] == endpoint] == []
    owner.ask("update private.deliveries set next_at = now() - interval '1 hour' where endpoint_id = %s", endpoint)
    [waits] = [row for row in found(staff, "outbox") if row["id"] == endpoint]
    assert (waits["what"], waits["detail"]) == ("waiting", "2")
    owner.ask("update private.webhook_endpoints set is_paused = true where id = %s", endpoint)
    assert "paused" in {row["what"] for row in found(staff, "outbox")}

    owner.ask("update private.deliveries set status = 'dead' where endpoint_id = %s", endpoint)
    dead = [row["id"] for row in found(staff, "deliveries", case)]
    assert len(dead) == 2
    assert found(desk(URI), "deliveries") == []
    staff.ask("select private.deliveries_replay(%s)", dead)
    assert found(staff, "deliveries", case) == []
    owner.ask("update private.webhook_endpoints set deleted_at = now() where id = %s", endpoint)


def test_errors_count_from_a_number_on_and_another_offices_never(owner, staff, desk):
    for _ in range(9):
        owner.ask("select private.system_log('ERROR', 'x', 'boom', 'x', p_org_id => %s)", cast.NORTH.id)

    told = found(staff, "errors")
    assert "x.boom" in {row["detail"] for row in told}
    assert found(staff, "errors", errors_per_hour=1_000_000) == []
    assert "x.boom" not in {row["detail"] for row in found(desk(URI), "errors", errors_per_hour=0)}


def test_a_login_of_somebody_who_left_is_told(owner, staff, desk):
    assert found(staff, "logins") == []
    owner.ask("update public.profiles set status = 'inactive' where user_id = %s", cast.NOAM.user_id)
    try:
        assert [row["id"] for row in found(desk(callers.CLERK), "logins")] == [cast.NOAM.user_id]
        assert found(desk(URI), "logins") == []
    finally:
        owner.ask("update public.profiles set status = 'active' where user_id = %s", cast.NOAM.user_id)


@pytest.mark.parametrize("repair", ["repair_current_version", "repair_search_rows"])
def test_only_a_manager_of_the_office_repairs(desk, case, repair):
    statement = f"select private.{repair}(%s, array[%s]::uuid[])"

    with refused("42501"):
        desk(callers.CLERK).ask(statement, cast.NORTH.id, case["case_id"])
    with refused("PT404"):
        desk(URI).ask(statement, cast.NORTH.id, case["case_id"])
    assert desk(URI).value(statement, cast.SOUTH.id, case["case_id"]) == 0
    with refused("42501"):
        desk(callers.DANA).ask(statement, cast.NORTH.id, case["case_id"])


def test_a_repair_makes_no_version_and_changes_none(owner, staff, spoil, case):
    kept = (
        "select version, helper_json::text, helper_name, saved_at from public.case_helper where case_id = %s order by 1"
    )
    before = owner.ask(kept, case["case_id"])
    spoil(CURRENT_GONE)

    for _ in range(2):
        staff.ask("select private.repair_current_version(%s, array[%s]::uuid[])", cast.NORTH.id, case["case_id"])

    assert owner.ask(kept, case["case_id"]) == before
    flags = "select is_current from public.case_helper where case_id = %s order by version"
    assert [row["is_current"] for row in owner.ask(flags, case["case_id"])] == [False, True]


RECORD = "select * from private.check_record(%s, %s, %s, %s, '[]', '{}', null, 1)"


def test_the_same_answer_within_an_hour_is_one_row_and_turning_red_is_told_once(owner, staff):
    name = f"x{uuid.uuid4().hex[:8]}"

    for state, many in (("WELL", 0), ("FINDINGS", 2), ("FINDINGS", 2), ("FINDINGS", 3), ("WELL", 0), ("WELL", 0)):
        staff.ask(RECORD, cast.NORTH.id, name, state, many)

    rows = owner.ask("select state, found, runs from public.check_runs where name = %s order by started_at", name)
    assert [tuple(row.values()) for row in rows] == [
        ("WELL", 0, 1), ("FINDINGS", 2, 2), ("FINDINGS", 3, 1), ("WELL", 0, 2),
    ]  # fmt: skip
    told = owner.ask("select event, times from public.system_logs where context ->> 'check' = %s order by event", name)
    assert [(row["event"], row["times"]) for row in told] == [("check_is_well", 1), ("check_turned_red", 1)]


def test_nobody_writes_down_what_another_office_is_like(desk):
    with refused("PT404"):
        desk(URI).ask(RECORD, cast.NORTH.id, "x", "WELL", 0)
    with refused("42501"):
        desk(callers.DANA).ask(RECORD, cast.NORTH.id, "x", "WELL", 0)
