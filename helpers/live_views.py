"""The way to live news: a ticket, and the address where it is taken."""

from typing import Any

from django.conf import settings
from django.http import HttpResponseBase, HttpResponseRedirect
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core import body
from core.api import CallerView, checked
from core.errors import Refused
from helpers import listening
from helpers.live_serializers import AskEventTicket, EventTicket

_STREAM = (
    "Server-Sent Events, answered by a process of its own: `change` with `{type, case_id, version, at}`, `resync` when"
    " something was not told one by one, and a comment every 15 seconds. Load anew what changed, with If-None-Match."
)


class EventTicketView(CallerView):
    """Leave to listen, for a browser that opens a stream without a header."""

    @extend_schema(
        operation_id="event_ticket",
        request=AskEventTicket,
        responses={201: EventTicket},
        examples=[OpenApiExample("The whole office", value={}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        caller: Any = request.user
        if caller.user_id is None:
            raise Refused("forbidden")
        asked = checked(AskEventTicket(data=_said(request)))
        case_id = asked.get("case_id")
        ticket, expires_at = listening.give_ticket(case_id=case_id)
        narrowed = {"case_id": str(case_id)} if case_id else {}
        url = listening.stream_url(ticket=ticket, **narrowed)
        return Response(EventTicket({"ticket": ticket, "expires_at": expires_at, "url": url}).data, status=201)


def _said(request: Request) -> dict[str, Any]:
    """The body; without one, all cases are meant."""
    headers = request._request.headers
    is_told = headers.get("Content-Length", "0") not in {"", "0"} or "Transfer-Encoding" in headers
    return dict(body.json_object(request._request).value) if is_told else {}


class EventStreamView(CallerView):
    """The event server's address, for who asks here; the ticket is looked at there."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = []

    @extend_schema(
        operation_id="event_stream",
        description=_STREAM,
        parameters=[
            OpenApiParameter("ticket", description="from POST /events/ticket"),
            OpenApiParameter("case_id", OpenApiTypes.UUID),
            OpenApiParameter("last_event_id", OpenApiTypes.INT64, description="as the header Last-Event-ID"),
        ],
        responses={
            (200, "text/event-stream"): OpenApiTypes.STR,
            307: OpenApiResponse(description="The event server has an address of its own."),
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        if not settings.EVENTS_URL:
            # The proxy in front should have sent this to the event server.
            raise Refused("dependency_down", retry_after=5)
        answer = HttpResponseRedirect(f"{settings.EVENTS_URL}?{request._request.META.get('QUERY_STRING', '')}")
        answer.status_code = 307
        return answer
