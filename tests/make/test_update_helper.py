"""A patch of the helper by the rules of RFC 7396."""

import json
import uuid

import pytest
from django.db import connection

from cases import services
from core import acting
from helpers.models import CaseHelper
from tests import cast

# The appendix of RFC 7396: original, patch, result.
RFC_7396 = [
    ('{"a":"b"}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'),
    ('{"a":"b"}', '{"a":null}', "{}"),
    ('{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'),
    ('{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'),
    ('{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'),
    ('{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'),
    ('{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'),
    ('["a","b"]', '["c","d"]', '["c","d"]'),
    ('{"a":"b"}', '["c"]', '["c"]'),
    ('{"a":"foo"}', "null", "null"),
    ('{"a":"foo"}', '"bar"', '"bar"'),
    ('{"e":null}', '{"a":1}', '{"e":null,"a":1}'),
    ("[1,2]", '{"a":"b","c":null}', '{"a":"b"}'),
    ("{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'),
]


@pytest.mark.parametrize(("original", "patch", "result"), RFC_7396)
def test_the_appendix_of_the_rfc_comes_out(db, original, patch, result):
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select private.json_merge(%s::jsonb, %s::jsonb, true) = %s::jsonb", [original, patch, result])
        assert cursor.fetchone() == (True,)


def test_null_is_a_value_where_it_does_not_remove(db):
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("""select private.json_merge('{"a": {"b": 1}}', '{"a": {"b": null}}', false)::text""")
        assert cursor.fetchone() == ('{"a": {"b": null}}',)


@pytest.fixture
def case(open_case):
    return open_case({"meta": {"n": 1}, "estimate": {"type": "x", "notes": "y"}, "centers": [1, 2]})


def helper_of(api, case):
    return api(cast.DANA).get(f"cases/{case['case_id']}/helper").json()["helper"]


def test_a_person_patches_any_section_and_null_removes(api, case):
    answer = api(cast.DANA).post(
        "update-helper", {"case_id": case["case_id"], "patch": {"estimate": {"notes": None}, "centers": [3], "new": {}}}
    )

    assert answer.status_code == 200, answer.content
    assert (answer.json()["version"], answer.json()["unchanged"]) == (2, False)
    assert answer.json()["changed_sections"] == ["centers", "estimate", "new"]
    assert answer.headers["ETag"] == '"v2"'
    assert helper_of(api, case) == {"meta": {"n": 1}, "estimate": {"type": "x"}, "centers": [3], "new": {}}


def test_make_names_its_source_and_stays_inside_it(api, make, case):
    asked = {"plate": case["plate"], "patch": {"estimate": {"type": "z"}}}

    nameless = make().post("update-helper", asked)
    outside = make().post("update-helper", {**asked, "source": "estimate", "patch": {"estimate": {}, "centers": None}})
    inside = make().post("update-helper", {**asked, "source": "estimate"})

    assert (nameless.status_code, outside.status_code, inside.status_code) == (422, 422, 200)
    assert nameless.json()["details"][0]["pointer"] == "/source"
    assert [place["pointer"] for place in outside.json()["details"]] == ["/centers"]
    assert helper_of(api, case)["estimate"] == {"type": "z", "notes": "y"}
    assert helper_of(api, case)["centers"] == [1, 2]


def test_a_version_that_moved_is_a_conflict_and_none_lets_the_last_win(api, case):
    asked = {"case_id": case["case_id"], "patch": {"meta": {"n": 2}}}
    api(cast.DANA).post("update-helper", asked)

    stale = api(cast.DANA).post("update-helper", {**asked, "patch": {"meta": {"n": 3}}, "version": 1})
    last = api(cast.DANA).post("update-helper", {**asked, "patch": {"meta": {"n": 3}}})

    assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")
    assert stale.json()["details"]["current_version"] == 2
    assert last.json()["version"] == 3


def test_every_digit_of_a_patch_arrives(make, case):
    raw = b'{"plate": "%b", "source": "estimate", "patch": {"estimate": {"p": 1.10, "i": 12345678901234567890}}}'

    assert make().post("update-helper", raw % case["plate"].encode()).status_code == 200

    with acting.acting(acting.SERVICE):
        saved = CaseHelper.objects.get(case_id=case["case_id"], is_current=True)
    assert '"i": 12345678901234567890, "p": 1.10' in saved.helper_json
    assert (saved.saved_from, saved.trigger) == ("MAKE", "update:estimate")


def test_what_changes_nothing_makes_no_version(make, case):
    asked = {"plate": case["plate"], "source": "estimate", "patch": {"estimate": {"type": "x", "gone": None}}}

    answer = make().post("update-helper", asked).json()

    assert (answer["version"], answer["unchanged"], answer["changed_sections"]) == (1, True, [])


@pytest.mark.parametrize("patch", [{"meta": {"plate": "7654321"}}, {"name": "x"}, {"source": "x"}, {"version": 9}])
def test_what_identifies_a_case_is_not_patched(api, case, patch):
    answer = api(cast.DANA).post("update-helper", {"case_id": case["case_id"], "patch": patch})

    assert answer.status_code == 422
    assert answer.json()["details"][0]["pointer"] in {"/meta/plate", "/name", "/source", "/version"}


@pytest.mark.parametrize("patch", [[1], "x", None, 5])
def test_a_patch_is_an_object(api, case, patch):
    answer = api(cast.DANA).post("update-helper", {"case_id": case["case_id"], "patch": patch})

    assert answer.status_code == 422


def test_a_moved_module_is_refused_to_make_alone(api, make, case):
    with acting.acting(acting.STAFF, cast.NOAM.claims):
        services.turn_switch(name="writer.reports", value="supabase", org_id=None, case_id=uuid.UUID(case["case_id"]))
    asked = {"plate": case["plate"], "source": "estimate", "patch": {"estimate": {"type": "z"}}}

    refused, taken = make().post("update-helper", asked), api(cast.DANA).post("update-helper", asked)

    assert (refused.status_code, refused.json()["code"]) == (409, "module_moved")
    assert taken.status_code == 200


def test_an_unreadable_body_is_kept(api):
    answer = api(cast.DANA).post("update-helper", b'{"patch": {"a": 1, "a": 2}}')

    assert (answer.status_code, answer.json()["code"]) == (422, "duplicate_key")
    assert "raw_id" in answer.json()["details"]


def test_another_office_finds_no_case(api, make, case):
    asked = {"case_id": case["case_id"], "patch": {"meta": {"n": 2}}, "source": "estimate"}

    for caller in (api(cast.TAMAR), make(cast.SOUTH)):
        answer = caller.post("update-helper", asked)
        assert (answer.status_code, json.loads(answer.content)["code"]) == (404, "not_found")
