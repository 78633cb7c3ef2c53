"""What staff type to choose a found part for a case."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.search import digits
from parts.spelled import MOST_PIECES


class ChooseForm(forms.Form):
    """For which case, where on it, and how many."""

    plate = forms.CharField(
        label=_("plate of the case"),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"}),
    )
    quantity = forms.DecimalField(
        label=_("quantity"),
        max_digits=10,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=MOST_PIECES,
        initial=1,
        widget=forms.NumberInput(attrs={"dir": "ltr", "step": "any"}),
    )
    damage_center_id = forms.CharField(
        label=_("damage center"), max_length=200, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )

    def clean_plate(self) -> str:
        plate = digits(self.cleaned_data["plate"])
        if len(plate) not in {7, 8}:
            raise forms.ValidationError(_("A plate has 7 or 8 digits."))
        return plate
