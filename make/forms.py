"""What staff type about endpoints, keys and sending again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from make.models import GatewayKey, MessageType, WebhookEndpoint


class EndpointForm(forms.Form):
    """An address in Make, and what it hears."""

    name = forms.CharField(
        label=_("name"), max_length=100, widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
    )
    url = forms.CharField(
        label=_("address"),
        max_length=2000,
        help_text=_("The address of the scenario's webhook, as Make shows it."),
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "url", "autocomplete": "off"}),
    )
    body = forms.ChoiceField(
        label=_("what is sent"),
        choices=WebhookEndpoint.Body,
        initial=WebhookEndpoint.Body.THIN,
        widget=forms.RadioSelect,
    )
    event_types = forms.MultipleChoiceField(
        label=_("which news it hears"),
        choices=[choice for choice in MessageType.choices if choice[0] != MessageType.TEST_PING],
        required=False,
        help_text=_("None chosen: everything."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, endpoint: WebhookEndpoint | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.endpoint = endpoint

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        # It also keeps a page that is sent twice from making two.
        others = WebhookEndpoint.objects.kept().filter(name=name)
        if self.endpoint:
            others = others.exclude(pk=self.endpoint.pk)
        if others.exists():
            raise forms.ValidationError(_("There is an endpoint of this name already."))
        return name


class KeyForm(forms.Form):
    """A new key for Make, and what it may call."""

    name = forms.CharField(
        label=_("name"),
        max_length=100,
        help_text=_("Where the key will be used, for example the name of the scenario."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    ops = forms.MultipleChoiceField(
        label=_("allowed operations"),
        required=False,
        help_text=_("None chosen: all."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, ops: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ops"].choices = [(op, op) for op in ops]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if GatewayKey.objects.in_use().filter(name=name).exists():
            raise forms.ValidationError(_("There is a key of this name already."))
        return name


class SinceForm(forms.Form):
    """From which moment on what was given up is sent again."""

    since = forms.DateTimeField(
        label=_("since"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "dir": "ltr"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
