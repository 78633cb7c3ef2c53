"""What staff type to restore a version, and to say who may write which part of a helper."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

FILL_MISSING = "fill_missing"


class NamesField(forms.MultipleChoiceField):
    """Names of any kind; whoever takes them knows which there are."""

    def valid_value(self, value: str) -> bool:
        return "\0" not in value


class RestoreForm(forms.Form):
    """Why, which version was the current one when the page was read, and what of the old one comes back."""

    reason = forms.CharField(
        label=_("Reason for the restore"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Stays with the new version, for whoever reads its history."),
    )
    expected_version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    sections = NamesField(required=False, widget=forms.MultipleHiddenInput)
    mode = forms.ChoiceField(choices=[(FILL_MISSING, FILL_MISSING)], required=False, widget=forms.HiddenInput)


class SourceForm(forms.Form):
    """One place a source may write."""

    source = forms.RegexField(
        r"^[a-z][a-z0-9_]{0,49}$",
        label=_("source"),
        help_text=_("As Make names it: small Latin letters, digits and underscores."),
        error_messages={"invalid": _("Small Latin letters, digits and underscores, a letter first.")},
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    pointer = forms.CharField(
        label=_("place in the helper"),
        max_length=500,
        help_text=_("A JSON Pointer from the root of the helper, for example /expertise/levi_report."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("note"), max_length=500, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )

    def clean_pointer(self) -> str:
        pointer: str = self.cleaned_data["pointer"]
        # RFC 6901; the root itself would be everything.
        if not re.fullmatch(r"(/([^/~]|~0|~1)*)+", pointer):
            raise forms.ValidationError(_("A place begins with / and writes ~ as ~0."))
        return pointer
