"""Two doors, one house: what our API answers, PostgREST answers too, and what one refuses the other refuses."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cast import DANA, NOAM, SUSPENDED, TAMAR
from tests.conftest import any_plate
from tests.peers.postgrest import key_of

pytestmark = pytest.mark.peers

ANON, SERVICE = key_of("anon"), key_of("service_role")
CALLERS = {
    "dana": DANA,
    "noam": NOAM,
    "tamar": TAMAR,
    "suspended": SUSPENDED,
    "anon": ANON,
    "nobody": None,
    "service": SERVICE,
}
SHUT_OUT = ("suspended", "anon", "nobody")


def ask(site, path, who, method="GET", body=None):
    if isinstance(who, str):
        return site.call(method, path, token=who, body=body)
    return site.call(method, path, who, body)


@pytest.fixture(scope="module")
def cases(two_doors):
    """A case in each office."""
    site, _ = two_doors
    return {
        name: site.call("POST", "cases", who, {"plate": any_plate(), "helper": {"of": name}}).json()
        for name, who in (("north", DANA), ("south", TAMAR))
    }


@pytest.mark.parametrize("name", CALLERS)
def test_both_doors_list_the_same_cases(site, rest, cases, name):
    ours = ask(site, "cases?limit=200", CALLERS[name])
    theirs = rest.call("GET", "cases?select=id,plate,status", CALLERS[name])

    if name in SHUT_OUT:
        assert ours.status == 401
        # PostgREST knows tokens, not profiles: a suspended person gets in and finds empty rooms.
        assert theirs.status == 401 or theirs.json() == []
    else:
        listed = {row["case_id"] for row in ours.json()}
        assert listed == {row["id"] for row in theirs.json()}
        assert (cases["north"]["case_id"] in listed) == (name != "tamar")
        assert (cases["south"]["case_id"] in listed) == (name in ("tamar", "service"))


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("office", ["north", "south", "nowhere"])
def test_both_doors_show_the_same_helper_or_none(site, rest, cases, name, office):
    case_id = cases[office]["case_id"] if office in cases else str(uuid.uuid4())
    ours = ask(site, f"cases/{case_id}/helper", CALLERS[name])
    theirs = rest.call(
        "GET",
        f"case_helper?case_id=eq.{case_id}&is_current=is.true&select=version,helper_name,helper_json",
        CALLERS[name],
    )

    if name in SHUT_OUT:
        assert ours.status == 401
        assert theirs.status == 401 or theirs.json() == []
    elif ours.status == 404:
        assert theirs.json() == []
        assert office == "nowhere" or office == ("north" if name == "tamar" else "south")
    else:
        [row] = theirs.json()
        read = ours.json()
        assert row == {"version": read["version"], "helper_name": read["helper_name"], "helper_json": read["helper"]}
        assert read["helper"] == {"of": office}


@pytest.mark.parametrize("name", ["tamar", "suspended", "anon", "nobody"])
def test_neither_door_lets_a_stranger_write(site, rest, cases, name):
    case_id, who = cases["north"]["case_id"], CALLERS[name]
    writes = [
        rest.rpc("case_helper_save_full", who, case_id=case_id, helper_json={"lie": 1}, expected_version=1),
        rest.rpc("case_helper_restore", who, case_id=case_id, version=1, expected_version=1),
        rest.call("POST", "case_helper", who, {"case_id": case_id, "helper_json": {"lie": 1}, "version": 2}),
        ask(site, f"cases/{case_id}/helper", who, "PUT", {"version": 1, "helper": {"lie": 1}}),
        ask(site, f"cases/{case_id}/helper/restore", who, "POST", {"version": 1, "expected_version": 1}),
    ]

    assert {answer.status for answer in writes} <= {401, 404}
    assert rest.call("PATCH", f"cases?id=eq.{case_id}", who, {"owner_name": "lie"}).status in (204, 401)
    after = site.call("GET", f"cases/{case_id}", DANA).json()
    assert (after["version"], after["owner_name"]) == (1, None)


def test_a_foreign_case_and_no_case_get_the_same_bytes(rest, cases):
    told = [
        rest.rpc("case_helper_save_full", TAMAR, case_id=case_id, helper_json={}, expected_version=1)
        for case_id in (cases["north"]["case_id"], str(uuid.uuid4()))
    ]

    assert told[0].status == 404
    assert told[0].body == told[1].body


def test_a_version_saved_through_one_door_is_read_through_the_other(site, rest, case):
    saved = rest.rpc("case_helper_save_full", DANA, case_id=case["case_id"], helper_json={"n": 2}, expected_version=1)
    read = site.call("GET", f"cases/{case['case_id']}/helper", DANA).json()

    assert (saved.status, saved.json()["version"]) == (200, 2)
    assert (read["version"], read["helper"], read["saved_from"]) == (2, {"n": 2}, "UI")


def test_both_doors_refuse_a_save_over_an_old_version_in_the_same_words(site, rest, case):
    site.call("PUT", f"cases/{case['case_id']}/helper", DANA, {"version": 1, "helper": {"n": 2}})

    theirs = rest.rpc("case_helper_save_full", DANA, case_id=case["case_id"], helper_json={"n": 3}, expected_version=1)
    ours = site.call("PUT", f"cases/{case['case_id']}/helper", DANA, {"version": 1, "helper": {"n": 3}})

    assert (theirs.status, ours.status) == (409, 409)
    assert '"current_version": 2' in theirs.json()["details"]
    assert ours.json()["details"]["current_version"] == 2


def test_a_request_id_is_kept_with_the_event_at_both_doors(site, rest, case):
    body = {"p_case_id": case["case_id"], "p_helper_json": {"n": 2}, "p_expected_version": 1}
    rest.call("POST", "rpc/case_helper_save_full", DANA, body, **{"X-Request-Id": "through-postgrest"})
    ours = site.call("PUT", f"cases/{case['case_id']}/helper", DANA, {"version": 2, "helper": {"n": 3}})

    with site.owner() as owner:
        kept = owner.execute(
            "select request_id from public.events where case_id = %s and version > 1 order by at", [case["case_id"]]
        ).fetchall()
    assert kept == [("through-postgrest",), (ours.headers["x-request-id"],)]


@pytest.mark.parametrize("version", [0, 99])
def test_both_doors_refuse_a_version_that_never_was(site, rest, case, version):
    theirs = rest.rpc("case_helper_save_full", DANA, case_id=case["case_id"], helper_json={}, expected_version=version)
    ours = site.call("PUT", f"cases/{case['case_id']}/helper", DANA, {"version": version, "helper": {}})

    assert (theirs.status, ours.status) == (422, 422)


def test_both_doors_restore(site, rest, case):
    case_id = case["case_id"]
    site.call("PUT", f"cases/{case_id}/helper", DANA, {"version": 1, "helper": {"n": 2}})

    theirs = rest.rpc("case_helper_restore", DANA, case_id=case_id, version=1, expected_version=2)
    stale = rest.rpc("case_helper_restore", DANA, case_id=case_id, version=1, expected_version=2)
    ours = site.call("POST", f"cases/{case_id}/helper/restore", DANA, {"version": 2, "expected_version": 3})

    assert (theirs.status, theirs.json()["version"], theirs.json()["restored_from"]) == (200, 3, 1)
    assert stale.status == 409
    assert (ours.status, ours.json()["version"]) == (200, 4)
    assert site.call("GET", f"cases/{case_id}/helper", DANA).json()["helper"] == {"n": 2}


def test_opening_a_plate_twice_is_refused_at_both_doors(site, rest, case):
    theirs = rest.rpc("case_open", DANA, plate=case["plate"])
    ours = site.call("POST", "cases", DANA, {"plate": case["plate"]})

    assert (theirs.status, ours.status) == (409, 409)
    assert case["case_id"] in theirs.json()["details"]
    assert ours.json()["details"]["case_id"] == case["case_id"]


def test_the_uis_own_insert_and_flag_end_right(site, rest, case):
    case_id = case["case_id"]
    lowered = rest.call(
        "PATCH", f"case_helper?case_id=eq.{case_id}&is_current=is.true", DANA, {"is_current": False},
        Prefer="return=representation",
    )  # fmt: skip
    assert (lowered.status, lowered.json()) == (200, [])
    assert site.call("GET", f"cases/{case_id}/helper", DANA).json()["version"] == 1

    row = {"case_id": case_id, "version": 1, "is_current": True, "helper_name": "x_helper_v1", "helper_json": {"n": 2},
           "source": "ui", "sync_status": "pending"}  # fmt: skip
    inserted = rest.call("POST", "case_helper", DANA, row, Prefer="return=representation")

    assert inserted.status == 201
    [saved] = inserted.json()
    assert (saved["version"], saved["helper_name"]) == (2, f"{case['plate']}_helper_v2")
    assert site.call("GET", f"cases/{case_id}/helper", DANA).json()["version"] == 2


@pytest.mark.parametrize("who", [DANA, SERVICE], ids=["person", "service"])
def test_a_helper_is_neither_rewritten_nor_deleted(site, rest, case, who):
    case_id = case["case_id"]

    assert rest.call("PATCH", f"case_helper?case_id=eq.{case_id}", who, {"helper_json": {"lie": 1}}).status == 409
    assert rest.call("PATCH", f"cases?id=eq.{case_id}", who, {"plate": "7654321"}).status == 409
    for table in ("case_helper?case_id", "cases?id"):
        assert rest.call("DELETE", f"{table}=eq.{case_id}", who).status == 403
    assert site.call("GET", f"cases/{case_id}/helper", DANA).json()["helper"] == {"meta": {"n": 1}}


def test_a_number_keeps_its_scale_through_both_doors(rest, case):
    sent = b'{"p_case_id": "%s", "p_expected_version": 1, "p_helper_json": {"price": 1.10, "id": 12345678901234567890}}'
    assert rest.call("POST", "rpc/case_helper_save_full", DANA, sent % case["case_id"].encode()).status == 200

    read = rest.call("GET", f"case_helper?case_id=eq.{case['case_id']}&is_current=is.true&select=helper_json", DANA)
    assert b"1.10" in read.body
    assert b"12345678901234567890" in read.body


@pytest.mark.parametrize(
    "window", ["helper_state", "helper_versions", "helpers", "case_helper_mirror", "case_helper_sections"]
)
def test_the_windows_obey_the_same_policies(rest, cases, window):
    def seen(who):
        return len(rest.call("GET", f"{window}?case_id=eq.{cases['north']['case_id']}", who).json())

    assert (seen(DANA), seen(TAMAR), seen(SUSPENDED), seen(SERVICE)) == (1, 0, 0, 1)


def test_the_private_room_has_no_door(rest):
    for function in ("my_orgs", "event_add", "whoami"):
        assert rest.call("POST", f"rpc/{function}", SERVICE, {}).status == 404
    assert rest.call("GET", "accounts_user", SERVICE, **{"Accept-Profile": "backoffice"}).status == 406


def test_sixteen_writers_through_both_doors_lose_no_save(site, rest, case):
    case_id, each = case["case_id"], 8

    def current():
        return rest.call("GET", f"cases?id=eq.{case_id}&select=current_version", DANA).json()[0]["current_version"]

    def through_postgrest(helper, version):
        return rest.rpc("case_helper_save_full", DANA, case_id=case_id, helper_json=helper, expected_version=version)

    def through_ours(helper, version):
        return site.call("PUT", f"cases/{case_id}/helper", DANA, {"version": version, "helper": helper})

    def write(writer):
        save, acknowledged, version = (through_postgrest, through_ours)[writer % 2], {}, 1
        while len(acknowledged) < each:
            helper = {"writer": writer, "n": len(acknowledged)}
            answer = save(helper, version)
            assert answer.status in (200, 409), answer.body
            if answer.status == 200:
                acknowledged[answer.json()["version"]] = helper
            version = current()
        return acknowledged

    with ThreadPoolExecutor(16) as pool:
        acknowledged = [item for some in pool.map(write, range(16)) for item in some.items()]

    rows = rest.call(
        "GET", f"case_helper?case_id=eq.{case_id}&select=version,is_current,helper_json&order=version", DANA
    ).json()
    assert [row["version"] for row in rows] == list(range(1, 2 + 16 * each))
    assert [row["version"] for row in rows if row["is_current"]] == [1 + 16 * each]
    assert len(dict(acknowledged)) == len(acknowledged) == 16 * each
    assert {row["version"]: row["helper_json"] for row in rows[1:]} == dict(acknowledged)
