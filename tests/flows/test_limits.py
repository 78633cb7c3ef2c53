"""What a broken or hostile sender can do over the wire: get a clear answer, and cost little."""

import socket
import time
from pathlib import Path

import pytest

from tests.cast import DANA
from tests.conftest import any_plate

MB = 1 << 20


@pytest.fixture(scope="module")
def url(site):
    case = site.call("POST", "cases", DANA, {"plate": any_plate()}).json()
    return f"cases/{case['case_id']}/helper"


def peak_kib(site) -> int:
    """The most memory any of the site's processes ever had."""
    found = [status_of(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    mine = [status_of(site.process.pid), *(status for status in found if f"PPid:\t{site.process.pid}\n" in status)]
    return max(int(status.split("VmHWM:")[1].split()[0]) for status in mine)


def status_of(pid) -> str:
    """What the system says of a process; nothing of one that has just ended."""
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_a_hundred_megabytes_are_refused_and_cost_no_memory(site, url):
    before = peak_kib(site)

    answer = site.call("PUT", url, DANA, b'{"version":1,"helper":{"a":"' + b"x" * (100 * MB) + b'"}}')

    assert (answer.status, answer.json()["code"]) == (413, "body_too_large")
    assert answer.json()["details"] == {"limit_bytes": 16 * MB}
    assert peak_kib(site) - before < 100 * 1024


def test_sixteen_megabytes_less_a_little_are_taken(site, url):
    version = site.call("GET", url, DANA).json()["version"]

    answer = site.call("PUT", url, DANA, b'{"version":%d,"helper":{"a":"%b"}}' % (version, b"x" * (16 * MB - 1000)))

    assert answer.status == 200, answer.body


def raw(site, head: str, body: bytes = b"") -> bytes:
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as wire:
        wire.sendall(head.replace("\n", "\r\n").encode() + b"\r\n" + body)
        wire.settimeout(20)
        answer = b""
        while part := wire.recv(65536):
            answer += part
    return answer


def head(url, **more):
    lines = [f"PUT /api/v1/{url} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {DANA.token()}"]
    lines += ["Connection: close", "Content-Type: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in more.items()]
    return "\n".join(lines) + "\n"


def test_a_body_in_chunks_is_asked_for_its_length(site, url):
    answer = raw(site, head(url, Transfer_Encoding="chunked"), b'5\r\n{"a":\r\n0\r\n\r\n')

    assert answer.startswith(b"HTTP/1.1 411")
    assert b"length_required" in answer


def test_a_body_cut_short_saves_nothing(site, url):
    version = site.call("GET", url, DANA).json()["version"]
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as wire:
        wire.sendall(head(url, Content_Length="1000").replace("\n", "\r\n").encode() + b"\r\n" + b'{"version":')
    time.sleep(0.2)

    assert site.call("GET", url, DANA).json()["version"] == version


@pytest.mark.parametrize("length", ["-1", "abc", "1e3"])
def test_a_length_that_is_none_is_no_defect(site, url, length):
    assert raw(site, head(url, Content_Length=length)).startswith(b"HTTP/1.1 4")
