"""Several workers, and workers that die: everything arrives, and what arrives twice has the same id."""

import os
import signal
import time

import pytest
from django.core.management import CommandError, call_command

from tests.make.conftest import told
from tests.world import HANG


def test_two_workers_at_once_deliver_each_message_once_and_in_order(live, world, hook):
    cases = [live.open_case() for _ in range(5)]
    for case in cases:
        for version in range(1, 8):
            live.save(case, version)
    workers = [live.worker(WEBHOOK_RATE_PER_SECOND="0") for _ in range(2)]

    for worker in workers:
        assert worker.wait(timeout=60) == 0

    heard = world.heard()
    assert len({one.headers["webhook-id"] for one in heard}) == len(heard) == 40
    for case in cases:
        mine = [told(one)["data"]["version"] for one in heard if told(one)["data"]["case_id"] == case["case_id"]]
        assert mine == list(range(1, 9))


def test_a_worker_killed_in_the_middle_of_a_post_is_followed_by_another(live, world, hook):
    case = live.open_case()
    live.save(case, 1)
    world.will(HANG)
    doomed = live.worker(WEBHOOK_LEASE_SECONDS="6", WEBHOOK_TIMEOUT_SECONDS="3")
    world.wait_for(1)
    os.kill(doomed.pid, signal.SIGKILL)
    doomed.wait()
    assert [row["status"] for row in live.deliveries(hook)] == ["pending", "pending"]

    live.deliver()
    assert len(world.heard()) == 1, "its lease still runs"
    until = time.monotonic() + 20
    while len(world.heard()) < 3 and time.monotonic() < until:
        live.deliver()
        time.sleep(0.1)

    assert [told(one)["data"]["version"] for one in world.heard()] == [1, 1, 2]
    assert world.heard()[0].headers["webhook-id"] == world.heard()[1].headers["webhook-id"]
    assert [row["status"] for row in live.deliveries(hook)] == ["delivered", "delivered"]


def test_a_postgres_that_hangs_up_in_the_middle_of_a_run_costs_nothing(live, world, hook):
    case = live.open_case()
    live.deliver()
    live.save(case, 1)
    # Every connection but the one that asks, the delivery's kept one among them.
    live.owner.ask(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()",
        live.database,
    )

    live.deliver()

    assert [told(one)["data"]["version"] for one in world.heard()] == [1, 2]


def test_the_command_sends_again_what_was_given_up(live, world, hook):
    live.open_case()
    live.owner.ask("update private.deliveries set status = 'dead' where endpoint_id = %s", hook.pk)
    live.deliver()
    assert world.heard() == []

    call_command("redeliver", "--failed-since", "2026-01-01")
    live.deliver()
    [delivery] = live.deliveries(hook)
    call_command("redeliver", str(delivery["id"]))
    live.deliver()

    assert len(world.heard()) == 2
    assert len({one.headers["webhook-id"] for one in world.heard()}) == 1


@pytest.mark.parametrize("arguments", [[], ["--failed-since", "yesterday"]])
def test_the_command_wants_deliveries_or_a_time(live, arguments):
    with pytest.raises(CommandError):
        call_command("redeliver", *arguments)
