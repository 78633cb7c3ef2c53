"""How a reminder repeats, as people choose it in a form: choices in, a recurrence rule out, and back."""

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reminders import recurring
from reminders.models import Reminder

NEVER, DAILY, WEEKLY, MONTHLY, KEPT = "", "DAILY", "WEEKLY", "MONTHLY", "KEPT"
_END_NEVER, _END_DAY, _END_COUNT = "", "day", "count"
# The Hebrew week: it begins on Sunday.
DAYS = (
    ("SU", _("Sunday")),
    ("MO", _("Monday")),
    ("TU", _("Tuesday")),
    ("WE", _("Wednesday")),
    ("TH", _("Thursday")),
    ("FR", _("Friday")),
    ("SA", _("Saturday")),
)
_SHORT_MONTHS_FROM = 29


class RepeatForm(forms.Form):
    """Daily, weekly on days or monthly, until a day or so many times."""

    repeat = forms.ChoiceField(
        label=_("repeats"),
        required=False,
        choices=[(NEVER, _("does not repeat")), (DAILY, _("daily")), (WEEKLY, _("weekly")), (MONTHLY, _("monthly"))],
    )
    every = forms.IntegerField(
        label=_("every how many days, weeks or months"),
        required=False,
        min_value=1,
        max_value=52,
        widget=forms.NumberInput(attrs={"dir": "ltr"}),
    )
    weekdays = forms.MultipleChoiceField(
        label=_("on these days of the week"),
        required=False,
        choices=DAYS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For weekly; none: the day of the due date."),
    )
    ends = forms.ChoiceField(
        label=_("ends"),
        required=False,
        choices=[(_END_NEVER, _("never")), (_END_DAY, _("on a day")), (_END_COUNT, _("after a number of times"))],
    )
    until = forms.DateField(
        label=_("last day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "dir": "ltr"}),
    )
    count = forms.IntegerField(
        label=_("number of times"),
        required=False,
        min_value=1,
        max_value=1000,
        widget=forms.NumberInput(attrs={"dir": "ltr"}),
    )

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        if given.get("repeat"):
            if given.get("ends") == _END_DAY and not given.get("until") and "until" not in self.errors:
                self.add_error("until", _("Say the last day."))
            if given.get("ends") == _END_COUNT and not given.get("count") and "count" not in self.errors:
                self.add_error("count", _("Say how many times."))
            day = given.get("due_date")
            if day and given["repeat"] == WEEKLY and given.get("weekdays"):
                # It begins on the first of the chosen days.
                day = given["due_date"] = next(
                    one for one in (day + timedelta(days=n) for n in range(7)) if _day_of(one) in given["weekdays"]
                )
            if day and given.get("until") and given.get("ends") == _END_DAY and given["until"] < day:
                self.add_error("until", _("The last day is before the first one."))
        return given


def rule_of(given: dict[str, Any], due_date: date, standing: str | None = None) -> str | None:
    """The recurrence rule of what was chosen; None for what does not repeat."""
    repeat = given.get("repeat") or NEVER
    if repeat == KEPT:
        return standing
    if repeat == NEVER:
        return None
    parts = [f"FREQ={repeat}"]
    if (given.get("every") or 1) > 1:
        parts.append(f"INTERVAL={given['every']}")
    if repeat == WEEKLY:
        chosen = set(given.get("weekdays") or [_day_of(due_date)])
        parts.append("BYDAY=" + ",".join(name for name, _word in DAYS if name in chosen))
    if repeat == MONTHLY and due_date.day >= _SHORT_MONTHS_FROM:
        # The last day of a month that is too short.
        parts.append("BYMONTHDAY=" + ",".join(map(str, range(28, due_date.day + 1))) + ";BYSETPOS=-1")
    if given.get("ends") == _END_DAY:
        parts.append(f"UNTIL={given['until']:%Y%m%d}")
    elif given.get("ends") == _END_COUNT:
        parts.append(f"COUNT={given['count']}")
    return ";".join(parts)


def chosen_of(reminder: Reminder) -> dict[str, Any]:
    """What stands in the form for a reminder's rule; `KEPT` for a rule that the form has no words for."""
    text = reminder.rrule or _of_pattern(reminder)
    if not text:
        return {"repeat": NEVER}
    parts = dict(part.partition("=")[::2] for part in text.split(";"))
    if not _is_known(parts):
        return {"repeat": KEPT}
    until = re.match(r"\d{8}", parts.get("UNTIL", ""))
    return {
        "repeat": parts["FREQ"],
        "every": int(parts.get("INTERVAL", 1)),
        "weekdays": parts.get("BYDAY", "").split(",") if parts.get("BYDAY") else [],
        "ends": _END_DAY if until else _END_COUNT if "COUNT" in parts else _END_NEVER,
        "until": date(int(until[0][:4]), int(until[0][4:6]), int(until[0][6:])) if until else None,
        "count": int(parts["COUNT"]) if "COUNT" in parts else None,
    }


def _of_pattern(reminder: Reminder) -> str:
    if not reminder.is_recurring or not reminder.recurrence_pattern:
        return ""
    end = reminder.recurrence_end_date
    return f"FREQ={reminder.recurrence_pattern.upper()}" + (f";UNTIL={end:%Y%m%d}" if end else "")


def _is_known(parts: dict[str, str]) -> bool:
    """Whether the form could have written it."""
    known = {
        DAILY: {"FREQ", "INTERVAL", "UNTIL", "COUNT"},
        WEEKLY: {"FREQ", "INTERVAL", "UNTIL", "COUNT", "BYDAY"},
        MONTHLY: {"FREQ", "INTERVAL", "UNTIL", "COUNT"},
    }
    frequency, more = parts.get("FREQ", ""), set(parts)
    if frequency == MONTHLY and parts.get("BYSETPOS") == "-1" and parts.get("BYMONTHDAY", "").startswith("28,"):
        more -= {"BYSETPOS", "BYMONTHDAY"}
    return frequency in known and more <= known[frequency] and int(parts.get("INTERVAL", 1)) <= 52


def _day_of(day: date) -> str:
    return ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[day.weekday()]


def next_days(start: date, due_date: date, at: Any, rule: str | None, most: int) -> list[date]:
    """The next days of a rule from its due date on."""
    series = recurring.Series(start, at, recurring.read(rule) if rule else None)
    return series.between(due_date, due_date + recurring.HORIZON, most)
