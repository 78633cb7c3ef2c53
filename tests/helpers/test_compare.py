"""Two versions of a case side by side, through the API."""

import json

import pytest
from django.db import connection

from core import acting, exact
from helpers import pointers
from tests.cast import SOUTH
from tests.make.caller import Make, give_key

CENTERS = [
    {"Id": "a", "status": "חדש", "parts": [{"row_uuid": "p1", "price": 100}, {"row_uuid": "p2", "price": 110}]},
    {"Id": "b", "status": "חדש"},
]
TURNED = [
    {"Id": "b", "status": "חדש"},
    {"Id": "a", "status": "חדש", "parts": [{"row_uuid": "p2", "price": 110}, {"row_uuid": "p3", "price": 7}]},
]
BEFORE = {"meta": {"n": 1, "gone": None}, "valuation": {"final_price": "₪ 118,000"}, "centers": CENTERS, "note": "x"}
AFTER = {"meta": {"n": 1}, "valuation": {"final_price": "₪ 121,500"}, "centers": TURNED, "note": "x", "a/b": {"~": 0}}
GHOST = "cases/00000000-0000-4000-8000-000000000000/helper"


@pytest.fixture
def url(api, dana, open_case):
    """A case of two versions."""
    address = f"cases/{open_case(BEFORE)['case_id']}/helper"
    assert api(dana).put(address, {"version": 1, "helper": AFTER, "label": "אחרי מוסך"}).status_code == 200
    return address


@pytest.fixture
def compared(api, dana, url):
    """`compared("from=1&to=2")` is what the API answers."""
    return lambda query="": api(dana).get(f"{url}/compare?{query}")


def change(kind, from_pointer, pointer, before=None, after=None):
    return {"pointer": pointer, "from_pointer": from_pointer, "kind": kind, "before": before, "after": after}


def ends(answer):
    told = answer.json()
    return tuple(told[end] and told[end]["version"] for end in ("from", "to"))


def test_the_current_version_is_compared_with_the_one_before(compared, dana):
    answer = compared()

    assert answer.status_code == 200
    told = answer.json()
    assert list(told) == ["case_id", "from", "to", "summary", "changes", "unchanged_sections"]
    assert ends(answer) == (1, 2)
    assert list(told["to"]) == ["version", "helper_name", "date", "saved_by", "saved_from", "label"]
    assert (told["to"]["label"], told["to"]["saved_by"]) == ("אחרי מוסך", str(dana.user_id))
    assert told["unchanged_sections"] == ["note"]


def test_each_changed_place_is_told_with_both_values(compared):
    told = compared().json()

    place = "/valuation/final_price"
    assert sorted(told["changes"], key=lambda one: one["pointer"]) == [
        change("added", None, "/a~1b", after={"~": 0}),
        change("removed", "/centers/0/parts/0", "/centers/0/parts/0", before=CENTERS[0]["parts"][0]),
        change("moved", "/centers/0", "/centers/1", before=CENTERS[0], after=TURNED[1]),
        change("added", None, "/centers/1/parts/1", after={"row_uuid": "p3", "price": 7}),
        change("removed", "/meta/gone", "/meta/gone"),
        change("changed", place, place, "₪ 118,000", "₪ 121,500"),
    ]
    assert told["summary"] == {
        "changes": 6,
        "added": 2,
        "removed": 2,
        "changed": 1,
        "moved": 1,
        "sections": {"meta": 1, "centers": 3, "valuation": 1, "a/b": 1},
    }


def test_the_other_way_round_what_was_added_is_removed(compared):
    there, back = compared("from=1&to=2").json(), compared("from=2&to=1").json()

    assert (back["from"], back["to"]) == (there["to"], there["from"])
    assert back["summary"]["added"] == there["summary"]["removed"]
    assert back["summary"]["removed"] == there["summary"]["added"]
    price = change("changed", "/valuation/final_price", "/valuation/final_price", "₪ 121,500", "₪ 118,000")
    assert price in back["changes"]


def test_a_version_does_not_differ_from_itself(compared):
    told = compared("from=2&to=v2").json()

    assert (told["changes"], told["summary"]["changes"], told["summary"]["sections"]) == ([], 0, {})
    assert told["unchanged_sections"] == ["a/b", "centers", "meta", "note", "valuation"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", (1, 2)),
        ("from=v1&to=v2", (1, 2)),
        ("from=1&to=current", (1, 2)),
        ("from=current&to=1", (2, 1)),
        ("from=previous&to=2", (1, 2)),
        ("from=current&to=previous", (2, 1)),
        ("from=previous&to=1", (None, 1)),
        ("to=previous", (None, 1)),
    ],
)
def test_versions_are_named_by_number_or_by_their_place(compared, query, expected):
    answer = compared(query)

    assert (answer.status_code, ends(answer)) == (200, expected)


def test_the_first_version_is_compared_with_nothing(api, dana, open_case):
    case = open_case({"meta": {"n": 1}, "note": "x"})

    told = api(dana).get(f"cases/{case['case_id']}/helper/compare").json()

    assert (told["from"], told["to"]["version"]) == (None, 1)
    assert told["changes"] == [
        change("added", None, "/meta", after={"n": 1}),
        change("added", None, "/note", after="x"),
    ]


def test_the_version_before_is_of_the_same_case(api, dana, open_case):
    first = open_case({"n": 1}, plate="7654321")
    api(dana).patch(f"cases/{first['case_id']}", {"status": "CLOSED"})
    second = open_case({"n": 2}, plate="7654321")
    assert second["version"] == 2
    third = f"cases/{second['case_id']}/helper"
    api(dana).put(third, {"version": 2, "helper": {"n": 3}})

    assert ends(api(dana).get(f"{third}/compare")) == (2, 3)
    assert ends(api(dana).get(f"{third}/compare?to=2")) == (None, 2)
    assert api(dana).get(f"{third}/compare?from=1").status_code == 404


@pytest.mark.parametrize("query", ["from=3", "to=3", "from=0", "from=v99", "to=999999999"])
def test_a_version_that_never_was_is_not_found(compared, query):
    answer = compared(query)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("nonsense", ["x", "", "-1", "1.5", "v", "latest", "1234567890", "٣", "%00"])
@pytest.mark.parametrize("end", ["from", "to"])
def test_nonsense_is_refused_with_its_place(compared, end, nonsense):
    answer = compared(f"{end}={nonsense}")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert [place["pointer"] for place in answer.json()["details"]] == [f"/{end}"]


def test_values_are_told_to_the_last_digit(api, dana, open_case):
    case = open_case()
    address = f"cases/{case['case_id']}/helper"
    old = b'{"p": 1.10, "n": 12345678901234567890, "t": "\\ud83d\\ude97 \\"x\\"\\n", "r": [{"id": 1.0, "v": 1e2}]}'
    new = b'{"p": 1.1, "n": 12345678901234567891, "t": "<&>", "r": [{"id": 1.0, "v": 100.0}], "__proto__": {"": 0.0}}'
    api(dana).put(address, b'{"version": 1, "helper": %b}' % old)
    api(dana).put(address, b'{"version": 2, "helper": %b}' % new)

    answer = api(dana).get(f"{address}/compare")

    for value in (b'"before": 1.10, "after": 1.1}', b'"before": 12345678901234567890, "after": 12345678901234567891'):
        assert value in answer.content
    assert '"before": "🚗 \\"x\\"\\n", "after": "<&>"'.encode() in answer.content
    assert b'"after": {"": 0.0}}' in answer.content
    assert answer.json()["summary"]["changes"] == 5


def test_every_pointer_leads_to_its_value(api, dana, compared, url):
    told = compared().json()
    documents = {n: exact.read(json.dumps(api(dana).get(f"{url}/versions/{n}").json()["helper"])) for n in (1, 2)}

    for one in told["changes"]:
        if one["from_pointer"] is not None:
            found = pointers.look(documents[1], pointers.read(one["from_pointer"]))
            assert json.loads(exact.write(found)) == one["before"]
        if one["kind"] != "removed":
            found = pointers.look(documents[2], pointers.read(one["pointer"]))
            assert json.loads(exact.write(found)) == one["after"]


def test_a_section_narrows_everything(compared):
    told = compared("section=centers").json()
    assert {one["pointer"].split("/")[1] for one in told["changes"]} == {"centers"}
    assert (told["summary"]["changes"], told["summary"]["sections"]) == (3, {"centers": 3})
    assert told["unchanged_sections"] == []

    assert [one["pointer"] for one in compared("section=a/b").json()["changes"]] == ["/a~1b"]
    same = compared("section=note").json()
    assert (same["changes"], same["unchanged_sections"]) == ([], ["note"])
    none = compared("section=nothing").json()
    assert (none["changes"], none["unchanged_sections"]) == ([], [])


def test_two_numbers_may_be_kept_for_ever(compared):
    answer = compared("from=1&to=v2")

    assert (answer["Cache-Control"], answer["ETag"]) == ("private, max-age=31536000, immutable", '"v1-v2"')


@pytest.mark.parametrize("query", ["", "from=1", "from=previous&to=2"])
def test_what_may_move_on_is_asked_for_again(api, dana, url, query):
    answer = api(dana).get(f"{url}/compare?{query}")
    assert (answer["Cache-Control"], answer["ETag"]) == ("private, no-cache", '"v1-v2"')

    had = {"If-None-Match": answer["ETag"]}
    same = api(dana).get(f"{url}/compare?{query}", **had)
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", '"v1-v2"')


def test_a_new_version_makes_a_new_answer(api, dana, compared, url):
    had = {"If-None-Match": compared()["ETag"]}
    api(dana).put(url, {"version": 2, "helper": {"n": 3}})

    answer = api(dana).get(f"{url}/compare", **had)

    assert (answer.status_code, answer["ETag"]) == (200, '"v2-v3"')


def test_two_large_helpers_are_compared(api, dana, open_case):
    case = open_case()
    address = f"cases/{case['case_id']}/helper"
    rows = [{"row_uuid": f"r{n}", "price": n, "note": "דלת קדמית ימנית " * 10} for n in range(16_000)]
    api(dana).put(address, {"version": 1, "helper": {"rows": rows}})
    rows[8_000]["price"] = -1
    del rows[3]
    saved = api(dana).put(address, {"version": 2, "helper": {"rows": rows}})
    assert saved.status_code == 200
    assert api(dana).get(f"{address}/versions").json()[0]["size_bytes"] > 4_500_000

    answer = api(dana).get(f"{address}/compare")

    assert [(one["kind"], one["pointer"]) for one in answer.json()["changes"]] == [
        ("removed", "/rows/3"),
        ("changed", "/rows/7999/price"),
    ]


@pytest.mark.parametrize("query", ["compare", "history?pointer=/d/0", "find?q=deep"])
def test_a_helper_nested_beyond_reading_is_refused(api, dana, url, query):
    """Supabase's own door takes it."""
    deep = f'{{"d": {"[" * 3000}"deep"{"]" * 3000}}}'
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        case_id = url.split("/")[1]
        cursor.execute("select version from public.case_helper_save_full(%s, %s::jsonb, 2)", [case_id, deep])

    answer = api(dana).get(f"{url}/{query}")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_another_office_is_told_nothing(api, tamar, url):
    foreign = api(tamar).get(f"{url}/compare?from=1&to=2")
    ghost = api(tamar).get(f"{GHOST}/compare?from=1&to=2")

    assert (foreign.status_code, foreign.content) == (404, ghost.content)
    assert api(tamar).get(f"{url}/compare", **{"If-None-Match": "*"}).status_code == 404


def test_a_stranger_must_log_in_first(api, url):
    assert api().get(f"{url}/compare").status_code == 401


def test_a_gateway_key_reads_its_own_office_only(url, compared):
    assert Make(give_key()).get(f"{url}/compare?from=1&to=2").content == compared("from=1&to=2").content
    assert Make(give_key(SOUTH)).get(f"{url}/compare?from=1&to=2").status_code == 404


def test_an_id_that_is_none_is_not_found(api, dana):
    assert api(dana).get("cases/x/helper/compare").status_code == 404
    assert api(dana).get(f"{GHOST}/compare").status_code == 404


@pytest.mark.parametrize(
    "query", ["compare?from=1&to=2", "history?pointer=/centers/0/status", "find?q=118", "versions"]
)
def test_staff_read_the_same(api, dana, client, django_user_model, url, query):
    client.force_login(django_user_model.objects.get(username="noam"), "django.contrib.auth.backends.ModelBackend")

    assert client.get(f"/api/v1/{url}/{query}").content == api(dana).get(f"{url}/{query}").content
