"""What staff fill in to send a message, and to change an office's wordings."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from core.errors import Invalid
from files import message_texts
from files.models import Document, MessageTemplate, OutboundMessage, Report

_MOST_FILES = 100


class MessageForm(forms.Form):
    """Through which channel, to whom, with which wording or words, and which file."""

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    channel = forms.ChoiceField(label=_("channel"), choices=OutboundMessage.Channel.choices)
    to = forms.CharField(
        label=_("recipient"), max_length=300, help_text=_("A mail address, or a phone number in any spelling.")
    )
    to_name = forms.CharField(label=_("recipient's name"), max_length=200, required=False)
    template = forms.ChoiceField(label=_("wording"), required=False)
    subject = forms.CharField(
        label=_("subject"), max_length=300, required=False, help_text=_("Of a mail; empty: the wording's own.")
    )
    text = forms.CharField(
        label=_("text"),
        max_length=message_texts.MOST_LETTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Empty: the wording's own. Places that are filled in: {owner}, {plate}, {report}, {office}, {link}."
        ),
    )
    enclosed = forms.ChoiceField(label=_("file or report"), required=False)

    def __init__(self, case: Case, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial.setdefault("id", uuid4())
        self.initial.setdefault("to_name", case.owner_name or "")
        wordings = message_texts.wordings(case.org_id)
        self._choices("template", [("", _("my own text")), *((name, one.title) for name, one in wordings.items())])
        self._choices("enclosed", [("", _("none")), *_reports(case), *_documents(case)])

    def _choices(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """What is to be put together, in the words of `messages.prepare`."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"id", "enclosed"} and value}
        kind, _colon, key = self.cleaned_data["enclosed"].partition(":")
        return {**given, f"{kind}_id": key} if key else given


class WordingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A wording whose places are known, once for a name and a channel."""

    name = forms.RegexField(
        r"^[a-z][a-z0-9_]{0,59}$",
        label=_("name in the system"),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        help_text=_("report, estimate or documents in place of ours, or a name of your own in small Latin letters."),
    )
    title = forms.CharField(label=_("title"), max_length=100)
    subject = forms.CharField(label=_("subject"), max_length=300, required=False)
    text = forms.CharField(
        label=_("text"),
        max_length=message_texts.MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Places that are filled in: {owner}, {plate}, {report}, {office}, {link}."),
    )

    class Meta:
        model = MessageTemplate
        fields = ("name", "title", "channel", "subject", "text")
        help_texts = {"channel": _("Empty: for every channel.")}

    def clean(self) -> dict[str, Any] | None:
        facts = dict.fromkeys(message_texts.PLACES, "x")
        for name in ("subject", "text"):
            try:
                message_texts.filled(self.cleaned_data.get(name) or "", facts, name)
            except Invalid:
                self.add_error(name, _("There is a place in it that nobody knows how to fill."))
        alike = MessageTemplate.objects.filter(
            name=self.cleaned_data.get("name"), channel=self.cleaned_data.get("channel") or None
        )
        if alike.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("There is a wording of this name for this channel already."))
        return self.cleaned_data


def _reports(case: Case) -> list[tuple[str, str]]:
    ready = Report.objects.filter(case_id=case.pk, status=Report.Status.READY, document__deleted_at__isnull=True)
    return [
        (f"report:{report.pk}", f"{report.title} v{report.version}")
        for report in ready.order_by("-created_at")[:_MOST_FILES]
    ]


def _documents(case: Case) -> list[tuple[str, str]]:
    found = Document.objects.standing().filter(case_id=case.pk, storage_key__isnull=False)
    found = found.exclude(category__in=(Document.Category.REPORT, Document.Category.ARCHIVE))
    return [(f"file:{one.pk}", one.filename) for one in found.newest()[:_MOST_FILES]]
