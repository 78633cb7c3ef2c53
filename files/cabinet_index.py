"""What lies in a file cabinet's ZIP: every file of the case, also those that could not come along, and why."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case
from core import csvtext
from files.models import Document

ON_ONEDRIVE = gettext_lazy("lies on OneDrive")
MISSING = gettext_lazy("its bytes are not there")
UNREADABLE = gettext_lazy("the file storage did not answer")
DAMAGED = gettext_lazy("its bytes are not what was stored")


@dataclass(frozen=True)
class Entry:
    """One file of the case: where it lies in the ZIP, or why it is not in it."""

    document: Document
    path: str = ""
    reason: Promise | str = ""


def filename(case: Case) -> str:
    """Such as: 12345678 2026-11-23.zip."""
    return f"{case.plate} {timezone.localdate():%Y-%m-%d}.zip"


def as_csv(entries: list[Entry]) -> str:
    """The list as a spreadsheet opens it."""
    head = (
        *(_("file name"), _("category"), _("in this file"), _("why it is not in it"), _("on OneDrive")),
        *(_("size"), _("content type"), "SHA-256", _("created"), _("notes")),
    )
    return "".join(csvtext.lines(head, (_row(entry) for entry in entries)))


def as_html(case: Case, helper: str | None, entries: list[Entry]) -> str:
    """The list as a page whose links lead into the unpacked folder."""
    return render_to_string("cabinet/index.html", {"case": case, "helper": helper, "entries": entries})


def _row(entry: Entry) -> tuple[object, ...]:
    document = entry.document
    return (
        *(document.filename, document.get_category_display(), entry.path, entry.reason, document.onedrive_web_url),
        *(document.size_bytes, document.mime_type, document.checksum),
        *(f"{timezone.localtime(document.created_at):%Y-%m-%d %H:%M}", document.notes),
    )
