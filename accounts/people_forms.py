"""What managers type about people and their office."""

from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import Org, Profile

_LTR = {"dir": "ltr", "autocomplete": "off"}


class PersonForm(forms.Form):
    """Who somebody is, and as what they work; `highest` is the role of who fills it in."""

    name = forms.CharField(label=_("name"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}))
    email = forms.EmailField(label=_("e-mail"), max_length=200, widget=forms.EmailInput(attrs=_LTR))
    phone = forms.CharField(label=_("phone"), max_length=60, required=False, widget=forms.TextInput(attrs=_LTR))
    role = forms.ChoiceField(label=_("role"), choices=Profile.Role, initial=Profile.Role.ASSESSOR)

    def __init__(self, *args: Any, highest: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Offered are the roles the database would take; private.rank() says the same.
        hidden = {Profile.Role.DEVELOPER.value} - {highest}
        offered = [(value, word) for value, word in Profile.Role.choices if value not in hidden]
        self.fields["role"].choices = offered  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class AddPersonForm(PersonForm):
    """Somebody new."""

    username = forms.CharField(
        label=_("username in the back office"),
        max_length=150,
        required=False,
        help_text=_("Leave it empty for somebody who works at the office's own screen alone."),
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs=_LTR),
    )


class LoginForm(forms.Form):
    """A login here for somebody who has none."""

    username = AddPersonForm.base_fields["username"]


class OfficeForm(forms.ModelForm):  # type: ignore[type-arg]
    """An office's name, and what its roles may do."""

    name = forms.CharField(label=_("name"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}))

    class Meta:
        model = Org
        fields = ("name", "assessors_see_own_cases_only", "assistants_read_only")
        help_texts = {
            "assessors_see_own_cases_only": _(
                "On: an appraiser sees the cases they opened, are assigned to, or that are shared with them."
                " Off: everybody in the office sees all cases."
            ),
            "assistants_read_only": _("On: assistants read the case data and save none of it."),
        }
