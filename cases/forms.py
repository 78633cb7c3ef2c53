"""What staff type to open a case."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cases import search
from core.body import checked_json
from core.errors import Refused
from core.rpc import JsonText


class OpenCaseForm(forms.Form):
    """A plate in any spelling, and a helper from a file where there is one."""

    plate = forms.CharField(
        label=_("plate"),
        max_length=40,
        help_text=_("7 or 8 digits, with or without dashes."),
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"}),
    )
    owner_name = forms.CharField(label=_("owner"), max_length=200, required=False)
    inspection_location = forms.CharField(label=_("inspection place"), max_length=200, required=False)
    helper = forms.FileField(
        label=_("case data from a file"),
        required=False,
        help_text=_("A .json file as it was downloaded here. Without one the case starts empty."),
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    def clean_plate(self) -> str:
        digits = search.digits(self.cleaned_data["plate"])
        if len(digits) not in {7, 8}:
            raise forms.ValidationError(_("A plate has 7 or 8 digits."))
        return digits

    def clean_helper(self) -> JsonText:
        file: UploadedFile[bytes] | None = self.cleaned_data["helper"]
        if file is None:
            return JsonText(b"{}")
        try:
            sent = checked_json(file.read())
        except Refused as refusal:
            raise forms.ValidationError(refusal.message) from refusal
        if not isinstance(sent.value, dict):
            raise forms.ValidationError(_("The file must hold one JSON object."))
        return JsonText(sent.raw)
