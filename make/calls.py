"""One call of the gateway, and what it is told."""

from typing import Any, NamedTuple
from uuid import UUID

from rest_framework.request import Request

from accounts.callers import Caller
from core.rendering import ExactRenderer
from helpers import services
from make.bodies import Document, Sent


class Call(NamedTuple):
    """One call: who, the body as it came, and what was asked for in it."""

    request: Request
    caller: Caller
    sent: Sent
    asked: dict[str, Any]

    @property
    def org_id(self) -> UUID | None:
        return self.asked.get("org_id") or self.caller.org_id

    @property
    def helper(self) -> Document | None:
        return self.asked.get("helper_json")

    def queue(self) -> tuple[UUID, int | None]:
        return services.queue(
            case_id=self.asked.get("case_id"), plate=self.asked.get("plate"), org_id=self.asked.get("org_id")
        )


class Answer(NamedTuple):
    """What a call is told: a row or a list of them, its ids, and a field that goes out as the text it is stored as."""

    row: Any
    status: int = 200
    ids: tuple[str, ...] = ("case_id", "version")
    name: str = ""
    text: bytes = b""

    @property
    def rows(self) -> list[Any]:
        return self.row if isinstance(self.row, list) else [self.row]

    def content(self, *, minimal: bool) -> bytes:
        if minimal:
            told = [{name: row[name] for name in self.ids} for row in self.rows]
            return ExactRenderer().render(told if isinstance(self.row, list) else told[0])
        body: bytes = ExactRenderer().render(self.row)
        return b'%b,"%b":%b}' % (body[:-1], self.name.encode(), self.text) if self.name else body
