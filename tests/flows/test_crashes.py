"""kill -9 while people save: what was acknowledged is there, and saving goes on by itself."""

import json
import threading
import time

import psycopg
import pytest

from tests.conftest import any_plate
from tests.stack import running_stack


@pytest.fixture(scope="module")
def stack():
    with running_stack(API_RATE_PER_MINUTE="1000000") as running:
        yield running


class Writer(threading.Thread):
    """Saves to one case for as long as it may, and remembers what was acknowledged."""

    def __init__(self, stack, case, stop):
        super().__init__()
        self.stack, self.case, self.stop = stack, case, stop
        self.acknowledged = {}
        self.answers = []
        self.unexpected = []

    def run(self):
        seen, number = 1, 0
        while not self.stop.is_set():
            number += 1
            helper = {"number": number, "text": "שמירה " * 100}
            answer = self.stack.call("PUT", f"cases/{self.case['case_id']}/helper", {"version": seen, "helper": helper})
            if answer is None or answer.status == 503:
                time.sleep(0.05)
            elif answer.status == 200:
                seen = answer.json()["version"]
                self.acknowledged[seen] = helper
                self.answers.append(time.monotonic())
            elif answer.status == 409:
                # A save whose acknowledgement was lost with the connection.
                seen = answer.json()["details"]["current_version"]
            else:
                self.unexpected.append((answer.status, answer.body))


def test_nothing_acknowledged_is_lost(stack):
    cases = [stack.call("POST", "cases", {"plate": any_plate()}).json() for _ in range(4)]
    stop = threading.Event()
    writers = [Writer(stack, case, stop) for case in cases]
    for writer in writers:
        writer.start()
    kills = []
    for word in ("gunicorn", "postgres", "gunicorn", "postgres", "valkey", "postgres"):
        time.sleep(4)
        assert word == "valkey" or stack.processes(word), f"no {word} to kill"
        stack.kill(word)
        kills.append(time.monotonic())
    time.sleep(12)
    stop.set()
    for writer in writers:
        writer.join()

    assert [writer.unexpected for writer in writers] == [[]] * 4
    for writer in writers:
        for kill in kills:
            again = min(answer for answer in writer.answers if answer > kill)
            assert again - kill < 10, "saving took too long to come back"
    check_the_database(stack, writers)


def check_the_database(stack, writers):
    with psycopg.connect(stack.told["dsn"]) as owner:
        for writer in writers:
            rows = owner.execute(
                "select version, helper_json::text, is_current from public.case_helper"
                " where case_id = %s order by version",
                [writer.case["case_id"]],
            ).fetchall()
            assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
            assert [row[0] for row in rows if row[2]] == [len(rows)]
            stored = {row[0]: json.loads(row[1]) for row in rows}
            assert len(writer.acknowledged) > 20
            assert {version: stored[version] for version in writer.acknowledged} == writer.acknowledged
            saved = owner.execute(
                "select count(*) from public.events where case_id = %s and type = 'case_helper.saved'",
                [writer.case["case_id"]],
            ).fetchone()
            assert saved == (len(rows),)


def test_the_stack_tells_what_a_stranger_needs(stack):
    told = stack.told
    assert set(told) >= {
        "base", "dsn", "runtime_dsn", "tokens", "orgs", "users", "admin", "jwt", "webhook", "pids", "logs",
    }  # fmt: skip
    assert set(told["tokens"]) == {"user_a", "user_b", "anon", "service_role", "gateway_a", "gateway_b"}
    mine = stack.call("GET", "cases?limit=200").json()
    theirs = stack.call("GET", "cases?limit=200", token=told["tokens"]["user_b"]).json()
    everything = stack.call("GET", "cases?limit=200", token=told["tokens"]["service_role"]).json()
    assert mine
    assert theirs
    assert len(everything) == len(mine) + len(theirs)
    assert stack.call("GET", "cases", token=told["tokens"]["anon"]).status == 401


def test_the_runtime_login_by_itself_may_nothing(stack):
    with psycopg.connect(stack.told["runtime_dsn"], autocommit=True) as app:
        for table in ("cases", "case_helper", "profiles", "events"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(f"select 1 from public.{table}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("select public.case_open('1234567')")
