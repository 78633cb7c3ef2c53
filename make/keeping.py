"""Keeping what came as it came, also where the call is refused."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from core import acting, rpc
from core.api import CallerView, problem
from core.errors import Refused, from_database
from intake import evidence
from make import idempotency

# A stranger's calls and a flood are nobody's rate.
_NOT_COUNTED = {401, 429}


class RefusedButKept(Exception):
    """A refusal that leaves behind what came; raised inside a KeepingView, also from inner transactions."""

    def __init__(
        self,
        refusal: Refused,
        text: str | bytes,
        *,
        source: str,
        case_id: UUID | None = None,
        also: Callable[[], object] | None = None,
    ) -> None:
        self.refusal = refusal
        self.text = text
        self.source = source
        self.case_id = case_id
        self.also = also
        super().__init__(refusal.code)


class KeepingView(CallerView):
    """A view that may raise RefusedButKept: the request is taken back, what came is kept, its id is in `details`."""

    for_keys: str
    counts_refusals = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            answer = super().dispatch(request, *args, **kwargs)
        except RefusedButKept as kept:
            answer = self._keep(request, kept)
        except Exception:
            self._count(request, 500, "internal_error")
            raise
        if answer.status_code >= 400 and isinstance(answer, HttpResponse):
            self._count(request, answer.status_code, json.loads(answer.content).get("code"))
        return answer

    def _count(self, request: HttpRequest, status: int, code: str | None) -> None:
        """Count a call of Make's that was refused, in a transaction of its own: the call's was taken back."""
        if not self.counts_refusals or status in _NOT_COUNTED:
            return
        try:
            with acting.one_transaction():
                # Asking who calls takes the caller's role again.
                caller: Any = self.initialize_request(request).user
                if getattr(caller, "is_service", False) or getattr(caller, "gateway_key", None):
                    idempotency.count(self.for_keys, status, code)
        except (Refused, DatabaseError, InterfaceError):
            # A database that is away counts nothing; the refusal is told all the same.
            return

    def _keep(self, request: HttpRequest, kept: RefusedButKept) -> HttpResponse:
        refusal = kept.refusal
        try:
            with timezone.override(UTC), acting.one_transaction():
                # Asking who calls takes the caller's role again.
                self.initialize_request(request).user  # noqa: B018
                raw_id = keep_raw(kept.text, source=kept.source, case_id=kept.case_id, error=refusal.code)
                if kept.also:
                    kept.also()
        except Refused:
            # Nobody's office can be told: the service key, where there are more of them.
            return problem(request, refusal)
        except (DatabaseError, InterfaceError) as exc:
            return problem(request, from_database(exc) or refusal)
        answer = problem(request, Refused(refusal.code, details=_with_id(refusal.details, raw_id)))
        answer["X-Raw-Answer"] = str(raw_id)
        return answer


@contextmanager
def kept_if_refused(
    text: str | bytes, *, source: str, case_id: UUID | None = None, also: Callable[[], object] | None = None
) -> Iterator[None]:
    """Turn a refusal inside the block into one that leaves `text` behind, and does what `also` does."""
    try:
        yield
    except Refused as refusal:
        raise RefusedButKept(refusal, text, source=source, case_id=case_id, also=also) from refusal


def keep_raw(
    text: str | bytes,
    *,
    source: str,
    case_id: UUID | None = None,
    error: str | None = None,
) -> UUID:
    """Keep a text as it came, passwords blotted out, in the open transaction; return its id.

    Whoever then refuses the call raises RefusedButKept instead, or the row is taken back with it.
    """
    came = evidence.of_text(text)
    values: list[Any] = [case_id, source[:100], came.text, came.json, error]
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute("select private.raw_answer_add(null, %s, %s, %s, %s, %s)", values)
        return UUID(str(cursor.fetchone()[0]))


def _with_id(details: Any, raw_id: UUID) -> Any:
    # A list of places stays one, as the contract has it; the header names the row too.
    return details if isinstance(details, list) else {**(details or {}), "raw_id": str(raw_id)}
