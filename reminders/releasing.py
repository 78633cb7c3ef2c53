"""What is due is released: each moment once, never early, and one message for whatever was slept through."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import Profile
from core import acting
from core.errors import Invalid
from reminders import recurring, services
from reminders.models import Channel, Occurrence, Reminder

log = structlog.get_logger("reminders")

BATCH = 100


def run() -> int:
    """Release a batch of what is due, with the next time of each series, in one transaction; how many were taken.

    Two at once take different rows, and one that dies leaves nothing behind.
    """
    with acting.acting(acting.SERVICE):
        due = list(_taken(Reminder.objects.filter(next_at__lte=Now()).order_by("next_at", "id")))
        if due:
            times = [_time(reminder, timezone.now()) for reminder in due]
            with connection.cursor() as cursor:
                cursor.execute("select private.reminders_release_due(%s::jsonb)", [json.dumps(times)])
    return len(due)


def roll_on() -> int:
    """Have series wait for their next time whose occurrence was completed by a door that knows no rules."""
    with acting.acting(acting.SERVICE):
        completed = list(_taken(Reminder.objects.filter(rolls_on=True).order_by("id")))
        for reminder in completed:
            services.roll_on(reminder, timezone.now())
    return len(completed)


def given_up() -> None:
    """Say of what Make never took that nobody was told."""
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select private.reminders_given_up()")


def addressee(reminder: Reminder) -> Profile | None:
    """Whom it is told: who it is assigned to, else who wrote it; nobody who is not active any more."""
    people = (reminder.assigned_to, reminder.created_by)
    return next((one for one in people if one and one.status == Profile.Status.ACTIVE), None)


def via(reminder: Reminder) -> str:
    """Who tells it: our own mail server where it knows an address, else Make."""
    if not reminder.send_notification:
        return Occurrence.Via.NOBODY
    told = addressee(reminder)
    own = reminder.channel == Channel.MAIL and settings.EMAIL_HOST and told is not None and told.email
    return Occurrence.Via.SMTP if own else Occurrence.Via.MAKE


def _taken(rows: Any) -> Iterable[Reminder]:
    people = rows.select_related("assigned_to", "created_by")
    found: Iterable[Reminder] = people.select_for_update(skip_locked=True, of=("self",))[:BATCH]
    return found


def _time(reminder: Reminder, now: datetime) -> dict[str, Any]:
    """The moment that is released, none where its rule only changed; when it comes next; and who tells whom."""
    due_at, next_at = _moments(reminder, now)
    told = addressee(reminder)
    return {
        "id": str(reminder.pk),
        "due_at": due_at and due_at.isoformat(),
        "next_at": next_at and next_at.isoformat(),
        "told_to": told and str(told.pk),
        "sent_via": via(reminder),
    }


def _moments(reminder: Reminder, now: datetime) -> tuple[datetime | None, datetime | None]:
    waits = reminder.next_at
    if waits is None or not reminder.is_recurring:
        return waits, None
    try:
        series = recurring.series(reminder)
    except Invalid:
        # Written past our doors: its own day is told, and nothing can be said of what follows.
        log.warning("rule", reminder=str(reminder.pk), outcome="unreadable")
        return waits, None
    at = reminder.due_time
    over = recurring.last_over(at, now)
    following, missed = series.after(over), series.latest(over)
    is_planned = waits in (reminder.due_at, reminder.snoozed_until) or _is_of(series, waits)
    told = max(waits, recurring.moment(missed, at)) if missed else waits
    return told if is_planned else None, recurring.moment(following, at) if following else None


def _is_of(series: recurring.Series, moment: datetime) -> bool:
    """Whether the moment is one of the series."""
    day = moment.astimezone(recurring.ISRAEL).date()
    return day in series.between(day, day) and recurring.moment(day, series.at) == moment
