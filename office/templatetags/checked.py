"""What pages show of the health board."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.office import code
from accounts.templatetags.office import plate as spelled
from office import check_words
from office.findings import MOST, Finding
from office.models import CheckRun
from office.score import Line

register = template.Library()

# state -> how it looks; sign and word always stand beside the colour
_LOOKS = {
    CheckRun.State.WELL: ("done", "✓"),
    CheckRun.State.FINDINGS: ("bad", "✗"),
    CheckRun.State.UNKNOWN: ("ended", "?"),
}


@register.filter
def check_pill(line: Line) -> SafeString:
    looks, sign = _LOOKS[CheckRun.State(line.state)]
    words = CheckRun.State(line.state).label
    return format_html('<span class="pill pill-{}"><span aria-hidden="true">{} </span>{}</span>', looks, sign, words)


@register.filter
def found_words(line: Line) -> str:
    """How much was found, or why nothing is known, or what was counted."""
    if line.is_red and line.last:
        n = line.last.found
        many = ngettext("%(n)s finding", "%(n)s findings", n) % {"n": f"{n}+" if n >= MOST else n}
        return f"{many}. {check_words.reason(line.reason)}" if line.last.reason else many
    if not line.is_well:
        return check_words.reason(line.reason)
    return check_words.measured(line.last) if line.last else ""


@register.simple_tag
def finding_line(check: str, finding: Finding) -> SafeString:
    """The plate with a link to the row, and what is wrong."""
    words, page = check_words.said(check, finding), check_words.address(finding)
    name = code(spelled(finding.plate)) if finding.plate else _("to the row")
    if page is None:
        return format_html("<bdi>{}</bdi>", words)
    return format_html('<a href="{}">{}</a> · <bdi>{}</bdi>', page, name, words)
