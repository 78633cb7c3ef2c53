"""What the report over everything that happened is asked: by whom, what, through which door, when, which plate."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from cases.models import Event, EventQuerySet
from cases.search import digits
from office import kinds

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class EventForm(forms.Form):
    """The filters of the action log; empty ones count for nothing."""

    person = forms.ModelChoiceField(Profile.objects.none(), required=False, label=_("Who"), empty_label=_("anybody"))
    kind = forms.ChoiceField(required=False, label=_("What"))
    door = forms.ChoiceField(required=False, label=_("Through"), choices=[("", _("any way")), *Event.Door.choices])
    since = forms.DateField(required=False, label=_("From day"), widget=_DAY)
    until = forms.DateField(required=False, label=_("To day"), widget=_DAY)
    plate = forms.CharField(required=False, max_length=40, label=_("Plate"), widget=forms.TextInput({"dir": "ltr"}))

    def __init__(self, *args: Any, org_id: UUID | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["person"]
        people.queryset = Profile.objects.filter(org=org_id).order_by("name")
        asked: Any = self.fields["kind"]
        asked.choices = [("", _("everything")), *kinds.of_office().items()]

    def clean_plate(self) -> str:
        plate: str = self.cleaned_data["plate"]
        if plate.strip() and not digits(plate):
            raise forms.ValidationError(_("A plate has digits."))
        return plate

    def narrowed(self, events: EventQuerySet) -> EventQuerySet:
        """The events that are asked for."""
        asked = self.cleaned_data
        if asked["person"]:
            events = events.filter(actor=asked["person"])
        if types := kinds.types_of(asked["kind"]):
            events = events.of_types(types)
        if asked["door"]:
            events = events.filter(door=asked["door"])
        if asked["since"]:
            events = events.filter(at__gte=_midnight(asked["since"]))
        if asked["until"]:
            events = events.filter(at__lt=_midnight(asked["until"] + timedelta(days=1)))
        return events.of_plate(asked["plate"]) if asked["plate"].strip() else events


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
