"""Mail to whom a case was passed on or shared with, by our own mail server, once for each time."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Org, Profile
from accounts.templatetags.office import plate
from cases.models import Case, Event
from core import acting
from core.errors import Refused
from files import message_tasks, messages
from files.models import OutboundMessage

# The event's data names who gets the case under this word.
_TO = {"case.transferred": "to", "case.shared": "user_id"}
# An event's mail has its id from the event's, so that it is written once however often one looks.
_NAMESPACE = UUID("c0113a6e-0000-4000-8000-000000000001")
# Who did not look for so long had no worker; a mail about it would come too late.
_WITHIN = timedelta(hours=1)


def run() -> int:
    """Queue the mails nobody queued yet; how many. Without a mail server of our own Make alone tells of it."""
    if not (settings.EMAIL_HOST and settings.MAIL_COLLEAGUES):
        return 0
    with acting.acting(acting.SERVICE):
        news = {uuid5(_NAMESPACE, str(event.pk)): event for event in _happened()}
        known = set(OutboundMessage.objects.filter(pk__in=news).values_list("pk", flat=True))
        return sum(_tell(key, event) for key, event in news.items() if key not in known)


def _happened() -> Iterator[Event]:
    """By office and kind, as the index has them."""
    for office in Org.objects.values_list("pk", flat=True):
        lately = Event.objects.filter(org_id=office, kind="case", at__gte=timezone.now() - _WITHIN)
        yield from lately.filter(type__in=_TO, case__isnull=False).select_related("case", "actor")


def _tell(key: UUID, event: Event) -> bool:
    to = Profile.objects.filter(pk=event.data.get(_TO[event.type]), org_id=event.org_id, status=Profile.Status.ACTIVE)
    person = to.exclude(pk=event.actor_id).first() if event.actor_id else to.first()
    if person is None or not person.email or event.case is None:
        return False
    try:
        message_tasks.soon(messages.queue(key, _written(event, event.case, person)))
    except Refused:
        # Too many in an hour: the next rounds ask again.
        return False
    return True


def _written(event: Event, case: Case, person: Profile) -> messages.Prepared:
    """No plate in the subject, and nothing of the case but its plate in the text."""
    passed_on = event.type == "case.transferred"
    by = {"name": event.actor.name if event.actor else ""}
    with translation.override("he"):
        subject = _("A case was passed on to you") if passed_on else _("A case was shared with you")
        said = _("{name} passed a case on to you.") if passed_on else _("{name} shared a case with you.")
        first = said.format(**by) if by["name"] else f"{subject}."
        lines = [first, _("Car: {plate}").format(plate=plate(case.plate))]
    if settings.PUBLIC_BASE_URL:
        lines += ["", settings.PUBLIC_BASE_URL + reverse("admin:cases_case_change", args=[case.pk])]
    return messages.Prepared(
        case_id=case.pk,
        channel=OutboundMessage.Channel.MAIL,
        recipient=person.email or "",
        recipient_name=person.name,
        template=None,
        subject=str(subject),
        text="\n".join(lines),
        document_id=None,
        report_id=None,
        sent_via=OutboundMessage.Via.SMTP,
    )
