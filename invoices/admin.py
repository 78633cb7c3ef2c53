"""Invoices in the admin: the list, the page of one with its sums, lines, papers and story, and writing by hand."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.templatetags import office
from cases.models import Case
from core.errors import NotFound, Refused
from intake import display as answers
from intake.forms import AssignForm
from intake.models import OcrResult
from invoices import display, editing, papers
from invoices import supplier_admin as supplier_admin  # registers the suppliers' pages
from invoices import vat_admin as vat_admin  # registers the page of rates
from invoices.assign_admin import AssignPages
from invoices.forms import InvoiceForm, NewInvoiceForm
from invoices.line_admin import INVALID, ONE, LinePages
from invoices.list_admin import InvoiceList
from invoices.models import Invoice, InvoiceDocument, InvoiceLine

_ASSIGNING = {f"invoices_invoice_{name}" for name in ("assign", "accept", "undo")}
_FACTS = (
    *("invoice_number", "invoice_type", "invoice_date", "due_date", "total_before_tax", "vat_rate", "tax_amount"),
    *("total_amount", "notes"),
)
_MOST_PAPERS, _MOST_CASES = 100, 5


@admin.register(Invoice)
class InvoiceAdmin(AssignPages, LinePages, InvoiceList):
    """A GET shows, a POST does; what was accepted or cancelled is only shown until that is taken back."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.changelist_view, "changelist"),
            self.address("add/", self.add_page, "add"),
            *self.export_urls(),
            *self.import_urls(),
            *self.line_urls(),
            self.address("<uuid:pk>/", self.invoice_view, "change"),
            self.address("<uuid:pk>/edit/", self.edit_view, "edit"),
            self.address("<uuid:pk>/turn/", self.turn_view, "turn"),
            self.address("<uuid:pk>/case/", self.case_view, "case"),
            self.address("<uuid:pk>/readings/<uuid:read_pk>/", self.reading_view, "reading"),
            *(url for url in super().get_urls() if url.name in _ASSIGNING),
        ]

    def invoice_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Everything about one invoice."""
        return self.invoice_page(request, self.invoice(request, pk))

    def invoice_page(self, request: HttpRequest, invoice: Invoice, case_form: AssignForm | None = None) -> HttpResponse:
        check = getattr(invoice, "validation", None)
        may_change = self.has_change_permission(request)
        is_open = invoice.accepted_at is None and invoice.status != Invoice.Status.CANCELLED
        plate = office.plate(invoice.plate)
        return self.page(
            request,
            "invoice",
            status=INVALID if case_form is not None else 200,
            title=_("Invoice"),
            invoice=invoice,
            sums=display.sums(invoice, check) if check else [],
            warnings=display.warnings(check) if check else [],
            is_valid=check is None or check.is_valid,
            may_change=may_change,
            may_edit=may_change and is_open,
            lines=_lines(invoice),
            mappings=list(invoice.mappings.standing().select_related("invoice_line")),
            history=display.history(invoice),
            turns=[(status, display.BUTTONS[status]) for status in editing.NEXT[invoice.status]] if may_change else [],
            actions=self.assign_actions(invoice) if may_change else [],
            case_form=case_form or AssignForm(initial={"plate": plate}),
            suggested=_suggested(invoice),
            **_papers(invoice, request.GET.get("reading", ""), may_look=request.user.has_perm("files.view_document")),
        )

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """An empty form; after it, the invoice's page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NewInvoiceForm(request.POST or None, initial={"plate": request.GET.get("plate", "")[:40]})
        if form.is_valid() and (made := self.added(form)):
            self.message_user(request, _("The invoice was added. Add its lines now."))
            return redirect(ONE, made)
        return self.form_page(request, form, title=_("New invoice"))

    def added(self, form: NewInvoiceForm) -> UUID | None:
        facts = {name: value for name, value in form.changes.items() if value is not None and name != "plate"}
        if plate := form.cleaned_data["plate"]:
            case = _case_of(plate)
            if case is None:
                form.add_error("plate", _("There is no case of this plate."))
                return None
            facts["case_id"] = case.pk
        try:
            return editing.add_invoice(**facts)
        except Refused as refused:
            form.add_error(None, display.refusal(refused))
            return None

    def edit_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The form with what stands on the invoice; only what is changed is written."""
        invoice = self.changed(request, pk)
        form = InvoiceForm(request.POST or None, initial=_standing(invoice))
        if form.is_valid():
            try:
                editing.update_invoice(invoice_id=pk, **form.changes)
            except Refused as refused:
                form.add_error(None, display.refusal(refused))
            else:
                self.message_user(request, _("The invoice was changed."))
                return redirect(ONE, pk)
        return self.form_page(request, form, title=_("Change the invoice"), invoice=invoice)

    def form_page(self, request: HttpRequest, form: InvoiceForm, **shown: Any) -> HttpResponse:
        return self.page(request, "form", status=INVALID if form.errors else 200, form=form, **shown)

    def turn_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Give the invoice its next status; a cancellation asks once more."""
        if request.method != "POST":
            raise Http404
        invoice, status = self.changed(request, pk), request.POST.get("status", "")
        if status not in Invoice.Status.values:
            raise Http404
        if status == Invoice.Status.CANCELLED and not request.POST.get("confirmed"):
            page = reverse(ONE, args=[pk])
            shown: dict[str, Any] = {"title": _("Cancel the invoice"), "rows": [invoice], "one": invoice, "back": page}
            return self.page(request, "cancel", there=request.path, **shown)
        words = _("The invoice is now: %(status)s.") % {"status": display.word(status)}
        self.tried(request, lambda: editing.turn_one(invoice_id=pk, status=status), words)
        return redirect(ONE, pk)

    def case_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Give an invoice the case it waited for, by a plate."""
        if request.method != "POST":
            raise Http404
        invoice, form = self.changed(request, pk), AssignForm(request.POST)
        case = _case_of(form.cleaned_data["plate"]) if form.is_valid() else None
        if case is None:
            if form.is_valid():
                form.add_error("plate", _("There is no case of this plate."))
            return self.invoice_page(request, invoice, form)
        words = format_html(_("The invoice belongs to the case {} now."), office.code(office.plate(case.plate)))
        self.tried(request, lambda: editing.assign_case(invoice_id=pk, case_id=case.pk), words)
        return redirect(ONE, pk)

    def reading_view(self, request: HttpRequest, pk: UUID, read_pk: UUID) -> HttpResponse:
        """What an invoice would become by one reading of its papers; a POST takes that over."""
        invoice = self.changed(request, pk)
        try:
            row, lines = editing.reading(invoice_id=pk, ocr_result_id=read_pk)
        except NotFound:
            raise Http404 from None
        if request.method == "POST":
            words = _("The invoice says what this reading says now.")
            self.tried(request, lambda: editing.take_reading(invoice_id=pk, ocr_result_id=read_pk), words)
            return redirect(ONE, pk)
        return self.page(
            request,
            "reading",
            title=_("Take over a reading"),
            invoice=invoice,
            facts=display.would_become(invoice, row),
            lines=lines,
            standing=InvoiceLine.objects.standing().filter(invoice=invoice).count(),
        )


def _lines(invoice: Invoice) -> list[InvoiceLine]:
    lines = InvoiceLine.objects.filter(invoice=invoice).select_related("part")
    return list(lines.defer("metadata", "category_suggestions", "part__metadata").order_by("line_number"))


def _papers(invoice: Invoice, chosen: str, *, may_look: bool) -> dict[str, Any]:
    """The papers with their readings, newest first; the one that is asked for as it came, was read, and looks."""
    found = InvoiceDocument.objects.filter(invoice=invoice).only(
        *("filename", "ocr_status", "ocr_confidence", "processing_method", "ocr_result_id", "created_at"),
        *("storage_path", "storage_bucket"),
    )
    rows = list(found.order_by("-created_at", "-pk")[:_MOST_PAPERS])
    read = [row for row in rows if row.ocr_result_id]
    one = next((row for row in read if str(row.ocr_result_id) == chosen), read[0] if read else None)
    shown: dict[str, Any] = {"papers": rows, "paper": one, "answer": None}
    if may_look and (paper := one or (rows[0] if rows else None)) and (file := papers.file_of(invoice, paper)):
        shown |= {"file": file, "preview": papers.look_into(file)}
    if one:
        answer = OcrResult.objects.without_bodies().filter(pk=str(one.ocr_result_id)).first()
        shown |= {"answer": answer, **(answers.beside(answer) if answer else {})}
    return shown


def _suggested(invoice: Invoice) -> list[Case]:
    """The open case of an invoice's plate, where it has none."""
    if invoice.case_id or not invoice.plate:
        return []
    return list(Case.objects.of_plate(invoice.plate).open()[:_MOST_CASES])


def _case_of(plate: str) -> Case | None:
    """The open case first, else the newest."""
    cases = Case.objects.of_plate(plate).order_by("-created_at")
    return cases.open().first() or cases.first()


def _standing(invoice: Invoice) -> dict[str, Any]:
    supplier = invoice.supplier
    known = (supplier.merged_into_id or supplier.pk) if supplier else None
    return {name: getattr(invoice, name) for name in _FACTS} | {"supplier": known}
