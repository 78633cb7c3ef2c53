"""What staff say of files that wait for a case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.search import digits
from files.models import Document

_CHOICES = [choice for choice in Document.Category.choices if choice[0] != Document.Category.ARCHIVE]


class PlateForm(forms.Form):
    """The plate of the case, in any spelling."""

    plate = forms.CharField(
        label=_("plate of the case"),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_plate(self) -> str:
        found = digits(self.cleaned_data["plate"])
        if len(found) not in {7, 8}:
            raise forms.ValidationError(_("A plate has 7 or 8 digits."))
        return found


class CategoryForm(forms.Form):
    """What the files are."""

    category = forms.ChoiceField(label=_("category"), choices=_CHOICES)
