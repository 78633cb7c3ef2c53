"""What a busy system writes down: JSON, with one id from web to Make, and nothing of anybody."""

import json
import threading
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from tests.deploy.processes import until
from tests.live import Stream
from tests.make.conftest import told
from tests.stack import running_stack
from tests.world import Reply, running_world

OURS = ("web", "events", "worker", "slow-worker", "beat")
PLATE, OTHER_PLATE = "73914402", "73914403"
PERSONAL = {
    "plate": PLATE,
    "another plate": OTHER_PLATE,
    "plate with dashes": "739-144-02",
    "owner": "קנרית־בעלים",
    "owner in JSON": json.dumps("קנרית־בעלים").strip('"'),
    "mail": "canary@people.example.test",
    "phone": "050-7731415",
    "content": "canary-of-a-helper",
    "search": "canary-search",
    "password": "canary-password",
    "header": "canary-token",
    "answer of Make": "canary-answer",
    "title": "canary-title",
}


@pytest.fixture(scope="module")
def busy():
    """A stack in which everything was done once, well and badly, and what it wrote."""
    settings = {"WEBHOOK_ALLOW_PRIVATE": "1", "WEBHOOK_RETRY_SECONDS": "1,1,1", "WEBHOOK_TIMEOUT_SECONDS": "5"}
    # Nobody answers there: a mail fails, and so does a report.
    settings |= {"EMAIL_URL": "smtp://127.0.0.1:9", "GOTENBERG_URL": "http://127.0.0.1:9"}
    with running_stack("--workers", "2", **settings) as stack, running_world() as world, ExitStack() as open_streams:
        world.will(Reply(500, b"canary-answer"), Reply(400, b"canary-answer"))
        _hook(stack, world)
        ids = _people(stack, world, open_streams)
        _strangers(stack)
        _make(stack)
        _at_once(stack)
        until(lambda: _told_of_the_save(world), lambda: _log(stack, "worker")[-3000:])
        until(lambda: "not delivered" in _log(stack, "worker"), lambda: _log(stack, "worker")[-3000:])
        until(lambda: '"reason"' in _log(stack, "worker"), lambda: _log(stack, "worker")[-3000:])
        yield stack, world, ids


def _hook(stack, world):
    with psycopg.connect(stack.told["dsn"]) as owner:
        owner.execute(
            """insert into private.webhook_endpoints (org_id, name, url, event_types, secret)
               values (%s, 'Make', %s, '{case.upserted,case_helper.saved,reminder.due}',
                 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')""",
            [stack.told["orgs"]["a"], world.base + "/"],
        )


def _helper(number):
    owner = {"name": PERSONAL["owner"], "email": PERSONAL["mail"], "phone": PERSONAL["phone"]}
    return {"meta": {"plate": PLATE, "n": number}, "stakeholders": {"owner": owner}, "notes": PERSONAL["content"]}


def _people(stack, world, open_streams):
    """Open, save, be late, search, ask for a mail, a report and a reminder, listen."""
    opened = stack.call(
        "POST", "cases", {"plate": PERSONAL["plate with dashes"], "owner_name": PERSONAL["owner"], "helper": _helper(1)}
    )
    assert opened.status == 201, opened.body
    case = opened.json()["case_id"]
    # What Make refuses is of this case and of no other that comes meanwhile.
    world.wait_for(2)
    saved = stack.call(
        "PUT", f"cases/{case}/helper", {"version": 1, "helper": _helper(2)}, **{"X-Request-Id": "trace-of-a-save"}
    )
    assert saved.status == 200, saved.body
    assert stack.call("PUT", f"cases/{case}/helper", {"version": 1, "helper": _helper(3)}).status == 409
    for path in (
        f"plates/{PLATE}/helper",
        f"cases?{urlencode({'q': PERSONAL['search']})}",
        f"cases?q={PLATE}",
        f"no/such/{PLATE}",
    ):
        stack.call("GET", path)
    stack.call("PUT", f"cases/{case}/helper", {"version": 2, "helper": {"a": PERSONAL["content"] + "\0"}})
    mail = stack.call(
        "POST", "messages", {"case_id": case, "channel": "MAIL", "to": PERSONAL["mail"], "template": "documents"}
    )
    assert mail.status in (201, 202), mail.body
    page = f"<p>{PERSONAL['content']} {PLATE}</p>"
    report = stack.call("POST", "render-report", {"case_id": case, "report_type": "parts", "html": page})
    assert report.status == 202, report.body
    reminder = stack.call(
        "POST", "reminders", {"case_id": case, "title": PERSONAL["title"], "due_date": "2026-11-01", "channel": "sms"}
    )
    assert reminder.status == 201, reminder.body
    ticket = stack.call("POST", "events/ticket", {}).json()
    port = json.loads(Path(stack.told["run"]).read_text())["events_port"]
    stream = Stream(port, f"/api/v1/events/stream?ticket={ticket['ticket']}", {})
    open_streams.callback(stream.close)
    PERSONAL["ticket"] = ticket["ticket"]
    return {"case": case, "saved": saved.headers["x-request-id"], "opened": opened.headers["x-request-id"]}


def _strangers(stack):
    """Wrong tokens, wrong passwords, wrong hosts, addresses that are none."""
    stack.call("GET", "cases", token=PERSONAL["header"])
    stack.call("GET", "cases", token="gk_" + PERSONAL["header"])
    for path, host in (
        (f"/admin/cases/case/?q={PLATE}", stack.host),
        (f"/{PLATE}", stack.host),
        ("/admin/", PERSONAL["search"]),
    ):
        _plainly(stack, "GET", path, headers={"Host": host})
    wrong = urlencode({"username": PERSONAL["mail"], "password": PERSONAL["password"]})
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(2):
        _plainly(stack, "POST", f"/admin/login/?next=/{PLATE}", wrong, form)
    # gunicorn itself refuses these.
    _plainly(stack, "GET", f"/api/v1/plates/{PLATE}/" + "x" * 9000)
    with_nothing = HTTPConnection(stack.host, timeout=10)
    with_nothing.putrequest("PUT", f"/api/v1/plates/{PLATE}/helper")
    with_nothing.putheader("Content-Length", "10000")
    with_nothing.endheaders(PERSONAL["content"].encode())
    with_nothing.close()


def _plainly(stack, method, path, body=None, headers=None):
    line = HTTPConnection(stack.host, timeout=20)
    line.request(method, path, body, headers or {})
    line.getresponse().read()
    line.close()


def _make(stack):
    """A gateway op, and one that names what is not there."""
    token = stack.told["tokens"]["gateway_a"]
    body = {"plate": OTHER_PLATE, "owner_name": PERSONAL["owner"]}
    stack.call("POST", "gateway/case.upsert", body, token=token, **{"Idempotency-Key": "canary-search"})
    stack.call(
        "POST", "gateway/no.such.op", {"a": PERSONAL["content"]}, token=token, **{"Idempotency-Key": "canary-search"}
    )
    stack.call("POST", "rpc/no_such_function", {"p": PERSONAL["content"]})


def _at_once(stack):
    """A crowd on one plate: what Postgres refuses quotes rows."""
    calls = [
        threading.Thread(target=stack.call, args=["POST", "cases", {"plate": OTHER_PLATE, "helper": _helper(1)}])
        for _ in range(8)
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join()


def _told_of_the_save(world):
    """The ids under which Make heard of version 2."""
    heard = [(told(one), one.headers["x-request-id"]) for one in world.heard()]
    return [request for news, request in heard if news["type"] == "case_helper.saved" and news["data"]["version"] == 2]


def _log(stack, name):
    return (Path(stack.told["logs"]) / f"{name}.log").read_text()


def _lines(stack, name):
    return [json.loads(line) for line in _log(stack, name).splitlines() if line.strip()]


def test_nothing_of_anybody_stands_in_any_log(busy):
    stack, _, _ = busy
    tokens = {**stack.told["tokens"], "admin": stack.told["admin"]["password"]}
    hidden = {**PERSONAL, **{f"token {name}": value for name, value in tokens.items()}}
    logs = {path.name: path.read_text(errors="replace") for path in Path(stack.told["logs"]).glob("*.log")}

    assert {f"{name}.log" for name in OURS} <= set(logs)
    assert [(name, what) for name, text in logs.items() for what, word in hidden.items() if word in text] == []


@pytest.mark.parametrize("name", OURS)
def test_each_line_is_json_with_a_time_a_level_and_a_logger(busy, name):
    stack, _, _ = busy
    for line in _lines(stack, name):
        assert {"event", "timestamp", "level", "logger"} <= set(line), line


def test_each_request_is_one_line_with_its_route_and_its_id(busy):
    stack, _, ids = busy
    [line] = [
        line for line in _lines(stack, "web") if line.get("request_id") == ids["saved"] and line["event"] == "request"
    ]

    assert ids["saved"] == "trace-of-a-save"
    assert (line["method"], line["status"]) == ("PUT", 200)
    assert line["route"].endswith("helper")
    assert {"ms", "bytes"} <= set(line)


def test_one_id_goes_from_the_request_through_the_outbox_and_the_worker_to_make(busy):
    stack, world, ids = busy
    with psycopg.connect(stack.told["dsn"]) as owner:
        written = owner.execute(
            "select request_id from private.outbox where type = 'case_helper.saved' and case_id = %s and version = 2",
            [ids["case"]],
        ).fetchall()
        event = owner.execute(
            "select request_id from public.events where type = 'case_helper.saved' and case_id = %s and version = 2",
            [ids["case"]],
        ).fetchall()

    assert written == event == [(ids["saved"],)]
    assert set(_told_of_the_save(world)) == {ids["saved"]}
    # Make refused the first two posts.
    failed = [line for line in _lines(stack, "worker") if line["event"] == "not delivered"]
    assert [line["request_id"] for line in failed] == [ids["opened"]] * 2


def test_a_task_says_who_asked_for_it(busy):
    stack, _, _ = busy
    told_of = [line for line in _lines(stack, "worker") if "reason" in line]

    assert told_of
    assert all(line["task"] and line["task_id"] for line in told_of)
