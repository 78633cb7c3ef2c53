"""Restoring: an old content on top as a new version, nothing lost."""

import pytest

from tests.sql.callers import details, refused


@pytest.fixture
def three(dana, plate):
    """A case with three versions."""
    case = dana.open(plate, '{"n": 1.10, "a": 1}')
    dana.save(case["case_id"], '{"n": 2, "a": 1}', 1)
    dana.save(case["case_id"], '{"n": 3, "b": 1}', 2)
    return case["case_id"]


def test_an_old_version_becomes_a_new_one(dana, three):
    restored = dana.restore(three, 1, 3)

    assert (restored["version"], restored["restored_from"], restored["is_current"]) == (4, 1, True)
    assert restored["changed_sections"] == ["a", "b", "n"]
    assert restored["trigger"] == "restore"
    rows = dana.versions(three)
    assert [row["helper"] for row in rows] == [
        '{"a": 1, "n": 1.10}',
        '{"a": 1, "n": 2}',
        '{"b": 1, "n": 3}',
        '{"a": 1, "n": 1.10}',
    ]
    assert [row["is_current"] for row in rows] == [False, False, False, True]


def test_without_a_number_it_is_the_one_before(dana, three):
    assert dana.restore(three, None, 3)["restored_from"] == 2


def test_restoring_what_is_current_is_a_version_without_changes(dana, three):
    restored = dana.restore(three, 3, 3)

    assert (restored["version"], restored["changed_sections"]) == (4, [])


def test_a_restore_over_an_old_version_is_refused(dana, three):
    with refused("PT409") as told:
        dana.restore(three, 1, 2)

    assert details(told)["current_version"] == 3
    assert details(told)["changed_sections"] == ["a", "b", "n"]


@pytest.mark.parametrize("version", [0, -1, 4, 99])
def test_a_version_the_case_never_had_is_not_restored(dana, three, version):
    with refused("PT422"):
        dana.restore(three, version, 3)


def test_a_first_version_has_none_before_it(dana, case):
    with refused("PT422"):
        dana.restore(case["case_id"], None, 1)


def test_a_version_of_the_plates_other_case_is_not_restored(dana, plate, case):
    dana.ask("update public.cases set status = 'CLOSED' where id = %s", case["case_id"])
    second = dana.open(plate)

    with refused("PT422"):
        dana.restore(second["case_id"], 1, 2)


def test_a_plain_insert_claims_no_origin_it_does_not_have(dana, three):
    assert dana.insert(three, "{}", restored_from=99)["restored_from"] is None
    assert dana.insert(three, "{}", restored_from=2)["restored_from"] == 2


def test_a_restore_leaves_an_event_with_its_origin(dana, owner, three):
    dana.restore(three, 1, 3)

    event = owner.one(
        "select type, version, data from public.events where case_id = %s order by at desc limit 1", three
    )
    assert (event["type"], event["version"], event["data"]["restored_from"]) == ("case_helper.restored", 4, 1)
