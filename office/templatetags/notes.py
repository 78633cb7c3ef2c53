"""What pages show of the notes for staff."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.templatetags import office
from cases.models import SystemLog

register = template.Library()


@register.filter
def note_words(note: SystemLog) -> str | SafeString:
    """The note as people say it; one we have no words for goes as it was written."""
    said = {
        "delivery_given_up": _("A delivery to Make was given up"),
        "endpoint_paused": _("A webhook endpoint was paused"),
        "job_failed": _("Work in the background failed"),
        "locked_out": _("Too many wrong passwords: a login is locked for a while"),
    }.get(note.event)
    return said or office.words(note.message)


@register.filter
def unlocal(number: float) -> str:
    """A number as drawings need it, with a point whatever the language is."""
    return f"{number:g}"
