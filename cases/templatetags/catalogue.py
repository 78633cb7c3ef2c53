"""What pages show of cases besides their own text."""

from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.lists import of_office
from cases.models import Case, CaseQuerySet, CaseSearchIndex
from cases.sharing_models import around

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
    status = Case.Status(case.status)
    # Its own label: Django builds a table of all labels for each row that asks for one.
    return format_html('<span class="pill pill-{}">{}</span>', _LOOKS.get(status, "ended"), status.label)


@register.simple_tag
def inspected_on(case: Case) -> date | None:
    """The day of the inspection, as the helper says it."""
    return CaseSearchIndex.objects.filter(case=case.pk).values_list("inspected_on", flat=True).first()


@register.simple_tag(takes_context=True)
def recent_cases(context: template.Context) -> CaseQuerySet:
    """The cases that were worked on last."""
    cases: CaseQuerySet = of_office(context["request"], Case.objects.with_facts())
    return cases[:_RECENT]


@register.simple_tag
def workers_of(case: Case, form: Any) -> dict[str, Any]:
    """Whom a case is shared with, and whom it could be; the form beside it has asked already."""
    found: list[Any] = getattr(form, "people", None) or around(case)
    return {
        "workers": [one for one in found if one.is_in],
        "others": [one for one in found if one.takes_cases and not one.is_in and one.pk != case.assigned_to_id],
    }
