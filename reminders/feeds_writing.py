"""A person's reminders as RFC 5545 has them: read by calendars on phones and desks, in the office's own time."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vRecur

from accounts.templatetags import office
from core.errors import Invalid
from reminders import calendar, recurring
from reminders.models import Reminder
from reminders.recurring import MONTHLY, YEARLY

_LONG = timedelta(minutes=30)
_MOST = 2000
_FIRST, _LAST = datetime(2020, 1, 1), datetime(2040, 1, 1)
_PRIORITIES = {
    Reminder.Priority.URGENT: 1,
    Reminder.Priority.HIGH: 3,
    Reminder.Priority.NORMAL: 5,
    Reminder.Priority.LOW: 9,
}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def reminders_of(user_id: object) -> Iterable[Reminder]:
    """What waits for a person: what is assigned to it, and what is everybody's, of what the policies let it see."""
    waiting = Reminder.objects.filter(status__in=calendar.OPEN).filter(Q(assigned_to=user_id) | Q(assigned_to=None))
    return waiting.order_by("due_at", "pk")[:_MOST]


def written(reminders: Iterable[Reminder]) -> bytes:
    """The calendar; the same reminders are the same bytes."""
    cal = Calendar()
    cal.add("prodid", "-//Appraiser back office//Reminders//HE")
    cal.add("version", "2.0")
    cal.add("method", "PUBLISH")
    cal.add("name", _("Reminders of the office"))
    cal.add("x-wr-calname", _("Reminders of the office"))
    cal.add("x-wr-timezone", str(recurring.ISRAEL))
    cal.add("refresh-interval", timedelta(minutes=15), parameters={"value": "DURATION"})
    cal.add_component(_zone())
    for reminder in reminders:
        for event in _events(reminder):
            cal.add_component(event)
    return bytes(cal.to_ical())


def _zone() -> Timezone:
    return Timezone.from_tzinfo(recurring.ISRAEL, first_date=_FIRST.date(), last_date=_LAST.date())


def _events(reminder: Reminder) -> Iterable[Event]:
    """The reminder as one event; a time of a series that the rule does not bring itself stands beside it."""
    series, uid, moved = _series(reminder), str(reminder.pk), reminder.snoozed_until
    if series is None:
        yield _event(reminder, uid, moved or reminder.due_at, None)
    elif reminder.due_date == series.start and not series.is_regular:
        # What its rule does not know is no beginning to other readers of the rule.
        yield _event(reminder, uid, moved or reminder.due_at, None)
        if following := series.after(reminder.due_date):
            yield _event(reminder, f"{uid}-series", recurring.moment(following, series.at), _rule(series, following))
    else:
        event = _event(reminder, uid, reminder.due_at, _rule(series, reminder.due_date))
        if moved:
            event.add("exdate", reminder.due_at.astimezone(recurring.ISRAEL))
            yield _event(reminder, f"{uid}-{reminder.due_at.astimezone(UTC):%Y%m%dT%H%MZ}", moved, None)
        yield event


def _event(reminder: Reminder, uid: str, at: datetime, rule: vRecur | None) -> Event:
    event = Event()
    event.add("uid", f"{uid}@reminders")
    # When it was written, not when it was asked for: the same reminder is the same bytes.
    event.add("dtstamp", reminder.updated_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", at.astimezone(recurring.ISRAEL))
    event.add("duration", _LONG)
    event.add("summary", _summary(reminder))
    event.add("description", _description(reminder))
    event.add("categories", [str(reminder.get_category_display())])
    event.add("priority", _PRIORITIES.get(Reminder.Priority(reminder.priority), 5))
    event.add("transp", "TRANSPARENT")
    if rule is not None:
        event.add("rrule", rule)
    if settings.PUBLIC_BASE_URL:
        event.add("url", f"{settings.PUBLIC_BASE_URL}/admin/reminders/reminder/{reminder.pk}/")
    return event


def _summary(reminder: Reminder) -> str:
    return f"{reminder.title} ({office.plate(reminder.plate)})" if reminder.plate else reminder.title


def _description(reminder: Reminder) -> str:
    lines = [
        f"{_('category')}: {reminder.get_category_display()}",
        f"{_('priority')}: {reminder.get_priority_display()}",
        f"{_('plate')}: {office.plate(reminder.plate)}" if reminder.plate else "",
        reminder.description or "",
    ]
    return "\n".join(filter(None, lines))


def _series(reminder: Reminder) -> recurring.Series | None:
    """Its series, where it has one that can be read."""
    try:
        series = recurring.series(reminder)
    except Invalid:
        return None
    return series if series.rule else None


def _rule(series: recurring.Series, first: date) -> vRecur | None:
    """The rule from a day on: what was done before is not in the calendar any more."""
    rule = series.rule
    if rule is None:
        return None
    said: dict[str, object] = {"FREQ": rule.freq, "INTERVAL": rule.interval}
    if rule.byday:
        said["BYDAY"] = [f"{nth or ''}{_DAYS[day]}" for day, nth in rule.byday]
    if rule.bymonthday:
        said["BYMONTHDAY"] = list(rule.bymonthday)
    elif rule.freq in {MONTHLY, YEARLY} and not rule.byday:
        said["BYMONTHDAY"] = [series.start.day]
        said |= {"BYMONTH": [series.start.month]} if rule.freq == YEARLY else {}
    if rule.bysetpos:
        said["BYSETPOS"] = list(rule.bysetpos)
    if rule.count:
        said["COUNT"] = max(1, rule.count - len(series.between(series.start, first - timedelta(days=1))))
    if rule.until:
        said["UNTIL"] = recurring.moment(rule.until.date(), min(rule.until.time(), time(23, 59, 59))).astimezone(UTC)
    return vRecur(said)
