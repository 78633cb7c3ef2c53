"""Loading helpers and their history through the API."""

import pytest


def test_the_current_helper_comes_with_its_identification(api, dana, open_case):
    case = open_case({"meta": {"n": 1}})

    answer = api(dana).get(f"cases/{case['case_id']}/helper")

    assert answer.status_code == 200
    assert answer["ETag"] == '"v1"'
    loaded = answer.json()
    assert list(loaded) == [
        "case_id", "plate", "version", "helper_name", "source", "date", "saved_by", "saved_from", "label", "helper",
    ]  # fmt: skip
    assert (loaded["case_id"], loaded["plate"], loaded["helper"]) == (
        case["case_id"],
        case["plate"],
        {"meta": {"n": 1}},
    )


def test_what_the_caller_has_is_not_sent_again(api, dana, open_case):
    case = open_case()
    url = f"cases/{case['case_id']}/helper"

    same = api(dana).get(url, **{"If-None-Match": '"v1"'})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", '"v1"')

    api(dana).put(url, {"version": 1, "helper": {"a": 1}})
    assert api(dana).get(url, **{"If-None-Match": '"v1"'}).status_code == 200


def test_one_section_may_be_asked_for(api, dana, open_case):
    case = open_case()
    url = f"cases/{case['case_id']}/helper"
    api(dana).put(url, b'{"version": 1, "helper": {"valuation": {"price": 1.10}, "a/b": null, "": 5}}')

    assert b'"helper": {"valuation": {"price": 1.10}}' in api(dana).get(f"{url}?section=valuation").content
    assert api(dana).get(f"{url}?section=a/b").json()["helper"] == {"a/b": None}
    assert api(dana).get(f"{url}?section=").json()["helper"] == {"": 5}
    assert api(dana).get(f"{url}?section=nothing").json()["helper"] == {}
    assert api(dana).get(f"{url}?section=%00").json()["helper"] == {}


def test_any_version_can_be_read_for_ever(api, dana, open_case):
    case = open_case({"n": 1})
    url = f"cases/{case['case_id']}/helper"
    api(dana).put(url, {"version": 1, "helper": {"n": 2}})

    old = api(dana).get(f"{url}/versions/1")

    assert old.json()["helper"] == {"n": 1}
    assert "immutable" in old["Cache-Control"]
    assert api(dana).get(f"{url}/versions/3").status_code == 404
    assert api(dana).get(f"{url}/versions/x").status_code == 404


def test_history_is_newest_first_and_names_the_current_one(api, dana, open_case):
    case = open_case({"n": 0})
    url = f"cases/{case['case_id']}/helper"
    for n in range(1, 5):
        api(dana).put(url, {"version": n, "helper": {"n": n}})

    rows = api(dana).get(f"{url}/versions?limit=3").json()

    assert [row["version"] for row in rows] == [5, 4, 3]
    assert [row["is_current"] for row in rows] == [True, False, False]


def test_the_plate_finds_the_open_case_else_the_newest(api, dana, open_case):
    first = open_case({"n": 1}, plate="7654321")
    api(dana).patch(f"cases/{first['case_id']}", {"status": "CLOSED"})
    assert api(dana).get("plates/76-543-21/helper").json()["helper"] == {"n": 1}

    second = open_case({"n": 2}, plate="7654321")
    assert api(dana).get("plates/7654321/helper").json()["case_id"] == second["case_id"]

    api(dana).patch(f"cases/{second['case_id']}", {"status": "ARCHIVED"})
    assert api(dana).get("plates/7654321/helper").json()["case_id"] == second["case_id"]
    assert api(dana).get("plates/1111111/helper").status_code == 404


@pytest.mark.parametrize("path", ["", "/versions", "/versions/1", "?section=meta"])
def test_another_office_sees_nothing(api, tamar, open_case, path):
    case = open_case()

    foreign = api(tamar).get(f"cases/{case['case_id']}/helper{path}")
    ghost = api(tamar).get(f"cases/00000000-0000-4000-8000-000000000000/helper{path}")

    assert foreign.status_code == 404
    assert foreign.content == ghost.content
