"""kill -9 of everything in turns while people save: Make is told of each version, signed, in order, and by one id.

CHAOS_SECONDS=60 keeps it up for longer than the suite has time for.
"""

import base64
import json
import os
import random
import signal
import threading
import time
from collections import defaultdict
from pathlib import Path

import psycopg
import pytest

from devkit.catcher import is_signed
from tests.conftest import any_plate
from tests.flows.test_crashes import Writer
from tests.stack import running_stack
from tests.world import Reply, running_world

SECONDS = float(os.environ.get("CHAOS_SECONDS", "20"))
VICTIMS = ["worker", "worker's child", "beat", "broker", "web", "postgres"]
WRITERS = 3
PATIENCE = 90.0


@pytest.fixture(scope="module")
def world():
    with running_world() as running:
        yield running


@pytest.fixture(scope="module")
def stack(world):
    with running_stack(
        WEBHOOK_BASE_URL=f"{world.base}/",
        WEBHOOK_RATE_PER_SECOND="0",
        WEBHOOK_RETRY_SECONDS="1,1,2,2,5,5,5,5",
        WEBHOOK_TIMEOUT_SECONDS="2",
        WEBHOOK_LEASE_SECONDS="6",
        API_RATE_PER_MINUTE="1000000",
    ) as running:
        yield running


def kill(stack, victim):
    """End the process that bears this name now; the launcher starts another one."""
    name = victim.partition("'")[0]
    pids = [json.loads(Path(stack.told["run"]).read_text())["services"][name]["pid"]]
    if victim != name:
        pids = children(pids[0])
    for pid in pids[:1]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        return True
    return False


def children(pid):
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def make_chaos(stack, world, writers):
    """Kill one after the other, each at least once, and let Make answer badly in between; people get on meanwhile."""
    killed, deck, ends = [], [], time.monotonic() + SECONDS
    while time.monotonic() < ends or set(killed) < set(VICTIMS):
        deck = deck or random.sample(VICTIMS, len(VICTIMS))
        victim = deck.pop()
        if kill(stack, victim):
            killed.append(victim)
        else:
            # Just dead, and not yet back.
            deck.insert(0, victim)
        world.will(random.choice([Reply(status=500), Reply(drop=True), Reply(delay=1.0)]))
        time.sleep(random.uniform(0.5, 2.5))
        assert all_saved_again(writers), f"nobody could save any more after {killed}"
        assert time.monotonic() < ends + 4 * PATIENCE, f"only {set(killed)} could be killed"
    return killed


def all_saved_again(writers):
    """Wait until each of them has saved twice more: a slow machine needs its time to come back."""
    before = [len(writer.acknowledged) for writer in writers]
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if all(len(writer.acknowledged) >= saved + 2 for writer, saved in zip(writers, before, strict=True)):
            return True
        time.sleep(0.05)
    return False


def messages(stack, writers):
    """case -> the ids Make is to hear, in the order the database gave them."""
    found = defaultdict(list)
    with psycopg.connect(stack.told["dsn"]) as owner:
        for case_id, message_id in owner.execute(
            "select case_id::text, id::text from private.outbox where case_id = any (%s) order by seq",
            [[writer.case["case_id"] for writer in writers]],
        ):
            found[case_id].append(message_id)
    return found


def arrivals(world, cases):
    """case -> the ids that came, each where it came first; the demo office at work is told of its own cases too."""
    found = defaultdict(dict)
    for heard in world.heard():
        if (case := json.loads(heard.body)["data"].get("case_id")) in cases:
            found[case].setdefault(heard.headers["webhook-id"])
    return {case: list(ids) for case, ids in found.items()}


def test_make_hears_of_every_version_whatever_dies(stack, world):
    stop = threading.Event()
    cases = [stack.call("POST", "cases", {"plate": any_plate()}).json() for _ in range(WRITERS)]
    writers = [Writer(stack, case, stop) for case in cases]
    for writer in writers:
        writer.start()
    killed = make_chaos(stack, world, writers)
    stop.set()
    for writer in writers:
        writer.join()
    expected = messages(stack, writers)
    total = sum(map(len, expected.values()))
    deadline = time.monotonic() + PATIENCE
    while sum(map(len, arrivals(world, expected).values())) < total and time.monotonic() < deadline:
        time.sleep(0.5)

    came = arrivals(world, expected)
    assert {case: len(ids) for case, ids in came.items()} == {case: len(ids) for case, ids in expected.items()}
    assert came == expected, "Make heard of a case in another order"
    assert [writer.unexpected for writer in writers] == [[]] * WRITERS
    check_the_versions(stack, world, writers)
    check_the_signatures(stack, world)
    assert set(killed) == set(VICTIMS)


def check_the_versions(stack, world, writers):
    """Each version was told, and with what was acknowledged in it."""
    told = defaultdict(set)
    for heard in world.heard():
        message = json.loads(heard.body)
        # What the setting people know hears, an export, has no type.
        if message.get("type") == "case_helper.saved":
            told[message["data"]["case_id"]].add(message["data"]["version"])
    with psycopg.connect(stack.told["dsn"]) as owner:
        for writer in writers:
            rows = owner.execute(
                "select version, helper_json::text from public.case_helper where case_id = %s order by version",
                [writer.case["case_id"]],
            ).fetchall()
            stored = {version: json.loads(text) for version, text in rows}
            assert list(stored) == list(range(1, len(rows) + 1))
            assert told[writer.case["case_id"]] == set(stored)
            assert writer.acknowledged.items() <= stored.items()
            assert len(writer.acknowledged) > 10


def check_the_signatures(stack, world):
    key = base64.b64decode(stack.told["webhook"]["secret"].removeprefix("whsec_"))
    for heard in world.heard():
        assert is_signed(key, heard.headers, heard.body, float(heard.headers["webhook-timestamp"]))
