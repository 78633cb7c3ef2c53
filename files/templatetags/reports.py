"""What pages say of reports."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cases.models import Case
from files.models import Report
from files.report_labels import why

register = template.Library()

_ON_THE_CASE = 8


@register.filter
def report_pill(report: Report) -> SafeString:
    """How it stands."""
    looks, word = {
        Report.Status.PENDING: ("waits", report.get_status_display()),
        Report.Status.RENDERING: ("busy", report.get_status_display()),
        Report.Status.FAILED: ("bad", report.get_status_display()),
    }.get(Report.Status(report.status), ("ended", _("earlier")))
    if report.is_current:
        looks, word = "done", _("current")
    return format_html('<span class="pill pill-{}">{}</span>', looks, word)


@register.filter
def nature_pill(report: Report) -> SafeString:
    """Draft or final."""
    looks = "done" if report.nature == Report.Nature.FINAL else "fresh"
    return format_html('<span class="pill pill-{}">{}</span>', looks, report.get_nature_display())


@register.filter
def why_not(report: Report) -> str:
    return why(report.reason)


@register.simple_tag
def reports_of(case: Case) -> list[Report]:
    """The newest reports of a case."""
    return list(Report.objects.filter(case_id=case.pk).order_by("-created_at", "-version")[:_ON_THE_CASE])
