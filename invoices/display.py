"""What pages say of an invoice: sums beside what they come to, warnings, refusals and its history, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.templatetags import office
from cases.models import Event
from core.errors import Refused
from invoices.models import Invoice, InvoiceDocument, InvoiceLine, InvoiceMapping, InvoiceValidation

_MOST_EVENTS, _MOST_LINES = 50, 1000

# status -> how it looks; the word itself always stands beside the colour
_LOOKS = {
    Invoice.Status.DRAFT: "fresh",
    Invoice.Status.PENDING: "waits",
    Invoice.Status.ASSIGNED: "busy",
    Invoice.Status.ACCEPTED: "done",
    Invoice.Status.SENT: "done",
    Invoice.Status.PAID: "done",
}
WARNINGS: dict[str, Promise] = {
    "number_missing": gettext_lazy("The invoice has no number."),
    "supplier_missing": gettext_lazy("It does not say whose invoice it is."),
    "date_missing": gettext_lazy("It has no date; the VAT of today was taken."),
    "total_missing": gettext_lazy("It has no total."),
    "no_lines": gettext_lazy("It has no lines."),
    "vat_rate_unusual": gettext_lazy("The VAT rate that stands on it is not the rate of that day."),
}
# status -> what the button says that leads there
BUTTONS: dict[str, Promise] = {
    Invoice.Status.DRAFT: gettext_lazy("Back to a draft"),
    Invoice.Status.PENDING: gettext_lazy("Mark as waiting"),
    Invoice.Status.ACCEPTED: gettext_lazy("Back to accepted"),
    Invoice.Status.SENT: gettext_lazy("Mark as sent"),
    Invoice.Status.PAID: gettext_lazy("Mark as paid"),
    Invoice.Status.CANCELLED: gettext_lazy("Cancel the invoice…"),
}
_PROBLEMS: dict[str, Promise] = {
    "lines_differ": gettext_lazy("The lines do not add up to the total before VAT."),
    "vat_differs": gettext_lazy("The VAT is not what the rate makes of the total before VAT."),
    "sum_differs": gettext_lazy("Total before VAT and VAT do not add up to the total."),
}
_TAKEN: dict[str, Promise] = {
    "invoices_once": gettext_lazy("This supplier has an invoice with this number already."),
    "invoices_once_unnamed": gettext_lazy("There is an invoice with this number already."),
    "invoice_suppliers_once": gettext_lazy("There is a supplier of this name and tax id already."),
    "vat_rates_once": gettext_lazy("There is a rate from this day on already."),
}
_TURNED: dict[str, Promise] = {
    "merged": gettext_lazy("One of the two was merged already, or others were merged into it."),
    "numbers": gettext_lazy("Both have an invoice of the same number."),
}
_DIFFERS = {"lines": "lines_differ", "vat": "vat_differs", "sum": "sum_differs"}
_MODELS: dict[str, Any] = {
    model._meta.db_table: model for model in (Invoice, InvoiceLine, InvoiceDocument, InvoiceMapping)
}
_UNREAD = {"plate", "source"}
_UNTOLD = {
    *("id", "org", "case", "invoice", "created_by", "created_at", "updated_by", "updated_at", "metadata", "supplier"),
    *("accepted_by", "accepted_at", "before_version", "accepted_version", "is_edited", "invoice_line", "part"),
    *("uploaded_by", "mapped_by", "ocr_result", "category_method", "field_id", "unread", "storage_bucket"),
}


def status_pill(invoice: Invoice) -> SafeString:
    looks = _LOOKS.get(Invoice.Status(invoice.status), "ended")
    return format_html('<span class="pill pill-{}">{}</span>', looks, invoice.get_status_display())


def money(amount: Decimal | None, currency: str = "ILS") -> SafeString:
    """A sum to the agora, in the currency of its invoice."""
    if amount is None:
        return SafeString("—")
    sign = "₪" if currency == "ILS" else f"{currency} "
    return office.code(f"{'−' if amount < 0 else ''}{sign}{abs(amount):,.2f}")


def day(at: date | None) -> SafeString:
    """A day in figures, as it stands on an invoice."""
    return SafeString("—") if at is None else office.code(f"{at.day}.{at.month}.{at.year}")


def difference(amount: Decimal | None, is_beyond: bool) -> SafeString:
    """How far a sum is off, with its sign and in a word; marked where it is by more than the office lets pass."""
    if amount is None:
        return SafeString('<span class="quiet">—</span>')
    if not amount:
        return format_html('<span class="pill pill-done">{}</span>', _("agrees"))
    figure = office.code(f"{'+' if amount > 0 else '−'}₪{abs(amount):,.2f}")
    word = _("more than computed") if amount > 0 else _("less than computed")
    looks = "bad" if is_beyond else "ended"
    return format_html('<span class="pill pill-{}">{}</span> <span class="also quiet">{}</span>', looks, figure, word)


@dataclass(frozen=True)
class Sum:
    """One sum of an invoice: as it stands there, as it was computed and out of what, and how far it is off."""

    name: str
    written: SafeString
    computed: SafeString
    how: str | SafeString
    difference: SafeString


def sums(invoice: Invoice, check: InvoiceValidation) -> list[Sum]:
    """The three sums that are checked, to the agora."""
    before, tax, total, currency = (
        invoice.total_before_tax,
        invoice.tax_amount,
        invoice.total_amount,
        invoice.currency,
    )
    lines = ngettext("the sum of %(n)s line", "the sum of %(n)s lines", check.lines) % {"n": check.lines}
    rate = check.vat_rate if invoice.vat_rate is None else invoice.vat_rate
    off = {name: difference(amount, _DIFFERS[name] in check.validation_errors) for name, amount in _off(check).items()}
    both = None if before is None or tax is None else before + tax
    return [
        Sum(
            _("Total before VAT"),
            money(before, currency),
            money(check.lines_total if check.lines else None, currency),
            lines,
            off["lines"],
        ),
        Sum(_("VAT"), money(tax, currency), money(check.vat_expected, currency), _rate_words(rate), off["vat"]),
        Sum(_("Total with VAT"), money(total, currency), money(both, currency), _("before VAT plus VAT"), off["sum"]),
    ]


def largest(check: InvoiceValidation | None) -> SafeString:
    """The difference of an invoice that is furthest off, for a list."""
    if check is None:
        return difference(None, False)
    known = {name: amount for name, amount in _off(check).items() if amount is not None}
    if not known:
        return difference(None, False)
    name = max(known, key=lambda one: (_DIFFERS[one] in check.validation_errors, abs(known[one])))
    return difference(known[name], _DIFFERS[name] in check.validation_errors)


def warnings(check: InvoiceValidation) -> list[str]:
    """What is wrong with an invoice or strange about it, the worse first."""
    said = [str(_PROBLEMS[name]) for name in check.validation_errors if name in _PROBLEMS]
    for name in check.validation_warnings:
        if name == "line_differs":
            words = ngettext(
                "In %(n)s line the total is not quantity by price.",
                "In %(n)s lines the total is not quantity by price.",
                check.lines_off,
            )
            said.append(words % {"n": check.lines_off})
        else:
            said.append(str(WARNINGS.get(name, name)))
    return said


def line_differs(line: InvoiceLine) -> bool:
    """Whether a line's total is not quantity by price less discount; private.invoices_validate() says the same."""
    if line.line_total is None or line.unit_price is None:
        return False
    share = 1 - (line.discount_percent or Decimal(0)) / 100
    return bool(line.line_total != _to_the_agora(line.quantity * line.unit_price * share))


def would_become(invoice: Invoice, row: dict[str, Any]) -> list[tuple[str, SafeString, SafeString, bool]]:
    """Each fact that a reading names: its name, as it stands, as it was read, and whether these are two."""
    shown = []
    for field in Invoice._meta.concrete_fields:
        if field.column not in row or field.name in _UNREAD:
            continue
        now, then = getattr(invoice, field.attname), row[field.column]
        then = field.to_python(then.decode() if isinstance(then, bytes) else then)
        shown.append((str(field.verbose_name), _value(field, now), _value(field, then), now != then))
    return shown


def refusal(refused: Refused) -> str | SafeString:
    """Why nothing was changed, in words about invoices."""
    told = refused.details
    if isinstance(told, str) and told in _TAKEN:
        return str(_TAKEN[told])
    if isinstance(told, dict):
        if "next" in told:
            return _("The invoice cannot go there from where it stands: %(status)s.") % {"status": word(told["status"])}
        if "status" in told:
            words = _("Nothing was changed: the invoice is %(status)s. Take that back first.")
            return words % {"status": word(told["status"])}
        if told.get("reason") in _TURNED:
            return str(_TURNED[told["reason"]])
    if refused.code == "invalid":
        return f"{refused.message} {_('Nothing was changed.')}"
    return f"{refused.message} {refused.hint}"


def word(status: str) -> str:
    return str(dict(Invoice.Status.choices).get(status, status))


@dataclass(frozen=True)
class Told:
    """One line of an invoice's history."""

    event: Event
    title: str
    changes: list[tuple[str, SafeString, SafeString]]


def history(invoice: Invoice) -> list[Told]:
    """What happened to an invoice and its lines, papers and mappings, newest first."""
    key = str(invoice.pk)
    lines = InvoiceLine.objects.filter(invoice=invoice).order_by().values_list("pk", flat=True)[:_MOST_LINES]
    ids = [key, *map(str, lines)]
    mine = Q(data__ids__has_any_keys=ids) | Q(data__became__invoice_id=key)
    # Of its case, and of the time when it had none; both are what the indexes of events answer.
    ours = Q(case_id=invoice.case_id) | Q(case__isnull=True, org_id=invoice.org_id)
    found = Event.objects.filter(ours, mine, type__startswith="invoice", at__gte=invoice.created_at)
    return [_told(event) for event in found.select_related("actor").order_by("-at", "-id")[:_MOST_EVENTS]]


def _told(event: Event) -> Told:
    table, op, data = event.data.get("table", ""), event.data.get("op"), event.data
    rows = data.get("rows", 1)
    named = {
        "invoices": _("the invoice"),
        "invoice_lines": _("lines"),
        "invoice_documents": _("a document"),
        "invoice_damage_center_mappings": _("assignment to damage centers"),
    }.get(table, table)
    done = {"insert": _("added"), "update": _("changed")}.get(str(op), str(op))
    title = f"{named}: {done}"
    if rows != 1:
        title = f"{title} ({rows})"
    elif table == "invoice_lines" and (number := (data.get("became") or {}).get("line_number")):
        title = f"{_('line')} {number}: {done}"
    model = _MODELS.get(table)
    changes = list(_changes(model, data)) if model and op == "update" and rows == 1 else []
    return Told(event, title, changes)


def _changes(model: Any, data: dict[str, Any]) -> Iterator[tuple[str, SafeString, SafeString]]:
    was, became = data.get("was") or {}, data.get("became") or {}
    for field in model._meta.concrete_fields:
        if field.name in _UNTOLD:
            continue
        old, new = was.get(field.column), became.get(field.column)
        if old != new:
            name = _("taken off") if field.name == "removed_at" else str(field.verbose_name)
            yield name, _value(field, old), _value(field, new)


def _value(field: Any, value: Any) -> SafeString:
    if value in (None, "", []):
        return SafeString("—")
    if field.name.endswith("_at"):
        return office.moment_of_text(str(value))
    if field.choices:
        return office.words(dict(field.choices).get(value, value))
    if isinstance(field, models.DecimalField):
        return office.code(f"{Decimal(str(value)):,.2f}")
    if isinstance(field, models.DateField):
        return day(value if isinstance(value, date) else date.fromisoformat(value))
    return office.words(value)


def _off(check: InvoiceValidation) -> dict[str, Decimal | None]:
    return {"lines": check.lines_difference, "vat": check.vat_difference, "sum": check.sum_difference}


def _rate_words(rate: Decimal | None) -> str | SafeString:
    return "" if rate is None else office.code(f"{rate.normalize():f}%")


def _to_the_agora(amount: Decimal) -> Decimal:
    # Postgres rounds a half away from nought.
    return amount.quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
