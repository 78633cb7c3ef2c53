"""What a recurrence rule means, as a sentence."""

from collections.abc import Sequence
from datetime import date, time

from django.utils import dates
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags import office
from reminders import recurring
from reminders.recurring import DAILY, MONTHLY, WEEKLY, YEARLY

_EVERY = {
    DAILY: lambda n: ngettext("every day", "every %(n)s days", n),
    WEEKLY: lambda n: ngettext("every week", "every %(n)s weeks", n),
    MONTHLY: lambda n: ngettext("every month", "every %(n)s months", n),
    YEARLY: lambda n: ngettext("every year", "every %(n)s years", n),
}
_SUNDAY = 6


def sentence(rule: recurring.Rule, start: date, at: time) -> str:
    """Every week on Sunday and Tuesday at 09:00, until 31.12.2026."""
    said = _EVERY[rule.freq](rule.interval) % {"n": rule.interval}
    days = _days(rule, start)
    clock = _("at %(time)s") % {"time": f"{at:%H:%M}"}
    return ", ".join(filter(None, [" ".join(filter(None, [said, days, clock])), _end(rule)]))


def _days(rule: recurring.Rule, start: date) -> str:
    if rule.freq == WEEKLY:
        numbers = sorted({day for day, _nth in rule.byday} or {start.weekday()}, key=lambda day: (day + 1) % 7)
        names = [str(dates.WEEKDAYS[day]) for day in numbers]
        return ngettext("on day %(days)s", "on days %(days)s", len(names)) % {"days": listed(names)}
    if rule.freq != MONTHLY:
        return ""
    if rule.byday:
        return _("on chosen days of the week")
    if rule.bysetpos and rule.bymonthday:
        return _("on the %(day)s, or the last day of a shorter month") % {"day": max(rule.bymonthday)}
    numbers = list(rule.bymonthday) or [start.day]
    if any(number < 0 for number in numbers):
        return _("counted from the end of the month")
    return _("on the %(day)s of the month") % {"day": listed([str(number) for number in numbers])}


def _end(rule: recurring.Rule) -> str:
    if rule.until:
        return _("until %(day)s") % {"day": f"{rule.until.day}.{rule.until.month}.{rule.until.year}"}
    if rule.count:
        return ngettext("once", "%(n)s times", rule.count) % {"n": rule.count}
    return ""


def listed(names: Sequence[str]) -> str:
    """A, B and C."""
    if len(names) < 2:
        return "".join(names)
    return _("%(all)s and %(last)s") % {"all": ", ".join(names[:-1]), "last": names[-1]}


def day_words(day: date) -> SafeString:
    """The name of the day with its date."""
    name = _("day %(weekday)s") % {"weekday": dates.WEEKDAYS[day.weekday()]}
    return format_html("{} {}", name, office.code(f"{day.day}.{day.month}.{day.year}"))
