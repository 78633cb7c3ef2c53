"""Mail by our own server: claimed with a lease, sent with no transaction open, and told what came of it."""

import smtplib
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.message import sanitize_address

from core import acting, rpc
from core.errors import Refused
from files import messages
from files.models import OutboundMessage

log = structlog.get_logger("messages")

_PERMANENT = 500


class Unsent(Exception):
    """The server did not take it; `again` says whether it may be tried once more."""

    def __init__(self, reason: str, *, again: bool) -> None:
        self.reason, self.again = reason, again
        super().__init__(reason)


def run(message_id: UUID | None = None) -> UUID | None:
    """Send one that waits, the named one or the oldest; its id, and None where none waits.

    What fails is written into its row, so nothing is raised but what is a defect of ours.
    """
    with acting.acting(acting.SERVICE):
        lease = settings.MESSAGE_LEASE_SECONDS
        message = rpc.row(OutboundMessage, "private.message_claim", lease_seconds=lease, message_id=message_id)
    if message.pk is None:
        return None
    try:
        with acting.acting(acting.SERVICE):
            taken = rpc.row(OutboundMessage, "private.message_taken_to_mail", message_id=message.pk)
            delivered = messages.with_link(taken)
        outside_id = _send(delivered)
    except Unsent as exc:
        _failed(message, exc.reason, again=exc.again)
    except Refused as exc:
        _failed(message, exc.code, again=exc.code == "dependency_down")
    except Exception:
        _failed(message, "internal_error", again=False)
        raise
    else:
        _told(message, status=OutboundMessage.Status.SENT, outside_id=outside_id)
    return message.pk


def _send(delivered: messages.Delivered) -> str:
    message = delivered.message
    return hand_over(message.pk, to=_to(message), subject=message.subject, text=delivered.text)


def hand_over(key: UUID, *, to: str, subject: str, text: str) -> str:
    """Hand a mail to the server; the same id for the same key, so that who got it twice can see that.

    Raises Unsent.
    """
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    outside_id = f"<{key}@{host}>"
    mail = EmailMessage(subject, text, to=[to], headers={"Message-ID": outside_id})
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as exc:
        codes = [code for code, _answer in exc.recipients.values()]
        raise _refused(max(codes, default=_PERMANENT)) from None
    except smtplib.SMTPResponseException as exc:
        raise _refused(exc.smtp_code) from None
    except TimeoutError:
        raise Unsent("timeout", again=True) from None
    except (smtplib.SMTPException, OSError):
        raise Unsent("no_connection", again=True) from None
    except (ValueError, UnicodeError):
        raise Unsent("unwritable_address", again=False) from None
    return outside_id


def _to(message: OutboundMessage) -> str:
    return named(message.recipient_name, message.recipient)


def named(name: str | None, address: str) -> str:
    """An address with whose it is."""
    return str(sanitize_address((name, address), "utf-8")) if name else address


def _refused(code: int) -> Unsent:
    return Unsent(f"smtp_{code}", again=code < _PERMANENT)


def _failed(message: OutboundMessage, reason: str, *, again: bool) -> None:
    waits = settings.MESSAGE_RETRY_SECONDS
    if not again or message.attempts > len(waits):
        _told(message, status=OutboundMessage.Status.FAILED, reason=reason)
        return
    seconds = waits[message.attempts - 1]
    log.warning("message", message=str(message.pk), outcome="again", reason=reason, again_seconds=seconds)
    later = {"message_id": message.pk, "attempt": message.attempts, "reason": reason, "seconds": seconds}
    with acting.acting(acting.SERVICE):
        rpc.row(OutboundMessage, "private.message_later", **later)


def _told(message: OutboundMessage, *, status: str, outside_id: str | None = None, reason: str | None = None) -> None:
    log.info("message", message=str(message.pk), outcome=status.lower(), reason=reason)
    with acting.acting(acting.SERVICE):
        messages.outcome(
            message.pk,
            sent_via=OutboundMessage.Via.SMTP,
            status=status,
            outside_id=outside_id,
            reason=reason,
            attempt=message.attempts,
        )
