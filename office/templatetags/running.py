"""What pages show of background jobs."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags import office
from cases.models import JobRun
from office.beat import WORDS, Job

register = template.Library()

# state -> how it looks; the word itself always stands beside the colour
_LOOKS = {
    JobRun.State.RUNNING: "busy",
    JobRun.State.DONE: "done",
    JobRun.State.FAILED: "bad",
    JobRun.State.CANCELLED: "ended",
}


@register.filter
def run_pill(run: JobRun) -> SafeString:
    if run.is_lost:
        return format_html('<span class="pill pill-bad">{}</span>', _("stopped in the middle"))
    return format_html('<span class="pill pill-{}">{}</span>', _LOOKS[JobRun.State(run.state)], run.get_state_display())


@register.filter
def job_pill(job: Job) -> SafeString:
    """How the job stands: late before all, then as its last run ended."""
    if job.last is None:
        return format_html('<span class="pill pill-ended">{}</span>', _("has not run yet"))
    if job.is_overdue:
        return format_html('<span class="pill pill-bad">{}</span>', _("is late"))
    return run_pill(job.last)


@register.filter
def job_words(kind: str) -> str | SafeString:
    """What a job does, as people say it; its own name where we have no words."""
    return str(WORDS[kind]) if kind in WORDS else office.code(kind)


@register.filter
def every(job: Job) -> str:
    """How often it comes."""
    seconds = round(job.every.total_seconds())
    if seconds < 60:
        return _("every %(n)s seconds") % {"n": seconds}
    if seconds < 3600:
        return ngettext("once a minute", "every %(n)s minutes", seconds // 60) % {"n": seconds // 60}
    if 80_000 < seconds < 90_000:
        return _("once a day")
    return ngettext("once an hour", "every %(n)s hours", seconds // 3600) % {"n": seconds // 3600}
