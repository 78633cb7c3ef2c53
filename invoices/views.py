"""Invoices over HTTP: their lines, their papers, their suppliers, and what their sums come to."""

import re
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

import intake.services
from core.api import CallerView, checked, shown, uuid_or_404
from core.body import json_body, json_object
from core.errors import NotFound
from core.narrowing import narrowed
from core.paging import asked_part, page, text_page
from core.rendering import Exactly, ExactRenderer
from intake.reader import written
from invoices import asked, examples, services
from invoices.filters import InvoiceFilter, LineFilter, RateFilter, SupplierFilter, described
from invoices.models import Invoice, InvoiceDocument, InvoiceLine, InvoiceMapping, InvoiceSupplier, VatRate
from invoices.serializers import (
    InvoiceDocumentRow,
    InvoiceDocumentWhole,
    InvoiceLineRow,
    InvoiceLineWhole,
    InvoiceRow,
    InvoiceWhole,
    KeepInvoice,
    KeepInvoiceLines,
    LinesKept,
    RateRow,
    SupplierRow,
    UpdateInvoice,
    UpdateInvoiceLine,
    UpdateSupplier,
)

_NO_FACTS = {"case_id", "plate", "lines", "replace"}


def whole(invoice_id: UUID) -> dict[str, Any]:
    """An invoice with everything said of it. Raises NotFound."""
    standing = ~Q(mappings__mapping_status=InvoiceMapping.Status.REMOVED)
    found = Invoice.objects.filter(pk=invoice_id).select_related("validation")
    invoice = found.annotate(mapping_count=Count("mappings", filter=standing)).first()
    if invoice is None:
        raise NotFound
    invoice.line_count = invoice.validation.lines  # type: ignore[attr-defined]
    told: dict[str, Any] = shown(InvoiceWhole, _WithDocuments(invoice))
    return told | {"metadata": Exactly(invoice.metadata)}


class _WithDocuments:
    """An invoice whose documents are read without their bodies."""

    def __init__(self, invoice: Invoice) -> None:
        self._invoice = invoice
        self.documents = invoice.documents.defer("ocr_raw_text", "ocr_structured_data")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._invoice, name)


def seen(text: str) -> UUID:
    """The id of an invoice from a path. Raises NotFound where the caller sees none."""
    key = uuid_or_404(text)
    if not Invoice.objects.filter(pk=key).exists():
        raise NotFound
    return key


class InvoiceListView(CallerView):
    """The invoices, newest first, and keeping one."""

    @extend_schema(operation_id="invoices_list", parameters=described(InvoiceFilter), responses=InvoiceRow(many=True))
    def get(self, request: Request) -> Response:
        rows = Invoice.objects.order_by("-created_at", "id")
        return page(request, narrowed(InvoiceFilter, request, rows), InvoiceRow)

    @extend_schema(
        operation_id="invoices_keep",
        request=KeepInvoice,
        responses={200: InvoiceWhole, 201: InvoiceWhole},
        examples=examples.KEEP_INVOICE,
    )
    def post(self, request: Request) -> Response:
        said = checked(KeepInvoice(data=asked.tree(json_object(request._request).raw)))
        row = asked.columns({name: value for name, value in said.items() if name not in _NO_FACTS})
        if said.get("plate"):
            row["plate"] = said["plate"]
        case_id = intake.services.case_of(case_id=said.get("case_id"), plate=said.get("plate"))
        lines = asked.placed(said["lines"], "/lines") if "lines" in said else None
        kept = services.upsert(row=row, case_id=case_id, lines=lines, replace=said["replace"])
        answer = Response(whole(kept.id), status=201 if kept.created else 200)
        answer["Location"] = f"/api/v1/invoices/{kept.id}"
        return answer


class InvoiceView(CallerView):
    """One invoice."""

    @extend_schema(operation_id="invoices_read", responses=InvoiceWhole)
    def get(self, request: Request, invoice_id: str) -> Response:
        return Response(whole(uuid_or_404(invoice_id)))

    @extend_schema(
        operation_id="invoices_update", request=UpdateInvoice, responses=InvoiceWhole, examples=examples.UPDATE_INVOICE
    )
    def patch(self, request: Request, invoice_id: str) -> Response:
        key = uuid_or_404(invoice_id)
        services.update(invoice_id=key, **_changes(UpdateInvoice, request))
        return Response(whole(key))


class LineListView(CallerView):
    """The lines of an invoice, and keeping many."""

    @extend_schema(
        operation_id="invoice_lines_list", parameters=described(LineFilter), responses=InvoiceLineRow(many=True)
    )
    def get(self, request: Request, invoice_id: str) -> Response:
        rows = InvoiceLine.objects.filter(invoice_id=seen(invoice_id)).order_by("line_number")
        return page(request, narrowed(LineFilter, request, rows), InvoiceLineRow)

    @extend_schema(
        operation_id="invoice_lines_keep",
        request=KeepInvoiceLines,
        responses=LinesKept,
        examples=examples.KEEP_LINES,
    )
    def post(self, request: Request, invoice_id: str) -> Response:
        key = uuid_or_404(invoice_id)
        lines, replace = asked.lines_of(asked.tree(json_body(request._request).raw))
        told = services.lines_bulk_upsert(invoice_id=key, lines=lines, replace=replace)
        validation = Invoice.objects.select_related("validation").get(pk=key).validation
        return Response(shown(LinesKept, {"invoice_id": key, "lines": told, "validation": validation}))


class LineView(CallerView):
    """One line of an invoice."""

    @extend_schema(operation_id="invoice_lines_read", responses=InvoiceLineWhole)
    def get(self, request: Request, invoice_id: str, line_number: str) -> Response:
        return Response(_line(uuid_or_404(invoice_id), _number(line_number)))

    @extend_schema(
        operation_id="invoice_lines_update",
        request=UpdateInvoiceLine,
        responses=InvoiceLineWhole,
        examples=examples.UPDATE_LINE,
    )
    def patch(self, request: Request, invoice_id: str, line_number: str) -> Response:
        key, number = uuid_or_404(invoice_id), _number(line_number)
        services.update_line(invoice_id=key, line_number=number, **_changes(UpdateInvoiceLine, request))
        return Response(_line(key, number))


class InvoiceDocumentsView(CallerView):
    """The papers an invoice was read from, newest first, each with what was read."""

    @extend_schema(operation_id="invoice_documents_list", responses=InvoiceDocumentWhole(many=True))
    def get(self, request: Request, invoice_id: str) -> HttpResponse:
        rows = InvoiceDocument.objects.filter(invoice_id=seen(invoice_id)).select_related("ocr_result")
        part = asked_part(request)
        found = rows.order_by("-created_at", "id")[part.offset : part.stop]
        return text_page(request, part, [ExactRenderer().render(_document(one)).decode() for one in found], rows.count)


class SupplierListView(CallerView):
    """The suppliers of the office, by their names."""

    @extend_schema(
        operation_id="invoice_suppliers_list", parameters=described(SupplierFilter), responses=SupplierRow(many=True)
    )
    def get(self, request: Request) -> Response:
        rows = InvoiceSupplier.objects.standing().order_by("name", "id")
        return page(request, narrowed(SupplierFilter, request, rows), SupplierRow)


class SupplierView(CallerView):
    """One supplier."""

    @extend_schema(operation_id="invoice_suppliers_read", responses=SupplierRow)
    def get(self, request: Request, supplier_id: str) -> Response:
        return Response(_supplier(uuid_or_404(supplier_id)))

    @extend_schema(
        operation_id="invoice_suppliers_update",
        request=UpdateSupplier,
        responses=SupplierRow,
        examples=examples.UPDATE_SUPPLIER,
    )
    def patch(self, request: Request, supplier_id: str) -> Response:
        key = uuid_or_404(supplier_id)
        services.update_supplier(supplier_id=key, **checked(UpdateSupplier(data=json_object(request._request).value)))
        return Response(_supplier(key))


class RateListView(CallerView):
    """The VAT rates that count for the office, newest first."""

    @extend_schema(operation_id="vat_rates_list", parameters=described(RateFilter), responses=RateRow(many=True))
    def get(self, request: Request) -> Response:
        rows = VatRate.objects.order_by("-starts_on", "id")
        return page(request, narrowed(RateFilter, request, rows), RateRow)


def _changes(shape: Any, request: Request) -> dict[str, Any]:
    """What a PATCH asks for; JSON as the text it is stored as."""
    changes = checked(shape(data=asked.tree(json_object(request._request).raw)))
    if "metadata" in changes:
        changes["metadata"] = written(changes["metadata"]).decode()
    return changes


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise NotFound
    return int(text)


def _line(invoice_id: UUID, line_number: int) -> dict[str, Any]:
    line = InvoiceLine.objects.filter(invoice_id=invoice_id, line_number=line_number).first()
    if line is None:
        raise NotFound
    return {**shown(InvoiceLineWhole, line), "metadata": Exactly(line.metadata)}


def _supplier(supplier_id: UUID) -> Any:
    supplier = InvoiceSupplier.objects.filter(pk=supplier_id).first()
    if supplier is None:
        raise NotFound
    return shown(SupplierRow, supplier)


def _document(document: InvoiceDocument) -> dict[str, Any]:
    read = document.ocr_result
    raw = read.raw if read else document.ocr_structured_data
    return {
        **shown(InvoiceDocumentRow, document),
        "raw": None if raw is None else Exactly(raw),
        "raw_text": read.raw_text if read else document.ocr_raw_text,
        "parsed": Exactly(read.parsed) if read else None,
        "unread": read.unread if read else [],
    }
