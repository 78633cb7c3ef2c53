"""What pages show of invoices."""

from decimal import Decimal
from typing import Any

from django import template
from django.db.models import Count, Q, Sum
from django.utils.safestring import SafeString

from accounts.templatetags import office
from cases.models import Case
from invoices import display
from invoices.models import Invoice, InvoiceLine

register = template.Library()

register.filter("day", display.day)
register.filter("largest_difference", display.largest)


@register.filter
def money(amount: Decimal | None, currency: str = "ILS") -> SafeString:
    return display.money(amount, currency)


@register.filter
def invoice_pill(invoice: Invoice) -> SafeString:
    return display.status_pill(invoice)


@register.filter
def check(invoice: Invoice) -> Any:
    """What its sums come to; None for an invoice of which nothing was computed."""
    return getattr(invoice, "validation", None)


@register.filter
def is_off(line: InvoiceLine) -> bool:
    return display.line_differs(line)


@register.filter
def figure(value: Decimal | None) -> SafeString:
    """A quantity or a percentage; 2 rather than 2.00."""
    return office.code("—" if value is None else f"{value.normalize():f}")


@register.filter
def percent(value: Decimal | None) -> SafeString:
    return office.code("—" if value is None else f"{value.normalize():f}%")


@register.filter
def read_figure(value: Any) -> SafeString:
    """A number as the bytes it was read with."""
    return office.code(value.decode() if isinstance(value, bytes) else value or "—")


@register.simple_tag
def invoices_in(case: Case) -> dict[str, Any]:
    """How many invoices a case has, how many wait or differ, and what they come to; cancelled ones apart."""
    counts = ~Q(status=Invoice.Status.CANCELLED)
    waiting = Q(status__in=(Invoice.Status.DRAFT, Invoice.Status.PENDING))
    return Invoice.objects.filter(case_id=case.pk).aggregate(
        n=Count("pk", filter=counts),
        waiting=Count("pk", filter=waiting),
        differing=Count("pk", filter=counts & Q(validation__is_valid=False)),
        total=Sum("total_amount", filter=counts & Q(currency="ILS")),
    )
