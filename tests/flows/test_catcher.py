"""The demo of the way out: what is saved arrives at the built-in catcher, also when that was away meanwhile."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.request import urlopen

import pytest

from tests.conftest import any_plate
from tests.databases import ROOT
from tests.stack import running_stack


@pytest.fixture(scope="module")
def stack():
    with running_stack("--catcher") as running:
        yield running


@pytest.fixture
def case(stack):
    """A case whose first news has arrived."""
    opened = stack.call("POST", "cases", {"plate": any_plate()}).json()
    assert eventually(lambda: versions(stack, opened) == [1])
    return opened


def address(stack):
    return stack.told["webhook"]["url"]


def caught(stack, case):
    """What the catcher has of a case, oldest first."""
    with urlopen(f"{address(stack)}caught", timeout=5) as answer:
        return [one for one in reversed(json.load(answer)) if one["plate"] == case["plate"]]


def versions(stack, case):
    return [one["version"] for one in caught(stack, case) if one["type"] == "case_helper.saved"]


def save(stack, case, version, helper=None):
    body = {"version": version, "helper": helper or {"n": version}}
    answer = stack.call("PUT", f"cases/{case['case_id']}/helper", body)
    assert answer.status == 200, answer.body


def eventually(is_so, within=10.0):
    deadline = time.monotonic() + within
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_away(stack):
    try:
        urlopen(address(stack), timeout=5).close()
    except OSError:
        return True
    return False


@contextmanager
def started_by_hand(stack):
    """As the log says: python3 -m devkit.catcher --port N."""
    port = address(stack).rstrip("/").rpartition(":")[2]
    env = {**os.environ, "WEBHOOK_SECRET": stack.told["webhook"]["secret"]}
    process = subprocess.Popen(
        [sys.executable, "-m", "devkit.catcher", "--port", port], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert "Catching" in process.stdout.readline()
        yield process
    finally:
        process.terminate()
        process.communicate()


def test_a_save_arrives_signed_in_under_a_second(stack, case):
    save(stack, case, 1, {"secret": "סוד <b>"})
    began = time.monotonic()

    assert eventually(lambda: versions(stack, case) == [1, 2])
    assert time.monotonic() - began < 1
    news = caught(stack, case)[-1]
    assert news["signed"]
    assert not news["again"]
    assert 0 <= news["ms"] < 1000


def test_an_export_is_told_and_no_word_of_the_helper(stack, case):
    save(stack, case, 1, {"secret": "סוד <b>"})
    stack.call("POST", f"cases/{case['case_id']}/helper/export", {"reason": "auto_logout"})

    assert eventually(lambda: [one["type"] for one in caught(stack, case)][-1] == "helper.export")
    assert (caught(stack, case)[-1]["version"], caught(stack, case)[-1]["signed"]) == (2, True)
    with urlopen(address(stack), timeout=5) as answer:
        page = answer.read().decode()
    with open(f"{stack.told['logs']}/catcher.log") as file:
        log = file.read()
    assert case["plate"] in page
    assert 'dir="rtl"' in page
    assert f"{case['plate']}" in log
    assert "signed" in log
    for place in (page, log):
        assert "סוד" not in place
        assert "WRONG" not in place


def test_a_killed_catcher_is_brought_back(stack, case):
    (pid,) = stack.processes("devkit.catcher")
    os.kill(pid, signal.SIGKILL)

    assert eventually(lambda: stack.processes("devkit.catcher") not in ([], [pid]) and not is_away(stack))
    save(stack, case, 1)
    assert eventually(lambda: versions(stack, case) == [2], within=15)


# The last one, because the crew's own catcher does not come back from it.
def test_ten_saves_while_it_was_stopped_arrive_in_order_and_none_twice(stack, case):
    (pid,) = stack.processes("devkit.catcher")
    os.kill(pid, signal.SIGTERM)
    assert eventually(lambda: is_away(stack))
    for version in range(1, 11):
        save(stack, case, version)

    with started_by_hand(stack):
        assert eventually(lambda: len(versions(stack, case)) == 10, within=20)
        # One that came twice would come within the next steps of the schedule.
        assert not eventually(lambda: len(versions(stack, case)) != 10, within=6)
        news = caught(stack, case)

    assert [one["version"] for one in news] == list(range(2, 12))
    assert len({one["id"] for one in news}) == 10
    assert all(one["signed"] for one in news)
    assert stack.processes("devkit.catcher") == []
