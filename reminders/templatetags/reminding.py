"""What pages say of a reminder: when, how it stands, and for whom; never by a colour alone."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import dates
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.templatetags import office
from cases.models import Case
from core.errors import Invalid
from reminders import calendar, calendar_words, recurring
from reminders.models import Occurrence, Reminder
from reminders.rules import ReminderRule

register = template.Library()

_ON_THE_CASE = 8
_REASONS = {
    "no_address": gettext_lazy("nobody of the office has a mail address for it"),
    "nobody_listens": gettext_lazy("nobody in Make listens to reminders"),
    "no_connection": gettext_lazy("the mail server cannot be reached"),
    "timeout": gettext_lazy("the mail server took too long"),
    "unwritable_address": gettext_lazy("the address cannot be written in a mail"),
    "dependency_down": gettext_lazy("a part we need did not answer"),
    "internal_error": gettext_lazy("something went wrong on our side"),
}


@register.filter
def moment(at: datetime | None) -> SafeString:
    """A time as people say it, also one to come: tomorrow, or the name of the day with its date."""
    if at is None:
        return SafeString("")
    local = at.astimezone(recurring.ISRAEL)
    name = _("tomorrow") if local.date() == calendar.today() + timedelta(days=1) else office.day(local)
    clock = office.code(f"{local:%H:%M}")
    return format_html('<time datetime="{}">{}, {}</time>', local.isoformat(timespec="seconds"), name, clock)


@register.filter
def due(reminder: Reminder) -> SafeString:
    """When it stands, and that it was put off."""
    shown = moment(reminder.snoozed_until or reminder.due_at)
    if reminder.snoozed_until and reminder.status in calendar.OPEN:
        return format_html('{} <span class="quiet">{}</span>', shown, _("put off"))
    return shown


@register.filter
def status_pill(reminder: Reminder) -> SafeString:
    """How it stands; overdue with a sign."""
    if calendar.is_overdue(reminder):
        return format_html(
            '<span class="pill pill-bad overdue"><span aria-hidden="true">⚠</span> {}</span>', _("overdue")
        )
    looks = {Reminder.Status.DONE: "done", Reminder.Status.CANCELLED: "ended"}
    kind = looks.get(Reminder.Status(reminder.status), "waits")
    word = Reminder.Status.WAITING.label if reminder.status in calendar.OPEN else reminder.get_status_display()
    return format_html('<span class="pill pill-{}">{}</span>', kind, word)


@register.filter
def priority_pill(reminder: Reminder) -> SafeString:
    """How urgent it is; the usual is said quietly."""
    looks = {Reminder.Priority.URGENT: "pill pill-bad", Reminder.Priority.HIGH: "pill pill-busy"}
    kind = looks.get(Reminder.Priority(reminder.priority), "quiet")
    return format_html('<span class="{}">{}</span>', kind, reminder.get_priority_display())


@register.filter
def assignee(reminder: Reminder) -> SafeString:
    """For whom it is."""
    if reminder.assigned_to is None:
        return format_html('<span class="quiet">{}</span>', _("everybody of the office"))
    return office.words(reminder.assigned_to.name)


@register.filter
def repeat_sign(reminder: Reminder) -> SafeString:
    """That it comes again."""
    if not reminder.is_recurring:
        return SafeString("")
    words = _("repeats")
    return format_html(' <span class="quiet repeats"><span aria-hidden="true">↻</span> {}</span>', words)


@register.filter
def repeats(reminder: Reminder) -> str:
    """What its rule means, as a sentence."""
    if not reminder.is_recurring:
        return ""
    try:
        rule = recurring.series(reminder).rule
    except Invalid:
        return reminder.rrule or ""
    return calendar_words.sentence(rule, reminder.starts_on, reminder.due_time) if rule else ""


@register.filter
def next_days(reminder: Reminder, most: int = 5) -> list[SafeString]:
    """The next days it comes."""
    last = reminder.due_date + recurring.HORIZON
    days = [reminder.due_date, *calendar.later(reminder, reminder.due_date, last, most)]
    return [calendar_words.day_words(day) for day in days[:most]]


@register.filter
def occurrence_pill(told: Occurrence) -> SafeString:
    """What came of telling it."""
    looks = {Occurrence.Status.SENT: "done", Occurrence.Status.FAILED: "bad", Occurrence.Status.SILENT: "ended"}
    kind = looks.get(Occurrence.Status(told.status), "waits")
    return format_html('<span class="pill pill-{}">{}</span>', kind, told.get_status_display())


@register.filter
def weekday(day: Any) -> str:
    """The name of a day, without its date."""
    return str(dates.WEEKDAYS[day.weekday()])


@register.simple_tag
def reminders_of(case: Case) -> list[Reminder]:
    """What waits about a case, the next first."""
    rows = Reminder.objects.filter(case_id=case.pk, status__in=calendar.OPEN).select_related("assigned_to")
    return list(calendar.with_moment(rows).defer("description").order_by("stands", "pk")[: _ON_THE_CASE + 1])


@register.filter
def occurrence_reason(told: Occurrence) -> str:
    """Why nobody could be told, in the office's words, or in those of who was to tell."""
    reason = told.reason or ""
    if reason.startswith("smtp_"):
        return _("the mail server refused it (%(code)s)") % {"code": reason.removeprefix("smtp_")}
    return str(_REASONS.get(reason, reason))


@register.filter
def rule_pill(rule: ReminderRule) -> SafeString:
    """Whether it is on."""
    if rule.is_on:
        return format_html('<span class="pill pill-done">{}</span>', _("on"))
    return format_html('<span class="pill pill-ended">{}</span>', _("off"))


@register.filter
def rule_when(rule: ReminderRule) -> str:
    """3 days before the expected payment."""
    base = rule.get_based_on_display()
    if rule.days == 0:
        return _("on the day: %(date)s") % {"date": base}
    words = {
        ReminderRule.Direction.BEFORE: ngettext("one day before: %(date)s", "%(n)s days before: %(date)s", rule.days),
        ReminderRule.Direction.AFTER: ngettext("one day after: %(date)s", "%(n)s days after: %(date)s", rule.days),
    }[ReminderRule.Direction(rule.direction)]
    return words % {"n": rule.days, "date": base}


@register.filter
def rule_for(rule: ReminderRule) -> str:
    """For whom its reminders are."""
    other = rule.assigned_to.name if rule.assigned_to else _("everybody of the office")
    return _("whom the case is assigned to, else: %(name)s") % {"name": other} if rule.to_case_assignee else other
