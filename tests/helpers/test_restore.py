"""Bringing an old version back."""

import pytest


@pytest.fixture
def three_versions(api, dana, open_case):
    case = open_case({"n": 1, "price": 1.10})
    for n in (2, 3):
        api(dana).put(f"cases/{case['case_id']}/helper", {"version": n - 1, "helper": {"n": n}})
    return f"cases/{case['case_id']}/helper"


def test_an_old_version_comes_back_as_a_new_one(api, dana, three_versions):
    answer = api(dana).post(
        f"{three_versions}/restore", {"version": 1, "expected_version": 3, "reason": "נמחק מוקד בטעות"}
    )

    assert answer.status_code == 200
    assert (answer.json()["version"], answer.json()["restored_from"]) == (4, 1)
    old = api(dana).get(f"{three_versions}/versions/1").content
    now = api(dana).get(three_versions).content
    assert old.partition(b'"helper": ')[2] == now.partition(b'"helper": ')[2]
    rows = api(dana).get(f"{three_versions}/versions").json()
    assert [row["version"] for row in rows] == [4, 3, 2, 1]
    assert (rows[0]["restored_from"], rows[0]["label"], rows[0]["trigger"]) == (1, "נמחק מוקד בטעות", "restore")


def test_without_a_version_the_one_before_comes_back(api, dana, three_versions):
    answer = api(dana).post(f"{three_versions}/restore", {"expected_version": 3})

    assert answer.json()["restored_from"] == 2


def test_a_restore_is_refused_when_somebody_saved_meanwhile(api, dana, three_versions):
    answer = api(dana).post(f"{three_versions}/restore", {"version": 1, "expected_version": 2})

    assert (answer.status_code, answer.json()["details"]["current_version"]) == (409, 3)
    assert api(dana).get(three_versions).json()["version"] == 3


def test_a_restore_must_say_what_it_saw(api, dana, three_versions):
    assert api(dana).post(f"{three_versions}/restore", {"version": 1}).status_code == 428
    seen = {"If-Match": '"v3"'}
    assert api(dana).post(f"{three_versions}/restore", {"version": 1}, **seen).status_code == 200


@pytest.mark.parametrize("version", [4, 99, 0, -1, "1", 1.5])
def test_a_version_that_never_was_cannot_come_back(api, dana, three_versions, version):
    answer = api(dana).post(f"{three_versions}/restore", {"version": version, "expected_version": 3})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_the_first_version_has_none_before_it(api, dana, open_case):
    case = open_case()

    answer = api(dana).post(f"cases/{case['case_id']}/helper/restore", {"expected_version": 1})

    assert answer.status_code == 422


@pytest.mark.parametrize("part", [{"sections": ["meta"]}, {"mode": "fill_missing"}])
def test_a_part_is_not_quietly_widened_to_the_whole(api, dana, three_versions, part):
    answer = api(dana).post(f"{three_versions}/restore", {"version": 1, "expected_version": 3, **part})

    assert answer.status_code == 422
    assert api(dana).get(three_versions).json()["version"] == 3


def test_another_office_cannot_restore(api, tamar, three_versions):
    assert api(tamar).post(f"{three_versions}/restore", {"version": 1, "expected_version": 3}).status_code == 404
