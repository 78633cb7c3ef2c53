"""Messages by our own mail server: each as soon as it is asked for, and whatever was missed by the sweep."""

import time
from contextlib import suppress
from functools import partial
from uuid import UUID

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from cases import jobs
from files import mailing
from files.models import OutboundMessage

_SWEEP_SECONDS = 40
_CALL_SECONDS = 600


@shared_task
def send_message(message_id: str) -> None:
    """Send this one, if nobody else is at it; safe to run twice, and twice at once."""
    mailing.run(UUID(message_id))


@shared_task
def send_messages() -> None:
    """Send whatever waits, or lost its worker."""
    with jobs.ticking("send-messages"):
        stop = time.monotonic() + _SWEEP_SECONDS
        while time.monotonic() < stop and mailing.run():
            pass


def soon(message: OutboundMessage) -> None:
    """Have a worker send it once this transaction is committed, where it is ours to send; else Make is asked."""
    if message.sent_via == OutboundMessage.Via.SMTP and message.status == OutboundMessage.Status.QUEUED:
        transaction.on_commit(partial(_call, message.pk))


def _call(message_id: UUID) -> None:
    with suppress(OperationalError):
        send_message.apply_async((str(message_id),), expires=_CALL_SECONDS, retry=False)
