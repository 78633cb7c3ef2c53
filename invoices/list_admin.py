"""The list of invoices: found, narrowed, added up, and turned many at once."""

import re
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.templatetags import office
from cases.export_admin import ExportPages, export_links
from cases.listed import Listed
from cases.search import digits
from core.errors import Refused
from invoices import display, editing, totals
from invoices.export import INVOICES
from invoices.import_admin import ImportPages
from invoices.list_filters import (
    AlikeFilter,
    CaselessFilter,
    CaseStatusFilter,
    DaysFilter,
    DifferingFilter,
    PlateFilter,
    SupplierFilter,
    WorkFilter,
)
from invoices.models import Invoice, InvoiceDocument, InvoiceQuerySet
from parts.pool_admin import plate_link

_MOST_TURNED, _MOST_NAMED = 1000, 10
_Chosen = QuerySet[Invoice]


class InvoiceList(ImportPages, ExportPages):
    """The list is Django's; nothing is deleted in it, what is wrong is cancelled."""

    list_display = (
        "number_shown",
        "supplier_shown",
        "plate_shown",
        "kind_shown",
        "date_shown",
        "status_shown",
        "total_shown",
        "difference_shown",
        "papers_shown",
    )
    list_display_links = ("number_shown",)
    list_filter = (
        WorkFilter,
        "status",
        "invoice_type",
        DifferingFilter,
        AlikeFilter,
        DaysFilter,
        SupplierFilter,
        CaseStatusFilter,
        CaselessFilter,
        PlateFilter,
        ("invoice_date", admin.DateFieldListFilter),
    )
    search_fields = ("invoice_number", "supplier_name", "plate")
    search_help_text = _("Invoice number, supplier, or a plate in any spelling.")
    actions = ("mark_waiting", "mark_sent", "mark_paid", "cancel")
    change_list_template = "admin/invoices/invoice/list.html"

    def get_queryset(self, request: HttpRequest) -> InvoiceQuerySet:
        papers = InvoiceDocument.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice")
        counted = Subquery(papers.annotate(n=Count("pk")).values("n"))
        listed = Invoice.objects.select_related("validation").defer("metadata", "notes")
        return listed.annotate(papers=counted).order_by("-created_at", "id")

    def listed_as(self, request: HttpRequest) -> Listed:
        return INVOICES

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if not search_term:
            return queryset, False
        if re.fullmatch(r"[\d\s.\-]+", search_term):
            plate = Q(plate__contains=digits(search_term)) if digits(search_term) else Q()
            return queryset.filter(plate | Q(invoice_number__icontains=search_term.strip())), False
        return queryset.worded(search_term), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_add = self.has_add_permission(request)
        shown = {
            "title": _("Invoices"),
            "may_add": may_add,
            "may_import": may_add and self.has_change_permission(request),
        }
        page = super().changelist_view(request, shown | (extra_context or {}))
        context = getattr(page, "context_data", None) or {}
        if "cl" in context:
            listed = context["cl"]
            whole, parts = totals.of(listed.queryset)
            context["sums"] = whole
            context["parts"] = [(one, part, listed.get_query_string({"status__exact": one})) for one, part in parts]
            context["export_query"] = export_links(request)
        return page

    @admin.display(description=_("number"), ordering="invoice_number")
    def number_shown(self, invoice: Invoice) -> SafeString:
        return office.words(invoice.invoice_number or _("without a number"))

    @admin.display(description=_("supplier"), ordering="supplier_name")
    def supplier_shown(self, invoice: Invoice) -> SafeString:
        name = office.words(invoice.supplier_name or "—")
        if invoice.supplier_id is None or not invoice.supplier_name:
            return name
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:invoices_invoicesupplier_change", args=[invoice.supplier_id]), name
        )

    @admin.display(description=_("case"), ordering="plate")
    def plate_shown(self, invoice: Invoice) -> SafeString:
        shown = plate_link(invoice.case_id, invoice.plate)
        return shown if invoice.case_id else format_html('{} <span class="quiet">{}</span>', shown, _("without a case"))

    @admin.display(description=_("kind"), ordering="invoice_type")
    def kind_shown(self, invoice: Invoice) -> str:
        return invoice.get_invoice_type_display()

    @admin.display(description=_("date"), ordering="invoice_date")
    def date_shown(self, invoice: Invoice) -> SafeString:
        return display.day(invoice.invoice_date)

    @admin.display(description=_("status"), ordering="status")
    def status_shown(self, invoice: Invoice) -> SafeString:
        return display.status_pill(invoice)

    @admin.display(description=_("total"), ordering="total_amount")
    def total_shown(self, invoice: Invoice) -> SafeString:
        return display.money(invoice.total_amount, invoice.currency)

    @admin.display(description=_("difference"))
    def difference_shown(self, invoice: Invoice) -> SafeString:
        return display.largest(getattr(invoice, "validation", None))

    @admin.display(description=_("documents"))
    def papers_shown(self, invoice: Invoice) -> SafeString:
        return format_html('<span class="papers">{}</span>', office.code(invoice.papers or 0))  # type: ignore[attr-defined]

    @admin.action(description=_("Mark as waiting"), permissions=["change"])
    def mark_waiting(self, request: HttpRequest, chosen: _Chosen) -> None:
        self.turned(request, chosen, Invoice.Status.PENDING)

    @admin.action(description=_("Mark as sent"), permissions=["change"])
    def mark_sent(self, request: HttpRequest, chosen: _Chosen) -> None:
        self.turned(request, chosen, Invoice.Status.SENT)

    @admin.action(description=_("Mark as paid"), permissions=["change"])
    def mark_paid(self, request: HttpRequest, chosen: _Chosen) -> None:
        self.turned(request, chosen, Invoice.Status.PAID)

    @admin.action(description=_("Cancel the chosen invoices…"), permissions=["change"])
    def cancel(self, request: HttpRequest, chosen: _Chosen) -> TemplateResponse | None:
        if request.POST.get("confirmed"):
            self.turned(request, chosen, Invoice.Status.CANCELLED)
            return None
        may = [name for name, following in editing.NEXT.items() if Invoice.Status.CANCELLED in following]
        rows = list(chosen.order_by("-created_at", "id")[:_MOST_TURNED])
        return self.page(
            request,
            "cancel",
            title=_("Cancel invoices"),
            rows=[row for row in rows if row.status in may],
            stuck=[row for row in rows if row.status not in may],
            there=reverse("admin:invoices_invoice_changelist"),
            back=reverse("admin:invoices_invoice_changelist"),
        )

    def turned(self, request: HttpRequest, chosen: _Chosen, status: Invoice.Status) -> None:
        """Give those the status that may have it, and tell which may not."""
        rows = list(chosen.order_by().values_list("pk", "invoice_number", "status")[:_MOST_TURNED])
        try:
            count = editing.turn(ids=[pk for pk, _number, _was in rows], status=status)
        except Refused as refused:
            self.message_user(request, display.refusal(refused), messages.ERROR)
            return
        words = ngettext("%(n)s invoice is now: %(status)s.", "%(n)s invoices are now: %(status)s.", count)
        if count:
            self.message_user(request, words % {"n": count, "status": status.label})
        stuck = [(number or "—", was) for _pk, number, was in rows if status not in editing.NEXT.get(was, ())]
        if stuck:
            self.message_user(request, _stuck_words(stuck, status), messages.WARNING)


def _stuck_words(stuck: list[tuple[str, str]], status: Invoice.Status) -> SafeString:
    words = ngettext(
        "%(n)s invoice stayed as it is, because it cannot become “%(status)s” from where it stands:",
        "%(n)s invoices stayed as they are, because they cannot become “%(status)s” from where they stand:",
        len(stuck),
    ) % {"n": len(stuck), "status": status.label}
    named = [format_html("{} ({})", office.words(number), display.word(was)) for number, was in stuck[:_MOST_NAMED]]
    more = " …" if len(stuck) > _MOST_NAMED else ""
    joined = named[0]
    for one in named[1:]:
        joined = format_html("{}, {}", joined, one)
    return format_html("{} {}{}", words, joined, more)
