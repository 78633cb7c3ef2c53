"""The existing UI's calls about cases and helpers, as it writes them, and what stands in the database afterwards."""

import uuid

import pytest

from tests.cast import DANA, NOAM, TAMAR
from tests.conftest import any_plate
from tests.peers.dialect import fetch, table
from tests.peers.postgrest import key_of

pytestmark = pytest.mark.peers

NEWEST = {"ascending": False}
ANON = key_of("anon")


def state(site, case_id):
    return fetch(
        site,
        "select version, is_current, helper_json from public.case_helper where case_id = %s order by version",
        case_id,
    )


@pytest.fixture
def plate():
    return any_plate()


@pytest.fixture
def case_id(case):
    return case["case_id"]


@pytest.fixture
def insert(ask):
    """The UI's insert of a version: its own number, its own name, its own flag."""

    def insert(case_id, version, helper, who=DANA, **more):
        row = {"case_id": case_id, "version": version, "is_current": True, "helper_name": f"x_helper_v{version}",
               "helper_json": helper, "source": "ui", "sync_status": "synced", "created_by": str(who.user_id),
               "updated_by": str(who.user_id), "updated_at": "2020-01-01T00:00:00.000Z", **more}  # fmt: skip
        return ask(table("case_helper").insert(row).select().single(), who)

    return insert


def test_a_case_is_found_by_plate_and_opened(site, ask, plate):
    look = table("cases").select("id, plate, status").eq("plate", plate).or_("status.eq.OPEN,status.eq.IN_PROGRESS")
    row = {"plate": plate, "owner_name": "ישראל", "inspection_location": "נמל", "status": "OPEN",
           "created_by": str(NOAM.user_id), "created_at": "2020-01-01T00:00:00.000Z"}  # fmt: skip

    assert ask(look.limit(1), DANA).data == []
    assert (ask(look.single(), DANA).status, ask(look.single(), DANA).code) == (406, "PGRST116")
    opened = ask(table("cases").insert(row).select().single(), DANA)
    again = ask(table("cases").insert(row).select().single(), DANA)

    assert (opened.status, opened.data["owner_name"], opened.data["created_by"]) == (201, "ישראל", str(DANA.user_id))
    assert (again.status, again.code) == (409, "23505")
    assert ask(look.limit(1), DANA).data == [{"id": opened.data["id"], "plate": plate, "status": "OPEN"}]
    stored = (
        "select inspection_location, status, extract(year from created_at) > 2020 from public.cases where plate = %s"
    )
    assert fetch(site, stored, plate) == [("נמל", "OPEN", True)]


def test_a_case_is_found_by_its_filing_number_and_by_status_in_a_list(ask, case):
    by_number = table("cases").select("id").eq("filing_case_id", f"YC-{case['plate']}-2026").limit(1)
    by_status = table("cases").select("id").eq("plate", case["plate"]).in_("status", ["OPEN", "IN_PROGRESS"])

    assert [row["id"] for row in ask(by_number, DANA).data] == [case["case_id"]]
    assert [row["id"] for row in ask(by_status, DANA).data] == [case["case_id"]]


def test_all_cases_of_a_plate_come_newest_first(site, ask, case):
    site.call("PATCH", f"cases/{case['case_id']}", DANA, {"status": "CLOSED"})
    newer = site.call("POST", "cases", DANA, {"plate": case["plate"]}).json()["case_id"]
    columns = "id, plate, owner_name, status, assigned_to, created_at, updated_at"

    told = ask(table("cases").select(columns).eq("plate", case["plate"]).order("created_at", NEWEST), DANA)

    assert [(row["id"], row["status"]) for row in told.data] == [(newer, "OPEN"), (case["case_id"], "CLOSED")]
    assert set(told.data[0]) == set(columns.split(", "))


def test_the_current_helper_is_read_with_what_a_screen_shows(ask, case, case_id):
    columns = "id, version, helper_name, helper_json, updated_at, source"
    told = ask(table("case_helper").select(columns).eq("case_id", case_id).eq("is_current", True).single(), DANA)

    assert told.data["helper_json"] == {"meta": {"n": 1}}
    assert (told.data["version"], told.data["helper_name"]) == (1, f"{case['plate']}_helper_v1")
    assert (told.data["source"], set(told.data)) == ("system", set(columns.split(", ")))


def test_an_orphan_is_searched_by_the_name_of_its_helper(ask, case, case_id):
    search = (
        table("case_helper").select("id, case_id, helper_name, updated_at").ilike("helper_name", f"%{case['plate']}%")
    )

    assert [row["case_id"] for row in ask(search.order("updated_at", NEWEST), DANA).data] == [case_id]
    assert ask(search, TAMAR).data == []


def test_the_list_of_cases_brings_each_its_current_helper(site, ask, case, case_id):
    site.call("PUT", f"cases/{case_id}/helper", DANA, {"version": 1, "helper": {"n": 2}})
    site.call("PATCH", f"cases/{case_id}", DANA, {"owner_name": f"כהן {case['plate']}"})
    listed = (
        table("cases")
        .select("id, plate, owner_name, status, created_at, case_helper!inner(version, helper_name, is_current)")
        .eq("case_helper.is_current", True)
        .ilike("owner_name", f"%{case['plate']}%")
        .eq("status", "OPEN")
        .gte("created_at", "2026-01-01T00:00:00.000Z")
        .lte("created_at", "2100-01-01T00:00:00.000Z")
        .order("created_at", NEWEST)
        .limit(50)
    )

    [row] = ask(listed, DANA).data
    assert (row["id"], [helper["version"] for helper in row["case_helper"]]) == (case_id, [2])


def test_two_ors_stand_in_one_address(ask, case):
    plate = case["plate"]
    asked = (
        table("cases")
        .select("id")
        .or_(f"plate.eq.{plate},owner_name.ilike.*{plate}*")
        .or_("status.eq.OPEN,status.eq.אחר")
    )

    assert [row["id"] for row in ask(asked, DANA).data] == [case["case_id"]]


def test_the_ten_newest_cases_are_listed(ask, case):
    told = ask(table("cases").select("id, plate, status, updated_at").order("updated_at", NEWEST).limit(10), DANA)

    times = [row["updated_at"] for row in told.data]
    assert case["case_id"] in {row["id"] for row in told.data}
    assert (len(times) <= 10, times) == (True, sorted(times, reverse=True))


def test_versions_are_listed_counted_and_one_is_read(site, ask, case_id):
    site.call("PUT", f"cases/{case_id}/helper", DANA, {"version": 1, "helper": {"n": 2}})
    columns = "id, version, helper_name, is_current, updated_at, source, updated_by"

    listed = ask(table("case_helper").select(columns).eq("case_id", case_id).order("version", NEWEST), DANA)
    counted = ask(table("case_helper").select("id", {"count": "exact"}).eq("case_id", case_id), DANA)
    one = ask(table("case_helper").select("helper_json").eq("id", listed.data[1]["id"]).single(), DANA)

    assert [(row["version"], row["is_current"]) for row in listed.data] == [(2, True), (1, False)]
    assert (counted.count, one.data) == (2, {"helper_json": {"meta": {"n": 1}}})
    assert (listed.data[0]["updated_by"], listed.data[0]["source"]) == (str(DANA.user_id), "system")


def test_an_old_version_keeps_the_moment_it_was_saved(site, ask, case_id, insert):
    read = table("case_helper").select("updated_at").eq("case_id", case_id).eq("version", 1).single()
    before = ask(read, DANA).data

    insert(case_id, 2, {"n": 2})

    assert ask(read, DANA).data == before


def test_a_restore_by_its_three_requests_is_a_new_version(site, ask, case_id, insert):
    site.call("PUT", f"cases/{case_id}/helper", DANA, {"version": 1, "helper": {"n": 2}})
    newest = ask(
        table("case_helper").select("version").eq("case_id", case_id).order("version", NEWEST).limit(1).single(), DANA
    )
    lowered = ask(table("case_helper").update({"is_current": False}).eq("case_id", case_id), DANA)
    markers = {"meta": {"n": 1, "restored_from_version": 1, "restored_at": "2026-11-23"}}
    restored = insert(case_id, newest.data["version"] + 1, markers, source="version_restore")

    assert (lowered.status, lowered.error) == (204, None)
    assert (restored.data["version"], restored.data["trigger"]) == (3, "version_restore")
    assert state(site, case_id) == [(1, False, {"meta": {"n": 1}}), (2, False, {"n": 2}), (3, True, markers)]


@pytest.mark.parametrize("flag", [True, False])
def test_a_repair_of_the_flag_is_answered_and_changes_nothing(site, ask, case_id, flag):
    site.call("PUT", f"cases/{case_id}/helper", DANA, {"version": 1, "helper": {"n": 2}})
    version = 1 if flag else 2

    told = ask(table("case_helper").update({"is_current": flag}).eq("case_id", case_id).eq("version", version), DANA)

    assert (told.status, told.error) == (204, None)
    assert [row[:2] for row in state(site, case_id)] == [(1, False), (2, True)]


def test_a_version_is_never_overwritten_in_place(site, ask, case_id):
    values = {"helper_json": {"lie": 1}, "updated_at": "2026-11-23T10:00:00.000Z"}
    told = ask(table("case_helper").update(values).eq("case_id", case_id).eq("is_current", True), DANA)

    assert (told.status, told.code) == (409, "PT409")
    assert "save a new one" in told.error["message"]
    assert state(site, case_id) == [(1, True, {"meta": {"n": 1}})]


def test_helpers_and_cases_are_not_deleted(site, ask, case, case_id):
    for call in (
        table("case_helper").delete().eq("case_id", case_id),
        table("cases").delete().eq("plate", case["plate"]),
    ):
        told = ask(call, DANA)
        assert (told.status, told.code) == (403, "42501")
        assert "permission denied" in told.error["message"]
    assert state(site, case_id) == [(1, True, {"meta": {"n": 1}})]


def test_status_and_assignee_are_set_by_plate(site, ask, case):
    plate = case["plate"]
    for values in ({"status": "IN_PROGRESS", "updated_at": "2020-01-01T00:00:00Z"}, {"assigned_to": str(NOAM.user_id)}):
        told = ask(table("cases").update(values).eq("plate", plate).select("id, status, assigned_to"), DANA)
        assert told.status == 200, told

    assert told.data == [{"id": case["case_id"], "status": "IN_PROGRESS", "assigned_to": str(NOAM.user_id)}]
    stored = "select status, assigned_to, extract(year from updated_at) > 2020 from public.cases where plate = %s"
    assert fetch(site, stored, plate) == [("IN_PROGRESS", NOAM.user_id, True)]


def test_what_the_ui_asks_that_never_was_gets_an_error_that_says_so(ask, case):
    plate = case["plate"]
    by_number = ask(table("cases").select("id").or_(f"case_number.eq.{plate},plate.eq.{plate}"), DANA)
    removed = ask(table("cases").update({"status": "deleted"}).eq("plate", plate), DANA)
    removed_at = ask(table("cases").update({"deleted_at": "2026-11-23T10:00:00Z"}).eq("plate", plate), DANA)

    assert (by_number.status, by_number.code) == (400, "42703")
    assert "case_number" in by_number.error["message"]
    assert (removed.status, removed.code) == (400, "23514")
    assert (removed_at.status, removed_at.code) == (400, "PGRST204")
    assert "deleted_at" in removed_at.error["message"]


AROUND = (
    "parts_search_sessions", "parts_search_results", "selected_parts", "parts_required", "invoices", "invoice_lines",
    "invoice_damage_center_mappings", "documents", "images", "tracking_general", "tracking_expertise",
    "tracking_final_report", "payment_tracking", "fee_invoices", "reminders", "user_assets", "kb_docs",
    "case_collaborators",
)  # fmt: skip


@pytest.mark.parametrize("name", ["anon key", "no token"])
def test_without_a_person_every_call_is_a_clear_401(site, ask, case_id, name):
    who = {"anon key": ANON, "no token": None}[name]
    calls = [
        table("cases").select("id").limit(1),
        table("case_helper").select("id").eq("case_id", case_id),
        table("case_helper").update({"is_current": False}).eq("case_id", case_id),
        table("case_helper").insert({"case_id": case_id, "version": 2, "is_current": True, "helper_json": {"lie": 1}}),
        *(table(name).select("id").limit(1) for name in AROUND),
        *(table(name).insert({"id": case_id}) for name in AROUND),
        *(table(name).delete().eq("id", case_id) for name in AROUND),
    ]

    assert {(told.status, told.code) for told in (ask(call, who) for call in calls)} == {(401, "42501")}
    assert state(site, case_id) == [(1, True, {"meta": {"n": 1}})]


def test_the_service_key_makes_the_same_calls_past_all_policies(site, ask, case_id):
    row = {"case_id": case_id, "version": 1, "is_current": True, "helper_json": {"n": 2}, "source": "cloud"}
    told = ask(table("case_helper").insert(row).select("version, saved_from").single(), key_of("service_role"))

    assert told.data == {"version": 2, "saved_from": "MAKE"}


def test_another_office_finds_no_case_to_save_into(site, ask, case_id, insert):
    foreign, missing = insert(case_id, 2, {"lie": 1}, TAMAR), insert(str(uuid.uuid4()), 2, {"lie": 1}, TAMAR)

    assert (foreign.status, foreign.code) == (404, "PT404")
    assert foreign.error == missing.error
    assert state(site, case_id) == [(1, True, {"meta": {"n": 1}})]


def test_a_status_by_plate_never_opens_an_older_case_again(site, ask, case):
    """The UI names the plate alone: where an older case is closed, it is told which one is open."""
    site.call("PATCH", f"cases/{case['case_id']}", DANA, {"status": "CLOSED"})
    newer = site.call("POST", "cases", DANA, {"plate": case["plate"]}).json()["case_id"]

    by_plate = ask(table("cases").update({"status": "IN_PROGRESS"}).eq("plate", case["plate"]), DANA)
    by_id = ask(table("cases").update({"status": "IN_PROGRESS"}).eq("id", newer).select("status"), DANA)

    assert (by_plate.status, by_plate.code) == (409, "PT409")
    assert newer in by_plate.error["details"]
    assert by_id.data == [{"status": "IN_PROGRESS"}]
    stored = "select status from public.cases where plate = %s order by created_at"
    assert fetch(site, stored, case["plate"]) == [("CLOSED",), ("IN_PROGRESS",)]
