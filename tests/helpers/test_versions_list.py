"""The list of a case's versions, and how many places each of them changed."""

import json

import pytest
from django.db import connection

from core import acting
from helpers.history_serializers import VersionRow
from tests import make_fixtures
from tests.cast import SOUTH
from tests.conftest import any_plate
from tests.make.caller import Make, give_key


@pytest.fixture
def listed(api, dana):
    return lambda url, query="", **headers: api(dana).get(f"{url}/versions?{query}", **headers)


def changes(answer):
    return {row["version"]: row["changes"] for row in answer.json()}


def test_a_row_tells_everything_but_the_helper(api, dana, versions, listed):
    url = versions({"a": 1, "b": 2}, {"a": 3, "b": 2, "c": [1]})
    api(dana).post(f"{url}/restore", {"version": 1, "expected_version": 2, "reason": 'נמחק "בטעות"'})

    newest, middle, oldest = listed(url).json()

    assert list(newest) == list(VersionRow().fields)
    assert newest == {
        "case_id": url.split("/")[1],
        "version": 3,
        "helper_name": newest["helper_name"],
        "is_current": True,
        "source": "system",
        "date": newest["date"],
        "saved_by": str(dana.user_id),
        "saved_by_name": dana.name,
        "saved_from": "UI",
        "label": 'נמחק "בטעות"',
        "trigger": "restore",
        "size_bytes": newest["size_bytes"],
        "changes": 2,
        "changed_sections": ["a", "c"],
        "restored_from": 1,
        "folded": False,
    }
    assert (middle["changes"], middle["changed_sections"], middle["restored_from"]) == (2, ["a", "c"], None)
    assert (oldest["changes"], oldest["is_current"], oldest["trigger"]) == (2, False, "open")


def test_the_date_is_that_of_the_version(api, dana, versions, listed):
    url = versions({"a": 1})

    assert listed(url).json()[0]["date"] == api(dana).get(f"{url}/versions/1").json()["date"]


def test_the_list_comes_in_pages(versions, listed):
    url = versions(*({"n": n} for n in range(5)))

    first = listed(url, "limit=2")
    assert ([row["version"] for row in first.json()], first["Content-Range"]) == ([5, 4], "0-1/*")
    assert first["Link"] == f'</api/v1/{url}/versions?limit=2&offset=2>; rel="next"'
    last = listed(url, "limit=2&offset=4")
    assert ([row["version"] for row in last.json()], last["Content-Range"], "Link" in last) == ([1], "4-4/*", False)
    ranged = listed(url, **{"Range": "1-2"})
    assert ([row["version"] for row in ranged.json()], ranged["Content-Range"]) == ([4, 3], "1-2/*")
    beyond = listed(url, "offset=9")
    assert (beyond.status_code, beyond.content, beyond["Content-Range"]) == (200, b"[]", "*/*")


def test_a_long_history_is_asked_for_whole(versions, listed):
    url = versions({"n": 0})
    case_id = url.split("/")[1]
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(
            """insert into public.case_helper (case_id, helper_json)
               select %s, jsonb_build_object('n', n) from generate_series(1, 201) n""",
            [case_id],
        )

    assert len(listed(url, "limit=1000").json()) == 202
    assert len(listed(url, "limit=9999").json()) == 202
    assert len(listed(url).json()) == 100


def test_the_list_is_counted_when_asked(versions, listed):
    url = versions({"n": 1}, {"n": 2}, {"n": 3})

    part = listed(url, "limit=2", Prefer="count=exact")
    assert (part.status_code, part["Content-Range"], part["Preference-Applied"]) == (206, "0-1/3", "count=exact")
    whole = listed(url, Prefer="count=exact")
    assert (whole.status_code, whole["Content-Range"]) == (200, "0-2/3")


@pytest.mark.parametrize("query", ["limit=x", "offset=-1", "limit=1.5"])
def test_a_page_that_is_none_is_refused(versions, listed, query):
    assert listed(versions({}), query).status_code == 422


def test_a_first_version_added_its_sections(versions, listed):
    assert changes(listed(versions({"a": 1, "b": {"c": [1, 2, 3]}, "d": None}))) == {1: 3}


def test_a_save_changed_as_many_places_as_a_comparison_finds(api, dana, open_case, listed):
    story = [json.dumps(case.h) for *_, case in make_fixtures.history(7, 20, "full")]
    url = f"cases/{open_case(json.loads(story[0]))['case_id']}/helper"
    for number, helper in enumerate(story[1:], 1):
        answer = api(dana).put(url, f'{{"version": {number}, "helper": {helper}}}'.encode())
        assert (answer.status_code, answer.json()["version"]) == (200, number + 1)

    found = {n: len(api(dana).get(f"{url}/compare?to={n}").json()["changes"]) for n in range(1, 21)}

    assert changes(listed(url)) == found
    assert min(found.values()) > 0


def test_every_door_counts(api, dana, listed):
    plate, make = any_plate(), Make(give_key())
    first = api(dana).post("helpers/import", {"meta": {"plate": plate}, "levi": {"n": 1}, "note": {"a": 1}})
    case_id, url = first.json()["case_id"], f"cases/{first.json()['case_id']}/helper"
    helper = {"meta": {"plate": plate}, "levi": {"n": 2}, "note": {"a": 2, "b": 3}}
    assert make.op("case_helper.save_full", {"case_id": case_id, "helper_json": helper}).status_code == 200
    levi = {"source": "levi", "case_id": case_id, "payload": {"מחיר בסיס": "₪ 118,000"}}
    assert make.call("ingest-external", levi).json()["version"] == 3
    patch = {"case_id": case_id, "patch": {"note": {"a": 4}, "new": [1]}}
    assert api(dana).post("update-helper", patch).json()["version"] == 4
    assert api(dana).post("helpers/import", {**helper, "levi": {"n": 5}}).json()["version"] == 5
    latest = {"case_id": case_id, "expected_version": 5}
    assert make.op("case_helper.restore_latest", latest).json()["version"] == 6

    found = {n: len(api(dana).get(f"{url}/compare?to={n}").json()["changes"]) for n in range(1, 7)}

    assert changes(listed(url)) == found
    assert (found[1], found[2], found[4]) == (3, 3, 2)


def test_a_whole_restore_of_what_is_there_changes_nothing(api, dana, versions, listed):
    url = versions({"a": 1}, {"a": 2}, {"a": 1})

    answer = api(dana).post(f"{url}/restore", {"version": 1, "expected_version": 3})

    assert (answer.json()["version"], answer.json()["unchanged"]) == (4, False)
    assert changes(listed(url)) == {4: 0, 3: 1, 2: 1, 1: 1}


def test_a_case_without_such_versions_is_told_from_none(api, dana, tamar, versions):
    url, ghost = versions({"a": 1}), "cases/00000000-0000-4000-8000-000000000000/helper"

    foreign = api(tamar).get(f"{url}/versions")

    assert (foreign.status_code, foreign.content) == (404, api(tamar).get(f"{ghost}/versions").content)
    assert api().get(f"{url}/versions").status_code == 401
    assert len(Make(give_key()).get(f"{url}/versions").json()) == 1
    assert Make(give_key(SOUTH)).get(f"{url}/versions").status_code == 404
