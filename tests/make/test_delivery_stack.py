"""The whole system: a save over HTTP, a real worker, beat and broker, and Make at the other end."""

import time

import psycopg
import pytest

from tests.conftest import any_plate
from tests.make.conftest import told
from tests.stack import running_stack
from tests.world import running_world


@pytest.fixture(scope="module")
def stack():
    with running_stack(
        WEBHOOK_ALLOW_PRIVATE="1",
        WEBHOOK_LEASE_SECONDS="5",
        WEBHOOK_TIMEOUT_SECONDS="2",
        WEBHOOK_RETRY_SECONDS="1,1,1,1,1,1",
        API_RATE_PER_MINUTE="1000000",
    ) as running:
        yield running


@pytest.fixture
def world(stack):
    """Make, told of everything that is saved in the first office."""
    with running_world() as running:
        sql = """insert into private.webhook_endpoints (org_id, name, url, event_types, secret)
            select org_id, 'Make', %s, '{case_helper.saved}', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
            from public.cases where id = %s returning id"""
        case = stack.call("POST", "cases", {"plate": any_plate()}).json()
        with psycopg.connect(stack.told["dsn"]) as owner:
            [endpoint] = owner.execute(sql, [running.base + "/", case["case_id"]]).fetchone()
        yield running
        with psycopg.connect(stack.told["dsn"]) as owner:
            owner.execute("update private.webhook_endpoints set deleted_at = now() where id = %s", [endpoint])


def save(stack, case, version):
    body = {"version": version, "helper": {"n": version}}
    for _ in range(100):
        answer = stack.call("PUT", f"cases/{case['case_id']}/helper", body)
        if answer is not None and answer.status == 200:
            return
        time.sleep(0.1)
    raise AssertionError(answer and answer.body)


def test_a_save_arrives_well_under_a_second(stack, world):
    case = stack.call("POST", "cases", {"plate": any_plate()}).json()
    world.wait_for(1)
    took = []
    for version in range(1, 21):
        time.sleep(0.3)  # idle: what came before is over
        save(stack, case, version)
        saved = time.monotonic()
        took.append(world.wait_for(version + 1)[-1].at - saved)

    assert sorted(took)[10] < 0.15, "the nudge is not heard: polling alone takes longer"
    assert max(took) < 1.5


def test_what_goes_past_the_web_is_heard_as_well(stack, world):
    case = stack.call("POST", "cases", {"plate": any_plate()}).json()
    world.wait_for(1)
    with psycopg.connect(stack.told["dsn"]) as owner:
        owner.execute("insert into public.case_helper (case_id, helper_json) values (%s, '{}')", [case["case_id"]])
    written = time.monotonic()

    assert world.wait_for(2)[-1].at - written < 1.5


def test_what_goes_past_the_web_is_counted_within_seconds(stack):
    case = stack.call("POST", "cases", {"plate": any_plate()}).json()
    with psycopg.connect(stack.told["dsn"], autocommit=True) as owner:
        for n in (1, 2):
            owner.execute(
                """insert into public.case_helper (case_id, helper_json)
                   values (%s, jsonb_build_object('n', %s::int, 'm', 1))""",
                [case["case_id"], n],
            )
        until = time.monotonic() + 20
        while time.monotonic() < until:
            rows = "select changes from public.case_helper where case_id = %s order by version"
            if (counts := [row[0] for row in owner.execute(rows, [case["case_id"]])]) == [0, 2, 1]:
                return
            time.sleep(0.2)
    raise AssertionError(counts)


def test_kills_of_worker_beat_and_broker_lose_nothing(stack, world):
    cases = [stack.call("POST", "cases", {"plate": any_plate()}).json() for _ in range(3)]
    version = 1
    for word in ("celery", "valkey", "redis-server", "postgres", "celery"):
        for _ in range(4):
            for case in cases:
                save(stack, case, version)
            version += 1
        stack.kill(word)

    world.wait_for(len(cases) * version, seconds=60)
    until = time.monotonic() + 40
    while time.monotonic() < until and missing(world, cases, version):
        time.sleep(0.2)
    assert missing(world, cases, version) == []
    for case in cases:
        firsts = {}
        for heard in world.heard():
            body = told(heard)["data"]
            if body["case_id"] == case["case_id"]:
                assert firsts.setdefault(body["version"], heard.headers["webhook-id"]) == heard.headers["webhook-id"]
        assert list(firsts) == list(range(1, version + 1)), "in order"


def missing(world, cases, newest):
    came = {(told(heard)["data"]["case_id"], told(heard)["data"]["version"]) for heard in world.heard()}
    return [
        (case["case_id"], version)
        for case in cases
        for version in range(1, newest + 1)
        if (case["case_id"], version) not in came
    ]
