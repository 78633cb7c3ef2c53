"""Each process starts from the filled example by the very command of compose and systemd, without either."""

import re
import subprocess
import sys
from http.client import HTTPConnection

import pytest

from tests import databases
from tests.deploy import example, processes
from tests.site import free_port

HOST = "office.example.test"
# What a container listens on.
EVERYWHERE = "0.0.0.0"  # noqa: S104


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    folder = tmp_path_factory.mktemp("place")
    with databases.copy("deploy") as name:
        found = example.filled(
            DATABASE_URL=databases.runtime_url(name),
            FILES_ROOT=str(folder / "files"),
            STATIC_ROOT=str(folder / "static"),
            **processes.own_servers(6),
        )
        owned = {**found, "OWNER_DATABASE_URL": databases.owner_url(name)}
        for command in processes.unit_commands()["migrate"]:
            ran = subprocess.run(
                processes.here(command), cwd=databases.ROOT, env=owned, capture_output=True, text=True, check=False
            )
            assert ran.returncode == 0, f"{command}: {ran.stderr}"
        yield found


def probe(env, port, path):
    command = [sys.executable, "-m", "config.probe", str(port), path]
    return subprocess.run(command, cwd=databases.ROOT, env=env, check=False).returncode


def ask(port, path, **headers):
    line = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        line.close()


def said(log):
    return lambda: log.read_text()[-2000:]


def test_web_serves_pages_by_https_alone_and_keeps_static_files_for_a_year(env, tmp_path):
    port, log = free_port(), tmp_path / "web.log"
    command = processes.here(processes.compose_commands()["web"], {"0.0.0.0:8000": f"127.0.0.1:{port}"})
    with processes.running(command, env, log):
        processes.until(lambda: probe(env, port, "/healthz") == 0, said(log))

        plain = ask(port, "/admin/login/", Host=HOST)
        assert (plain[0], plain[1]["location"]) == (301, f"https://{HOST}/admin/login/")
        assert ask(port, "/healthz", Host=HOST)[0] == 200, "a balancer asks by plain HTTP"
        status, headers, page = ask(port, "/admin/login/", Host=HOST, **{"X-Forwarded-Proto": "https"})
        assert (status, headers["strict-transport-security"]) == (200, "max-age=31536000; includeSubDomains; preload")
        [sheet, *_] = re.findall(rb'href="(/static/[^"]+\.css)"', page)
        status, headers, _ = ask(port, sheet.decode(), Host=HOST, **{"X-Forwarded-Proto": "https"})
        assert (status, headers["cache-control"]) == (200, "max-age=315360000, public, immutable")
        assert ask(port, "/healthz", Host="other.example.test")[0] == 400


def test_events_serves(env, tmp_path):
    port, log = free_port(), tmp_path / "events.log"
    command = processes.here(processes.compose_commands()["events"], {"8001": str(port), EVERYWHERE: "127.0.0.1"})
    with processes.running(command, env, log):
        processes.until(lambda: probe(env, port, "/healthz") == 0, said(log))


def test_worker_and_beat_are_at_work_and_readyz_says_so(env, tmp_path):
    port, web, worker, beat = free_port(), tmp_path / "web.log", tmp_path / "worker.log", tmp_path / "beat.log"
    commands, units = processes.compose_commands(), processes.unit_commands()
    serve = processes.here(commands["web"], {"0.0.0.0:8000": f"127.0.0.1:{port}"})
    # The broker of this test is new, and no worker was ever here.
    env = {**env, **processes.own_servers(8)}
    ready = {"Host": HOST, "X-Forwarded-Proto": "https"}
    with processes.running(serve, env, web):
        processes.until(lambda: probe(env, port, "/healthz") == 0, said(web))
        status, _, body = ask(port, "/readyz", **ready)
        assert status == 200, body
        assert b'"worker": false' in body

        schedule = {"/var/lib/backoffice/schedule": str(tmp_path / "schedule")}
        with (
            processes.running(processes.here(units["worker"][0]), env, worker),
            processes.running(processes.here(units["beat"][0], schedule), env, beat),
        ):
            processes.until(lambda: b'"worker": true' in ask(port, "/readyz", **ready)[2], said(worker))


def test_a_broker_that_is_away_makes_it_not_ready(env, tmp_path):
    port, log = free_port(), tmp_path / "web.log"
    command = processes.here(processes.compose_commands()["web"], {"0.0.0.0:8000": f"127.0.0.1:{port}"})
    with processes.running(command, {**env, "CELERY_BROKER_URL": "redis://127.0.0.1:9/0"}, log):
        processes.until(lambda: probe(env, port, "/healthz") == 0, said(log))

        status, _, body = ask(port, "/readyz", Host=HOST, **{"X-Forwarded-Proto": "https"})
        assert status == 503
        assert b'"broker": false' in body
        assert probe(env, port, "/readyz") == 1
