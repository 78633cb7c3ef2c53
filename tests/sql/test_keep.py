"""A saved version stays as it is, for every hand that could reach it."""

import pytest

from tests.sql import callers
from tests.sql.callers import refused

CHANGES = {
    "helper_json": "'{\"lie\": 1}'",
    "version": "7",
    "helper_name": "'lie'",
    "saved_at": "now()",
    "saved_by": "null",
    "saved_from": "'IMPORT'",
    "label": "'lie'",
    "trigger": "'lie'",
    "restored_from": "1",
    "plate": "'12345678'",
    "case_id": "gen_random_uuid()",
    "id": "gen_random_uuid()",
}
HANDS = [callers.DANA, callers.STAFF, callers.SERVICE, None]


@pytest.mark.parametrize("hand", HANDS, ids=["person", "staff", "service", "owner"])
@pytest.mark.parametrize("column", CHANGES)
def test_no_hand_changes_a_version(desk, dana, case, hand, column):
    before = dana.versions(case["case_id"])

    with refused("PT409"):
        desk(hand).ask(
            f"update public.case_helper set {column} = {CHANGES[column]} where case_id = %s", case["case_id"]
        )

    assert dana.versions(case["case_id"]) == before


def test_a_number_that_only_looks_the_same_is_a_change_too(dana, owner, plate):
    case = dana.open(plate, '{"price": 1.1}')

    with refused("PT409"):
        owner.ask("update public.case_helper set helper_json = '{\"price\": 1.10}' where case_id = %s", case["case_id"])


@pytest.mark.parametrize(("hand", "why"), [(callers.DANA, "42501"), (callers.SERVICE, "42501"), (None, "PT409")])
def test_no_hand_deletes_or_truncates(desk, dana, case, hand, why):
    for statement in (
        f"delete from public.case_helper where case_id = '{case['case_id']}'",
        "truncate public.case_helper cascade",
        "truncate public.cases cascade",
    ):
        with refused(why):
            desk(hand).ask(statement)

    assert len(dana.versions(case["case_id"])) == 1


def test_a_case_with_a_story_is_not_deleted_even_by_the_owner(owner, case):
    with refused("23001" if owner.connection.info.server_version >= 180000 else "23503"):
        owner.ask("delete from public.cases where id = %s", case["case_id"])


def test_the_owner_may_still_count_changes_afterwards(owner, case):
    assert owner.changed("update public.case_helper set changes = 3 where case_id = %s", case["case_id"]) == 1


@pytest.mark.parametrize("hand", HANDS, ids=["person", "staff", "service", "owner"])
def test_no_hand_changes_a_plate(desk, dana, plate, case, hand):
    desk(hand).ask(
        "update public.cases set plate = %s where id = %s", f"{plate[:3]}-{plate[3:5]} {plate[5:]}", case["case_id"]
    )
    with refused("PT409") as told:
        desk(hand).ask("update public.cases set plate = '7654321' where id = %s", case["case_id"])

    assert callers.details(told) == {"code": "plate_immutable"}
    assert dana.value("select plate from public.cases where id = %s", case["case_id"]) == plate
