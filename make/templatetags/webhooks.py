"""What pages say of endpoints, deliveries and keys."""

import re
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.templatetags.office import code
from make.models import GONE, Delivery, MessageType, WebhookEndpoint

register = template.Library()

# status -> how it looks; the word itself always stands beside the colour
_LOOKS = {
    Delivery.Status.PENDING: "waits",
    Delivery.Status.DELIVERED: "done",
    Delivery.Status.DEAD: "bad",
    Delivery.Status.CANCELLED: "ended",
}
# What core.http and the delivery call a failure -> what a person makes of it.
ERRORS: dict[str, Promise] = {
    "timeout": gettext_lazy("Make did not answer in time"),
    "refused_address": gettext_lazy("the address leads into a private network, and such are not called"),
    "unknown_host": gettext_lazy("the name of the host is unknown"),
    "tls": gettext_lazy("the connection could not be secured (TLS)"),
    "connection_refused": gettext_lazy("nobody listens at this address"),
    "no_connection": gettext_lazy("no connection could be made"),
    "connection_lost": gettext_lazy("the connection broke before the answer"),
    "unreadable_answer": gettext_lazy("the answer could not be read"),
    "redirect": gettext_lazy("sent on to another address, which we do not follow"),
    "defect": gettext_lazy("something went wrong on our side"),
}
# What core.http says of an address that is not called.
ADDRESS_REASONS: dict[str, Promise] = {
    "only https at its usual port is called": gettext_lazy("Only https:// addresses at the usual port are called."),
    "this host is not on the list of hosts that may be called": gettext_lazy(
        "Only addresses of Make are called; this host is not on the list."
    ),
    "private addresses are not called": gettext_lazy("Addresses inside a private network are not called."),
    "this is no web address": gettext_lazy("This is no web address."),
}


@register.filter
def type_words(message_type: str) -> str:
    return str(dict(MessageType.choices).get(message_type, message_type))


@register.filter
def types_words(message_types: list[str]) -> str:
    """What an endpoint hears."""
    return ", ".join(map(type_words, message_types)) or _("everything")


@register.filter
def delivery_pill(delivery: Delivery) -> SafeString:
    looks = _LOOKS.get(Delivery.Status(delivery.status), "ended")
    return format_html('<span class="pill pill-{}">{}</span>', looks, delivery.get_status_display())


@register.filter
def endpoint_pill(endpoint: WebhookEndpoint) -> SafeString:
    if not endpoint.is_paused:
        return format_html('<span class="pill pill-done">{}</span>', _("active"))
    looks = "bad" if endpoint.paused_reason == GONE else "waits"
    return format_html('<span class="pill pill-{}">{}</span>', looks, _("paused"))


@register.filter
def pause_words(endpoint: WebhookEndpoint) -> str:
    """Why an endpoint is paused."""
    if endpoint.paused_reason == GONE:
        return _("The address was removed in Make (answer 410).")
    return endpoint.paused_reason or _("Paused by hand.")


@register.filter
def error_words(error: str | None) -> str:
    """A failure in plain words; one we have no words for by its own name."""
    if not error:
        return ""
    if status := re.fullmatch(r"http_(\d{3})", error):
        return answer_words(int(status[1]))
    return str(ERRORS.get(error, error))


@register.filter
def answer_words(status: int | None) -> str:
    """What an HTTP status means for whoever looks after the scenario."""
    match status:
        case None:
            return ""
        case 410:
            return _("the address was removed in Make")
        case 429:
            return _("too many calls at once; it is sent again later")
        case 401 | 403:
            return _("Make does not let us in")
        case 404:
            return _("Make knows no such address")
    if 200 <= status < 300:
        return _("taken")
    return _("the scenario refused it") if status < 500 else _("Make had a failure of its own")


@register.simple_tag
def make_news() -> dict[str, Any]:
    """What needs somebody: endpoints that Make removed, and deliveries that were given up."""
    return {
        "gone": list(WebhookEndpoint.objects.paused_by_make().without_secrets()),
        "dead": Delivery.objects.unresolved().count(),
    }


@register.filter
def outcome(attempt: Any) -> SafeString:
    """What came of one post, in a word and a number."""
    words = error_words(attempt.error) or answer_words(attempt.http_status)
    return format_html("{} {}", code(attempt.http_status), words)
