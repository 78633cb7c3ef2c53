"""Told to stop, as each deploy does: what is in hand ends well, nobody is refused, and what waits is taken up again."""

import json
import os
import signal
import socket
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests import databases
from tests.cast import DANA
from tests.conftest import any_plate
from tests.deploy.processes import running, until
from tests.live import running_events
from tests.make.conftest import told
from tests.site import Site
from tests.stack import running_stack
from tests.world import Reply, running_world

# As backoffice-web.socket hands it over: the third open file, for the process that finds its own number here.
_HANDED_OVER = 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" "$@"'


class Place:
    """A listening socket that outlives the servers behind it."""

    def __init__(self, database, folder):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = self.listener.getsockname()[1]
        self.log = folder / "web.log"
        self.site = Site(self.port, database, None)
        self.env = {
            **os.environ,
            "DATABASE_URL": databases.runtime_url(database),
            "STATIC_ROOT": str(folder),
            "DJANGO_DEBUG": "0",
            "HTTPS_ONLY": "0",
            "ALLOWED_HOSTS": "127.0.0.1",
            "API_RATE_PER_MINUTE": "0",
        }

    @contextmanager
    def web(self, workers):
        command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "-c", "config/gunicorn.py"]
        hand_over = lambda: os.dup2(self.listener.fileno(), 3)  # noqa: E731
        shell = ["sh", "-c", _HANDED_OVER, *command, "--no-control-socket"]
        env = {**self.env, "WEB_CONCURRENCY": str(workers)}
        with running(shell, env, self.log, preexec_fn=hand_over, pass_fds=[3]) as process:
            yield process


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with databases.copy("stopping") as name:
        found = Place(name, tmp_path_factory.mktemp("place"))
        with found.listener:
            yield found


class Writer(threading.Thread):
    """Saves to a case of its own until told to stop, each time over a connection of its own."""

    def __init__(self, site, stop):
        super().__init__(daemon=True)
        self.site, self.stop = site, stop
        self.case = site.call("POST", "cases", DANA, {"plate": any_plate(), "helper": {"n": 1}}).json()["case_id"]
        self.saved, self.troubles = [1], []

    def run(self):
        while not self.stop.is_set():
            body = {"version": self.saved[-1], "helper": {"n": self.saved[-1] + 1, "text": "שמירה " * 200}}
            try:
                answer = self.site.call("PUT", f"cases/{self.case}/helper", DANA, body)
            except OSError as exc:
                self.troubles.append(repr(exc))
                return
            if answer.status != 200:
                self.troubles.append(answer.status)
                return
            self.saved.append(answer.json()["version"])


def stored(site, case):
    with site.owner() as owner:
        rows = owner.execute("select version from public.case_helper where case_id = %s order by version", [case])
        return [version for (version,) in rows]


def test_three_deploys_under_traffic_refuse_nobody_and_lose_nothing(place):
    stop, before = threading.Event(), 0
    with ExitStack() as first:
        process = first.enter_context(place.web(2))
        writers = [Writer(place.site, stop) for _ in range(4)]
        for writer in writers:
            writer.start()
        for _ in range(3):
            until(
                lambda before=before: sum(len(w.saved) for w in writers) > before + 20,
                lambda: [w.troubles for w in writers],
            )
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=90) == 0
            before = sum(len(writer.saved) for writer in writers)
            process = first.enter_context(place.web(2))
        until(lambda: sum(len(w.saved) for w in writers) > before + 20, lambda: [w.troubles for w in writers])
        stop.set()
        for writer in writers:
            writer.join(30)

    assert [writer.troubles for writer in writers] == [[]] * 4
    for writer in writers:
        assert stored(place.site, writer.case) == writer.saved, "each acknowledged one is there, and no other"


def test_a_save_in_hand_is_answered_before_web_goes(place):
    # One, because a second that is still loading takes its time to go as well.
    with place.web(1) as process:
        case = place.site.call("POST", "cases", DANA, {"plate": any_plate(), "helper": {"n": 1}}).json()["case_id"]
        answers = []
        save = threading.Thread(
            target=lambda: answers.append(
                place.site.call("PUT", f"cases/{case}/helper", DANA, {"version": 1, "helper": {"n": 2}})
            )
        )
        with psycopg.connect(databases.owner_url(place.site.database)) as other:
            other.execute("select from public.cases where id = %s for update", [case])
            save.start()
            until(lambda: _is_waiting(place.site), "the save does not wait for the row")
            process.send_signal(signal.SIGTERM)
            time.sleep(1.5)
            assert process.poll() is None, "it went with a save in hand"
            other.rollback()
        save.join(30)
        assert process.wait(timeout=90) == 0

    assert [answer.status for answer in answers] == [200]
    assert stored(place.site, case) == [1, 2]


def _is_waiting(site):
    with site.owner() as owner:
        [(found,)] = owner.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        ).fetchall()
        return found > 0


def test_screens_of_an_event_server_that_stops_come_back_and_miss_nothing(dana):
    with running_events() as events:
        case = events.site.call("POST", "cases", dana, {"plate": any_plate(), "helper": {"n": 1}}).json()["case_id"]

        def save(version):
            answer = events.site.call(
                "PUT", f"cases/{case}/helper", dana, {"version": version, "helper": {"n": version + 1}}
            )
            assert answer.status == 200, answer.body

        stream = events.listen(dana)
        save(1)
        assert stream.versions(1) == [2]
        began = time.monotonic()
        events.stop()
        assert time.monotonic() - began < 8
        assert stream.ended.wait(5)
        save(2)
        events.start()
        save(3)

        again = events.listen(dana, since=stream.number)
        assert sorted(again.versions(2, after=2)) == [3, 4]


# Two such posts take longer than a run of the delivery, and each less than its time-out.
SLOW = Reply(delay=11)


def test_a_worker_ends_its_post_before_it_goes_and_the_next_goes_on():
    with running_world() as world, running_stack() as stack:
        _hook(stack, world)
        world.will(SLOW, SLOW)
        case = stack.call("POST", "cases", {"plate": any_plate(), "helper": {"n": 1}}).json()["case_id"]
        world.wait_for(1)
        leaving = _worker(stack)
        os.kill(leaving, signal.SIGTERM)
        for version in range(1, 6):
            answer = stack.call("PUT", f"cases/{case}/helper", {"version": version, "helper": {"n": version + 1}})
            assert answer.status == 200, answer.body

        until(lambda: not Path(f"/proc/{leaving}").exists(), "the worker does not go")
        ended = len(_versions(world))
        assert 1 <= ended <= 2, "it goes on for no longer than its run"
        assert _outcomes(stack, case) == [("delivered", 1)] * ended + [("pending", 0)] * (6 - ended)
        world.wait_for(6, seconds=60)
        until(lambda: _outcomes(stack, case) == [("delivered", 1)] * 6, lambda: _outcomes(stack, case))
        assert _worker(stack) != leaving

    assert _versions(world) == [1, 2, 3, 4, 5, 6], "each once, and in order"
    assert len({one.headers["webhook-id"] for one in world.heard()}) == 6


def _hook(stack, world):
    with psycopg.connect(stack.told["dsn"]) as owner:
        owner.execute(
            """insert into private.webhook_endpoints (org_id, name, url, event_types, secret)
               values (%s, 'Make', %s, '{case_helper.saved}', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')""",
            [stack.told["orgs"]["a"], world.base + "/"],
        )


def _worker(stack):
    return json.loads(Path(stack.told["run"]).read_text())["services"]["worker"]["pid"]


def _versions(world):
    return [told(one)["data"]["version"] for one in world.heard()]


def _outcomes(stack, case):
    """(status, posts that were tried) of each message about the case, in order."""
    with psycopg.connect(stack.told["dsn"]) as owner:
        return owner.execute(
            """select d.status, (select count(*)::integer from private.delivery_attempts a where a.delivery_id = d.id)
               from private.deliveries d join private.outbox o on o.id = d.message_id
               where o.case_id = %s order by d.seq""",
            [case],
        ).fetchall()
