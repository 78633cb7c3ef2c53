"""What managers type about people and their office."""

from typing import Any
from urllib.parse import SplitResult, urlsplit

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


class OriginsField(forms.CharField):
    """Addresses of pages, one a line, kept as the origins that browsers send."""

    widget = forms.Textarea(attrs={**_LTR, "rows": 3, "spellcheck": "false"})
    _PORTS = {"https": 443, "http": 80}
    _MOST = 20

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), (data or "").replace("\r\n", "\n"))

    def clean(self, value: Any) -> list[str]:
        lines = (line.strip() for line in (super().clean(value) or "").splitlines())
        found = list(dict.fromkeys(self._origin(line) for line in lines if line))
        if len(found) > self._MOST:
            raise forms.ValidationError(_("At most %(most)s addresses."), params={"most": self._MOST})
        return found

    def _origin(self, line: str) -> str:
        """The origin of whatever page was pasted."""
        try:
            found = urlsplit(line)
            port, host = found.port, (found.hostname or "").encode("idna").decode()
        except ValueError:
            raise forms.ValidationError(_("This is no address of a page: %(line)s"), params={"line": line}) from None
        if not host or not self._is_safe(found):
            raise forms.ValidationError(
                _("An address begins with https:// (%(line)s); http:// is for this machine alone."),
                params={"line": line},
            )
        return f"{found.scheme}://{host}" + (f":{port}" if port and port != self._PORTS[found.scheme] else "")

    def _is_safe(self, found: SplitResult) -> bool:
        return found.scheme == "https" or (found.scheme == "http" and found.hostname in {"localhost", "127.0.0.1"})


class OfficeForm(forms.ModelForm):  # type: ignore[type-arg]
    """An office's name, what its roles may do, and where its screens stand."""

    name = forms.CharField(label=_("name"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}))
    ui_origins = OriginsField(
        label=_("addresses of the office's own screens"),
        required=False,
        max_length=3000,
        help_text=_(
            "One a line, such as https://screens.example.com: pages from there may ask this server for the office's"
            " people."
        ),
    )

    class Meta:
        model = Org
        fields = ("name", "assessors_see_own_cases_only", "assistants_read_only", "ui_origins")
        help_texts = {
            "assessors_see_own_cases_only": _(
                "On: an appraiser sees the cases they opened, are assigned to, or that are shared with them."
                " Off: everybody in the office sees all cases."
            ),
            "assistants_read_only": _("On: assistants read the case data and save none of it."),
        }
