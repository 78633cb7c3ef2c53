"""Bringing an old version back."""

import pytest

from core import acting
from make.models import Message
from tests.make.caller import Make, give_key


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


@pytest.fixture
def restore(api, dana):
    return lambda url, person=dana, **body: api(person).post(f"{url}/restore", body)


def text_of(api, dana, url):
    """The helper as it goes out."""
    return api(dana).get(url).content.partition(b'"helper": ')[2][:-1]


def test_one_section_comes_back_and_the_others_stay(api, dana, versions, restore):
    url = versions(
        {}, b'{"a": {"p": 1.10, "n": 12345678901234567890}, "b": 1.0}', b'{"a": {"p": 2}, "b": 2.50, "c": 3e2}'
    )

    answer = restore(url, version=2, expected_version=3, sections=["a"], reason="נמחק מוקד בטעות")

    assert answer.status_code == 200
    told = answer.json()
    assert list(told) == [
        "case_id", "version", "helper_name", "source", "date", "unchanged", "changed_sections", "restored_from",
    ]  # fmt: skip
    assert (told["version"], told["unchanged"], told["restored_from"]) == (4, False, 2)
    assert (told["changed_sections"], answer["ETag"]) == (["a"], '"v4"')
    assert text_of(api, dana, url) == b'{"a": {"n": 12345678901234567890, "p": 1.10}, "b": 2.50, "c": 300}'
    newest = api(dana).get(f"{url}/versions").json()[0]
    assert (newest["label"], newest["trigger"], newest["restored_from"]) == ("נמחק מוקד בטעות", "restore", 2)


def test_a_section_that_was_not_there_is_removed(api, dana, versions, restore):
    url = versions({"a": 1}, {"a": 2, "b": 2, "": 3, "c/d": 4})

    assert restore(url, version=1, expected_version=2, sections=["b", "", "c/d"]).status_code == 200
    assert text_of(api, dana, url) == b'{"a": 2}'


def test_only_what_is_missing_comes_back(api, dana, versions, restore):
    url = versions(
        {},
        b'{"price": 1.10, "owner": {"name": "x", "phone": "1", "zip": 0}, "rows": [1], "gone": [2.0]}',
        b'{"price": 2, "owner": {"name": "y", "phone": " ", "zip": 5}, "rows": [], "new": null}',
    )

    answer = restore(url, version=2, expected_version=3, mode="fill_missing")

    assert (answer.json()["version"], answer.json()["restored_from"]) == (4, 2)
    assert api(dana).get(url).json()["helper"] == {
        "price": 2, "owner": {"name": "y", "phone": "1", "zip": 5}, "rows": [1], "gone": [2.0], "new": None,
    }  # fmt: skip
    assert b'"gone": [2.0]' in text_of(api, dana, url)


def test_missing_parts_of_one_section_come_back(api, dana, versions, restore):
    url = versions({"a": {"x": 1}, "b": {"x": 1}}, {"a": {}, "b": {}})

    assert restore(url, version=1, expected_version=2, sections=["b"], mode="fill_missing").status_code == 200
    assert text_of(api, dana, url) == b'{"a": {}, "b": {"x": 1}}'


@pytest.mark.parametrize("part", [{"sections": ["a"]}, {"mode": "fill_missing"}, {"sections": ["a"], "mode": None}])
def test_a_part_that_is_there_already_makes_no_version(api, dana, versions, restore, part):
    url = versions({"a": 1, "b": 2}, {"b": 3, "a": 1})

    answer = restore(url, version=1, expected_version=2, **part)

    assert (answer.status_code, answer["ETag"]) == (200, '"v2"')
    told = answer.json()
    assert (told["version"], told["unchanged"], told["restored_from"]) == (2, True, None)
    assert told["changed_sections"] == []
    assert len(api(dana).get(f"{url}/versions").json()) == 2


def test_without_a_version_a_section_of_the_one_before_comes_back(api, dana, versions, restore):
    url = versions({"a": 1}, {"a": 2}, {"a": 3, "b": 1})

    assert restore(url, expected_version=3, sections=["a"]).json()["restored_from"] == 2
    assert text_of(api, dana, url) == b'{"a": 2, "b": 1}'


def test_nothing_named_means_the_whole(api, dana, versions, restore):
    url = versions({"a": 1, "b": 1}, {"a": 2})

    assert restore(url, version=1, expected_version=2, sections=None, mode=None).json()["unchanged"] is False
    assert text_of(api, dana, url) == b'{"a": 1, "b": 1}'


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ({"sections": ["a", "nothing"]}, "/sections"),
        ({"sections": []}, "/sections"),
        ({"sections": ["a", "a"]}, "/sections"),
        ({"sections": "a"}, "/sections"),
        ({"sections": {"a": 1}}, "/sections"),
        ({"sections": [str(n) for n in range(201)]}, "/sections"),
        ({"sections": [1]}, "/sections/0"),
        ({"sections": ["a", None]}, "/sections/1"),
        ({"sections": [["a"]]}, "/sections/0"),
        ({"mode": "fill"}, "/mode"),
        ({"mode": ""}, "/mode"),
        ({"mode": 1}, "/mode"),
        ({"section": "a"}, "/section"),
    ],
)
def test_a_part_that_is_none_is_refused_with_its_place(api, dana, versions, restore, part, place):
    url = versions({"a": 1}, {"a": 2})

    answer = restore(url, version=1, expected_version=2, **part)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert [one["pointer"] for one in answer.json()["details"]] == [place]
    assert api(dana).get(url).json()["version"] == 2


def test_a_part_is_refused_when_somebody_saved_meanwhile(api, dana, versions, restore):
    url = versions({"a": 1}, {"a": 2}, {"a": 3})

    answer = restore(url, version=1, expected_version=2, sections=["a"])

    assert (answer.status_code, answer.json()["code"]) == (409, "version_conflict")
    assert answer.json()["details"]["current_version"] == 3
    assert restore(url, version=1, sections=["a"]).status_code == 428


def test_a_restored_part_is_news(api, dana, versions, restore):
    url = versions({"a": 1}, {"a": 2})
    case_id = url.split("/")[1]
    restore(url, version=1, expected_version=2, sections=["b", "a"])
    assert told(case_id) == []

    restore(url, version=1, expected_version=2, sections=["a"])

    assert told(case_id) == [(3, ["a"])]
    lines = [line["type"] for line in api(dana).get(f"cases/{case_id}/timeline").json()]
    assert lines.count("case_helper.restored") == 1
    restore(url, version=1, expected_version=3, sections=["a"])
    assert len(told(case_id)) == 1


def told(case_id):
    with acting.acting(acting.SERVICE):
        messages = Message.objects.filter(case_id=case_id, type="case_helper.restored").order_by("seq")
        return [(one.version, one.data["changed_sections"]) for one in messages]


@pytest.mark.parametrize("part", [{}, {"sections": ["n"]}, {"sections": ["nothing"]}, {"mode": "fill_missing"}])
def test_another_office_cannot_restore_a_part(api, tamar, dana, three_versions, restore, part):
    ghost = "cases/00000000-0000-4000-8000-000000000000/helper"

    foreign = restore(three_versions, tamar, version=1, expected_version=3, **part)

    assert foreign.status_code == 404
    assert foreign.content == restore(ghost, tamar, version=1, expected_version=3, **part).content
    assert api(dana).get(three_versions).json()["version"] == 3


def test_only_people_restore(api, three_versions):
    body = {"version": 1, "expected_version": 3, "sections": ["n"]}

    assert api().post(f"{three_versions}/restore", body).status_code == 401
    refused = Make(give_key()).post(f"{three_versions}/restore", body)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def test_another_office_cannot_restore(api, tamar, three_versions):
    assert api(tamar).post(f"{three_versions}/restore", {"version": 1, "expected_version": 3}).status_code == 404
