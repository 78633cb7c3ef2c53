"""PATCH of a helper, by RFC 7396 and by RFC 6902."""

import json

import pytest
from django.conf import settings as site_settings

from core import acting
from helpers import services
from tests import cast
from tests.helpers.test_save import exact
from tests.make.caller import Make, give_key
from tests.make.test_update_helper import RFC_7396

MERGE, OPERATIONS = "application/merge-patch+json", "application/json-patch+json"


class Case:
    """A case, patched by whoever is asked."""

    def __init__(self, api, answer, person):
        self.api, self.person = api, person
        self.id, self.plate = answer["case_id"], answer["plate"]
        self.url = f"cases/{self.id}/helper"

    def patch(self, patch, query="version=1", person=None, content_type=None, **headers):
        kind = content_type or (OPERATIONS if isinstance(patch, list) else MERGE)
        body = patch if isinstance(patch, bytes) else json.dumps(patch).encode()
        url = f"{self.url}?{query}" if query else self.url
        return self.api(person or self.person).patch(url, body, content_type=kind, **headers)

    def put(self, helper, version, **more):
        return self.api(self.person).put(self.url, {"version": version, "helper": helper, **more})

    @property
    def text(self):
        return self.api(self.person).get(self.url).content.decode()

    @property
    def helper(self):
        return json.loads(self.text)["helper"]

    @property
    def version(self):
        return json.loads(self.text)["version"]

    def row(self):
        return self.api(self.person).get(f"{self.url}/versions").json()[0]


HELPER = {"meta": {"n": 1}, "estimate": {"type": "x", "notes": "y"}, "centers": [{"Id": 1}, {"Id": 2}]}
CHANGED = {"meta": {"n": 2}, "estimate": {"type": "x", "notes": "y"}, "centers": [{"Id": 1}, {"Id": 2}]}
# The same change as either kind of patch tells it.
BOTH = [
    pytest.param({"meta": {"n": 2}}, id="merge-patch"),
    pytest.param([{"op": "replace", "path": "/meta/n", "value": 2}], id="json-patch"),
]


@pytest.fixture
def make_case(api, dana, open_case):
    return lambda helper=HELPER, **more: Case(api, open_case(helper, **more), dana)


@pytest.fixture
def case(make_case):
    return make_case()


@pytest.mark.parametrize("patch", BOTH)
def test_a_patch_makes_the_next_version(case, dana, patch):
    answer = case.patch(patch, "version=1&label=לפני&trigger=autosave")

    assert answer.status_code == 200, answer.content
    saved = answer.json()
    assert set(saved) == {"case_id", "version", "helper_name", "source", "date", "unchanged", "changed_sections"}
    assert (saved["version"], saved["unchanged"], saved["changed_sections"]) == (2, False, ["meta"])
    assert saved["helper_name"] == f"{case.plate}_helper_v2"
    assert answer["ETag"] == '"v2"'
    assert case.helper == CHANGED
    row = case.row()
    assert (row["saved_by"], row["saved_from"]) == (str(dana.user_id), "UI")
    assert (row["label"], row["trigger"], row["changes"]) == ("לפני", "autosave", 1)


@pytest.mark.parametrize(
    ("original", "patch", "result"), [example for example in RFC_7396 if example[0][0] == "{" and example[1][0] == "{"]
)
def test_the_appendix_of_rfc_7396_comes_out(make_case, original, patch, result):
    case = make_case({"meta": 1})
    case.put(json.loads(original), 1)

    assert case.patch(patch.encode(), f"version={case.version}").status_code == 200
    assert case.helper == json.loads(result)


@pytest.mark.parametrize("patch", ["[1]", "null", '"bar"', "5", "true"])
def test_a_merge_patch_that_is_no_object_would_leave_no_helper(case, patch):
    answer = case.patch(patch.encode())

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert case.version == 1


@pytest.mark.parametrize(
    "patch",
    [
        b'{"": 1.10, "__proto__": {"x": 12345678901234567890}, "a/b~c": {"\\u05e9\\"\\u05d7": 0.000}}',
        b'[{"op": "add", "path": "/", "value": 1.10},'
        b' {"op": "add", "path": "/__proto__", "value": {"x": 12345678901234567890}},'
        b' {"op": "add", "path": "/a~1b~0c", "value": {"\\u05e9\\"\\u05d7": 0.000}}]',
    ],
)
def test_every_digit_and_every_key_arrives(make_case, patch):
    case = make_case({"kept": 1})
    case.put({"kept": 1}, 1)
    kind = MERGE if patch.startswith(b"{") else OPERATIONS
    raw = b'{"version": 1, "helper": {"kept": {"a": 1.50, "b": 98765432109876543210}}}'
    case.api(case.person).put(case.url, raw)

    answer = case.patch(patch, "version=2", content_type=kind)

    assert answer.status_code == 200, answer.content
    assert '"": 1.10' in case.text
    assert '{"a": 1.50, "b": 98765432109876543210}' in case.text
    assert exact(case.text)["helper"]["__proto__"] == {"x": 12345678901234567890}
    assert '"ש\\"ח": 0.000' in case.text


@pytest.mark.parametrize("patch", BOTH)
def test_the_version_comes_as_etag_or_in_the_address(case, patch):
    nameless = case.patch(patch, "")
    disagreeing = case.patch(patch, "version=1", **{"If-Match": '"v2"'})
    nonsense = case.patch(patch, "", **{"If-Match": "x"})
    no_number = case.patch(patch, "version=x")

    assert (nameless.status_code, nameless.json()["code"]) == (428, "version_required")
    assert {disagreeing.status_code, nonsense.status_code, no_number.status_code} == {422}
    assert disagreeing.json()["details"][0]["pointer"] == "/version"
    assert case.version == 1
    assert case.patch(patch, "version=1", **{"If-Match": '"v1"'}).status_code == 200
    assert case.patch(patch, "", **{"If-Match": '"v2"'}).json()["unchanged"] is True


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", f"{MERGE}; charset=latin-1"]
)
def test_only_the_two_kinds_of_patch_are_taken(case, kind):
    answer = case.patch(b'{"meta": {"n": 2}}', content_type=kind)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert answer.json()["details"]["taken"] == [MERGE, OPERATIONS]
    assert answer["Accept-Patch"] == f"{MERGE}, {OPERATIONS}"
    assert case.patch(b'{"meta": {"n": 2}}', content_type=f"{MERGE}; charset=UTF-8").status_code == 200


@pytest.mark.parametrize("patch", [{"gone": None}, {}, [], [{"op": "test", "path": "/meta/n", "value": 1.0}]])
def test_what_changes_nothing_makes_no_version(case, patch):
    answer = case.patch(patch).json()

    assert (answer["version"], answer["unchanged"], answer["changed_sections"]) == (1, True, [])
    assert case.row()["version"] == 1


@pytest.mark.parametrize("patch", BOTH)
def test_an_old_version_is_refused_and_told_where_both_wrote(case, patch):
    case.put({**HELPER, "meta": {"n": 7}, "estimate": {}}, 1)

    answer = case.patch(patch)

    assert (answer.status_code, answer.json()["code"]) == (409, "version_conflict")
    assert answer.json()["details"] == {
        "current_version": 2,
        "your_version": 1,
        "changed_sections": ["estimate", "meta"],
        "conflicting_pointers": ["/meta"],
    }


@pytest.mark.parametrize("patch", BOTH)
def test_an_old_version_is_merged_where_that_is_asked(case, patch):
    case.put({**HELPER, "meta": {"n": 1, "m": 5}, "estimate": {}}, 1)

    saved = case.patch(patch, "version=1&on_conflict=merge&label=יחד").json()

    assert (saved["version"], saved["merged"], saved["changed_sections"]) == (3, True, ["meta"])
    assert case.helper == {**HELPER, "meta": {"n": 2, "m": 5}, "estimate": {}}
    assert case.row()["label"] == "יחד"


@pytest.mark.parametrize(
    "patch",
    [{"meta": None, "estimate": {"type": None}}, [{"op": "remove", "path": at} for at in ("/meta", "/estimate/type")]],
)
def test_what_a_patch_removes_is_removed_by_the_merge_too(case, patch):
    case.put({**HELPER, "centers": [], "estimate": {"type": "x", "notes": "z"}}, 1)

    assert case.patch(patch, "version=1&on_conflict=merge").json()["merged"] is True
    assert case.helper == {"centers": [], "estimate": {"notes": "z"}}


@pytest.mark.parametrize("patch", BOTH)
def test_the_same_place_is_refused_and_named_as_deep_as_it_is(case, patch):
    case.put({**HELPER, "meta": {"n": 7}}, 1)

    answer = case.patch(patch, "version=1&on_conflict=merge")

    assert answer.status_code == 409
    assert answer.json()["details"]["conflicting_pointers"] == ["/meta/n"]
    assert answer.json()["details"]["compare"].endswith("compare?from=1&to=2")
    assert case.version == 2


def test_rows_are_found_where_they_stood_in_the_version_that_was_read(case):
    case.put({**HELPER, "centers": [{"Id": 0}, {"Id": 1}, {"Id": 2}]}, 1)
    patch = [{"op": "add", "path": "/centers/1/location", "value": "צד ימין"}]

    assert case.patch(patch, "version=1&on_conflict=merge").status_code == 200
    assert case.helper["centers"] == [{"Id": 0}, {"Id": 1}, {"Id": 2, "location": "צד ימין"}]


@pytest.mark.parametrize("patch", BOTH)
@pytest.mark.parametrize("more", ["", "&on_conflict=merge"])
def test_a_version_that_never_was_is_refused(case, patch, more):
    for version in (2, 17, 0, 2**31):
        answer = case.patch(patch, f"version={version}{more}")

        assert (answer.status_code, answer.json()["details"][0]["pointer"]) == (422, "/version")


@pytest.mark.parametrize("query", ["on_conflict=overwrite", f"label={'x' * 501}", f"trigger={'x' * 101}", "source="])
def test_a_wrong_word_in_the_address_is_refused(case, query):
    answer = case.patch({"meta": {"n": 2}}, f"version=1&{query}")

    assert (answer.status_code, answer.json()["details"][0]["pointer"]) == (422, f"/{query.partition('=')[0]}")


def test_operations_come_one_after_the_other_and_all_or_none(case):
    patch = [
        {"op": "add", "path": "/centers/-", "value": {"Id": 3}},
        {"op": "move", "from": "/centers/2", "path": "/centers/0"},
        {"op": "copy", "from": "/centers/0", "path": "/estimate/first"},
        {"op": "remove", "path": "/estimate/notes"},
    ]

    failing = case.patch([*patch, {"op": "remove", "path": "/nowhere"}])
    assert (failing.status_code, failing.json()["code"]) == (422, "invalid")
    assert failing.json()["details"] == [{"pointer": "/4/path", "reason": "nothing stands there"}]
    assert case.version == 1

    assert case.patch(patch).json()["changed_sections"] == ["centers", "estimate"]
    assert case.helper["centers"] == [{"Id": 3}, {"Id": 1}, {"Id": 2}]
    assert case.helper["estimate"] == {"type": "x", "first": {"Id": 3}}


def test_a_test_that_fails_is_a_conflict_and_says_where(case):
    patch = [
        {"op": "replace", "path": "/meta/n", "value": 2},
        {"op": "test", "path": "/estimate/type", "value": "סוד"},
    ]

    answer = case.patch(patch)

    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert answer.json()["details"] == [{"pointer": "/1/value", "reason": "something else stands there"}]
    assert "סוד" not in answer.content.decode()
    assert case.version == 1


def test_the_whole_helper_may_be_replaced_and_stays_an_object(case):
    for value in ([1], "x", None):
        answer = case.patch([{"op": "replace", "path": "", "value": value}])
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")

    assert case.patch([{"op": "replace", "path": "", "value": {"only": 1}}]).status_code == 200
    assert case.helper == {"only": 1}


@pytest.mark.parametrize("key", ["name", "source", "version", "plateNumber", "org_id"])
def test_what_identifies_a_version_is_not_patched(case, key):
    for patch in (
        {key: "x"},
        [{"op": "add", "path": f"/{key}", "value": "x"}],
        [{"op": "copy", "from": "/meta", "path": f"/{key}"}],
        [{"op": "replace", "path": "", "value": {key: "x"}}],
    ):
        answer = case.patch(patch)

        assert (answer.status_code, answer.json()["details"][0]["pointer"]) == (422, f"/{key}")
    assert case.version == 1


@pytest.mark.parametrize("more", ["", "&on_conflict=merge"])
def test_the_plate_is_not_patched_to_another_one(make_case, more):
    case = make_case({"meta": {"n": 1}}, plate="12345678")
    if more:
        case.put({"meta": {"n": 1}, "other": 1}, case.version)
    for patch in (
        {"meta": {"plate": "7654321"}},
        {"meta": {"plate": 7654321}},
        [{"op": "add", "path": "/meta/plate", "value": "7654321"}],
        [{"op": "add", "path": "/x", "value": "7654321"}, {"op": "move", "from": "/x", "path": "/meta/plate"}],
        [{"op": "replace", "path": "/meta", "value": {"plate": 7654321}}],
        [{"op": "replace", "path": "", "value": {"meta": {"plate": "7654321"}}}],
    ):
        answer = case.patch(patch, f"version=1{more}")

        assert (answer.status_code, answer.json()["details"][0]["pointer"]) == (422, "/meta/plate")
    same = [{"op": "add", "path": "/meta/plate", "value": "12-345-678"}]
    assert case.patch(same, f"version=1{more}").status_code == 200
    assert case.patch([{"op": "add", "path": "/meta/n", "value": 2}], f"version={case.version}").status_code == 200


def allow(person, *pointers, source="desk"):
    with acting.acting(acting.STAFF, cast.NOAM.claims):
        for pointer in pointers:
            services.allow_source(org_id=person.org.id, source=source, pointer=pointer)


@pytest.mark.parametrize("more", ["", "&on_conflict=merge"])
def test_a_source_writes_its_own_places_alone(case, dana, more):
    allow(dana, "/estimate/type", "/centers")
    if more:
        case.put({**HELPER, "meta": {"n": 5}}, 1)
    outside = {
        ("/meta", "/estimate/notes"): {"meta": {"n": 2}, "estimate": {"notes": "z", "type": "z"}},
        ("/meta/n", "/estimate"): [
            {"op": "add", "path": "/centers/-", "value": 1},
            {"op": "add", "path": "/meta/n", "value": 2},
            {"op": "move", "from": "/estimate", "path": "/centers/0"},
            {"op": "test", "path": "/meta/n", "value": 1},
        ],
        ("",): [{"op": "replace", "path": "", "value": {}}],
    }
    for places, patch in outside.items():
        answer = case.patch(patch, f"version=1&source=desk{more}")

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert {place["pointer"] for place in answer.json()["details"]} == set(places)

    inside = case.patch({"estimate": {"type": "z"}, "centers": []}, f"version=1&source=desk{more}")
    assert inside.status_code == 200, inside.content
    assert case.row()["trigger"] == "desk"
    patch = [{"op": "replace", "path": "/estimate/type", "value": "w"}]
    assert case.patch(patch, f"version={case.version}&source=desk{more}").status_code == 200
    assert case.helper["estimate"] == {"type": "w", "notes": "y"}


@pytest.mark.parametrize("patch", BOTH)
def test_an_unknown_source_writes_nothing(case, patch):
    answer = case.patch(patch, "version=1&source=nobody")

    assert (answer.status_code, answer.json()["details"][0]["pointer"]) == (422, "/source")


def test_the_result_obeys_the_limits_of_a_save(case, settings):
    settings.HELPER_MAX_DEPTH = 8
    deep = [{"op": "add", "path": "/0", "value": {}}]
    for step in range(8):
        deep += [{"op": "add", "path": f"/{step + 1}", "value": {}}]
        deep += [{"op": "move", "from": f"/{step}", "path": f"/{step + 1}/x"}]
    nested = case.patch(deep)
    assert (nested.status_code, nested.json()["details"][0]["reason"]) == (422, "nested deeper than 8")

    settings.HELPER_MAX_DEPTH, settings.HELPER_MAX_NODES = 100, 60
    wide = case.patch([{"op": "add", "path": "/meta/k", "value": [1] * 20}])
    assert wide.status_code == 200
    settings.HELPER_MAX_NODES = 35
    too_wide = case.patch([{"op": "copy", "from": "/meta/k", "path": "/meta/m"}], "version=2")
    assert too_wide.json()["details"] == [{"pointer": "", "reason": "more than 35 values"}]
    # Neither the patch nor its section is too large, but the helper would be.
    small = {"estimate": {f"k{n}": n for n in range(15)}}
    assert case.patch(small, "version=2").json()["details"] == [{"pointer": "", "reason": "more than 35 values"}]
    assert case.version == 2


def test_moving_deeper_and_deeper_ends_in_a_refusal(case):
    deeper = [{"op": "add", "path": "/a", "value": {}}]
    for _ in range(333):
        deeper += [
            {"op": "add", "path": "/b", "value": {}},
            {"op": "move", "from": "/a", "path": "/b/x"},
            {"op": "move", "from": "/b", "path": "/a"},
        ]

    answer = case.patch(deeper)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert "nested deeper than 100" in answer.json()["details"][0]["reason"]


def test_too_many_operations_and_too_many_copies_are_refused(case):
    many = case.patch([{"op": "test", "path": "/meta/n", "value": 1}] * 1001)
    assert many.json()["details"] == [{"pointer": "", "reason": "more than 1000 operations"}]

    doubling = case.patch([{"op": "copy", "from": "/centers", "path": "/centers/-"}] * 100)
    assert (doubling.status_code, doubling.json()["code"]) == (422, "invalid")
    assert doubling.json()["details"][0]["pointer"].endswith("/from")


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b'{"a": 1, "a": 2}', MERGE, "duplicate_key"),
        (b'{"a": "\\u0000"}', MERGE, "unstorable_text"),
        (b'[{"op": "add", "path": "/a", "path": "/b", "value": 1}]', OPERATIONS, "duplicate_key"),
        (b'[{"op": "add", "path": "/\\ud800", "value": 1}]', OPERATIONS, "unstorable_text"),
        (b'[{"op": "add", "path": "/a", "value": 1e999}]', OPERATIONS, "number_out_of_range"),
        (b"{", MERGE, "invalid_json"),
        (b'{"op": "add"}', OPERATIONS, "invalid"),
    ],
)
def test_a_bad_body_is_refused(case, body, kind, code):
    answer = case.patch(body, content_type=kind)

    assert answer.json()["code"] == code
    assert case.version == 1


@pytest.mark.parametrize("patch", BOTH)
@pytest.mark.parametrize("query", ["version=1", "version=1&on_conflict=merge", "version=1&source=estimate"])
def test_another_office_and_nobody_learn_nothing(case, api, patch, query):
    foreign = case.patch(patch, query, person=cast.TAMAR)
    case.url = "cases/00000000-0000-4000-8000-000000000000/helper"
    ghost = case.patch(patch, query, person=cast.TAMAR)

    assert foreign.status_code == ghost.status_code == 404
    assert foreign.content == ghost.content
    assert case.patch(patch, query, person=cast.SUSPENDED).status_code == 401


def test_keys_have_a_door_of_their_own(case):
    make = Make(give_key())

    answer = make.request("PATCH", case.url, {"meta": {"n": 2}})

    assert answer.status_code in {401, 403}
    assert case.version == 1


def test_the_service_key_patches_as_make(case, api):
    service = api(token=site_settings.SUPABASE_SERVICE_ROLE)

    answer = service.patch(f"{case.url}?version=1", b'{"meta": {"n": 2}}', content_type=MERGE)

    assert answer.status_code == 200
    assert case.row()["saved_from"] == "MAKE"
