"""What staff type to find an answer's case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import search


class AssignForm(forms.Form):
    """The plate of the case, in any spelling."""

    plate = forms.CharField(
        label=_("plate of the case"),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_plate(self) -> str:
        digits = search.digits(self.cleaned_data["plate"])
        if len(digits) not in {7, 8}:
            raise forms.ValidationError(_("A plate has 7 or 8 digits."))
        return digits
