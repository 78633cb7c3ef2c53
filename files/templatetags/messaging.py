"""What pages say of messages and of file cabinets."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case, JobRun
from files import cabinet
from files.models import OutboundMessage

register = template.Library()

_ON_THE_CASE = 8
_REASONS = {
    "no_connection": gettext_lazy("the mail server cannot be reached"),
    "timeout": gettext_lazy("the mail server took too long"),
    "not_found": gettext_lazy("its file was put away"),
    "conflict": gettext_lazy("its file does not lie with us any more"),
    "unwritable_address": gettext_lazy("the address cannot be written in a mail"),
    "dependency_down": gettext_lazy("a part we need did not answer"),
    "internal_error": gettext_lazy("something went wrong on our side"),
}


@register.filter
def message_pill(message: OutboundMessage) -> SafeString:
    """How it stands."""
    looks = {OutboundMessage.Status.QUEUED: "waits", OutboundMessage.Status.SENT: "done"}
    kind = looks.get(OutboundMessage.Status(message.status), "bad")
    return format_html('<span class="pill pill-{}">{}</span>', kind, message.get_status_display())


@register.filter
def message_reason(message: OutboundMessage) -> str:
    """Why it was not sent, in the office's words, or in those of who was to send it."""
    reason = message.reason or ""
    if reason.startswith("smtp_"):
        return _("the mail server refused it (%(code)s)") % {"code": reason.removeprefix("smtp_")}
    return str(_REASONS[reason]) if reason in _REASONS else reason


@register.simple_tag
def messages_of(case: Case) -> list[OutboundMessage]:
    """The newest messages of a case."""
    return list(OutboundMessage.objects.filter(case_id=case.pk).defer("text").newest()[:_ON_THE_CASE])


@register.simple_tag
def cabinet_of(case: Case) -> dict[str, Any]:
    """The last packing of a case's files, and how far it is."""
    job = cabinet.of_case(case.pk).first()
    if job is None:
        return {}
    is_done = job.state == JobRun.State.DONE
    return {"job": job, "runs": job.state == JobRun.State.RUNNING and not job.is_lost, "is_done": is_done}
