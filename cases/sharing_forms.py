"""What is asked before a case goes to somebody else, ends, or comes back."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from cases.models import Case


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody of the office who takes cases; the form knows which office."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.get_role_display()})"


class ShareForm(forms.Form):
    """Whom to let in."""

    user = PersonField(label=_("collaborator"), queryset=Profile.objects.none())

    def __init__(self, *args: Any, org_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.queryset = Profile.objects.who_take_cases(org_id)


class TransferForm(forms.Form):
    """To whom, and why."""

    to = PersonField(label=_("pass on to"), queryset=Profile.objects.none())
    reason = forms.CharField(
        label=_("why"),
        max_length=500,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("It stands in the case's story, and Make tells both."),
    )

    def __init__(self, *args: Any, org_id: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.queryset = Profile.objects.who_take_cases(org_id)


class EndForm(forms.Form):
    """How a case ends, and what becomes of what waits in it."""

    status = forms.ChoiceField(
        label=_("how it ends"),
        choices=[(status.value, status.label) for status in Case.ENDED],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("why"), max_length=500, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    cancel_reminders = forms.BooleanField(
        label=_("cancel the reminders that wait"),
        required=False,
        help_text=_("They come back with the case. Without a tick they stay, and are sent when they are due."),
    )
    archive_onedrive = forms.BooleanField(
        label=_("ask Make to archive the case's folder on OneDrive"),
        required=False,
        help_text=_("A step of its own: Make does it, and the case says when it was asked."),
    )


class BringBackForm(forms.Form):
    """Why an ended case is needed again."""

    reason = forms.CharField(
        label=_("why"), max_length=500, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
