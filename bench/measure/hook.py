"""A receiver of webhooks in a process of its own, that does nothing but note what came and when."""

import asyncio
import base64
import hashlib
import hmac
import json
import multiprocessing
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection

from bench.measure.wire import insist

_FORK = multiprocessing.get_context("fork")
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nContent-Type: text/plain\r\n\r\nAccepted"


@dataclass(frozen=True)
class Arrival:
    """One post."""

    at: float  # time.time()
    head: bytes
    body: bytes

    def header(self, name: bytes) -> str:
        for line in self.head.split(b"\r\n")[1:]:
            found, _, value = line.partition(b":")
            if found.lower() == name:
                return value.strip().decode()
        return ""

    @property
    def id(self) -> str:
        return self.header(b"webhook-id")

    @property
    def waited(self) -> float:
        """Seconds since the message was written, a moment before its commit."""
        return self.at - datetime.fromisoformat(json.loads(self.body)["timestamp"]).timestamp()


class _Post(asyncio.Protocol):
    def __init__(self, kept: list[Arrival]) -> None:
        self.kept, self.arrived = kept, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.arrived += data
        while b"\r\n\r\n" in self.arrived:
            head, _, rest = self.arrived.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            if len(rest) < length:
                return
            self.kept.append(Arrival(time.time(), head, rest[:length]))
            self.arrived = rest[length:]
            self.transport.write(_ANSWER)


class Hook:
    """Where it listens, and what it noted."""

    def __init__(self, port: int, pipe: Connection) -> None:
        self.url, self._pipe = f"http://127.0.0.1:{port}/", pipe

    def count(self) -> int:
        self._pipe.send("count")
        return self._pipe.recv()

    def take(self) -> list[Arrival]:
        """What came since the last time."""
        self._pipe.send("take")
        return self._pipe.recv()

    def await_count(self, number: int, within: float = 120.0) -> None:
        """Raise Wrong unless so many have come in time."""
        stop = time.monotonic() + within
        while self.count() < number:
            insist(time.monotonic() < stop, f"only {self.count()} of {number} posts came")
            time.sleep(0.02)


@contextmanager
def running() -> Iterator[Hook]:
    ours, theirs = _FORK.Pipe()
    process = _FORK.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield Hook(ours.recv(), ours)
    finally:
        process.terminate()
        process.join(10)


def _serve(pipe: Connection) -> None:
    with suppress(EOFError, KeyboardInterrupt):
        asyncio.run(_listen(pipe))


async def _listen(pipe: Connection) -> None:
    loop, kept = asyncio.get_running_loop(), []
    server = await loop.create_server(lambda: _Post(kept), "127.0.0.1", 0, backlog=200)
    pipe.send(server.sockets[0].getsockname()[1])

    def answer() -> None:
        if pipe.recv() == "count":
            pipe.send(len(kept))
        else:
            pipe.send(kept.copy())
            kept.clear()

    loop.add_reader(pipe.fileno(), answer)
    await server.serve_forever()


def check(came: list[Arrival], expected: dict[str, list[str]], secret: str) -> None:
    """Raise Wrong unless each id of each case came once, in its case's order, signed with the secret."""
    found: dict[str, list[str]] = defaultdict(list)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    for one in came:
        found[json.loads(one.body)["data"]["case_id"]].append(one.id)
        said = f"{one.id}.{one.header(b'webhook-timestamp')}.".encode() + one.body
        signature = base64.b64encode(hmac.digest(key, said, hashlib.sha256)).decode()
        insist(f"v1,{signature}" in one.header(b"webhook-signature").split(), "a signature is not ours")
    for case, ids in expected.items():
        insist(len(found[case]) == len(set(found[case])), "something came twice")
        insist(set(found[case]) == set(ids), "something did not come, or was never sent")
        insist(found[case] == ids, "a case was told in another order")
    insist(set(found) <= set(expected), "a case came that was not meant")
