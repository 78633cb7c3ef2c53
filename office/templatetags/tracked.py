"""What pages show of tracking and payments."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.office import code
from cases.models import Case
from cases.payments import Payment, payment_of
from cases.tracking import OfCase, tracked_of

register = template.Library()

# status -> how it looks; the word itself always stands beside the colour
_LOOKS = {
    Payment.Status.WAITING: "waits",
    Payment.Status.PARTLY: "busy",
    Payment.Status.PAID: "done",
    Payment.Status.LATE: "bad",
}


@register.filter
def shekels(amount: Decimal | None) -> SafeString:
    """A sum as people write it; a dash where there is none."""
    return code("—" if amount is None else f"₪{amount:,.2f}".removesuffix(".00"))


@register.filter
def late_pill(payment: Any) -> SafeString:
    """How late it is, with a sign and a word; nothing where it is not."""
    if not payment.days_late:
        return SafeString("")
    words = ngettext("%(n)s day late", "%(n)s days late", payment.days_late) % {"n": payment.days_late}
    return format_html('<span class="pill pill-bad"><span aria-hidden="true">⚠ </span>{}</span>', words)


@register.filter
def payment_pill(payment: Payment) -> SafeString:
    looks = _LOOKS[Payment.Status(payment.payment_status)]
    return format_html('<span class="pill pill-{}">{}</span>', looks, payment.get_payment_status_display())


@register.filter
def warning_words(place: str) -> str | SafeString:
    """What a warning of the derivation says; never the value."""
    if place == "*failed":
        return _("The tracking rows could not be derived; they stand as they were before.")
    return format_html(_("The value at {} could not be read."), code(place))


@register.simple_tag
def tracking_in(case: Case) -> OfCase:
    """What is tracked of the case."""
    return tracked_of(case.pk)


@register.simple_tag
def payment_in(case: Case) -> Payment | None:
    """The payment of the case."""
    return payment_of(case.pk)
