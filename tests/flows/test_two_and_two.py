"""Two web servers, two event servers, two workers and two beats on one database and one broker: nothing comes twice."""

import itertools
import json
import os
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tests.conftest import any_plate
from tests.deploy.processes import running, until
from tests.live import Stream
from tests.make.conftest import told
from tests.site import free_port
from tests.stack import Stack, running_stack
from tests.world import running_world


class Pair:
    """A stack with a second process of each kind beside the first, and doors to both."""

    def __init__(self, stack, folder, started):
        self.stack, self.folder = stack, folder
        self.ports = {"web": free_port(), "events": free_port()}
        for name in ("web", "events", "worker", "slow-worker", "beat"):
            self._start_second(name, started)
        second = Stack(stack.process, stack.told)
        second.host = f"127.0.0.1:{self.ports['web']}"
        self.webs = [stack, second]
        until(lambda: (found := second.call("GET", "cases")) is not None and found.status == 200, "the second web")
        until(lambda: b"ready." in (folder / "worker.log").read_bytes(), "the second worker")

    def _start_second(self, name, started):
        """The same command in the same environment, at a port of its own."""
        pid = json.loads(Path(self.stack.told["run"]).read_text())["services"][name]["pid"]
        command = _words(f"/proc/{pid}/cmdline")
        env = dict(one.split("=", 1) for one in _words(f"/proc/{pid}/environ"))
        flags = {"--bind": f"127.0.0.1:{self.ports['web']}", "--port": str(self.ports["events"])}
        flags |= {"--schedule": str(self.folder / "schedule"), "-n": f"second-{name}@%h"}
        command = [flags.get(before, word) for before, word in zip(["", *command], command, strict=False)]
        started.enter_context(running(command, env, self.folder / f"{name}.log"))

    def events_ports(self):
        return [json.loads(Path(self.stack.told["run"]).read_text())["events_port"], self.ports["events"]]

    def owner(self):
        return psycopg.connect(self.stack.told["dsn"], autocommit=True)


def _words(path):
    return Path(path).read_bytes().decode().rstrip("\0").split("\0")


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    quick = {"WEBHOOK_ALLOW_PRIVATE": "1", "API_RATE_PER_MINUTE": "0", "WEBHOOK_RATE_PER_SECOND": "0"}
    with running_stack("--workers", "2", **quick) as stack, ExitStack() as started:
        yield Pair(stack, tmp_path_factory.mktemp("second"), started)


@pytest.fixture(scope="module")
def world(pair):
    with running_world() as found:
        with pair.owner() as owner:
            owner.execute(
                """insert into private.webhook_endpoints (org_id, name, url, event_types, secret)
                   values (%s, 'Make', %s, '{case_helper.saved,reminder.due}',
                 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')""",
                [pair.stack.told["orgs"]["a"], found.base + "/"],
            )
        yield found


def listen(pair, number):
    """A stream at one of the event servers, with a ticket from the web server of the other."""
    ticket = pair.webs[1 - number].call("POST", "events/ticket", {}).json()["ticket"]
    stream = Stream(pair.events_ports()[number], f"/api/v1/events/stream?ticket={ticket}", {})
    assert stream.answer.status == 200
    stream.begin()
    return stream, ticket


def save_many(pair, case, writer, wanted, kept):
    """Save until `wanted` were acknowledged, each time at the other web server; who is too late reads the number."""
    seen, done, doors = 1, 0, itertools.cycle(pair.webs)
    while done < wanted:
        helper = {"writer": writer, "number": done}
        answer = next(doors).call("PUT", f"cases/{case}/helper", {"version": seen, "helper": helper})
        assert answer is not None
        if answer.status == 200:
            seen, done = answer.json()["version"], done + 1
            assert kept.setdefault(seen, helper) is helper, "one version was given twice"
        else:
            assert answer.status == 409, answer.body
            seen = answer.json()["details"]["current_version"]


def test_saves_through_both_are_each_kept_told_and_heard_once(pair, world):
    streams = [listen(pair, number)[0] for number in (0, 1)]
    cases = [
        pair.webs[n % 2].call("POST", "cases", {"plate": any_plate(), "helper": {}}).json()["case_id"] for n in range(3)
    ]
    kept = {case: {} for case in cases}
    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(save_many, pair, case, n, 12, kept[case]) for case in cases for n in range(2)]
        for job in jobs:
            job.result()

    with pair.owner() as owner:
        for case in cases:
            rows = owner.execute(
                "select version, helper_json from case_helper where case_id = %s order by 1", [case]
            ).fetchall()
            assert [version for version, _ in rows] == list(range(1, 26))
            assert dict(rows[1:]) == kept[case]
    everything = sorted((case, version) for case in cases for version in range(1, 26))
    assert sorted(_told_to(world, cases, len(everything))) == everything, "Make hears of each once"
    for case in cases:
        versions = [version for told_case, version in _told_to(world, [case], 25) if told_case == case]
        assert versions == list(range(1, 26)), "in order"
    for stream in streams:
        assert sorted(_heard_by(stream, cases, len(everything))) == everything, "both event servers tell of each once"
        stream.close()


def _told_to(world, cases, wanted):
    def found():
        said = [told(one) for one in world.heard()]
        return [
            (one["data"]["case_id"], one["data"]["version"])
            for one in said
            if one["data"].get("case_id") in cases and one["type"] == "case_helper.saved"
        ]

    until(lambda: len(found()) >= wanted, lambda: f"{len(found())} of {wanted}")
    time.sleep(1)
    return found()


def _heard_by(stream, cases, wanted):
    found = []
    while len(found) < wanted:
        data = stream.next(20).data
        if data["case_id"] in cases and data["type"] == "case_helper.saved":
            found.append((data["case_id"], data["version"]))
    assert stream.silent_for(1)
    return found


def test_a_ticket_used_at_one_event_server_is_used_up_at_the_other(pair):
    stream, ticket = listen(pair, 0)
    again = Stream(pair.events_ports()[1], f"/api/v1/events/stream?ticket={ticket}", {})

    assert again.answer.status == 401
    again.close()
    stream.close()


def test_one_call_of_make_that_reaches_both_at_once_is_done_once(pair):
    start = threading.Barrier(2)
    body, key = {"plate": any_plate(), "owner_name": "דנה"}, f"twice-{any_plate()}"

    def call(web):
        start.wait()
        token = pair.stack.told["tokens"]["gateway_a"]
        return web.call("POST", "gateway/case.upsert", body, token=token, **{"Idempotency-Key": key})

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(call, pair.webs))

    # The slower one gets the stored answer, or is told that the first is still at it.
    assert {answer.status for answer in answers} <= {200, 201, 409}, [answer.body for answer in answers]
    with pair.owner() as owner:
        assert owner.execute("select count(*) from cases where plate = %s", [body["plate"]]).fetchone() == (1,)


def test_twenty_openings_of_one_plate_through_both_make_one_case(pair):
    plate, start = any_plate(), threading.Barrier(20)

    def open_it(number):
        start.wait()
        return pair.webs[number % 2].call("POST", "cases", {"plate": plate, "helper": {}}).status

    with ThreadPoolExecutor(20) as pool:
        assert Counter(pool.map(open_it, range(20))) == {201: 1, 409: 19}


def test_two_beats_and_two_workers_tell_of_a_due_reminder_once(pair, world):
    case = pair.webs[0].call("POST", "cases", {"plate": any_plate(), "helper": {}}).json()["case_id"]
    ids = []
    for number in range(10):
        asked = {"case_id": case, "title": f"זמן {number}", "due_date": "2026-11-01", "channel": "sms"}
        answer = pair.webs[number % 2].call("POST", "reminders", asked)
        assert answer.status == 201, answer.body
        ids.append(answer.json()["id"])

    def due():
        return [one for one in map(told, world.heard()) if one["type"] == "reminder.due"]

    until(lambda: len(due()) >= len(ids), lambda: f"{len(due())} of {len(ids)}")
    time.sleep(4)
    assert len(due()) == len(ids)


def test_when_one_of_each_goes_the_others_go_on(pair, world):
    case = pair.webs[1].call("POST", "cases", {"plate": any_plate(), "helper": {}}).json()["case_id"]
    stream, _ = listen(pair, 1)
    services = json.loads(Path(pair.stack.told["run"]).read_text())["services"]
    for name in ("web", "worker", "events"):
        os.kill(services[name]["pid"], signal.SIGTERM)

    for version in range(1, 6):
        answer = pair.webs[1].call("PUT", f"cases/{case}/helper", {"version": version, "helper": {"n": version}})
        assert answer.status == 200, answer.body

    assert sorted(_told_to(world, [case], 6)) == [(case, version) for version in range(1, 7)]
    heard = [stream.next(20).data for _ in range(5)]
    assert [one["version"] for one in heard if one["case_id"] == case] == [2, 3, 4, 5, 6]
    stream.close()
