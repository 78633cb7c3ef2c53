"""What pages show of cases besides their own text."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.templatetags.office import code
from cases.models import Case, CaseQuerySet, Event

register = template.Library()

_RECENT = 12
# status -> how it looks; the word itself always stands beside the colour
_LOOKS = {
    Case.Status.OPEN: "fresh",
    Case.Status.IN_PROGRESS: "busy",
    Case.Status.AWAITING_CLAIM: "waits",
    Case.Status.AWAITING_PAYMENT: "waits",
    Case.Status.IN_COURT: "waits",
    Case.Status.PAID: "done",
    Case.Status.CLAIM_APPROVED: "done",
}


@register.filter
def status_pill(case: Case) -> SafeString:
    looks = _LOOKS.get(Case.Status(case.status), "ended")
    return format_html('<span class="pill pill-{}">{}</span>', looks, case.get_status_display())


@register.simple_tag
def recent_cases() -> CaseQuerySet:
    """The cases that were worked on last."""
    return Case.objects.with_facts()[:_RECENT]


@register.filter
def event_words(event: Event) -> str | SafeString:
    """What happened, as a sentence; an event of a kind we have no words for goes by its own name."""
    name = code(event.data.get("helper_name", event.version))
    match event.type:
        case "case.upserted":
            return _("the case was opened") if event.data.get("created") else _("the case's details were changed")
        case "case.status_changed":
            return format_html(
                _("status: from {} to {}"), _status(event.data.get("from")), _status(event.data.get("to"))
            )
        case "case_helper.saved":
            return format_html(_("saved: {}"), name)
        case "case_helper.restored":
            return format_html(_("restored: {} out of version {}"), name, code(event.data.get("restored_from")))
    return code(event.type)


def _status(value: str) -> str:
    return str(dict(Case.Status.choices).get(value, value))
