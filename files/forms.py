"""The form that brings a document."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.search import digits
from files.models import Document
from files.serializers import CATEGORIES


class UploadForm(forms.Form):
    """A file, the plate it belongs to, and what it is."""

    file = forms.FileField(label=_("File"), help_text=_("A picture, a PDF, or a Word or Excel file without macros."))
    plate = forms.CharField(
        label=_("Plate"), max_length=40, widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"})
    )
    category = forms.ChoiceField(label=_("Category"), choices=CATEGORIES, initial=Document.Category.OTHER)
    notes = forms.CharField(
        label=_("Notes"), max_length=2000, required=False, widget=forms.Textarea(attrs={"dir": "auto", "rows": 3})
    )

    def clean_plate(self) -> str:
        plate = digits(self.cleaned_data["plate"])
        if len(plate) not in {7, 8}:
            raise forms.ValidationError(_("A plate has 7 or 8 digits."))
        return plate
