"""The world outside: a small real HTTP server that remembers what it was sent and answers badly on request."""

import threading
import time
from collections import defaultdict, deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NOBODY_WAITS_SO_LONG = 600.0


@dataclass(frozen=True)
class Reply:
    """How to answer: after `delay` seconds, and with `drop` the connection breaks in the middle of the body."""

    status: int = 200
    body: bytes = b"Accepted"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False


OK = Reply()
HANG = Reply(delay=NOBODY_WAITS_SO_LONG)


@dataclass(frozen=True)
class Heard:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float  # time.monotonic()


class World:
    """Its address, what it heard, and what it is going to answer."""

    def __init__(self, port: int):
        self.base = f"http://127.0.0.1:{port}"
        self.requests: list[Heard] = []
        self.changed = threading.Condition()
        self.closing = threading.Event()
        self._next: dict[str, deque[Reply]] = defaultdict(deque)
        self._always: dict[str, Reply] = {}

    def will(self, *replies: Reply, path: str = "/") -> None:
        """Answer the next requests to `path` so; afterwards well again."""
        self._next[path].extend(replies)

    def always(self, reply: Reply, path: str = "/") -> None:
        """From now on answer requests to `path` so."""
        self._always[path] = reply

    def heard(self, path: str = "/") -> list[Heard]:
        return [request for request in self.requests if request.path == path]

    def wait_for(self, count: int, path: str = "/", seconds: float = 20) -> list[Heard]:
        """What came to `path`, once it is `count` requests or more."""
        with self.changed:
            enough = self.changed.wait_for(lambda: len(self.heard(path)) >= count, seconds)
        assert enough, f"only {len(self.heard(path))} of {count} requests came to {path}"
        return self.heard(path)

    def take(self, heard: Heard) -> Reply:
        with self.changed:
            self.requests.append(heard)
            self.changed.notify_all()
            waiting = self._next[heard.path]
            return waiting.popleft() if waiting else self._always.get(heard.path, OK)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer is sent as one piece, or the kernel waits for the other half.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Any

    def answer(self) -> None:
        world: World = self.server.world
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = world.take(Heard(self.command, self.path, headers, body, time.monotonic()))
        if reply.delay and world.closing.wait(reply.delay):
            return
        self.send_response(reply.status)
        for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body[: len(reply.body) // 2] if reply.drop else reply.body)
        self.close_connection |= reply.drop

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer

    def log_message(self, *arguments: Any) -> None:
        return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *arguments: Any) -> None:
        # Callers hang up on a world that is slow.
        return


@contextmanager
def running_world(port: int = 0):
    """Start the world, at a port of its own where none is named."""
    server = _Server(("127.0.0.1", port), _Handler)
    world = server.world = World(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield world
    finally:
        world.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
