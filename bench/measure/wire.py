"""One kept connection that speaks just enough HTTP; a real client library would measure itself."""

import json
import socket
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Wrong(Exception):
    """An answer, or what the database holds afterwards, is not what it must be."""


class Answer(NamedTuple):
    status: int
    headers: dict[bytes, bytes]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Wire:
    """A raw socket to `base`; the fixed headers are written out once."""

    def __init__(self, base: str, token: str | None = None) -> None:
        host, _, port = urlsplit(base).netloc.partition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.fixed = f"Host: {host}\r\n".encode()
        if token:
            self.fixed += f"Authorization: Bearer {token}\r\n".encode()

    def ask(self, method: str, path: str, body: bytes | None = None, more: bytes = b"") -> Answer:
        """Send one request and read the whole answer. Raises Wrong when it ends early or has no length."""
        head = b"%b %b HTTP/1.1\r\n%b%b" % (method.encode(), path.encode(), self.fixed, more)
        if body is not None:
            head += b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body)
        self.socket.sendall(head + b"\r\n" + (body or b""))
        return self._answer()

    def _answer(self) -> Answer:
        arrived = bytearray()
        while (end := arrived.find(b"\r\n\r\n")) < 0:
            arrived += self._more()
        status_line, *lines = bytes(arrived[:end]).split(b"\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        status = int(status_line.split()[1])
        del arrived[: end + 4]
        if status in {204, 304}:
            return Answer(status, headers, b"")
        if b"content-length" not in headers:
            raise Wrong(f"status {status} without a length")
        length = int(headers[b"content-length"])
        while len(arrived) < length:
            arrived += self._more()
        if len(arrived) > length:
            raise Wrong("more came than the length says")
        return Answer(status, headers, bytes(arrived))

    def _more(self) -> bytes:
        piece = self.socket.recv(1 << 20)
        if not piece:
            raise Wrong("the server hung up in the middle of an answer")
        return piece

    def close(self) -> None:
        self.socket.close()


def insist(truth: bool, why: str) -> None:
    """Raise Wrong unless it is so; `assert` would vanish under -O."""
    if not truth:
        raise Wrong(why)
