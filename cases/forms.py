"""What staff type to open a case, and to change one."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cases import search
from cases.models import Case, FeatureFlag
from cases.sharing_models import around
from core.body import checked_json
from core.errors import Refused
from core.rpc import JsonText


class CaseForm(forms.ModelForm):  # type: ignore[type-arg]
    """What may be changed of a case by hand; all but the status may be empty."""

    class Meta:
        model = Case
        fields = ("status", "owner_name", "assigned_to", "inspection_location")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = name == "status"
            if isinstance(field, forms.CharField):
                field.empty_value = None
        if "assigned_to" in self.fields:
            self.people = around(self.instance)
            offered = [one for one in self.people if one.takes_cases or one.pk == self.instance.assigned_to_id]
            assignee: Any = self.fields["assigned_to"]
            assignee.choices = [("", "—"), *((one.pk, one.name) for one in offered)]


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


class TurnForm(forms.Form):
    """Which switch, and what it shall say."""

    turn = forms.CharField(max_length=100)
    note = forms.CharField(max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        name, _equals, value = self.cleaned_data.get("turn", "").partition("=")
        if name not in FeatureFlag.Name.values or value not in dict(FeatureFlag.values_of(name)):
            raise forms.ValidationError(_("There is no such switch."))
        return {**self.cleaned_data, "name": name, "value": value}


class PilotForm(forms.Form):
    """A switch for one case alone."""

    plate = forms.CharField(
        label=_("plate of the case"),
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric", "autocomplete": "off"}),
    )
    turn = forms.ChoiceField(label=_("switch and value"), choices=[])
    note = forms.CharField(
        label=_("why"), max_length=500, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["turn"].choices = [  # type: ignore[attr-defined]
            (name.label, [(f"{name}={value}", word) for value, word in FeatureFlag.values_of(name)])
            for name in FeatureFlag.Name
        ]

    def clean_plate(self) -> str:
        digits = search.digits(self.cleaned_data["plate"])
        if len(digits) not in {7, 8}:
            raise forms.ValidationError(_("A plate has 7 or 8 digits."))
        return digits

    def clean_turn(self) -> str:
        turn: str = self.cleaned_data["turn"]
        self.cleaned_data["name"], _equals, self.cleaned_data["value"] = turn.partition("=")
        return turn
