"""What all views of the API share: the transaction, the error body, paging."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.views import defaults
from drf_spectacular.utils import extend_schema_field
from rest_framework import exceptions, negotiation, serializers
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from core import acting, rpc
from core.errors import Invalid, NotFound, Refused, from_database
from core.nudge import nudge
from core.throttling import PerCaller, stranger_may_go_on, until_next_minute

_ROUTE_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


class AlwaysJson(negotiation.BaseContentNegotiation):
    """JSON is what we speak, whatever is asked for."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], "application/json"


class CallerView(APIView):
    """A view that runs in one transaction, in which the authenticator takes the caller's role."""

    content_negotiation_class = AlwaysJson
    throttle_classes = [PerCaller]

    def get_exception_handler(self) -> Any:
        return exception_handler

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with timezone.override(UTC), acting.one_transaction(), rpc.ending_at_refusal():
                answer = super().dispatch(request, *args, **kwargs)
        except (DatabaseError, InterfaceError) as exc:
            # The connection broke between the view and its commit: nothing was acknowledged.
            refusal = from_database(exc)
            if refusal is None:
                raise
            return problem(request, refusal)
        if answer.status_code == 401 and not stranger_may_go_on(request):
            return problem(request, Refused("rate_limited", retry_after=until_next_minute()))
        if request.method not in SAFE_METHODS and answer.status_code < 400:
            nudge()
        return answer


class Nowhere(CallerView):
    """Any address of the API that is none: 401 for a stranger, 404 for a caller we know."""

    schema = None
    permission_classes = [IsAuthenticated]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound


class StrictInteger(serializers.IntegerField):
    """A JSON integer; not a text, a fraction or a truth value."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "string", "description": "A plate in any spelling.", "example": "12-345-67"})
class Plate(serializers.Field):  # type: ignore[type-arg]
    """A plate in any spelling, or as a number; its digits come out."""

    def to_internal_value(self, data: Any) -> str:
        if type(data) not in {str, int} or len(str(data)) > 40:
            raise serializers.ValidationError("a plate has 7 or 8 digits")
        digits = re.sub(r"[^0-9]", "", str(data))
        if len(digits) not in {7, 8}:
            raise serializers.ValidationError("a plate has 7 or 8 digits")
        return digits

    def to_representation(self, value: str) -> str:
        return value


class Asked(serializers.Serializer):  # type: ignore[type-arg]
    """The shape of a request; an unknown field is an error, because it would be dropped without a word."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := set(data) - set(self.fields)):
            raise serializers.ValidationError({key: ["unknown field"] for key in sorted(unknown)})
        return super().to_internal_value(data)


def checked(asked: serializers.Serializer) -> dict[str, Any]:  # type: ignore[type-arg]
    """Validate and return the fields that were sent."""
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def shown(shape: Callable[[], serializers.BaseSerializer[Any]], row: Any) -> Any:
    """`row` as the serializer `shape` shows it."""
    return _reader(shape).to_representation(row)


@lru_cache(maxsize=64)
def _reader(shape: Callable[[], serializers.BaseSerializer[Any]]) -> serializers.BaseSerializer[Any]:
    # One for all answers: a serializer builds its fields anew whenever it is made.
    return shape()


def uuid_or_404(text: str) -> uuid.UUID:
    """An id from a path; one that is no id names nothing."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise NotFound from None


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: our body for the API, its own page elsewhere."""
    return (
        problem(request, Refused("internal_error"))
        if request.path.startswith("/api/")
        else defaults.server_error(request)
    )


def exception_handler(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Answer every refusal with one body; DRF calls this for whatever a view raises."""
    answer = refusal_answer(exc, context)
    if answer is not None and transaction.get_connection().in_atomic_block:
        transaction.set_rollback(True)
    return answer


def refusal_answer(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """The same for a view that closes its transactions itself."""
    refusal = _refusal(exc)
    return None if refusal is None else problem(context["request"]._request, refusal)


def _refusal(exc: Exception) -> Refused | None:
    match exc:
        case Refused():
            return exc
        case RequestDataTooBig():
            return Refused("body_too_large", details={"limit_bytes": settings.HELPER_MAX_BYTES})
        case MultiPartParserError() | TooManyFilesSent() | UnreadablePostError():
            return Invalid.at("", "the form cannot be read")
        case Http404():
            return NotFound()
        case exceptions.ValidationError():
            return Invalid(details=_pointers(exc.detail))
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return Refused("unauthenticated")
        case exceptions.PermissionDenied():
            return Refused("forbidden")
        case exceptions.Throttled():
            return Refused("rate_limited", retry_after=max(1, round(getattr(exc, "wait", None) or 1)))
        case exceptions.MethodNotAllowed():
            return Refused("method_not_allowed")
        case DatabaseError() | InterfaceError():
            return from_database(exc)
        case RecursionError():
            return Invalid.at("", "nested too deeply to be looked into")
    return None


def _pointers(detail: Any, pointer: str = "") -> list[dict[str, str]]:
    if isinstance(detail, dict):
        return [
            place
            for key, inner in detail.items()
            for place in _pointers(inner, pointer if key == "non_field_errors" else f"{pointer}/{key}")
        ]
    if isinstance(detail, list):
        return [place for inner in detail for place in _pointers(inner, pointer)]
    return [{"pointer": pointer, "reason": str(detail)}]


def problem(request: HttpRequest, refusal: Refused) -> JsonResponse:
    """The error body of every door (RFC 9457, and PostgREST's four fields)."""
    code = refusal.code
    route = request.resolver_match.route if request.resolver_match else ""
    answer = JsonResponse(
        {
            "type": f"urn:problem:{code}",
            "title": code.replace("_", " "),
            "status": refusal.status,
            "detail": refusal.message,
            # The route and not the path: a foreign id and one that does not exist get the same bytes.
            "instance": "/" + _ROUTE_PARAMETER.sub(r"{\1}", route),
            "code": code,
            "message": refusal.message,
            "details": refusal.details,
            "hint": refusal.hint,
        },
        status=refusal.status,
        json_dumps_params={"ensure_ascii": False},
    )
    accepted = request.headers.get("Accept", "")
    wants_plain = "application/json" in accepted and "application/problem+json" not in accepted
    answer["Content-Type"] = "application/json" if wants_plain else "application/problem+json"
    answer["Vary"] = "Accept, Accept-Language"
    if refusal.status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    if refusal.retry_after is not None:
        answer["Retry-After"] = str(refusal.retry_after)
    return answer
