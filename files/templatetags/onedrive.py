"""What pages say of copies on OneDrive."""

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.templatetags import office
from files.inbox import Proposal
from files.models import Document, OnedriveSync, WaitingDocument

register = template.Library()

# status -> how it looks; the word itself always stands beside the colour
_LOOKS = {
    OnedriveSync.Status.NONE: "ended",
    OnedriveSync.Status.PENDING: "waits",
    OnedriveSync.Status.SYNCED: "done",
    OnedriveSync.Status.FAILED: "bad",
}
_WHY: dict[str, Promise] = {
    "content": gettext_lazy("the case has a file with the same content"),
    "plate": gettext_lazy("Make named this plate"),
    "name": gettext_lazy("the plate stands in the file's name"),
    "path": gettext_lazy("the plate stands in the folder's name"),
    "like": gettext_lazy("the plate differs in one digit from"),
}
_CATEGORY_BY: dict[str, Promise] = {
    "said": gettext_lazy("as Make said"),
    "name": gettext_lazy("by a word of the name"),
    "type": gettext_lazy("by the kind of content"),
    "folder": gettext_lazy("by a word of the folder"),
    "nothing": gettext_lazy("nothing says what it is"),
}


@register.filter
def sync_pill(sync: OnedriveSync) -> SafeString:
    if sync.withdrawn_at:
        return format_html('<span class="pill pill-ended">{}</span>', _("not wanted any more"))
    look = _LOOKS[OnedriveSync.Status(sync.status)]
    return format_html('<span class="pill pill-{}">{}</span>', look, sync.get_status_display())


@register.filter
def sync_reason(sync: OnedriveSync) -> str | SafeString:
    """Why there is no copy; Make's own words as they came."""
    if not sync.reason:
        return ""
    return _("Make did not answer") if sync.reason == OnedriveSync.NO_ANSWER else office.words(sync.reason)


@register.simple_tag
def onedrive_badge(document: Document) -> SafeString:
    """Whether a file lies on OneDrive, with the way there; nothing for a file that nobody asks for."""
    sync = getattr(document, "onedrive_sync", None)
    if sync is None:
        return SafeString("")
    if sync.status == OnedriveSync.Status.SYNCED and document.onedrive_web_url:
        words = _("On OneDrive")
        return format_html('<a href="{}" rel="noreferrer noopener">{}</a>', document.onedrive_web_url, words)
    return sync_pill(sync)


@register.filter
def why_proposed(proposal: Proposal) -> SafeString:
    """Why a case is proposed, with the number that speaks for it."""
    number = office.code(office.plate(proposal.number)) if proposal.why == "like" else ""
    return format_html("{} {}", _WHY[proposal.why], number)


@register.filter
def category_reason(document: Document) -> SafeString:
    """Why a file is of its category."""
    told = document.file_metadata.get("category")
    by, word = (told.get("by"), told.get("word")) if isinstance(told, dict) else (None, None)
    if by not in _CATEGORY_BY:
        return SafeString("")
    return format_html("{} {}", _CATEGORY_BY[by], office.words(word) if isinstance(word, str) else "")


@register.simple_tag
def onedrive_news() -> dict[str, int]:
    """How many files wait for a case, and how many copies could not be made."""
    failed = OnedriveSync.objects.wanted().filter(status=OnedriveSync.Status.FAILED)
    return {"waiting": WaitingDocument.objects.waiting().count(), "failed": failed.count()}
