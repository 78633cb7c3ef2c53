"""The shadow mirror's write through PostgREST, with exactly the call of the requirement."""

import json
import os
import subprocess
import uuid
from pathlib import Path

import pytest

from tests.cast import DANA, NORTH, SUSPENDED, TAMAR
from tests.peers.postgrest import key_of

pytestmark = pytest.mark.peers

ANON, SERVICE = key_of("anon"), key_of("service_role")
TYPICAL = json.loads((Path(__file__).parent.parent / "fixtures" / "helper_typical.json").read_text())


def sync(rest, who, **body):
    return rest.call("POST", "rpc/sync_helper", who, body, apikey=SERVICE)


def helper_of(site, case):
    return site.call("GET", f"cases/{case['case_id']}/helper", DANA).json()


@pytest.mark.parametrize("wrap", [lambda helper: helper, json.dumps, lambda helper: [{"helper_data": helper}]])
def test_the_service_key_mirrors_a_helper(site, rest, case, wrap):
    answer = sync(rest, SERVICE, case_id=case["case_id"], helper_json=wrap(TYPICAL), source="MAKE")

    assert answer.status == 200, answer.body
    assert (answer.json()["status"], answer.json()["version"]) == ("SUCCESS", 2)
    read = helper_of(site, case)
    assert (read["helper"], read["saved_from"]) == (TYPICAL, "MAKE")


def test_both_doors_answer_the_same(site, rest, case):
    body = {"case_id": case["case_id"], "helper_json": {"meta": {"n": 2}}, "source": "MAKE"}

    theirs = sync(rest, SERVICE, **body).json()
    ours = site.call("POST", "rpc/sync_helper", None, body, token=SERVICE).json()

    assert theirs == {**ours, "unchanged": False}
    assert ours["unchanged"] is True


def test_the_digits_of_a_helper_stay(rest, case):
    body = b'{"case_id": "%b", "helper_json": {"p": 1.10, "i": 12345678901234567890}, "source": "MAKE"}'
    assert rest.call("POST", "rpc/sync_helper", SERVICE, body % case["case_id"].encode()).status == 200

    read = rest.call("GET", f"case_helper?case_id=eq.{case['case_id']}&is_current=is.true&select=helper_json", DANA)
    assert b'{"i":12345678901234567890,"p":1.10}' in read.body.replace(b" ", b"")


def test_a_person_of_another_office_finds_no_case(site, rest, case):
    told = [
        sync(rest, TAMAR, case_id=case_id, helper_json={"lie": 1}, source="MAKE")
        for case_id in (case["case_id"], str(uuid.uuid4()))
    ]
    by_plate = sync(rest, TAMAR, case_id=case["plate"], helper_json={"lie": 1}, source="MAKE")

    assert [answer.status for answer in [*told, by_plate]] == [404, 404, 404]
    assert told[0].body == told[1].body
    assert helper_of(site, case)["version"] == 1


@pytest.mark.parametrize(("who", "statuses"), [(SUSPENDED, {404}), (ANON, {401, 403}), (None, {401, 403})])
def test_strangers_write_nothing(site, rest, case, who, statuses):
    answer = rest.call("POST", "rpc/sync_helper", who, {"case_id": case["case_id"], "helper_json": {"lie": 1}})

    assert answer.status in statuses
    assert helper_of(site, case)["version"] == 1


def test_a_module_that_moved_stays_ours(site, rest, case):
    with site.owner() as owner:
        owner.execute(
            "insert into public.feature_flags (name, value, org_id, case_id) values (%s, %s, %s, %s)",
            ["writer.helper", "supabase", NORTH.id, case["case_id"]],
        )

    answer = sync(rest, SERVICE, case_id=case["case_id"], helper_json={"meta": {"n": 9}, "centers": [1]}, source="MAKE")

    assert (answer.json()["status"], answer.json()["sections_refused"]) == ("PARTIAL", ["meta"])
    assert helper_of(site, case)["helper"] == {"meta": {"n": 1}, "centers": [1]}
    with site.owner() as owner:
        kept = owner.execute("select parsed from private.raw_answers where case_id = %s", [case["case_id"]]).fetchall()
    assert kept == [({"meta": {"n": 9}, "centers": [1]},)]


def test_trouble_of_ours_is_no_error_for_the_caller(site, rest, case):
    with site.owner() as owner, owner.transaction():
        owner.execute("select private.plate_queue(org_id, plate) from public.cases where id = %s", [case["case_id"]])
        answer = sync(rest, SERVICE, case_id=case["case_id"], helper_json={"meta": {"n": 2}}, source="MAKE")

    assert (answer.status, answer.json()["status"]) == (200, "KEPT")
    assert helper_of(site, case)["version"] == 1


@pytest.mark.parametrize("helper", [5, [1, 2], "no json", None])
def test_what_is_no_helper_is_refused(rest, case, helper):
    assert sync(rest, SERVICE, case_id=case["case_id"], helper_json=helper, source="MAKE").status == 422


def test_supabases_own_client_is_answered(site, rest, case):
    done = subprocess.run(
        ["node", "--no-warnings", Path(__file__).parent / "sync.mjs"],
        env={"PATH": os.environ["PATH"], "BASE": rest.base, "KEY": SERVICE, "CASE_ID": case["case_id"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    first, second = json.loads(done.stdout.splitlines()[-1])
    assert (first["error"], first["data"]["version"], first["data"]["unchanged"]) == (None, 2, False)
    assert (second["data"]["version"], second["data"]["unchanged"]) == (2, True)


def test_what_it_leans_on_has_no_door_of_its_own(rest, case):
    for function in ("sync_log_add", "raw_answer_add", "bare_helper", "case_queued", "raw_answer_json"):
        assert rest.call("POST", f"rpc/{function}", SERVICE, {}).status == 404
    assert rest.call("POST", "helper_sync_log", DANA, {"case_id": case["case_id"]}).status in {401, 403}
