"""Many calls at once over real HTTP: one effect for each key, and nothing acknowledged is lost."""

import json
import os
import signal
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Barrier

import pytest

from make.keys import hash_of, new_key
from tests import cast
from tests.conftest import any_plate
from tests.site import running_site

AT_ONCE = 50


@pytest.fixture(scope="module")
def site():
    with running_site(API_RATE_PER_MINUTE="0") as running:
        yield running


@pytest.fixture(scope="module")
def key(site):
    made = new_key()
    with site.owner() as owner:
        owner.execute(
            "insert into private.gateway_keys (org_id, name, key_hash, hint) values (%s, 'storm', %s, %s)",
            [cast.NORTH.id, made.key_hash, made.hint],
        )
    return made.text


def call(site, key, op, body, once=None):
    headers = {"apikey": key, "Idempotency-Key": once or uuid.uuid4().hex}
    return site.call("POST", f"gateway/{op}", body=body, **headers)


def opened(site, key, plate=None):
    answer = call(site, key, "case.upsert", {"plate": plate or any_plate(), "helper_json": {"n": 0}})
    assert answer.status == 201, answer.body
    return answer.json()


def counted(site, statement, *values):
    with site.owner() as owner:
        return owner.execute(statement, values).fetchone()[0]


def storm(site, key, op, body):
    """The same call from many at once, each until it is answered; return the distinct answers."""
    start, once = Barrier(AT_ONCE), uuid.uuid4().hex

    def one(_):
        start.wait()
        for _ in range(50):
            answer = call(site, key, op, body, once)
            if answer.status != 409:
                return answer.status, answer.body
            assert answer.json()["code"] == "idempotency_in_progress"
            time.sleep(int(answer.headers["retry-after"]) / 10)
        raise AssertionError("the call is never answered")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(one, range(AT_ONCE)))


def test_fifty_calls_with_one_key_have_one_effect_and_one_answer(site, key):
    case, plate = opened(site, key), any_plate()
    id_of = {"case_id": case["case_id"]}

    answers = [
        storm(site, key, "case.upsert", {"plate": plate, "helper_json": {"n": 1}}),
        storm(site, key, "case_helper.save_full", {**id_of, "helper_json": {"n": 1}}),
        storm(site, key, "case_helper.restore_latest", id_of),
        storm(site, key, "events.add", {**id_of, "type": "sheet.filled"}),
    ]

    assert [list(answer.values()) for answer in answers] == [[AT_ONCE]] * 4
    assert [next(iter(answer))[0] for answer in answers] == [201, 200, 200, 201]
    assert counted(site, "select count(*) from cases where plate = %s", plate) == 1
    assert counted(site, "select count(*) from case_helper where case_id = %s", case["case_id"]) == 3
    made = "select count(*) from events where case_id = %s and type = 'sheet.filled'"
    assert counted(site, made, case["case_id"]) == 1


def test_sixteen_scenarios_on_one_case_lose_nothing(site, key):
    case = opened(site, key)

    def write(writer):
        told = {}
        for number in range(10):
            helper = {"writer": writer, "number": number}
            answer = call(site, key, "case_helper.save_full", {"plate": case["plate"], "helper_json": helper})
            assert answer.status == 200, answer.body
            told[answer.json()["version"]] = helper
        return told

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(write, range(16)))

    acknowledged = {version: helper for told in results for version, helper in told.items()}
    assert sorted(acknowledged) == list(range(2, 162))
    with site.owner() as owner:
        rows = owner.execute(
            "select version, helper_json::text from case_helper where case_id = %s and version > 1", [case["case_id"]]
        ).fetchall()
    assert {version: json.loads(text) for version, text in rows} == acknowledged
    logged = "select count(*) from helper_sync_log where case_id = %s and sync_status = 'SUCCESS'"
    assert counted(site, logged, case["case_id"]) == 161


def all_at_once(number, do):
    """Do it so often, beginning in the same moment."""
    start = Barrier(number)

    def one(n):
        start.wait(30)
        return do(n)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_sixteen_reports_of_the_same_pictures_are_one_picture_each_and_the_order_has_no_gap(site, key):
    case = opened(site, key)
    rows = [{"filename": f"IMG_{n}.jpg", "onedrive_file_id": f"{case['plate']}-{n}"} for n in range(4)]

    def report(n):
        turned = rows[n % 4 :] + rows[: n % 4]
        return call(site, key, "images.upsert", {"case_id": case["case_id"], "images": turned})

    answers = all_at_once(16, report)

    assert {answer.status for answer in answers} == {200}, answers[0].body
    told = [row for answer in answers for row in answer.json()]
    assert [row["error"] for row in told] == [None] * 64
    assert sum(row["created"] for row in told) == 4
    assert len({row["id"] for row in told}) == 4
    with site.owner() as owner:
        order = owner.execute(
            "select display_order from images where case_id = %s order by display_order", [case["case_id"]]
        ).fetchall()
    assert order == [(1,), (2,), (3,), (4,)]
    assert counted(site, "select count(*) from documents where case_id = %s", case["case_id"]) == 4


def test_sixteen_outcomes_of_one_message_are_one_outcome(site, key):
    case = opened(site, key)
    asked = {"case_id": case["case_id"], "channel": "SMS", "to": "050-1234567", "text": "שלום"}
    queued = site.call("POST", "messages", cast.DANA, asked)
    assert queued.status == 202, queued.body
    message = queued.json()["id"]

    def tell(n):
        status = {"status": "SENT", "outside_id": f"sms-{n}"} if n % 2 else {"status": "FAILED", "reason": "busy"}
        return call(site, key, "messages.sent", {"message_id": message, **status})

    answers = all_at_once(16, tell)

    assert {answer.status for answer in answers} == {200}, answers[0].body
    row = site.call("GET", f"messages/{message}", cast.DANA).json()
    assert (row["status"], row["reason"]) == ("SENT", None)
    told = "select count(*) from events where case_id = %s and type = %s"
    assert counted(site, told, case["case_id"], "sending.sent") == 1
    assert counted(site, told, case["case_id"], "sending.failed") <= 1


def workers_of(site):
    return {
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and f" {site.process.pid} " in _parent_of(entry)
    }


def _parent_of(entry):
    try:
        return f" {(entry / 'stat').read_text().rpartition(')')[2].split()[1]} "
    except OSError:
        return ""


def test_an_answer_outlives_the_processes_that_gave_it(site, key):
    case, once = opened(site, key), uuid.uuid4().hex
    body = {"case_id": case["case_id"], "helper_json": {"n": 1}}
    first = call(site, key, "case_helper.save_full", body, once)

    killed = workers_of(site)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)

    assert killed
    again = None
    for _ in range(100):
        try:
            again = call(site, key, "case_helper.save_full", body, once)
            break
        except (OSError, HTTPException):
            time.sleep(0.1)
    assert again is not None
    assert not workers_of(site) & killed
    assert (again.status, again.body, again.headers["idempotency-replayed"]) == (200, first.body, "true")


def test_while_a_call_is_being_answered_its_repeat_is_told_to_wait(site, key):
    once, body = uuid.uuid4().hex, {"plate": any_plate()}
    with site.owner() as owner, owner.transaction():
        key_id = owner.execute("select id from private.gateway_keys where key_hash = %s", [hash_of(key)]).fetchone()[0]
        owner.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"idempotency:key:{key_id}:{once}"])
        waiting = call(site, key, "case.upsert", body, once)

    done = call(site, key, "case.upsert", body, once)

    assert (waiting.status, waiting.json()["code"]) == (409, "idempotency_in_progress")
    assert waiting.headers["retry-after"] == "1"
    assert (done.status, done.headers.get("idempotency-replayed")) == (201, None)


def test_two_key_headers_are_refused(site, key):
    connection = HTTPConnection("127.0.0.1", site.port, timeout=10)
    body = json.dumps({"plate": any_plate()})
    connection.putrequest("POST", "/api/v1/gateway/case.upsert")
    for name, value in (("apikey", key), ("Idempotency-Key", "one"), ("Idempotency-Key", "two")):
        connection.putheader(name, value)
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body.encode())
    answer = connection.getresponse()

    assert (answer.status, json.loads(answer.read())["code"]) == (400, "idempotency_key_required")
    connection.close()
