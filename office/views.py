"""Tracking tables and payments over HTTP."""

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases.payments import FeeInvoice, Payment
from cases.sheets import SHEETS, PaymentRow, TrackedExpertise, TrackedFinalReport, TrackedGeneral
from core import csvtext
from core.api import CallerView, checked, shown, uuid_or_404
from core.body import json_object
from core.errors import NotFound
from core.narrowing import narrowed
from core.paging import asked_part, page
from office import csvfile, examples, services
from office.filters import ExpertiseFilter, FinalReportFilter, GeneralFilter, PaymentFilter
from office.serializers import (
    AddFeeInvoice,
    Contacted,
    FeeInvoiceRow,
    OpenPayment,
    UpdateFeeInvoice,
    UpdatePayment,
)
from parts.filters import described


def cases_at(request: Any) -> str:
    """Where the pages of cases begin, as a whole address."""
    return str(request.build_absolute_uri(reverse("admin:cases_case_changelist")))


def listed(request: Request, table: str, shape: Any) -> HttpResponseBase:
    """The rows a query string asks for, as JSON in pages or as a CSV file of all of them."""
    sheet = SHEETS[table]
    rows = narrowed(shape, request, sheet.rows(cases_at(request._request)))
    if csvtext.wanted(request._request):
        part = asked_part(request) if {"limit", "offset"} & set(request.query_params) else None
        return csvfile.answer(sheet, rows, f"tracking_{table}", part)
    return page(request, rows, sheet.shape)


def _answers(shape: Any) -> dict[Any, Any]:
    return {(200, "application/json"): shape(many=True), (200, "text/csv"): OpenApiTypes.STR}


class GeneralView(CallerView):
    """The general tracking table."""

    @extend_schema(
        operation_id="tracking_general", parameters=described(GeneralFilter), responses=_answers(TrackedGeneral)
    )
    def get(self, request: Request) -> HttpResponseBase:
        return listed(request, "general", GeneralFilter)


class ExpertiseView(CallerView):
    """The tracking table of expertises, a row for each damage center."""

    @extend_schema(
        operation_id="tracking_expertise", parameters=described(ExpertiseFilter), responses=_answers(TrackedExpertise)
    )
    def get(self, request: Request) -> HttpResponseBase:
        return listed(request, "expertise", ExpertiseFilter)


class FinalReportView(CallerView):
    """The tracking table of estimates and final reports, a row for each damage center."""

    @extend_schema(
        operation_id="tracking_final_report",
        parameters=described(FinalReportFilter),
        responses=_answers(TrackedFinalReport),
    )
    def get(self, request: Request) -> HttpResponseBase:
        return listed(request, "final_report", FinalReportFilter)


class PaymentSheetView(CallerView):
    """Payments as a tracking table."""

    @extend_schema(
        operation_id="tracking_payments", parameters=described(PaymentFilter), responses=_answers(PaymentRow)
    )
    def get(self, request: Request) -> HttpResponseBase:
        return listed(request, "payments", PaymentFilter)


class PaymentListView(CallerView):
    """Fees and how far their payment has come, and beginning with one."""

    @extend_schema(operation_id="payments_list", parameters=described(PaymentFilter), responses=_answers(PaymentRow))
    def get(self, request: Request) -> HttpResponseBase:
        return listed(request, "payments", PaymentFilter)

    @extend_schema(
        operation_id="payments_open",
        request=OpenPayment,
        responses={201: PaymentRow, 200: PaymentRow},
        examples=examples.OPEN_PAYMENT,
    )
    def post(self, request: Request) -> Response:
        asked = checked(OpenPayment(data=json_object(request._request).value))
        case_id = services.case_of(case_id=asked.pop("case_id", None), plate=asked.pop("plate", None))
        key, is_new = services.open_payment(case_id=case_id, **asked)
        answer = Response(payment(key), status=201 if is_new else 200)
        answer["Location"] = f"/api/v1/payments/{key}"
        return answer


class PaymentView(CallerView):
    """One payment."""

    @extend_schema(operation_id="payments_read", responses=PaymentRow)
    def get(self, request: Request, payment_id: str) -> Response:
        return Response(payment(uuid_or_404(payment_id)))

    @extend_schema(
        operation_id="payments_update", request=UpdatePayment, responses=PaymentRow, examples=examples.UPDATE_PAYMENT
    )
    def patch(self, request: Request, payment_id: str) -> Response:
        key = uuid_or_404(payment_id)
        services.update_payment(payment_id=key, **checked(UpdatePayment(data=json_object(request._request).value)))
        return Response(payment(key))


class ContactView(CallerView):
    """Asking for a payment."""

    @extend_schema(operation_id="payments_contact", request=Contacted, responses=PaymentRow, examples=examples.CONTACT)
    def post(self, request: Request, payment_id: str) -> Response:
        key = uuid_or_404(payment_id)
        services.contacted(payment_id=key, **checked(Contacted(data=json_object(request._request).value)))
        return Response(payment(key))


class FeeInvoiceListView(CallerView):
    """The invoices of one fee."""

    @extend_schema(operation_id="fee_invoices_list", responses=FeeInvoiceRow(many=True))
    def get(self, request: Request, payment_id: str) -> Response:
        key = uuid_or_404(payment_id)
        if not Payment.objects.filter(pk=key).exists():
            raise NotFound
        return page(request, FeeInvoice.objects.of_payment(key), FeeInvoiceRow)

    @extend_schema(
        operation_id="fee_invoices_add",
        request=AddFeeInvoice,
        responses={201: FeeInvoiceRow, 200: FeeInvoiceRow},
        examples=examples.ADD_FEE_INVOICE,
    )
    def post(self, request: Request, payment_id: str) -> Response:
        asked = checked(AddFeeInvoice(data=json_object(request._request).value))
        key, is_new = services.add_fee_invoice(payment_id=uuid_or_404(payment_id), **asked)
        return Response(fee_invoice(key), status=201 if is_new else 200)


class FeeInvoiceView(CallerView):
    """One invoice of a fee."""

    @extend_schema(
        operation_id="fee_invoices_update",
        request=UpdateFeeInvoice,
        responses=FeeInvoiceRow,
        examples=examples.UPDATE_FEE_INVOICE,
    )
    def patch(self, request: Request, payment_id: str, invoice_id: str) -> Response:
        of_payment, key = uuid_or_404(payment_id), uuid_or_404(invoice_id)
        asked = checked(UpdateFeeInvoice(data=json_object(request._request).value))
        if not FeeInvoice.objects.filter(pk=key, payment_id=of_payment).exists():
            raise NotFound
        services.update_fee_invoice(payment_id=of_payment, invoice_id=key, **asked)
        return Response(fee_invoice(key))


def payment(payment_id: UUID) -> dict[str, Any]:
    """Raises NotFound."""
    rows = Payment.objects.with_lateness().with_fee_invoices().select_related("last_contacted_by")
    found = rows.filter(pk=payment_id).first()
    if found is None:
        raise NotFound
    return dict(shown(PaymentRow, found))


def fee_invoice(invoice_id: UUID) -> dict[str, Any]:
    """Raises NotFound."""
    found = FeeInvoice.objects.filter(pk=invoice_id).first()
    if found is None:
        raise NotFound
    return dict(shown(FeeInvoiceRow, found))
