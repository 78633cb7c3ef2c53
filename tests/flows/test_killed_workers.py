"""A worker is killed in the middle of what it does for a file: the next one does it, and it was done once."""

import json
import os
import signal
import time
from pathlib import Path

import psycopg
import pytest

from tests.conftest import any_plate
from tests.files.mailserver import GOOD, HANG, MUTE, running_mailserver
from tests.stack import running_stack

pytestmark = pytest.mark.browser
PATIENCE = 150


@pytest.fixture(scope="module")
def mailserver():
    with running_mailserver() as server:
        yield server


@pytest.fixture(scope="module")
def stack(mailserver):
    quick = {"REPORT_LEASE_SECONDS": "30", "MESSAGE_LEASE_SECONDS": "4", "EMAIL_TIMEOUT": "3"}
    with running_stack(EMAIL_URL=f"smtp://127.0.0.1:{mailserver.port}", **quick) as running:
        yield running


@pytest.fixture
def case(stack):
    return stack.call("POST", "cases", {"plate": any_plate(), "helper": {"meta": {"n": 1}}}).json()


def kill_worker(stack):
    """Both workers with all that they have forked off and started, as when their machine goes."""
    services = json.loads(Path(stack.told["run"]).read_text())["services"]
    mains = [services[name]["pid"] for name in ("worker", "slow-worker")]
    for one in [*mains, *(below for pid in mains for below in children(pid))]:
        try:
            os.kill(one, signal.SIGKILL)
        except ProcessLookupError:
            continue


def children(pid):
    try:
        found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [*found, *(below for one in found for below in children(one))]


def until(stack, path, is_so):
    """What the API says of it once that is so."""
    end = time.monotonic() + PATIENCE
    row = None
    while time.monotonic() < end:
        answer = stack.call("GET", path)
        row = answer.json() if answer and answer.status == 200 else row
        if row and is_so(row):
            return row
        time.sleep(0.02)
    raise AssertionError(row)


def ask(stack, statement, *values):
    with psycopg.connect(stack.told["dsn"]) as owner:
        return owner.execute(statement, values).fetchall()


def test_a_report_whose_worker_was_killed_while_it_was_printed_is_there_once(stack, case):
    rows = "".join(f"<tr><td>חלק</td><td>{10_000 + n}</td></tr>" for n in range(600))
    asked = {"case_id": case["case_id"], "report_type": "parts", "html": f"<table>{rows}</table>"}
    report = stack.call("POST", "render-report", asked).json()["report_id"]
    until(stack, f"reports/{report}", lambda row: row["status"] == "RENDERING" and row["done"] == 1)

    kill_worker(stack)

    row = until(stack, f"reports/{report}", lambda row: row["status"] in ("READY", "FAILED"))
    assert (row["status"], row["reason"], row["is_current"], row["version"]) == ("READY", None, True, 1)
    assert ask(stack, "select attempts from public.reports where id = %s", report) == [(2,)]
    documents = "select count(*) from public.documents where case_id = %s and category = 'report'"
    assert ask(stack, documents, case["case_id"]) == [(1,)]
    rendered = "select count(*) from public.events where case_id = %s and type = 'report.rendered'"
    assert ask(stack, rendered, case["case_id"]) == [(1,)]


@pytest.mark.parametrize("moment", ["before the mail was taken", "after the mail was taken"])
def test_a_mail_whose_worker_was_killed_is_sent_and_bears_the_same_id(stack, mailserver, case, moment):
    mailserver.mails.clear()
    mailserver.says["END"] = HANG if moment.startswith("before") else MUTE
    before = mailserver.calls
    asked = {"case_id": case["case_id"], "channel": "MAIL", "to": "ronit@example.com", "template": "documents"}
    message = stack.call("POST", "messages", asked).json()["id"]
    end = time.monotonic() + PATIENCE
    while mailserver.calls == before and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(0.3)

    kill_worker(stack)
    mailserver.says["END"] = GOOD

    row = until(stack, f"messages/{message}", lambda row: row["status"] != "QUEUED")
    assert (row["status"], row["reason"]) == ("SENT", None)
    ids = [mail["Message-ID"] for mail in mailserver.mails]
    assert len(ids) == (1 if moment.startswith("before") else 2)
    assert {one.partition("@")[0] for one in ids} == {f"<{message}"}
    assert ask(stack, "select attempts from public.outbound_messages where id = %s", message) == [(2,)]
