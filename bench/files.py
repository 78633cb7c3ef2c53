"""Uploading and downloading 1, 10 and 50 MB through the API, beside the bare S3 client on the same server.

`python3 dev.py bench files [--quick]`; docs/reference/performance.md has the last results and what they mean.
"""

import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from bench.measure import judge, ours, script
from bench.measure.field import Contender, Rounds, run
from bench.measure.judge import Line
from bench.measure.systems import Stack, running_stack
from bench.measure.wire import insist

# The folder of this script would hide the app of the same name.
sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != Path(__file__).resolve().parent]

_MB = 1024 * 1024
_SIZES = (1, 10, 50)
_AIM = 0.5
# How many times the memory of the smallest size the largest may take.
_FLAT = 1.3
_BOUNDARY = "a-boundary-of-the-bench"
_PIECE = 256 * 1024
_ENDPOINT: dict[str, str] = {}


def _client() -> Any:
    from files import on_s3

    return on_s3._client(_ENDPOINT["FILES_S3_ENDPOINT"], "us-east-1", "S3RVER", "S3RVER")


class Bare:
    """The client alone, with its body in a file as ours has it."""

    def __init__(self, content: bytes, key: str | None = None) -> None:
        self.content, self.key = content, key
        self.client: Any = None

    def ready(self) -> None:
        self.client = self.client or _client()
        if self.key:
            self.client.put_object(Bucket="docs", Key=self.key, Body=io.BytesIO(self.content))

    def step(self) -> None:
        if self.key is None:
            self.client.put_object(Bucket="docs", Key=f"bench/{uuid4()}.pdf", Body=io.BytesIO(self.content))
            return
        body = self.client.get_object(Bucket="docs", Key=self.key)["Body"]
        insist(
            sum(len(piece) for piece in iter(lambda: body.read(_PIECE), b"")) == len(self.content), "bytes are missing"
        )


class Ours:
    """The same through the API; no two uploads have the same content."""

    def __init__(self, stack: Stack, content: bytes, case_id: str, *, is_download: bool = False) -> None:
        self.stack, self.content, self.case_id, self.is_download = stack, content, case_id, is_download
        self.numbers, self.file_id = count(), ""

    def ready(self) -> None:
        self.connection = HTTPConnection(urlsplit(self.stack.base).netloc, timeout=120)
        if self.is_download and not self.file_id:
            self.file_id = self.bring()

    def step(self) -> None:
        if self.is_download:
            self.fetch()
        else:
            self.bring()

    def bring(self) -> str:
        first = f"%PDF-1.7\n% {os.getpid()} {next(self.numbers)}\n".encode()
        head = (
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="case_id"\r\n\r\n{self.case_id}\r\n'
            f"--{_BOUNDARY}\r\n"
            'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        ).encode()
        end = f"\r\n--{_BOUNDARY}--\r\n".encode()
        parts = [head + first, self.content, end]
        answer = self.ask("POST", "/api/v1/files", iter(parts), sum(map(len, parts)))
        told = json.loads(answer.read())
        insist(answer.status == 201, f"an upload answered {answer.status}: {told}")
        return str(told["id"])

    def fetch(self) -> None:
        answer = self.ask("GET", f"/api/v1/files/{self.file_id}/content")
        size = sum(len(piece) for piece in iter(lambda: answer.read(_PIECE), b""))
        insist(answer.status == 200 and size >= len(self.content), f"a download answered {answer.status}, {size} bytes")

    def ask(self, method: str, path: str, body: Iterator[bytes] | None = None, length: int = 0) -> Any:
        headers = {"Authorization": f"Bearer {self.stack.token}", "Content-Length": str(length)}
        if body:
            headers["Content-Type"] = f"multipart/form-data; boundary={_BOUNDARY}"
        self.connection.request(method, path, body, headers)
        return self.connection.getresponse()


def _scan(size: int) -> bytes:
    """What follows the first line of a PDF as a scanner writes it: one picture in one stream."""
    picture = os.urandom(size).replace(b"stream", b"------")
    return b"1 0 obj\n<< /Length %d >>\nstream\n%b\nendstream\nendobj\n%%%%EOF\n" % (len(picture), picture)


def measure(stack: Stack, megabytes: int, rounds: int, seconds: float) -> tuple[list[Line], list[Rounds]]:
    """Both ways for one size."""
    content = _scan(megabytes * _MB - 100)
    case_id = str(ours.open_case(stack.base, stack.token, next(script.plates()), b"{}"))
    lines: list[Line] = []
    results: list[Rounds] = []
    ways: dict[str, tuple[Callable[[int], Any], Callable[[int], Any]]] = {
        "upload": (lambda n: Bare(content), lambda n: Ours(stack, content, case_id)),
        "download": (
            lambda n: Bare(content, f"bench/{uuid4()}.pdf"),
            lambda n: Ours(stack, content, case_id, is_download=True),
        ),
    }
    for way, (bare, whole) in ways.items():
        script.say(f"- {way} of {megabytes} MB")
        both = [Contender("limit", bare), Contender(way, whole)]
        found = run(both, 1, rounds=rounds, seconds=seconds)
        lines.append(judge.throughput(f"{way} {megabytes} MB", found[way], found["limit"], _AIM))
        results += [Rounds(f"{way} {megabytes} MB: {one.name}", one.clients, one.rounds) for one in found.values()]
    return lines, results


def flat(peaks: list[float]) -> Line:
    """The web server's memory after the largest size beside that after the smallest."""
    least, most = peaks[0], peaks[-1]
    measure = f"peak memory of a web process, {_SIZES[-1]} MB beside {_SIZES[0]} MB"
    told = f"{least:.0f} MB", f"{most:.0f} MB"
    return Line(measure, 1, *told, most / least, f"<= {_FLAT:g}", most <= _FLAT * least, 0.0)


def _peak_of_web() -> float:
    """The most memory any process of our web server ever had, in MB."""
    peaks = [0]
    mine = f"FILES_S3_ENDPOINT={_ENDPOINT['FILES_S3_ENDPOINT']}".encode()
    for entry in Path("/proc").iterdir():
        try:
            if b"config.wsgi" in (entry / "cmdline").read_bytes() and mine in (entry / "environ").read_bytes():
                peaks += [int(found) for found in re.findall(r"VmHWM:\s+(\d+)", (entry / "status").read_text())]
        except OSError:
            continue
    return max(peaks) / 1024


def main() -> int:
    asked = script.options("Files through the API, beside the bare S3 client.")
    lines: list[Line] = []
    peaks: list[float] = []
    results: list[Rounds] = []
    from devkit import peers, places

    with tempfile.TemporaryDirectory() as folder, places.kept_or_temporary(places.VAR / "bench") as place:
        os.environ.update(peers.environment(place))
        from tests.peers import s3

        with s3.running(Path(folder)) as server:
            _ENDPOINT.update(server.settings)
            with running_stack(asked.stack, asked.workers, **server.settings) as stack:
                for megabytes in _SIZES:
                    # A turn is at least one file; of the largest a quick run affords two.
                    rounds = 2 if asked.quick and megabytes == _SIZES[-1] else asked.rounds
                    more, found = measure(stack, megabytes, rounds, asked.seconds)
                    lines, results = lines + more, results + found
                    peaks.append(_peak_of_web())
    return script.finish([*lines, flat(peaks)], results, asked)


if __name__ == "__main__":
    sys.exit(main())
