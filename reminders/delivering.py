"""Telling somebody: by mail of our own, claimed with a lease and sent with no transaction open, or asked of Make."""

from uuid import UUID

import structlog
from django.conf import settings

from core import acting, rpc
from core.errors import NotFound
from files import mailing
from reminders import releasing, wording
from reminders.models import Occurrence

log = structlog.get_logger("reminders")


def run(occurrence_id: UUID | None = None) -> UUID | None:
    """Mail one that waits, the named one or the oldest; its id, and None where none waits.

    What fails is written into its row, so nothing is raised but what is a defect of ours.
    """
    with acting.acting(acting.SERVICE):
        lease = settings.MESSAGE_LEASE_SECONDS
        claimed = rpc.row(Occurrence, "private.reminder_claim", lease_seconds=lease, occurrence_id=occurrence_id)
        if claimed.pk is None:
            return None
        occurrence = Occurrence.objects.whole().get(pk=claimed.pk)
    try:
        outside_id = _mail(occurrence)
    except mailing.Unsent as exc:
        _failed(occurrence, exc.reason, again=exc.again)
    except Exception:
        _failed(occurrence, "internal_error", again=False)
        raise
    else:
        _told(occurrence, status=Occurrence.Status.SENT, outside_id=outside_id)
    return occurrence.pk


def again(occurrence_id: UUID) -> Occurrence:
    """Tell what failed once more, as it would be told now. Raises NotFound, and Conflict for what did not fail."""
    occurrence = Occurrence.objects.whole().filter(pk=occurrence_id).first()
    if occurrence is None:
        raise NotFound
    told, sent_via = releasing.addressee(occurrence.reminder), releasing.via(occurrence.reminder)
    if sent_via == Occurrence.Via.NOBODY:
        sent_via = occurrence.sent_via
    person_id = told.pk if told else None
    return rpc.row(
        Occurrence, "private.reminder_again", occurrence_id=occurrence_id, told_to=person_id, sent_via=sent_via
    )


def outcome(
    occurrence_id: UUID,
    *,
    sent_via: str,
    status: str,
    outside_id: str | None = None,
    reason: str | None = None,
    attempt: int | None = None,
) -> Occurrence | None:
    """What came of it, told as often as one likes and in any order; None where there is no such release."""
    told = rpc.row(
        Occurrence,
        "private.reminder_outcome",
        occurrence_id=occurrence_id,
        sent_via=sent_via,
        status=status,
        outside_id=outside_id,
        reason=reason,
        attempt=attempt,
    )
    return told if told.pk else None


def _mail(occurrence: Occurrence) -> str:
    person = occurrence.told_to
    if person is None or not person.email:
        raise mailing.Unsent("no_address", again=False)
    said = wording.told(occurrence)
    to = mailing.named(person.name, person.email)
    return mailing.hand_over(occurrence.pk, to=to, subject=said.subject, text=said.text)


def _failed(occurrence: Occurrence, reason: str, *, again: bool) -> None:
    waits = settings.MESSAGE_RETRY_SECONDS
    if not again or occurrence.attempts > len(waits):
        _told(occurrence, status=Occurrence.Status.FAILED, reason=reason)
        return
    seconds = waits[occurrence.attempts - 1]
    log.warning("reminder", occurrence=str(occurrence.pk), outcome="again", reason=reason, again_seconds=seconds)
    later = {"occurrence_id": occurrence.pk, "attempt": occurrence.attempts, "reason": reason, "seconds": seconds}
    with acting.acting(acting.SERVICE):
        rpc.row(Occurrence, "private.reminder_later", **later)


def _told(occurrence: Occurrence, *, status: str, outside_id: str | None = None, reason: str | None = None) -> None:
    log.info("reminder", occurrence=str(occurrence.pk), outcome=status.lower(), reason=reason)
    with acting.acting(acting.SERVICE):
        outcome(
            occurrence.pk,
            sent_via=Occurrence.Via.SMTP,
            status=status,
            outside_id=outside_id,
            reason=reason,
            attempt=occurrence.attempts,
        )
