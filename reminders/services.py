"""Writing reminders: what somebody must not forget, until it is done."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from core import rpc
from core.errors import Conflict, Invalid, NotFound
from reminders import recurring
from reminders.models import Reminder

_ENDED = (Reminder.Status.DONE, Reminder.Status.CANCELLED)


def create(**values: Any) -> Reminder:
    """Keep a reminder; a plate without a case stands for its open case. Raises NotFound, Invalid."""
    made = Reminder(**_checked(values))
    with rpc.in_our_words():
        Reminder.objects.bulk_create([made])
        return roll_on(_one(made.pk), timezone.now())


def upsert(outside_id: str | None, *, org_id: UUID | None = None, **values: Any) -> tuple[Reminder, bool]:
    """Keep a reminder somebody outside calls so, and whether it is new; what was ended here is not opened again.

    Raises NotFound, Invalid.
    """
    named = _checked({**values, **({"org_id": org_id} if org_id else {})})
    with rpc.in_our_words():
        made = Reminder(outside_id=outside_id, **named)
        if _of_outside(outside_id, org_id) is None:
            Reminder.objects.bulk_create([made], ignore_conflicts=True)
        known = _of_outside(outside_id, org_id) if outside_id else made.pk
        if known == made.pk or known is None:
            return roll_on(_one(made.pk), timezone.now()), True
        changes = {name: value for name, value in named.items() if name not in {"org_id", "plate"}}
        if changes.get("status") not in _ENDED:
            changes.pop("status", None)
        Reminder.objects.filter(pk=known).update(**changes)
        return roll_on(_one(known), timezone.now()), False


def _of_outside(outside_id: str | None, org_id: UUID | None) -> UUID | None:
    if outside_id is None:
        return None
    known = Reminder.objects.filter(outside_id=outside_id, **({"org_id": org_id} if org_id else {}))
    return known.values_list("pk", flat=True).first()


def update(reminder_id: UUID, **values: Any) -> Reminder:
    """Change what is said of a reminder; another day, time or rule begins its series anew. Raises NotFound, Invalid."""
    with rpc.in_our_words():
        if values and not Reminder.objects.filter(pk=reminder_id).update(**_checked(values)):
            raise NotFound
        return roll_on(_one(reminder_id), timezone.now())


def complete(reminder_id: UUID, *, due_at: datetime | None = None) -> Reminder:
    """It is done; one that recurs waits for its next time.

    `due_at` says which time is meant: where the reminder has moved on since, it stays as it is.
    Raises NotFound, and Conflict for one that was cancelled.
    """
    with rpc.in_our_words():
        reminder = _locked(reminder_id)
        if reminder.status == Reminder.Status.CANCELLED:
            raise Conflict
        if reminder.status == Reminder.Status.DONE or due_at not in (None, reminder.due_at):
            return reminder
        Reminder.objects.filter(pk=reminder_id).update(status=Reminder.Status.DONE)
        return roll_on(_one(reminder_id), timezone.now())


def cancel(reminder_id: UUID) -> Reminder:
    """Nobody is to be told any more; a series ends with it. Raises NotFound, and Conflict for one that is done."""
    with rpc.in_our_words():
        if _locked(reminder_id).status == Reminder.Status.DONE:
            raise Conflict
        Reminder.objects.filter(pk=reminder_id).update(status=Reminder.Status.CANCELLED)
        return _one(reminder_id)


def snooze(reminder_id: UUID, until: datetime) -> Reminder:
    """Tell it at that moment; a series rests until then. Raises NotFound, Invalid, and Conflict for one that ended."""
    if not timezone.now() < until < timezone.now() + recurring.HORIZON:
        raise Invalid.at("/until", "a moment in the future is expected")
    with rpc.in_our_words():
        if _locked(reminder_id).status in _ENDED:
            raise Conflict
        Reminder.objects.filter(pk=reminder_id).update(snoozed_until=until, status=Reminder.Status.WAITING)
        return _one(reminder_id)


def roll_on(reminder: Reminder, now: datetime) -> Reminder:
    """Have a series whose occurrence was done wait for its next one; its own end ends it."""
    if not reminder.rolls_on:
        return reminder
    after = max(reminder.due_date, recurring.last_over(reminder.due_time, now))
    try:
        following = recurring.series(reminder).after(after)
    except Invalid:
        # Written past our doors: nobody can say when it comes again.
        following = None
    return rpc.row(Reminder, "private.reminder_roll_on", reminder_id=reminder.pk, next=following)


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    if values.get("rrule"):
        values["rrule"] = recurring.written(values["rrule"])
    return values


def _locked(reminder_id: UUID) -> Reminder:
    reminder = Reminder.objects.select_for_update().filter(pk=reminder_id).first()
    if reminder is None:
        raise NotFound
    return reminder


def _one(reminder_id: UUID) -> Reminder:
    reminder = Reminder.objects.filter(pk=reminder_id).first()
    if reminder is None:
        raise NotFound
    return reminder
