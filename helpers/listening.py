"""Leave to listen: a ticket that opens one stream of events within a minute."""

import hashlib
import secrets
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings

from cases.models import Case
from core import rpc
from core.errors import NotFound

STREAM = "/api/v1/events/stream"


def give_ticket(*, case_id: UUID | None) -> tuple[str, datetime]:
    """A new ticket in the caller's name, and until when it opens a stream; only its hash is kept. Raises NotFound."""
    if case_id and not Case.objects.filter(pk=case_id).exists():
        raise NotFound
    ticket = secrets.token_urlsafe(32)
    ticket_hash = hashlib.sha256(ticket.encode()).hexdigest()
    name = "event_ticket_add"
    return ticket, rpc.record(f"private.{name}", (name,), ticket_hash=ticket_hash, case_id=case_id)[name]


def stream_url(**asked: str) -> str:
    """Where the stream is opened."""
    return f"{settings.EVENTS_URL or settings.PUBLIC_BASE_URL + STREAM}?{urlencode(asked)}"
