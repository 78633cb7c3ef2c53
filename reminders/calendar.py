"""Reminders by days: what is due, what comes again, and what was put off."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.errors import Invalid
from reminders import recurring
from reminders.models import Reminder

OPEN = (Reminder.Status.WAITING, Reminder.Status.OVERDUE)
MOST = 2000


@dataclass(frozen=True)
class Entry:
    """One time of a reminder."""

    reminder: Reminder
    day: date
    at: time
    # Not the time it waits for now, but a later one of its series.
    is_later: bool = False
    is_snoozed: bool = False

    @property
    def is_overdue(self) -> bool:
        return not self.is_later and is_overdue(self.reminder)


def today() -> date:
    """The day it is where the office works."""
    return timezone.localdate(timezone=recurring.ISRAEL)


def is_overdue(reminder: Reminder) -> bool:
    """Whether its time is over and nobody did it; while it is put off it is not."""
    return reminder.status in OPEN and (reminder.snoozed_until or reminder.due_at) < timezone.now()


def stands_at(reminder: Reminder) -> datetime:
    """When it is due, on the wall: put off or not."""
    return (reminder.snoozed_until or reminder.due_at).astimezone(recurring.ISRAEL)


def with_moment(rows: QuerySet[Reminder]) -> Any:
    """Annotate `stands`: when each is due, put off or not."""
    return rows.annotate(stands=Coalesce(F("snoozed_until"), F("due_at")))


def overdue(rows: QuerySet[Reminder]) -> Any:
    return with_moment(rows).filter(status__in=OPEN, stands__lt=timezone.now())


def due_between(rows: QuerySet[Reminder], first: date, last: date) -> Any:
    """Those that stand on one of these days, both within."""
    begin = recurring.moment(first, time.min)
    end = recurring.moment(last + timedelta(days=1), time.min)
    return with_moment(rows).filter(stands__gte=begin, stands__lt=end)


def sunday(day: date) -> date:
    """The first day of the week of a day, as the week is counted here."""
    return day - timedelta(days=(day.weekday() + 1) % 7)


def entries(first: date, last: date, mine: UUID | None = None) -> list[Entry]:
    """What stands on these days, and what series bring in them; of one person and of nobody, or of all."""
    rows = Reminder.objects.exclude(status=Reminder.Status.CANCELLED).select_related("assigned_to")
    if mine:
        rows = rows.filter(Q(assigned_to=mine) | Q(assigned_to=None))
    coming = Q(is_recurring=True, status__in=OPEN, due_date__lte=last)
    here = due_between(rows, first, last).order_by().values("pk")
    found = with_moment(rows.filter(coming | Q(pk__in=here))).order_by("stands", "pk")[:MOST]
    return sorted(_entries(found, first, last), key=lambda one: (one.day, one.at, str(one.reminder.pk)))


def _entries(rows: Iterable[Reminder], first: date, last: date) -> Iterable[Entry]:
    for reminder in rows:
        at = stands_at(reminder)
        if first <= at.date() <= last:
            yield Entry(reminder, at.date(), at.time(), is_snoozed=reminder.snoozed_until is not None)
        if reminder.is_recurring and reminder.status in OPEN:
            for day in later(reminder, first, last):
                yield Entry(reminder, day, reminder.due_time, is_later=True)


def later(reminder: Reminder, first: date, last: date, most: int = 400) -> list[date]:
    """The days of a series after the one it waits for."""
    try:
        return recurring.series(reminder).between(max(first, reminder.due_date + timedelta(days=1)), last, most)
    except Invalid:
        # A rule from before this system that nobody can read brings nothing.
        return []


@dataclass(frozen=True)
class Day:
    """One day of a calendar's page."""

    day: date
    entries: list[Entry]
    is_today: bool
    is_within: bool = True


def days(first: date, last: date, found: Iterable[Entry], month: int | None = None) -> list[Day]:
    """The days of a page, each with what stands on it."""
    by_day: dict[date, list[Entry]] = {}
    for one in found:
        by_day.setdefault(one.day, []).append(one)
    now = today()
    return [
        Day(day, by_day.get(day, []), day == now, month in {None, day.month})
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1))
    ]


def month_page(day: date) -> tuple[date, date]:
    """The Sunday before the first of a month, and the Saturday after its last."""
    begin = sunday(day.replace(day=1))
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return begin, sunday(following - timedelta(days=1)) + timedelta(days=6)


def moved(day: date, view: str, steps: int) -> date:
    """The day a link leads to: so many days, weeks or months away."""
    if view == "month":
        months = day.year * 12 + day.month - 1 + steps
        return date(months // 12, months % 12 + 1, 1)
    return day + timedelta(days=steps * (7 if view == "week" else 1))


def tomorrow_of(reminder: Any) -> datetime:
    """Tomorrow, at the time of day the reminder has."""
    return recurring.moment(today() + timedelta(days=1), reminder.due_time)


def next_week_of(reminder: Any) -> datetime:
    """Sunday of next week, at the time of day the reminder has."""
    return recurring.moment(sunday(today()) + timedelta(days=7), reminder.due_time)
