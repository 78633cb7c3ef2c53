"""Many open streams in one process, which notes when each version came to each of them."""

import multiprocessing
import re
import selectors
import socket
import time
from collections import defaultdict
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

from bench.measure.wire import insist

_FORK = multiprocessing.get_context("fork")
_VERSION = re.compile(rb'"version":(\d+)')
PATIENCE = 15.0


class Swarm:
    """The process, and what it is asked."""

    def __init__(self, urls: list[str]) -> None:
        self.size = len(urls)
        self.pipe, theirs = _FORK.Pipe()
        self.process = _FORK.Process(target=_listen, args=(theirs, urls), daemon=True)
        self.process.start()
        theirs.close()
        insist(self.pipe.recv() == "ready", "not every stream could be opened")

    def came(self, version: int) -> list[float]:
        """When a version came to each of them, by time.monotonic()."""
        self.pipe.send(version)
        found: list[float] = self.pipe.recv()
        insist(len(found) == self.size, f"version {version} came to {len(found)} of {self.size}")
        return found

    def close(self) -> None:
        self.process.kill()
        self.process.join(10)


def _listen(pipe: Connection, urls: list[str]) -> None:
    streams = selectors.DefaultSelector()
    for url in urls:
        streams.register(_open(url), selectors.EVENT_READ)
    streams.register(pipe, selectors.EVENT_READ)
    pipe.send("ready")
    came: dict[int, list[float]] = defaultdict(list)
    while True:
        for key, _ in streams.select():
            if key.fileobj is pipe:
                pipe.send(_await(streams, pipe, came, pipe.recv(), len(urls)))
            else:
                _read(key.fileobj, came)


def _await(
    streams: selectors.BaseSelector, pipe: Connection, came: dict[int, list[float]], version: int, count: int
) -> list[float]:
    until = time.monotonic() + PATIENCE
    while len(came[version]) < count and time.monotonic() < until:
        for key, _ in streams.select(0.5):
            if key.fileobj is not pipe:
                _read(key.fileobj, came)
    found = came[version]
    came.clear()
    return found


def _read(stream: socket.socket, came: dict[int, list[float]]) -> None:
    piece = stream.recv(1 << 16)
    insist(bool(piece), "a stream ended")
    now = time.monotonic()
    for version in _VERSION.findall(piece):
        came[int(version)].append(now)


def _open(url: str) -> socket.socket:
    """A stream that has said hello; what came with that is not counted."""
    parts = urlsplit(url)
    stream = socket.create_connection((parts.hostname or "", parts.port or 80), timeout=PATIENCE)
    stream.sendall(f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.hostname}\r\n\r\n".encode())
    arrived = b""
    while b"retry: " not in arrived:
        piece = stream.recv(1 << 16)
        insist(bool(piece), f"a stream was not opened: {arrived[:200]!r}")
        arrived += piece
    return stream
