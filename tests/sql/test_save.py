"""Saving through case_helper_save_full: the version that was read, the content to the last digit."""

import uuid

import pytest

from tests import cast
from tests.sql.callers import details, refused

BASE = '{"a": {"x": 1}, "b": 1.1, "c": [1, 2], "d": null, "e": "text"}'


@pytest.fixture
def base(dana, plate):
    return dana.open(plate, BASE)


@pytest.mark.parametrize(
    ("helper", "sections"),
    [
        ('{"a": {"x": 1}, "b": 1.10, "c": [1, 2], "d": null, "e": "text"}', ["b"]),
        ('{"a": {"x": 1.0}, "b": 1.1, "c": [1, 2], "d": null, "e": "text"}', ["a"]),
        ('{"a": {"x": 1}, "b": 1.1, "c": [2, 1], "d": null, "e": "text"}', ["c"]),
        ('{"a": {"x": 1}, "b": 1.1, "c": [1, 2], "e": "text"}', ["d"]),
        ('{"a": {"x": 1}, "b": 1.1, "c": [1, 2], "d": null, "e": "text", "f": null}', ["f"]),
        ('{"a": {"x": 1}, "b": "1.1", "c": [1, 2], "d": "", "e": "text "}', ["b", "d", "e"]),
        ("{}", ["a", "b", "c", "d", "e"]),
        ('{"": 0, "a": {"x": 1}, "b": 1.1, "c": [1, 2], "d": null, "e": "text", "רכב": {}}', ["", "רכב"]),
    ],
)
def test_changed_sections_are_exact(dana, base, helper, sections):
    assert dana.save(base["case_id"], helper, 1)["changed_sections"] == sections


@pytest.mark.parametrize(
    "same", [BASE, BASE.replace(" ", ""), '{"e": "text", "d": null, "c": [1, 2], "b": 1.1, "a": {"x": 1}}']
)
def test_the_same_content_makes_no_version(dana, base, same):
    again = dana.save(base["case_id"], same, 1)

    assert (again["id"], again["version"]) == (base["id"], 1)
    assert len(dana.versions(base["case_id"])) == 1


def test_the_same_big_content_makes_no_version(dana, plate):
    rows = ", ".join(f'{{"row_uuid": "{uuid.uuid4()}", "price": {n}.50, "name": "חלק"}}' for n in range(3000))
    helper = f'{{"parts": [{rows}], "meta": {{"total": 20000000000000000000.10}}}}'
    case = dana.open(plate, helper)

    assert dana.save(case["case_id"], helper, 1)["version"] == 1
    assert (
        dana.save(case["case_id"], helper.replace("20000000000000000000.10", "20000000000000000000.1"), 1)["version"]
        == 2
    )


@pytest.mark.parametrize(
    "helper",
    ['{"n": 1.10}', '{"n": 123456789012345678901234567890}', '{"": "", "__proto__": 1}', '{"a": "״ \\" 🚗 \\\\"}'],
)
def test_what_was_saved_comes_back_to_the_last_digit(dana, plate, helper):
    case = dana.open(plate, helper)

    assert dana.versions(case["case_id"])[0]["helper"] == dana.value("select %s::jsonb::text", helper)


def test_an_old_version_is_told_who_is_ahead_and_where_both_wrote(dana, base):
    dana.save(base["case_id"], BASE.replace("1.1", "2").replace("text", "theirs"), 1)

    with refused("PT409") as told:
        dana.save(base["case_id"], BASE.replace("1.1", "3").replace("[1, 2]", "[]"), 1)
    assert details(told) == {
        "code": "version_conflict",
        "current_version": 2,
        "your_version": 1,
        "changed_sections": ["b", "e"],
        "conflicting_pointers": ["/b"],
    }


@pytest.mark.parametrize("version", [0, -1, 2, 999, 2147483647])
def test_a_version_the_case_never_had_is_refused(dana, base, version):
    with refused("PT422"):
        dana.save(base["case_id"], "{}", version)


def test_a_save_without_a_version_is_a_conflict(dana, base):
    with refused("PT409"):
        dana.save(base["case_id"], "{}", None)


def test_a_foreign_case_and_no_case_are_refused_alike(tamar, base):
    said = []
    for case_id in (base["case_id"], uuid.uuid4()):
        for call in (lambda i: tamar.save(i, "{}", 1), lambda i: tamar.restore(i, 1, 1)):
            with refused("PT404") as told:
                call(case_id)
            said.append((told.value.diag.message_primary, told.value.diag.message_detail))

    assert set(said) == {("case not found", '{"code": "not_found"}')}


def test_a_save_carries_its_label_trigger_and_author(dana, service, base):
    mine = dana.save(base["case_id"], '{"n": 1}', 1, label="לפני שליחה", trigger="logout", saved_by=cast.NOAM.user_id)
    made = service.save(base["case_id"], '{"n": 2}', 2, saved_by=cast.NOAM.user_id)

    assert (mine["label"], mine["trigger"], mine["saved_by"]) == ("לפני שליחה", "logout", cast.DANA.user_id)
    assert (made["saved_by"], made["saved_from"]) == (cast.NOAM.user_id, "MAKE")


def test_a_save_leaves_one_event_and_the_searched_words(dana, owner, base):
    dana.save(base["case_id"], '{"stakeholders": {"owner": {"name": "ישראל ישראלי", "phone": 5}}}', 1)

    events = owner.ask("select type, version from public.events where case_id = %s order by at", base["case_id"])
    assert events == [
        {"type": "case.upserted", "version": None},
        {"type": "case_helper.saved", "version": 1},
        {"type": "case_helper.saved", "version": 2},
    ]
    found = owner.one(
        "select owner_name, owner_phone, search_text from public.case_search_index where case_id = %s", base["case_id"]
    )
    assert (found["owner_name"], found["owner_phone"]) == ("ישראל ישראלי", "5")
    assert "ישראל ישראלי" in found["search_text"]


def test_an_events_row_never_holds_a_helpers_content(dana, owner, base):
    dana.save(base["case_id"], '{"secret_section": {"phone": "0501234567"}}', 1)

    assert owner.value("select count(*) from public.events where data::text like '%%0501234567%%'") == 0
