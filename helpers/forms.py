"""What staff type to restore a version."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RestoreForm(forms.Form):
    """Why, and which version was the current one when the page was read."""

    reason = forms.CharField(
        label=_("Reason for the restore"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Stays with the new version, for whoever reads its history."),
    )
    expected_version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
