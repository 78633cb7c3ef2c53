"""Tickets for a closing page: short-lived leave to export one case, in the name of one person.

A beacon cannot set headers, so the ticket in its body is all that says who is calling.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.callers import Caller, enter_as_person
from core import acting, body
from core.cors import is_allowed
from core.errors import Refused

# Names the purpose: a text that was signed for anything else is no ticket.
_PURPOSE = "helpers.export-ticket"
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Beacon:
    """What a ticket opens, and what was said beside it."""

    case_id: UUID
    said: dict[str, Any]


def give(*, case_id: UUID, user_id: UUID) -> tuple[str, datetime]:
    """A new ticket and when it ends."""
    ticket = signing.dumps([str(case_id), str(user_id)], salt=_PURPOSE)
    return ticket, timezone.now() + timedelta(seconds=settings.EXPORT_TICKET_SECONDS)


def read(ticket: Any) -> tuple[UUID, UUID]:
    """The case and the person of a ticket. Raises Refused `unauthenticated` for one that is not, or no longer, good."""
    try:
        case_id, user_id = signing.loads(str(ticket), salt=_PURPOSE, max_age=settings.EXPORT_TICKET_SECONDS)
    except signing.BadSignature:
        raise Refused("unauthenticated") from None
    return UUID(case_id), UUID(user_id)


def is_from_our_pages(request: HttpRequest, person: UUID | None = None) -> bool:
    """False for a page that a browser says is neither ours nor allowed; a caller without a browser says nothing."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site") != "cross-site"
    return origin == f"{request.scheme}://{request.get_host()}" or is_allowed(origin, person)


class TicketAuthentication(BaseAuthentication):
    """The ticket in the body, and neither a header nor a cookie."""

    def authenticate(self, request: Request) -> tuple[Caller, Beacon]:
        plain = request._request
        # Whose pages they are, the ticket will say.
        if not is_from_our_pages(plain):
            raise Refused("forbidden")
        body.refuse_unreadable(plain, _MOST_BYTES)
        said = body.json_object(plain, media_types=("application/json", "text/plain")).value
        case_id, user_id = read(said.pop("ticket", None))
        if not is_from_our_pages(plain, user_id):
            raise Refused("forbidden")
        claims = {"sub": str(user_id), "role": acting.PERSON}
        return enter_as_person(claims, getattr(plain, "request_id", "")), Beacon(case_id, said)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TicketScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names it: not at all, the ticket is part of the body."""

    target_class = "helpers.tickets.TicketAuthentication"
    name = "ticket"

    def get_security_requirement(self, auto_schema: object) -> dict[str, list[str]]:
        return {}

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {}
