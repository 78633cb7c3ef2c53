"""What pages show of parts."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.templatetags.office import code
from cases.models import Case
from parts.models import PartRequired, PartsOfCase, parts_of_case

register = template.Library()

# status -> how it looks; the word itself always stands beside the colour
_LOOKS = {
    PartRequired.Status.PENDING: "waits",
    PartRequired.Status.ORDERED: "busy",
    PartRequired.Status.RECEIVED: "done",
}


@register.filter
def shekels(amount: Decimal | None) -> SafeString:
    """A sum as people write it; a dash where there is none."""
    return code("—" if amount is None else f"₪{amount:,.2f}".removesuffix(".00"))


@register.filter
def pieces(quantity: Decimal | None) -> SafeString:
    """How many; 2 rather than 2.00."""
    return code("—" if quantity is None else f"{quantity.normalize():f}")


@register.filter
def required_pill(part: PartRequired) -> SafeString:
    looks = _LOOKS.get(PartRequired.Status(part.status), "ended")
    return format_html('<span class="pill pill-{}">{}</span>', looks, part.get_status_display())


@register.simple_tag
def parts_in(case: Case) -> PartsOfCase:
    """How much the case has of parts."""
    return parts_of_case(case.pk)
