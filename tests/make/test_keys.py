"""Who may call as Make, and what a key opens."""

import os

import pytest

from core import acting
from make.keys import new_key
from make.models import GatewayKey
from tests import cast
from tests.conftest import Api, any_plate
from tests.make.caller import Make, give_key


def upsert(caller, **body):
    return caller.op("case.upsert", {"plate": any_plate(), **body})


def with_headers(**headers):
    caller = Make("")
    caller.headers = headers
    return caller


def test_a_key_is_taken_as_apikey_and_as_bearer(db):
    key = give_key()

    bearer = {"Authorization": f"Bearer {key}"}
    for headers in ({"apikey": key}, bearer, {"apikey": "anon", **bearer}):
        assert upsert(with_headers(**headers)).status_code == 201


def test_of_a_key_only_the_hash_and_the_first_letters_are_kept(db):
    key = give_key()

    with acting.acting(acting.SERVICE):
        row = GatewayKey.objects.get()

    assert (key[:3], len(key), row.hint) == ("gk_", 46, key[:8])
    assert len(row.key_hash) == 64
    assert all(key not in str(value) for value in vars(row).values())


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"apikey": ""},
        {"apikey": os.environ.get("SUPABASE_ANON_KEY") or "anon"},
        {"apikey": "gk_" + "x" * 43},
        {"apikey": new_key().text},
        {"Authorization": f"Bearer {new_key().text}"},
        {"Authorization": "Bearer not-a-token"},
        {"Authorization": "Basic Z2s6Z2s="},
    ],
)
def test_whoever_shows_no_key_of_ours_is_not_let_in(db, headers):
    answer = upsert(with_headers(**headers))

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_a_foreign_bearer_beside_a_key_is_not_overlooked(db):
    caller = with_headers(apikey=give_key(), Authorization="Bearer not-a-token")

    assert upsert(caller).status_code == 401


def test_a_revoked_key_opens_nothing_from_the_next_request_on(make):
    caller = make()
    assert upsert(caller).status_code == 201

    with acting.acting(acting.SERVICE):
        GatewayKey.objects.update(revoked_at="2026-01-01T00:00:00Z")

    assert upsert(caller).status_code == 401
    assert caller.get("cases").status_code == 401


def test_a_key_says_when_it_was_last_used(make):
    caller = make()
    caller.get("flags")

    with acting.acting(acting.SERVICE):
        assert GatewayKey.objects.get().last_used_at is not None


def test_people_are_not_let_through_the_gateway(api, dana):
    answer = api(dana).post("gateway/case.upsert", {"plate": any_plate()}, **{"Idempotency-Key": "k"})

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_key_with_a_list_of_ops_may_call_those_alone(make, open_case):
    case, caller = open_case(), make(ops=["events.add", "cases.search"])

    assert caller.op("events.add", {"case_id": case["case_id"], "type": "sheet.filled"}).status_code == 201
    assert caller.op("cases.search", {}).status_code == 200
    for answer in (upsert(caller), caller.op("case_helper.get_current", {"case_id": case["case_id"]})):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert caller.get("cases").status_code == 403
    assert caller.get("flags").status_code == 200


def test_a_key_reads_its_own_office_and_writes_through_the_gateway_alone(make, open_case, tamar):
    mine, foreign, caller = open_case(), open_case(person=tamar), make()

    assert [row["case_id"] for row in caller.get("cases").json()] == [mine["case_id"]]
    assert caller.get(f"cases/{mine['case_id']}/helper").status_code == 200
    assert caller.get(f"cases/{foreign['case_id']}/helper").status_code == 404
    assert caller.put(f"cases/{mine['case_id']}/helper", {"version": 1, "helper": {}}).status_code == 403
    assert caller.patch(f"cases/{mine['case_id']}", {"owner_name": "x"}).status_code == 403
    assert caller.post("cases", {"plate": any_plate()}).status_code == 403
    assert caller.post("helpers/import", {"meta": {"plate": any_plate()}}).status_code == 403


def service():
    key = os.environ["SUPABASE_SERVICE_ROLE"]
    return with_headers(apikey=key, Authorization=f"Bearer {key}")


def test_the_service_pair_works_on_the_case_it_names(open_case, tamar):
    case = open_case(person=tamar)

    answer = service().op("case_helper.save_full", {"case_id": case["case_id"], "helper_json": {"n": 2}})

    assert (answer.status_code, answer.json()["version"]) == (200, 2)


def test_the_service_pair_names_the_office_where_there_are_more(db):
    plate = any_plate()

    silent = service().op("case.upsert", {"plate": plate})
    named = service().op("case.upsert", {"plate": plate, "org_id": str(cast.SOUTH.id)})

    assert (silent.status_code, silent.json()["details"][0]["pointer"]) == (422, "/org_id")
    assert named.status_code == 201
    assert Api(cast.URI.token()).get(f"cases/{named.json()['case_id']}").status_code == 200


def test_a_plate_of_two_offices_must_be_named_by_its_case(open_case, tamar):
    mine = open_case()
    theirs = open_case(plate=mine["plate"], person=tamar)
    body = {"plate": mine["plate"], "helper_json": {"n": 5}}

    for op, more in (("case_helper.save_full", body), ("case_helper.get_current", {"plate": mine["plate"]})):
        answer = service().op(op, more)
        assert (answer.status_code, answer.json()["details"][0]["pointer"]) == (422, "/case_id")
        named = service().op(op, {**more, "org_id": str(cast.SOUTH.id)})
        assert (named.status_code, named.json()["case_id"]) == (200, theirs["case_id"])


def test_the_key_is_in_no_log_line(make, capfd, caplog):
    caller = make()
    upsert(caller)
    with_headers(apikey=caller.headers["apikey"] + "x").get("cases")

    said = caplog.text + "".join(capfd.readouterr())
    assert "gateway/case.upsert" in said
    assert caller.headers["apikey"] not in said
