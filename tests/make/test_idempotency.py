"""A call that comes twice happens once."""

import uuid

import pytest

from core import acting
from helpers.models import CaseHelper
from tests import cast
from tests.conftest import any_plate


def versions_of(case):
    with acting.acting(acting.SERVICE):
        return CaseHelper.objects.filter(case_id=case["case_id"]).count()


def test_a_repeat_gets_the_stored_bytes_and_does_nothing(make, api, dana, open_case):
    case, caller, key = open_case(), make(), uuid.uuid4().hex
    body = {"case_id": case["case_id"], "helper_json": {"n": 2}}

    first = caller.op("case_helper.save_full", body, key=key)
    api(dana).put(f"cases/{case['case_id']}/helper", {"version": 2, "helper": {"n": 3}})
    again = caller.op("case_helper.save_full", body, key=key)

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert versions_of(case) == 3


def test_a_created_row_is_answered_as_created_again(make):
    caller, body = make(), {"plate": any_plate()}

    answers = [caller.op("case.upsert", body, key="k") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content


def test_the_same_call_is_the_same_in_any_order_of_its_keys_and_in_a_list(make, open_case):
    case, caller = open_case(), make()
    plate = case["plate"].encode()

    first = caller.op("case_helper.save_full", b'{"plate": "%b", "helper_json": {"a": 1, "b": 2}}' % plate, key="k")
    again = caller.op("case_helper.save_full", b'[{"helper_json":{"b":2,"a":1},"plate":"%b"}]' % plate, key="k")

    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"


def test_another_body_under_the_same_key_is_refused_down_to_the_last_digit(make, open_case):
    case, caller = open_case(), make()
    plate = case["plate"].encode()
    caller.op("case_helper.save_full", b'{"plate": "%b", "helper_json": {"a": 1.10}}' % plate, key="k")

    other = caller.op("case_helper.save_full", b'{"plate": "%b", "helper_json": {"a": 1.1}}' % plate, key="k")
    other_op = caller.op("case_helper.get_current", {"plate": case["plate"]}, key="k")
    other_write = caller.op("case_helper.restore_latest", {"plate": case["plate"]}, key="k")

    for answer in (other, other_write):
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    assert other_op.status_code == 200
    assert versions_of(case) == 2


def test_the_key_may_stand_in_the_body(make):
    caller, body = make(), {"plate": any_plate()}

    first = caller.post("gateway/case.upsert", {**body, "idempotency_key": "run-7"})
    again = caller.op("case.upsert", body, key="run-7")

    assert first.status_code == 201
    assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")


def test_a_number_is_a_key_too(make):
    body = {"plate": any_plate(), "idempotency_key": 4711}

    assert make().post("gateway/case.upsert", body).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "א", "x" * 256, "one,two", "tab\there"])
def test_a_write_without_a_usable_key_is_refused(make, key):
    answer = make().post("gateway/case.upsert", {"plate": any_plate(), "idempotency_key": key})

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")


def test_a_write_without_any_key_is_refused_and_a_read_is_not(make, open_case):
    assert make().post("gateway/case.upsert", {"plate": any_plate()}).json()["code"] == "idempotency_key_required"
    assert make().post("gateway/case_helper.get_current", {"plate": open_case()["plate"]}).status_code == 200


def test_two_keys_that_differ_are_refused(make):
    answer = make().op("case.upsert", {"plate": any_plate(), "idempotency_key": "a"}, key="b")

    assert (answer.status_code, answer.json()["details"][0]["pointer"]) == (422, "/idempotency_key")


def test_a_refusal_frees_the_key(make, open_case):
    case, caller = open_case(), make()
    stale = {"case_id": case["case_id"], "helper_json": {"n": 2}, "version": 7}

    refused = caller.op("case_helper.save_full", stale, key="k")
    taken = caller.op("case_helper.save_full", {**stale, "version": 1}, key="k")

    assert (refused.status_code, taken.status_code) == (422, 200)
    assert "Idempotency-Replayed" not in taken


def test_two_callers_with_one_key_are_two_calls(make):
    body = {"plate": any_plate()}

    answers = [make(office).op("case.upsert", body, key="k") for office in (cast.NORTH, cast.NORTH, cast.SOUTH)]

    assert [answer.status_code for answer in answers] == [201, 200, 201]
    assert all("Idempotency-Replayed" not in answer for answer in answers)
    assert answers[0].json()["case_id"] != answers[2].json()["case_id"]
