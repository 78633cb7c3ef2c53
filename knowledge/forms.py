"""The form of a document."""

from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import ValidationError as ShapeError

from knowledge.serializers import MOST_LETTERS, Tags

LANGUAGES = [("he", _("Hebrew")), ("en", _("English")), ("ar", _("Arabic")), ("ru", _("Russian"))]


class DocForm(forms.Form):
    """Title, tags, language and text; `seen` is the state the form was opened in."""

    title = forms.CharField(
        label=_("Title"), max_length=MOST_LETTERS, widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
    )
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        help_text=_("With commas between them."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    lang = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    body = forms.CharField(
        label=_("Text"), required=False, strip=False, widget=forms.Textarea(attrs={"dir": "auto", "rows": 18})
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        lang = self.initial.get("lang")
        if lang and lang not in dict(LANGUAGES):
            self.fields["lang"].choices = [*LANGUAGES, (lang, lang)]  # type: ignore[attr-defined]

    def clean_tags(self) -> list[str]:
        try:
            return Tags().to_internal_value(self.cleaned_data["tags"])
        except ShapeError:
            raise forms.ValidationError(_("At most 50 tags of 100 letters each.")) from None

    def clean_body(self) -> str:
        # A browser sends every end of a line as two characters.
        body: str = self.cleaned_data["body"].replace("\r\n", "\n")
        if len(body.encode()) > settings.KB_MAX_BYTES:
            raise forms.ValidationError(
                gettext("The text is too long: the limit is %(limit)s.")
                % {"limit": filesizeformat(settings.KB_MAX_BYTES)}
            )
        return body

    @property
    def changes(self) -> dict[str, Any]:
        """What a checked form says of the document."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}
