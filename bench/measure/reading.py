"""Who reads history: ours in Python and over HTTP, and the bare things they are measured beside."""

import http.cookiejar
import json
import os
import re
import secrets
import urllib.request
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from bench.measure import limit
from bench.measure.ours import Client
from bench.measure.systems import Stack
from bench.measure.wire import insist

PAGE = 1000
COLUMNS = """case_id, version, helper_name, is_current, source, saved_at, saved_by, saved_from, label, trigger,
size_bytes, changes, changed_sections, restored_from, folded"""


class Readers:
    """What needs no preparation."""

    def ready(self) -> None:
        """Nothing to do before a round."""


class Parse(Readers):
    """The limit of a comparison: the standard library reads both documents and writes them again."""

    def __init__(self, before: str, after: str) -> None:
        self.texts = before, after

    def step(self) -> None:
        for text in self.texts:
            insist(len(json.dumps(json.loads(text), ensure_ascii=False)) >= len(text), "a document was lost")


class Compare(Readers):
    """Reads both documents and finds what differs."""

    def __init__(self, before: str, after: str) -> None:
        self.texts = before, after
        self.expected = self._found()

    def _found(self) -> int:
        from core import exact
        from helpers import diff

        before, after = map(exact.read, self.texts)
        return len(diff.compare(before, after))

    def step(self) -> None:
        insist(self._found() == self.expected > 0, "another number of changes was found")


class Walk(Client):
    """Walks all versions of a case by their pages."""

    def __init__(self, stack: Stack, case_id: UUID, number: int) -> None:
        super().__init__(stack.base, stack.token)
        self.path, self.number = f"/api/v1/cases/{case_id}/helper/versions?limit={PAGE}", number

    def step(self) -> None:
        found: list[int] = []
        path: str | None = self.path
        while path:
            answer = self.wire.ask("GET", path)
            insist(answer.status == 200, f"the list answered {answer.status}")
            found += [row["version"] for row in answer.json()]
            link = re.match(rb'<([^>]+)>; rel="next"', answer.headers.get(b"link", b""))
            path = link[1].decode() if link else None
        insist(found == list(range(self.number, 0, -1)), "the list holds other versions")


class Select(Readers):
    """The limit of that: one select of the same columns."""

    def __init__(self, dsn: str, case_id: UUID, number: int) -> None:
        self.cursor, self.case_id, self.number = limit.connect(dsn).cursor(binary=True), case_id, number

    def step(self) -> None:
        statement = f"select {COLUMNS} from public.case_helper where case_id = %s order by version desc"
        rows = self.cursor.execute(statement, [self.case_id]).fetchall()
        insist([row[1] for row in rows] == list(range(self.number, 0, -1)), "other versions were selected")


class Page(Client):
    """A staff member's browser that opens one page and reads it to the last byte."""

    def __init__(self, stack: Stack, path: str, holds: str) -> None:
        super().__init__(stack.base, None)
        self.cookie, self.path, self.holds = session(stack.admin), path, holds.encode()

    def step(self) -> None:
        answer = self.wire.ask("GET", self.path, more=b"Cookie: %b\r\n" % self.cookie.encode())
        insist(answer.status == 200, f"the page answered {answer.status}")
        insist(self.holds in answer.body and answer.body.rstrip().endswith(b"</html>"), "the page is another one")


class Field(Readers):
    """Every value of one place, asked as the API and the admin ask."""

    def __init__(self, dsn: str, case_id: UUID, pointer: str, number: int) -> None:
        os.environ.update(
            DATABASE_URL=dsn, DJANGO_SETTINGS_MODULE="config.settings", DJANGO_SECRET_KEY=secrets.token_hex()
        )
        import django

        django.setup()
        self.case_id, self.pointer, self.number = case_id, pointer, number

    def step(self) -> None:
        from helpers import history

        found = history.of_field(self.case_id, self.pointer)
        insist(len(found.spans) == self.number, f"{len(found.spans)} values were found")

    def statements(self) -> int:
        from django.db import connection

        counted: list[str] = []

        def count(execute: Any, statement: str, *more: Any) -> Any:
            counted.append(statement)
            return execute(statement, *more)

        with connection.execute_wrapper(count):
            self.step()
        return len(counted)


class SelectField(Readers):
    """Beside it: the bare value of the place in every version."""

    def __init__(self, dsn: str, case_id: UUID, pointer: str, versions: int) -> None:
        self.cursor, self.case_id, self.versions = limit.connect(dsn).cursor(binary=True), case_id, versions
        self.path = pointer.split("/")[1:]

    def step(self) -> None:
        statement = "select version, (helper_json #> %s)::text from public.case_helper where case_id = %s"
        rows = self.cursor.execute(statement, [self.path, self.case_id]).fetchall()
        insist(len(rows) == self.versions, f"{len(rows)} versions were read")


def session(admin: dict[str, str]) -> str:
    """Log in as a person does, and return the cookies."""
    cookies = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    address = f"{admin['url']}login/"
    browser.open(address).read()
    token = next(one.value for one in cookies if one.name == "csrftoken")
    form = {"username": admin["username"], "password": admin["password"], "csrfmiddlewaretoken": token}
    browser.open(urllib.request.Request(address, urlencode(form).encode(), {"Referer": address})).read()
    found = {one.name: one.value for one in cookies}
    insist("sessionid" in found, "the admin did not let us in")
    return "; ".join(f"{name}={value}" for name, value in found.items())
