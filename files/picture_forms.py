"""Forms about pictures."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from files.models import Image


class PictureForm(forms.Form):
    """What people say of a picture; the damage centers are the case's, and the one it has already."""

    filename = forms.RegexField(
        label=_("File name"), regex=r"^[^\x00-\x1f\x7f/\\]{1,255}$", max_length=255,
        error_messages={"invalid": _("A name has no slashes and no line breaks.")},
    )  # fmt: skip
    category = forms.ChoiceField(label=_("Category"), choices=Image.Category)
    damage_center_id = forms.ChoiceField(label=_("Damage center"), required=False)
    notes = forms.CharField(
        label=_("Notes"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )

    in_reports = forms.BooleanField(label=_("Show it in reports"), required=False)

    def __init__(self, *arguments: Any, centers: dict[str, str], **more: Any) -> None:
        super().__init__(*arguments, **more)
        now = self.initial.get("damage_center_id")
        known = centers if now in centers or not now else {**centers, now: now}
        field: Any = self.fields["damage_center_id"]
        field.choices = [("", _("none")), *known.items()]
        self.fields["filename"].widget.attrs["dir"] = "auto"

    @property
    def changes(self) -> dict[str, Any]:
        """Only what is another thing than before."""
        said = {name: None if value == "" else value for name, value in self.cleaned_data.items()}
        return {name: value for name, value in said.items() if value != self.initial.get(name)}
