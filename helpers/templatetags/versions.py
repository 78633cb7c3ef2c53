"""What pages say of a version."""

from django import template
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.templatetags import office
from helpers import labels, wording
from helpers.models import CaseHelper
from helpers.wording import Step

register = template.Library()


@register.filter
def section(key: str) -> str:
    """A section by the office's word for it, else by its own name."""
    return labels.section(key) or office.code(key)


@register.filter
def in_order(sections: list[str]) -> list[str]:
    return sorted(sections, key=labels.sort_key)


@register.filter
def beyond(sections: list[str], most: str) -> int:
    """How many sections a slice like ":8" leaves out."""
    return len(sections) - len(sections[: int(most[1:])]) if most[1:] else 0


@register.simple_tag
def section_list(sections: list[str], most: str) -> SafeString:
    """The names of sections, and how many a slice like ":8" leaves out."""
    shown = in_order(sections)[: int(most[1:])] if most[1:] else in_order(sections)
    names = "".join(f"<li>{conditional_escape(section(key))}</li>" for key in shown)
    hidden = len(sections) - len(shown)
    more = f'<li class="quiet">{escape(_("and %(n)s more") % {"n": hidden})}</li>' if hidden else ""
    return SafeString(f'<ul class="sections">{names}{more}</ul>')


@register.filter
def who(version: CaseHelper) -> str:
    """The person who saved, else the door."""
    return version.saved_by.name if version.saved_by else version.get_saved_from_display()


@register.filter
def how(version: CaseHelper) -> str:
    """How a version came about, in the words the office knows from its screen."""
    if version.restored_from is not None:
        return _("restored from an earlier backup")
    if version.saved_from == "IMPORT":
        return _("taken from a file")
    if version.saved_from == "MAKE" or version.trigger in labels.AUTOMATIC:
        return _("saved automatically by the system")
    return _("saved by hand")


@register.filter
def note(version: CaseHelper) -> SafeString:
    """What a version was saved with: a person's words, or ours where an invoice made it."""
    return office.words(wording.note(version.label or "", version.trigger or ""))


@register.filter
def step(said: Step) -> SafeString:
    """One step of a path, in the office's word or by its own name."""
    return office.code(said.words) if said.is_code else office.words(said.words)
