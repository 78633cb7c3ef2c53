"""The lines of an invoice: one written, mended, taken off and brought back, as long as nothing was accepted."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _

from accounts.pages import OwnPages
from core.errors import Refused
from invoices import display, editing
from invoices.forms import LineForm
from invoices.models import Invoice, InvoiceLine

ONE = "admin:invoices_invoice_change"
INVALID = 422
_COLUMNS = (
    *("description", "catalog_code", "quantity", "unit_price", "discount_percent", "line_total", "item_category"),
)


class LinePages(OwnPages):
    """Every page and button is about one line of one invoice that this login may change."""

    def line_urls(self) -> list[URLPattern]:
        return [
            self.address("<uuid:pk>/lines/add/", self.line_add_view, "line_add"),
            self.address("<uuid:pk>/lines/<uuid:line_pk>/", self.line_view, "line"),
            self.address("<uuid:pk>/lines/<uuid:line_pk>/turn/", self.line_turn_view, "line_turn"),
        ]

    def invoice(self, request: HttpRequest, pk: UUID) -> Invoice:
        """The invoice. Raises Http404 alike for a foreign one and a missing one."""
        self.look(request)
        whose = ("case", "supplier", "validation", "created_by", "updated_by", "accepted_by")
        found = Invoice.objects.select_related(*whose).defer("metadata").filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def changed(self, request: HttpRequest, pk: UUID) -> Invoice:
        invoice = self.invoice(request, pk)
        if not self.has_change_permission(request):
            raise PermissionDenied
        return invoice

    def line(self, request: HttpRequest, pk: UUID, line_pk: UUID) -> tuple[Invoice, InvoiceLine]:
        invoice = self.changed(request, pk)
        found = (
            InvoiceLine.objects.filter(pk=line_pk, invoice=invoice).defer("metadata", "category_suggestions").first()
        )
        if found is None:
            raise Http404
        return invoice, found

    def line_add_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """An empty line; after it, the invoice."""
        invoice = self.changed(request, pk)
        form = LineForm(request.POST or None, invoice=invoice, initial={"item_category": "part"})
        if form.is_valid():
            facts = {("part_id" if name == "part" else name): value for name, value in form.said.items()}
            try:
                editing.add_line(invoice_id=pk, **facts)
            except Refused as refused:
                form.add_error(None, display.refusal(refused))
            else:
                self.message_user(request, _("The line was added."))
                return redirect(ONE, pk)
        return self.line_page(request, form, invoice, title=_("Add a line"))

    def line_view(self, request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
        """The form with what stands in the line; only what is changed is written."""
        invoice, line = self.line(request, pk, line_pk)
        initial: dict[str, Any] = {name: getattr(line, name) for name in _COLUMNS}
        form = LineForm(request.POST or None, invoice=invoice, initial=initial | {"part": line.part_id})
        if form.is_valid():
            try:
                editing.update_line(line_id=line.pk, **form.changes)
            except Refused as refused:
                form.add_error(None, display.refusal(refused))
            else:
                self.message_user(request, _("The line was changed."))
                return redirect(ONE, pk)
        return self.line_page(request, form, invoice, title=_("Change the line"), line=line)

    def line_page(self, request: HttpRequest, form: LineForm, invoice: Invoice, **shown: Any) -> HttpResponse:
        status = INVALID if form.errors else 200
        return self.page(request, "form", status=status, form=form, invoice=invoice, **shown)

    def line_turn_view(self, request: HttpRequest, pk: UUID, line_pk: UUID) -> HttpResponse:
        """Take a line off, or bring it back."""
        if request.method != "POST":
            raise Http404
        invoice, line = self.line(request, pk, line_pk)
        is_removed = line.removed_at is None
        words = _("The line was taken off; it can be brought back.") if is_removed else _("The line was brought back.")
        self.tried(request, lambda: editing.remove_line(line_id=line.pk, is_removed=is_removed), words)
        return redirect(ONE, invoice.pk)

    def tried(self, request: HttpRequest, act: Any, done: Any) -> bool:
        """Do it, and say on the next page what came of it, in words about invoices."""
        try:
            act()
        except Refused as refused:
            self.message_user(request, display.refusal(refused), messages.ERROR)
            return False
        self.message_user(request, done)
        return True
