"""Keeping what came as it came, also where the call is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from core import acting, rpc, strict
from core.api import CallerView, problem
from core.body import limits
from core.errors import Refused, from_database
from core.rpc import JsonText
from make import jsontext
from make.passwords import blotted


class RefusedButKept(Exception):
    """A refusal that leaves behind what came; raised inside a KeepingView, also from inner transactions."""

    def __init__(self, refusal: Refused, text: str | bytes, *, source: str, case_id: UUID | None = None) -> None:
        self.refusal = refusal
        self.text = text
        self.source = source
        self.case_id = case_id
        super().__init__(refusal.code)


class KeepingView(CallerView):
    """A view that may raise RefusedButKept: the request is taken back, what came is kept, its id is in `details`."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except RefusedButKept as kept:
            return self._keep(request, kept)

    def _keep(self, request: HttpRequest, kept: RefusedButKept) -> HttpResponse:
        refusal = kept.refusal
        try:
            with timezone.override(UTC), acting.one_transaction():
                # Asking who calls takes the caller's role again.
                self.initialize_request(request).user  # noqa: B018
                raw_id = keep_raw(kept.text, source=kept.source, case_id=kept.case_id, error=refusal.code)
        except Refused:
            # Nobody's office can be told: the service key, where there are more of them.
            return problem(request, refusal)
        except (DatabaseError, InterfaceError) as exc:
            return problem(request, from_database(exc) or refusal)
        answer = problem(request, Refused(refusal.code, details=_with_id(refusal.details, raw_id)))
        answer["X-Raw-Answer"] = str(raw_id)
        return answer


@contextmanager
def kept_if_refused(text: str | bytes, *, source: str, case_id: UUID | None = None) -> Iterator[None]:
    """Turn a refusal inside the block into one that leaves `text` behind."""
    try:
        yield
    except Refused as refusal:
        raise RefusedButKept(refusal, text, source=source, case_id=case_id) from refusal


def keep_raw(
    text: str | bytes,
    *,
    source: str,
    case_id: UUID | None = None,
    parsed: Any = None,
    error: str | None = None,
) -> UUID:
    """Keep a text as it came, passwords blotted out, in the open transaction; return its id.

    Whoever then refuses the call raises RefusedButKept instead, or the row is taken back with it.
    """
    clean = blotted(_storable(text))
    if parsed is None and clean:
        parsed = _parsed(clean)
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(
            "select private.raw_answer_add(null, %s, %s, %s, %s, %s)", [case_id, source[:100], clean, parsed, error]
        )
        return UUID(str(cursor.fetchone()[0]))


def _storable(text: str | bytes) -> str:
    """The text with a visible escape for what Postgres keeps in no text: NUL, half characters, broken UTF-8."""
    if isinstance(text, str):
        text = text.encode("utf-8", "backslashreplace")
    return text.decode("utf-8", "backslashreplace").replace("\0", "\\x00")


def _parsed(text: str) -> JsonText | None:
    """The JSON of a text where it is some, the first value of a repeated key."""
    try:
        body = jsontext.write(jsontext.read(text)).encode()
        strict.check(body, limits())
    except (jsontext.Broken, Refused, RecursionError):
        return None
    return JsonText(body)


def _with_id(details: Any, raw_id: UUID) -> Any:
    # A list of places stays one, as the contract has it; the header names the row too.
    return details if isinstance(details, list) else {**(details or {}), "raw_id": str(raw_id)}
