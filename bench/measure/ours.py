"""The clients of the system under test, and what must be true of its database afterwards."""

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

from bench.measure.wire import Answer, Wire, insist


class Client:
    """One person with one connection, taken anew for each round, so that no round inherits a lucky process."""

    def __init__(self, base: str, token: str | None) -> None:
        self.base, self.token = base, token
        self.wire = Wire(base, token)

    def ready(self) -> None:
        self.close()
        self.wire = Wire(self.base, self.token)

    def close(self) -> None:
        self.wire.close()


class Save(Client):
    """Saves over its own case, each time over the version before."""

    def __init__(self, base: str, token: str | None, path: str, version: int, bodies: list[bytes]) -> None:
        super().__init__(base, token)
        self.path, self.version, self.bodies = path, version, bodies

    def step(self) -> None:
        body = b'{"version": %d, "helper": %b}' % (self.version, self.bodies[self.version % len(self.bodies)])
        answer = self.wire.ask("PUT", self.path, body)
        check_saved(answer, self.version + 1)
        self.version += 1


class Restore(Client):
    """Puts the first or the second version of its own case on top, in turns."""

    def __init__(self, base: str, token: str, case_id: UUID, version: int) -> None:
        super().__init__(base, token)
        self.path, self.version = f"/api/v1/cases/{case_id}/helper/restore", version

    def step(self) -> None:
        body = b'{"version": %d, "expected_version": %d}' % (1 + self.version % 2, self.version)
        answer = self.wire.ask("POST", self.path, body)
        check_saved(answer, self.version + 1)
        self.version += 1


class Load(Client):
    """Loads the current helper; the first answer is compared with what was saved, the others with the first."""

    def __init__(self, base: str, token: str, case_id: UUID, saved: bytes) -> None:
        super().__init__(base, token)
        self.path, self.saved = f"/api/v1/cases/{case_id}/helper", saved
        self.body = self.etag = b""

    def ready(self) -> None:
        super().ready()
        first = self.wire.ask("GET", self.path)
        insist(first.status == 200, f"a load answered {first.status}")
        insist(exact(first.body)["helper"] == exact(self.saved), "what was loaded is not what was saved")
        self.body, self.etag = first.body, first.headers[b"etag"]

    def step(self) -> None:
        answer = self.wire.ask("GET", self.path)
        insist(answer.status == 200 and answer.body == self.body, f"a load answered {answer.status} or another text")


class LoadUnchanged(Load):
    """Asks for what it has already."""

    def step(self) -> None:
        answer = self.wire.ask("GET", self.path, more=b"If-None-Match: %b\r\n" % self.etag)
        insist(answer.status == 304 and answer.headers.get(b"etag") == self.etag, f"304 was due, not {answer.status}")


class Versions(Client):
    """Lists fifty versions."""

    def __init__(self, base: str, token: str, case_id: UUID, newest: int) -> None:
        super().__init__(base, token)
        self.path, self.newest = f"/api/v1/cases/{case_id}/helper/versions?limit=50", newest

    def step(self) -> None:
        answer = self.wire.ask("GET", self.path)
        insist(answer.status == 200, f"the list answered {answer.status}")
        numbers = [row["version"] for row in answer.json()]
        insist(numbers == list(range(self.newest, self.newest - 50, -1)), "the list holds other versions")


def open_case(base: str, token: str, plate: int, helper: bytes) -> UUID:
    """Open a case with its first version."""
    wire = Wire(base, token)
    answer = wire.ask("POST", "/api/v1/cases", b'{"plate": "%d", "helper": %b}' % (plate, helper))
    wire.close()
    insist(answer.status == 201, f"opening a case answered {answer.status}: {answer.body[:500]!r}")
    return UUID(answer.json()["case_id"])


def check_saved(answer: Answer, version: int) -> None:
    insist(answer.status == 200, f"a save answered {answer.status}: {answer.body[:300]!r}")
    told = answer.json()
    insist(told["version"] == version, f"version {told['version']} came where {version} was due")
    insist(told.get("unchanged", False) is False, "a save of something new made no version")


def exact(text: bytes | str) -> Any:
    """Parsed without rounding, so that 1.10 and 1.1 differ."""
    return json.loads(text, parse_float=_as_written, parse_int=str)


def _as_written(number: str) -> str:
    return format(Decimal(number), "f")


def check_history(rows: list[tuple[Any, ...]], last: bytes) -> None:
    """Versions 1..n without a gap, one current, and the current one is what was sent last.

    A row is a version's number, whether it is current, and its text where it is.
    """
    insist(bool(rows), "there is no version")
    numbers = sorted(number for number, _, _ in rows)
    insist(numbers == list(range(1, len(rows) + 1)), "the versions have gaps")
    current = [(number, text) for number, is_current, text in rows if is_current]
    insist([number for number, _ in current] == numbers[-1:], "not one current version, the newest")
    insist(exact(current[0][1]) == exact(last), "the current helper is not the one sent last")
