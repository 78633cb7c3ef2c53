"""Messages to people outside: put together on the server, queued, delivered with a link made at that moment."""

from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from accounts.templatetags.office import plate as plate_on_the_car
from cases.models import Case
from core import rpc
from core.errors import NotFound, Refused
from files import links, message_texts, report_names
from files.message_recipients import recipient
from files.models import Document, DocumentLink, OutboundMessage, Report

_DAY = 24 * 60 * 60
_WAIT_SECONDS = 600
# What the greeting says where nobody is named: שלום רב.
_NOBODY = "רב"


@dataclass(frozen=True)
class Prepared:
    """A message as it would go out; `{link}` stands where its link will."""

    case_id: UUID
    channel: str
    recipient: str
    recipient_name: str | None
    template: str | None
    subject: str
    text: str
    document_id: UUID | None
    report_id: UUID | None
    sent_via: str

    @property
    def has_link(self) -> bool:
        return self.document_id is not None


class Delivered(NamedTuple):
    """A message with the address of its link in it, for who delivers it now."""

    message: OutboundMessage
    text: str
    link: links.Made | None


def via(channel: str) -> str:
    """Who sends what goes out this way."""
    own = channel == OutboundMessage.Channel.MAIL and settings.EMAIL_HOST
    return OutboundMessage.Via.SMTP if own else OutboundMessage.Via.MAKE


def prepare(
    *,
    case_id: UUID,
    channel: str,
    to: str,
    to_name: str | None = None,
    template: str | None = None,
    subject: str | None = None,
    text: str | None = None,
    file_id: UUID | None = None,
    report_id: UUID | None = None,
) -> Prepared:
    """Put a message together from a wording or a text of one's own; nothing is written.

    Raises NotFound for a case, file or report that is not there or not the case's, Invalid, and Refused
    `no_public_address` for a file whose link would lead nowhere.
    """
    case = Case.objects.select_related("org").filter(pk=case_id).first()
    if case is None:
        raise NotFound
    document, report = _enclosed(case_id, file_id, report_id)
    wording = message_texts.chosen(case.org_id, channel, template=template, subject=subject, text=text)
    facts = _facts(case, document, report, to_name)
    written = message_texts.text_of(wording, facts, has_link=document is not None)
    if document is not None and not settings.FILES_ORIGIN:
        # Whoever gets the message is not on this machine.
        raise Refused("no_public_address")
    return Prepared(
        case_id=case_id,
        channel=channel,
        recipient=recipient(channel, to),
        recipient_name=message_texts.in_one_line(to_name or "") or None,
        template=template,
        subject=message_texts.subject_of(wording, facts) if channel == OutboundMessage.Channel.MAIL else "",
        text=written,
        document_id=document.pk if document else None,
        report_id=report.pk if report else None,
        sent_via=via(channel),
    )


def queue(message_id: UUID, prepared: Prepared) -> OutboundMessage:
    """Write the message down to be sent; the same id again is that message.

    Raises NotFound, Conflict for a file without bytes here, and Refused `rate_limited`.
    """
    message = rpc.row(
        OutboundMessage,
        "private.message_queue",
        id=message_id,
        case_id=prepared.case_id,
        channel=prepared.channel,
        recipient=prepared.recipient,
        recipient_name=prepared.recipient_name,
        template=prepared.template,
        subject=prepared.subject,
        text=prepared.text,
        document_id=prepared.document_id,
        report_id=prepared.report_id,
        sent_via=prepared.sent_via,
        most_an_hour=settings.MESSAGES_PER_HOUR,
    )
    if message.pk is None:
        raise Refused("rate_limited", retry_after=_WAIT_SECONDS)
    return message


def again(message_id: UUID) -> OutboundMessage:
    """Send one that failed once more. Raises NotFound, and Conflict for one that did not fail."""
    channel = OutboundMessage.objects.filter(pk=message_id).values_list("channel", flat=True).first()
    if channel is None:
        raise NotFound
    return rpc.row(OutboundMessage, "private.message_again", message_id=message_id, sent_via=via(channel))


def take(message_id: UUID) -> Delivered:
    """What Make is to send now; a link given to it before ends, and a fresh one is made.

    Raises NotFound, and Conflict for one that does not wait any more.
    """
    return with_link(rpc.row(OutboundMessage, "private.message_take", message_id=message_id))


def with_link(message: OutboundMessage) -> Delivered:
    """The message as it is delivered, in the transaction that ended the link before."""
    if message.document_id is None:
        return Delivered(message, message.text, None)
    link = links.make(message.document_id, DocumentLink.Purpose.SHARE, settings.SHARE_LINK_DAYS * _DAY)
    noted = rpc.row(OutboundMessage, "private.message_linked", message_id=message.pk, link_id=link.link_id)
    return Delivered(noted, message.text.replace(message_texts.LINK, link.url), link)


def outcome(
    message_id: UUID,
    *,
    sent_via: str,
    status: str,
    outside_id: str | None = None,
    reason: str | None = None,
    attempt: int | None = None,
) -> OutboundMessage | None:
    """What became of it, told as often as one likes and in any order; None where there is no such message."""
    told = rpc.row(
        OutboundMessage,
        "private.message_outcome",
        message_id=message_id,
        sent_via=sent_via,
        status=status,
        outside_id=outside_id,
        reason=reason,
        attempt=attempt,
    )
    return told if told.pk else None


def _enclosed(case_id: UUID, file_id: UUID | None, report_id: UUID | None) -> tuple[Document | None, Report | None]:
    report = None
    if report_id is not None:
        report = Report.objects.filter(pk=report_id, case_id=case_id).first()
        if report is None or report.document_id is None or file_id not in (None, report.document_id):
            raise NotFound
        file_id = report.document_id
    if file_id is None:
        return None, None
    document = Document.objects.standing().filter(pk=file_id, case_id=case_id).first()
    if document is None:
        raise NotFound
    return document, report


def _facts(case: Case, document: Document | None, report: Report | None, to_name: str | None) -> dict[str, str]:
    """What the places are filled with: from the catalogue, and never from a helper's free text."""
    named = {"report": report_names.title(report) if report else document.filename} if document else {}
    return {
        "owner": message_texts.in_one_line(case.owner_name or to_name or "") or _NOBODY,
        "plate": plate_on_the_car(case.plate),
        "office": case.org.name,
        **named,
    }
