"""Writing versions straight into case_helper, as the existing UI and Make do: the database puts everything right."""

import uuid

import pytest

from tests import cast
from tests.sql import callers
from tests.sql.callers import refused


@pytest.mark.parametrize(
    "claimed",
    [
        {},
        {"version": 1, "is_current": True},
        {"version": 999, "is_current": False},
        {"version": -5, "helper_name": "whatever", "plate": "0", "filing_case_id": "YC-1"},
        {"org_id": cast.SOUTH.id, "saved_at": "1999-01-01", "updated_at": "1999-01-01"},
        {"saved_by": cast.TAMAR.user_id, "created_by": uuid.uuid4(), "updated_by": uuid.uuid4()},
        {"size_bytes": 1, "changes": 77, "changed_sections": ["lie"], "restored_from": 42},
        {"sync_status": "pending", "sync_error": "x", "saved_from": "ADMIN", "id": uuid.uuid4()},
    ],
    ids=lambda claimed: "-".join(claimed) or "nothing",
)
def test_whatever_a_client_claims_becomes_right(owner, dana, plate, case, claimed):
    dana.insert(case["case_id"], '{"meta": {"n": 2}}', **claimed)

    saved = owner.one("select * from public.case_helper where case_id = %s and is_current", case["case_id"])
    assert saved["version"] == 2
    assert saved["helper_name"] == f"{plate}_helper_v2"
    assert (saved["plate"], saved["filing_case_id"]) == (plate, case["filing_case_id"])
    assert (saved["org_id"], saved["saved_by"]) == (cast.NORTH.id, cast.DANA.user_id)
    assert (saved["source"], saved["saved_from"]) == ("system", "UI")
    assert saved["saved_at"] > case["saved_at"]
    assert saved["saved_at"] == saved["updated_at"]
    assert saved["changed_sections"] == ["meta"]
    assert saved["restored_from"] is None
    assert saved["size_bytes"] == owner.value('select pg_column_size(\'{"meta": {"n": 2}}\'::jsonb)')
    assert (saved["sync_status"], saved["sync_error"], saved["changes"]) == ("synced", None, None)
    assert owner.value("select current_version from public.cases where id = %s", case["case_id"]) == 2


def test_the_clients_word_for_the_source_is_kept_as_the_trigger(dana, case):
    saved = dana.insert(case["case_id"], '{"a": 1}', source="auto_save")

    assert (saved["source"], saved["trigger"]) == ("system", "auto_save")


def ui_save(desk, case_id, plate, helper):
    """The three requests of the existing UI, each a transaction of its own."""
    known = desk.ask("select version from public.case_helper where case_id = %s and is_current", case_id)
    number = known[0]["version"] + 1 if known else 1
    desk.ask(
        "update public.case_helper set is_current = false, updated_by = null where case_id = %s and is_current", case_id
    )
    return desk.insert(
        case_id, helper, version=number, is_current=True, helper_name=f"{plate}_helper_v{number}", source="ui",
        sync_status="pending", updated_at="2020-01-01",
    )  # fmt: skip


def test_the_existing_uis_three_requests_end_right(dana, plate, case):
    saved = ui_save(dana, case["case_id"], plate, '{"n": 2}')

    assert (saved["version"], saved["is_current"]) == (2, True)
    assert [row["is_current"] for row in dana.versions(case["case_id"])] == [False, True]


def test_the_existing_ui_may_update_nothing_and_is_told_no_error(dana, service, case):
    for desk in (dana, service):
        for change in (
            "is_current = false",
            "sync_status = 'failed'",
            "updated_by = null",
            "size_bytes = 0",
            "changes = 99",
        ):
            assert desk.changed(f"update public.case_helper set {change} where case_id = %s", case["case_id"]) == 0

    [only] = dana.ask(
        "select is_current, sync_status, changes from public.case_helper where case_id = %s", case["case_id"]
    )
    assert only == {"is_current": True, "sync_status": "synced", "changes": 1}


def test_a_version_for_a_foreign_case_and_for_no_case_are_refused_alike(tamar, case):
    said = []
    for case_id in (case["case_id"], uuid.uuid4()):
        with refused("PT404") as told:
            tamar.insert(case_id, "{}")
        said.append((told.value.diag.message_primary, told.value.diag.message_detail))

    assert said[0] == said[1] == ("case not found", '{"code": "not_found"}')


@pytest.mark.parametrize("helper", ["[]", '"text"', "5", "null"])
def test_a_helper_is_an_object(dana, case, helper):
    with refused("PT422"):
        dana.insert(case["case_id"], helper)

    assert len(dana.versions(case["case_id"])) == 1


@pytest.mark.parametrize(
    ("caller", "door"),
    [(callers.DANA, "UI"), (callers.STAFF, "ADMIN"), (callers.SERVICE, "MAKE"), (None, "IMPORT")],
    ids=["ui", "admin", "make", "owner"],
)
def test_a_version_tells_its_door(desk, case, caller, door):
    saved = desk(caller).insert(case["case_id"], '{"a": 1}')
    event = desk().one(
        "select door, type, version, actor from public.events where case_id = %s order by at desc limit 1",
        case["case_id"],
    )

    assert saved["saved_from"] == door
    assert (event["door"], event["type"], event["version"]) == (door, "case_helper.saved", 2)
