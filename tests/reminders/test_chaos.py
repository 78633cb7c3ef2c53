"""200 reminders due at once, two beats and two workers: each is told once by its id, none is lost, none is early.

CHAOS_WAVES=4 does so four times, each with six kills of workers, their children and beats; the suite has time for one.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from reminders.recurring import ISRAEL
from tests.databases import ROOT
from tests.flows.test_chaos import children
from tests.stack import running_stack
from tests.world import running_world

NUMBER = 200
WAVES, KILLS = int(os.environ.get("CHAOS_WAVES", "1")), 6
PATIENCE = 120.0


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
    ) as running:
        yield running


class Twin:
    """A second process like one of the stack's, which comes back when it is killed as those do."""

    def __init__(self, stack, name, folder):
        proc = Path("/proc") / str(pid_of(stack, name))
        said = (proc / "cmdline").read_bytes().decode().split("\0")[:-1]
        self.command = [str(folder / "schedule") if part.endswith("/schedule") else part for part in said]
        pairs = (pair.partition("=") for pair in (proc / "environ").read_bytes().decode().split("\0") if pair)
        self.env = {key: value for key, _, value in pairs}
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.start()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)


@pytest.fixture
def twins(stack, tmp_path):
    found = {f"other {name}": Twin(stack, name, tmp_path) for name in ("worker", "beat")}
    yield found
    for twin in found.values():
        twin.stop()


def pid_of(stack, name):
    return json.loads(Path(stack.told["run"]).read_text())["services"][name]["pid"]


def make_due(stack, seconds):
    """So many reminders due at one moment that soon; their ids and the moment."""
    at = (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0)
    wall = at.astimezone(ISRAEL)
    with psycopg.connect(stack.told["dsn"]) as owner:
        rows = owner.execute(
            """insert into public.reminders (org_id, title, due_date, due_time)
            select %s, 'r' || n, %s, %s from generate_series(1, %s) n returning id::text, due_at""",
            [stack.told["orgs"]["a"], wall.date(), wall.time(), NUMBER],
        ).fetchall()
    assert {due_at for _, due_at in rows} == {at}
    return {key for key, _ in rows}, at


def arrivals(world, ids):
    """reminder -> occurrence -> the webhook-ids under which it came, and when it came first."""
    began = time.time() - time.monotonic()
    found = defaultdict(lambda: defaultdict(list))
    for heard in world.heard():
        message = json.loads(heard.body)
        # The demo's own office sends a whole helper too, which bears no type.
        if message.get("type") == "reminder.due" and message["data"]["reminder_id"] in ids:
            of_it = found[message["data"]["reminder_id"]][message["data"]["occurrence_id"]]
            of_it.append((heard.headers["webhook-id"], began + heard.at))
    return found


def wait_until_told(world, ids):
    deadline = time.monotonic() + PATIENCE
    while len(arrivals(world, ids)) < NUMBER and time.monotonic() < deadline:
        time.sleep(0.2)
    # Whatever would come twice has its time to.
    time.sleep(4)
    return arrivals(world, ids)


def check(stack, came, ids, at):
    """Each by one id, none lost, none early; how many posts there were."""
    assert set(came) == ids, f"{len(ids - set(came))} were lost"
    for occurrences in came.values():
        [posts] = occurrences.values()
        assert len({webhook_id for webhook_id, _ in posts}) == 1
        assert min(moment for _, moment in posts) >= at.timestamp()
    with psycopg.connect(stack.told["dsn"]) as owner:
        [(rows, reminders)] = owner.execute(
            "select count(*), count(distinct reminder_id) from public.reminder_occurrences where reminder_id = any(%s)",
            [list(ids)],
        ).fetchall()
        [(left,)] = owner.execute(
            "select count(*) from public.reminders where id = any (%s) and (next_at is not null or status <> 'באיחור')",
            [list(ids)],
        ).fetchall()
    assert (rows, reminders, left) == (NUMBER, NUMBER, 0)
    return sum(len(posts) for occurrences in came.values() for posts in occurrences.values())


def test_each_is_told_exactly_once_by_two_beats_and_two_workers(stack, world, twins):
    ids, at = make_due(stack, 12)

    came = wait_until_told(world, ids)

    assert check(stack, came, ids, at) == NUMBER
    last = max(posts[0][1] for occurrences in came.values() for posts in occurrences.values())
    sys.stderr.write(f"the last one came {last - at.timestamp():.1f} s after its time\n")


@pytest.mark.parametrize("wave", range(WAVES))
def test_each_is_told_by_one_id_whatever_dies(stack, world, twins, wave):
    ids, at = make_due(stack, 12)
    victims = ["worker", "worker's child", "beat", *twins]
    deck = random.sample([*victims, random.choice(victims)], KILLS)
    while datetime.now(UTC) < at - timedelta(seconds=0.5):
        time.sleep(0.05)
    while deck:
        if end(stack, twins, deck[-1]):
            deck.pop()
        # From before the first is released until after the last one is told, where nobody is killed.
        time.sleep(random.uniform(0.05, 0.5))

    came = wait_until_told(world, ids)

    posts = check(stack, came, ids, at)
    sys.stderr.write(f"{KILLS} killed, {posts - NUMBER} posts repeated under their own id\n")


def end(stack, twins, victim):
    """Whether it could be killed; what was just killed is not yet back."""
    if victim in twins:
        twins[victim].kill()
        return True
    return kill(stack, victim)


def kill(stack, victim):
    """End the process that bears this name now; the launcher starts another one."""
    name = victim.partition("'")[0]
    pids = [pid_of(stack, name)] if victim == name else children(pid_of(stack, name))[:1]
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        return True
    return False
