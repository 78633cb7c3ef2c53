"""What staff fill in: a reminder, when to be reminded again, and to whom reminders go."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from cases.models import Case
from cases.search import digits
from reminders import calendar, recurring
from reminders.forms_repeat import KEPT, RepeatForm, chosen_of, rule_of
from reminders.models import Channel, Reminder

_EARLIEST, _LATEST = date(2000, 1, 1), date(2200, 1, 1)
_FACTS = (
    *("title", "description", "category", "priority", "due_date", "due_time", "assigned_to"),
    *("channel", "send_notification"),
)


def people() -> list[tuple[str, str]]:
    """Who a reminder can be for: the active people of the office, and nobody in particular."""
    active = Profile.objects.filter(status=Profile.Status.ACTIVE).order_by("name")
    return [("", str(_("everybody of the office"))), *((str(one.pk), one.name) for one in active)]


class AssigneeField(forms.ChoiceField):
    """A person of the office, or nobody."""

    def __init__(self, **more: Any) -> None:
        known: dict[str, Any] = {"label": _("assigned to"), "required": False, "choices": people}
        super().__init__(**known | more)

    def clean(self, value: Any) -> UUID | None:
        chosen = super().clean(value)
        return UUID(chosen) if chosen else None


class ReminderForm(RepeatForm):
    """A reminder, with how it repeats."""

    title = forms.CharField(
        label=_("what not to forget"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    plate = forms.CharField(
        label=_("plate of the case"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Empty: about no case."),
    )
    case = forms.UUIDField(widget=forms.HiddenInput, required=False)
    due_date = forms.DateField(
        label=_("due date"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "dir": "ltr"})
    )
    due_time = forms.TimeField(
        label=_("time"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "dir": "ltr"})
    )
    category = forms.ChoiceField(label=_("category"), choices=Reminder.Category.choices)
    priority = forms.ChoiceField(label=_("priority"), choices=Reminder.Priority.choices)
    assigned_to = AssigneeField()
    channel = forms.ChoiceField(label=_("channel"), choices=Channel.choices)
    send_notification = forms.BooleanField(label=_("tell somebody"), required=False)
    description = forms.CharField(
        label=_("description"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    field_order = (
        *("title", "plate", "due_date", "due_time", "category", "priority", "assigned_to"),
        *("channel", "send_notification", "description"),
    )

    def __init__(self, *args: Any, standing: Reminder | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.standing = standing
        if standing is not None and chosen_of(standing)["repeat"] == KEPT:
            repeat = self.fields["repeat"]
            repeat.choices = [*repeat.choices, (KEPT, _("as its rule says"))]  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_due_date(self) -> date:
        day: date = self.cleaned_data["due_date"]
        if not _EARLIEST <= day <= _LATEST:
            raise forms.ValidationError(_("A day between 2000 and 2200 is expected."))
        return day

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        given["case_id"] = None
        plate = digits(given.get("plate") or "")
        if given.get("plate") and "plate" not in self.errors:
            found = case_of(plate, given.get("case"))
            if found is None:
                self.add_error("plate", _("There is no case of this plate."))
            given["case_id"] = found
        return given

    @property
    def values(self) -> dict[str, Any]:
        """What is written, in the words of the verbs."""
        given = self.cleaned_data
        facts = {name: given[name] for name in _FACTS if name != "assigned_to"}
        facts |= {"description": given["description"] or None, "assigned_to_id": given["assigned_to"]}
        return {**facts, "case_id": given["case_id"], **self.repeated}

    @property
    def repeated(self) -> dict[str, Any]:
        standing = self.standing
        if self.cleaned_data["repeat"] == KEPT and standing is not None:
            return {}
        rule = rule_of(self.cleaned_data, self.cleaned_data["due_date"])
        return {"rrule": rule, "is_recurring": bool(rule), "recurrence_pattern": None, "recurrence_end_date": None}

    @property
    def changes(self) -> dict[str, Any]:
        """Of what is written, what differs from what stands; a rule that says the same does not begin anew."""
        standing, values = self.standing, self.values
        if standing is None:
            return values
        if "rrule" in values and values["rrule"] == rule_of(_due(standing), standing.due_date, standing.rrule):
            values = {name: value for name, value in values.items() if name not in _REPEATED}
        if values["case_id"] == standing.case_id:
            del values["case_id"]
        elif values["case_id"] is None:
            values["plate"] = None
        return {name: value for name, value in values.items() if getattr(standing, name) != value}


_REPEATED = ("rrule", "is_recurring", "recurrence_pattern", "recurrence_end_date")


def _due(reminder: Reminder) -> dict[str, Any]:
    return chosen_of(reminder)


def standing_values(reminder: Reminder) -> dict[str, Any]:
    """What stands in the form of a reminder that is there."""
    facts = {name: getattr(reminder, name) for name in _FACTS if name != "assigned_to"}
    chosen = {name: value for name, value in chosen_of(reminder).items() if value is not None}
    return {
        **facts,
        "assigned_to": reminder.assigned_to_id,
        "plate": reminder.plate,
        "case": reminder.case_id,
        **chosen,
    }


def case_of(plate: str, case_id: UUID | None = None) -> UUID | None:
    """The case that is meant: the one named, if it has the plate; else the plate's open one, else its newest."""
    cases = Case.objects.filter(plate=plate) if plate else Case.objects.none()
    named = cases.filter(pk=case_id).values_list("pk", flat=True).first() if case_id else None
    newest = cases.order_by("-created_at").values_list("pk", flat=True)
    return named or cases.open().order_by("-created_at").values_list("pk", flat=True).first() or newest.first()


class SnoozeForm(forms.Form):
    """The day to be reminded again; at the reminder's own time of day where no other is said."""

    day = forms.DateField(
        label=_("remind again on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "dir": "ltr"})
    )
    at = forms.TimeField(
        label=_("time"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "dir": "ltr"}),
        help_text=_("Empty: the time of the reminder."),
    )

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not calendar.today() <= day <= calendar.today() + recurring.HORIZON:
            raise forms.ValidationError(_("Choose a day in the future."))
        return day

    def until(self, reminder: Reminder) -> datetime:
        return recurring.moment(self.cleaned_data["day"], self.cleaned_data["at"] or reminder.due_time)


class AssignForm(forms.Form):
    """For whom the chosen reminders are."""

    assigned_to = AssigneeField()
