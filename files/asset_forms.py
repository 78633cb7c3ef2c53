"""What staff type about reports: texts, and pictures to put on them or take off."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from files import asset_pictures
from files.models import UserAssets

_AUTO, _CODE = {"dir": "auto", "autocomplete": "off"}, {"dir": "ltr", "autocomplete": "off"}
_ACCEPT = {"accept": "image/png,image/jpeg,image/webp"}


def _text(label: Any, longest: int, attributes: dict[str, str], help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, max_length=longest, required=False, widget=widget, help_text=help_text)


def _picture(label: Any, help_text: Any) -> forms.FileField:
    return forms.FileField(
        label=label, required=False, widget=forms.FileInput(attrs=_ACCEPT), help_text=help_text, max_length=300
    )


class AssetsForm(forms.Form):
    """One row of what stands on reports."""

    business_name = _text(_("name of the business"), 200, _AUTO)
    license_number = _text(_("licence number"), 60, _CODE)
    address = _text(_("postal address"), 300, _AUTO)
    phone = _text(_("phone"), 60, _CODE)
    email = _text(_("e-mail"), 200, _CODE)
    draft_watermark_text = _text(
        _("watermark of drafts"),
        60,
        _AUTO,
        _("Stands across each page of a draft; without one, the word for draft does."),
    )
    directive_watermark_text = _text(
        _("watermark of final expertises"),
        60,
        _AUTO,
        _("Stands across each page of a final expertise; may stay empty."),
    )
    logo = _picture(_("logo"), _("PNG, JPEG or WebP, up to 5 MB. A PNG without a background looks best."))
    stamp = _picture(_("stamp"), _("Stands at the end of each report, beside the signature."))
    signature = _picture(_("signature"), _("Stands at the end of each report."))
    background = _picture(_("background"), _("Fills each page, faintly."))

    def __init__(
        self, data: Any = None, files: Any = None, *, row: UserAssets | None = None, whose: str = "own"
    ) -> None:
        initial = {name: getattr(row, name, None) for name in UserAssets.TEXTS}
        # Two of them stand on one page.
        super().__init__(data, files, initial=initial, auto_id=f"{whose}_%s")
        standing = [name for name, column in UserAssets.PICTURES.items() if getattr(row, column, None)]
        if standing:
            self.fields["remove"] = forms.MultipleChoiceField(
                label=_("Take off"),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=[(name, self.fields[name].label) for name in standing],
            )

    def clean(self) -> dict[str, Any]:
        for name in UserAssets.PICTURES:
            sent = self.cleaned_data.get(name)
            if not sent:
                continue
            try:
                self.cleaned_data[name] = asset_pictures.clean(sent, name)
            except Invalid:
                self.add_error(name, _("This is no picture we can use: a PNG, JPEG or WebP up to 5 MB is wanted."))
        return self.cleaned_data

    @property
    def texts(self) -> dict[str, str | None]:
        return {name: self.cleaned_data[name] or None for name in UserAssets.TEXTS if name in self.changed_data}

    @property
    def pictures(self) -> dict[str, bytes | None]:
        off = dict.fromkeys(self.cleaned_data.get("remove") or ())
        return {**off, **{name: self.cleaned_data[name] for name in UserAssets.PICTURES if self.cleaned_data.get(name)}}
