"""The gateway over HTTP: a key, an op, and the same answer for the same call."""

import inspect
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from accounts.authentication import SupabaseAuthentication
from core import acting
from core.api import checked
from core.body import raw_body
from core.errors import NotFound, Refused
from helpers import services
from make import bodies, idempotency
from make.authentication import GatewayAuthentication, KeysWithinBounds, OnlyMake
from make.bodies import Document
from make.calls import Call
from make.gateway import Op
from make.keeping import KeepingView, RefusedButKept

_UNREADABLE = {"invalid_json", "duplicate_key", "unstorable_text", "number_out_of_range"}
_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="1 to 255 printable ASCII characters: the same for a repeat, another for a new call. "
    "May stand in the body as idempotency_key. Answers are kept for 72 hours.",
)
_PREFER = OpenApiParameter(
    "Prefer", str, OpenApiParameter.HEADER, description="return=minimal: answer with the ids only."
)

_REPLAYED = OpenApiParameter(
    "Idempotency-Replayed",
    str,
    OpenApiParameter.HEADER,
    response=True,
    description="true: the call was known, and this is what it was answered.",
)


class GatewayView(KeepingView):
    """One op of the table."""

    authentication_classes = [GatewayAuthentication, SupabaseAuthentication]
    permission_classes = [IsAuthenticated, OnlyMake, KeysWithinBounds]
    op: Op
    _refused: tuple[Call, Document, Refused] | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = super().dispatch(request, *args, **kwargs)
        if self._refused is not None and answer.status_code < 500:
            self._log(request, *self._refused)
        return answer

    def _log(self, request: HttpRequest, call: Call, helper: Document, refusal: Refused) -> None:
        """Tell the mirror's log of a refused helper, in a transaction of its own: the call's was taken back."""
        try:
            with acting.one_transaction():
                # Asking who calls takes the caller's role again.
                self.initialize_request(request).user  # noqa: B018
                services.log_refused(
                    case_id=call.asked.get("case_id"),
                    plate=call.asked.get("plate"),
                    helper_json=helper.inside(call.sent),
                    refusal=refusal,
                    op=self.op.name,
                    source=call.asked.get("source"),
                )
        except (Refused, DatabaseError, InterfaceError):
            # No case of this caller's, so no log to write in; or no database, and the refusal is told all the same.
            return

    def answer(self, request: Request) -> HttpResponse:
        """Take the body apart and run the op; what cannot be read is kept as it came."""
        raw = raw_body(request._request)
        try:
            sent = self.op.takes_apart(raw)
            return self._write(request, sent) if self.op.writes else self.op.run(self._call(request, sent))
        except Refused as refusal:
            if refusal.code not in _UNREADABLE:
                raise
            raise RefusedButKept(refusal, raw, source=f"gateway/{self.op.name}") from None

    def _call(self, request: Request, sent: bodies.Sent) -> Call:
        caller: Any = request.user
        call = Call(request, caller, sent, checked(self.op.asked(data=sent.fields)))
        if caller.org_id is not None and call.org_id != caller.org_id:
            raise NotFound
        return call

    def _write(self, request: Request, sent: bodies.Sent) -> HttpResponse:
        key = idempotency.key_of(request.headers.get("Idempotency-Key"), sent)
        caller: Any = request.user
        claim = idempotency.claim(principal=caller.ident, key=key, op=self.op.name, sent=sent)
        if claim.answer is not None:
            status, content = claim.answer
            return _json(content, status, {"Idempotency-Replayed": "true"})
        call = self._call(request, sent)
        try:
            answer = self.op.run(call)
        except Refused as refusal:
            self._refused = None if call.helper is None else (call, call.helper, refusal)
            raise
        minimal = "return=minimal" in request.headers.get("Prefer", "").replace(" ", "")
        content = answer.content(minimal=minimal)
        claim.keep(answer.status, content)
        return _json(content, answer.status, {"Preference-Applied": "return=minimal"} if minimal else {})


def _json(content: bytes, status: int, headers: dict[str, str]) -> HttpResponse:
    return HttpResponse(content, status=status, content_type="application/json", headers=headers)


def view_of(op: Op) -> type[GatewayView]:
    """The view of one op, which the OpenAPI document describes by itself."""

    @extend_schema(
        operation_id=f"gateway_{op.name.replace('.', '_')}",
        summary=op.about,
        description=f"{inspect.cleandoc(op.asked.__doc__ or '')}\n\nOne object, or Make's list of one.",
        parameters=[_KEY, _PREFER, _REPLAYED] if op.writes else [],
        request=op.asked,
        responses=dict.fromkeys(op.statuses, op.answer),
        examples=op.examples,
        tags=["gateway"],
    )
    def post(self: GatewayView, request: Request) -> HttpResponse:
        return self.answer(request)

    return type(
        "GatewayView", (GatewayView,), {"op": op, "for_keys": op.name, "counts_refusals": op.writes, "post": post}
    )
