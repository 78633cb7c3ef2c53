"""What pages show of the notes for staff."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.templatetags import office
from cases.models import SystemLog
from office.checks import CHECKS

register = template.Library()


@register.filter
def note_words(note: SystemLog) -> str | SafeString:
    """The note as people say it; one we have no words for goes as it was written."""
    said = {
        "delivery_given_up": _("A delivery to Make was given up"),
        "endpoint_paused": _("A webhook endpoint was paused"),
        "job_failed": _("Work in the background failed"),
        "locked_out": _("Too many wrong passwords: a login is locked for a while"),
        "check_turned_red": _("A check of the health board found something: %(check)s"),
        "check_is_well": _("A check of the health board is well again: %(check)s"),
    }.get(note.event)
    if said and "check" in note.context:
        check = CHECKS.get(note.context["check"])
        return said % {"check": check.label if check else note.context["check"]}
    return said or office.words(note.message)


@register.filter
def unlocal(number: float) -> str:
    """A number as drawings need it, with a point whatever the language is."""
    return f"{number:g}"
