"""A running event server, and somebody who listens to it over a real connection."""

import contextlib
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

from tests import databases
from tests.cast import Person
from tests.site import Answer, Site, free_port, running_site


@dataclass(frozen=True)
class Heard:
    """One event of a stream."""

    kind: str
    number: int
    data: dict[str, Any]


class Stream:
    """An open stream; a thread reads it, so that nothing waits for us."""

    def __init__(self, port: int, path: str, headers: dict[str, str]):
        self.connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self.connection.request("GET", path, headers=headers)
        self.socket = self.connection.sock
        self.answer = self.connection.getresponse()
        self.headers = {name.lower(): value for name, value in self.answer.getheaders()}
        self.heard: queue.Queue[Heard] = queue.Queue()
        self.beats: list[float] = []
        self.first = self.number = 0
        self.greeted = threading.Event()
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._read, daemon=True) if self.answer.status == 200 else None
        if self.thread:
            self.thread.start()

    def begin(self) -> int:
        """The number it was told first."""
        assert self.greeted.wait(10)
        return self.first

    def next(self, seconds: float = 10) -> Heard:
        return self.heard.get(timeout=seconds)

    def silent_for(self, seconds: float) -> bool:
        try:
            self.heard.get(timeout=seconds)
        except queue.Empty:
            return True
        return False

    def versions(self, count: int, after: int = 0) -> list[int]:
        """The versions of the next `count` saved helpers.

        To who comes back some are told again while any transaction of the cluster is open: `after` leaves them out.
        """
        found: list[int] = []
        while len(found) < count:
            version = self.next().data["version"]
            if not after or (version or 0) > after:
                found.append(version)
        return found

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        if self.thread:
            self.thread.join(10)
        self.answer.close()
        self.connection.close()

    def _read(self) -> None:
        block: dict[str, str] = {}
        with contextlib.suppress(OSError, HTTPException, ValueError):
            for line in self.answer:
                self._line(line.decode().rstrip("\n"), block)
        self.ended.set()

    def _line(self, line: str, block: dict[str, str]) -> None:
        name, _, value = line.partition(": ")
        if line == ": beat":
            self.beats.append(time.monotonic())
        elif line:
            block[name] = value
        else:
            self.number = int(block.get("id", self.number))
            if "retry" in block:
                self.first = self.number
                self.greeted.set()
            if "data" in block:
                self.heard.put(Heard(block["event"], self.number, json.loads(block["data"])))
            block.clear()


class Events:
    """A site, and its event server, which can be killed and started again."""

    def __init__(self, site: Site, port: int):
        self.site, self.port = site, port
        self.process: subprocess.Popen | None = None
        self.streams: list[Stream] = []

    def start(self, **changed: str) -> None:
        env = {
            **os.environ,
            "DATABASE_URL": databases.runtime_url(self.site.database),
            "DJANGO_DEBUG": "0",
            "HTTPS_ONLY": "0",
            "CORS_ALLOWED_ORIGINS": "https://ui.example.test",
            **changed,
        }
        command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(self.port)]
        options = ["--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "1"]
        self.process = subprocess.Popen([*command, *options], cwd=databases.ROOT, env=env)
        deadline = time.monotonic() + 30
        while (answer := self._well()) is None or answer.status != 200:
            assert time.monotonic() < deadline, "the event server did not come up"
            assert self.process.poll() is None
            time.sleep(0.05)

    def _well(self) -> Answer | None:
        try:
            return self.fetch("/healthz")
        except OSError:
            return None

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=20)

    def fetch(self, path: str, method: str = "GET", **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def ticket(self, person: Person, **said: Any) -> dict[str, Any]:
        answer = self.site.call("POST", "events/ticket", person, said)
        assert answer.status == 201, answer.body
        return answer.json()

    def path(self, **asked: Any) -> str:
        return f"/api/v1/events/stream?{urlencode(asked)}"

    def listen(self, person: Person, *, since: int | None = None, case_id: str | None = None) -> Stream:
        """Take a ticket and open a stream; it is told from the moment this returns."""
        said = {"case_id": case_id} if case_id else {}
        headers = {} if since is None else {"Last-Event-ID": str(since)}
        stream = self.open(self.path(ticket=self.ticket(person, **said)["ticket"]), headers)
        assert stream.answer.status == 200
        return stream

    def open(self, path: str, headers: dict[str, str] | None = None) -> Stream:
        self.streams.append(Stream(self.port, path, headers or {}))
        return self.streams[-1]

    def close_streams(self) -> None:
        while self.streams:
            self.streams.pop().close()


@contextmanager
def running_events(**environment: str):
    """A site with its event server."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/api/v1/events/stream"
    with running_site(workers=1, EVENTS_URL=url, **environment) as site:
        events = Events(site, port)
        events.start()
        try:
            yield events
        finally:
            events.close_streams()
            events.stop()
