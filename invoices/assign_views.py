"""Assigning an invoice, accepting it and taking that back, over HTTP."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import CallerView, checked, shown, uuid_or_404
from core.body import json_object
from core.rendering import Exactly
from helpers import history_texts
from helpers.models import CaseHelper
from helpers.views import IF_MATCH, etag, expected_version
from invoices import accepting, assign_examples, assigning, undoing
from invoices.accepting import Plan
from invoices.assign_serializers import (
    AcceptInvoice,
    AssignDesk,
    AssignedInvoice,
    AssignInvoice,
    InvoicePreview,
    TurnedInvoice,
    UndoInvoice,
)
from invoices.assigning import Desk
from invoices.centers import KINDS, Center
from invoices.models import Invoice
from invoices.suggesting import Suggestion

PREVIEW = OpenApiParameter("preview", bool, description="true: what it would change, changing nothing.")


class AssignView(CallerView):
    """Where the lines of an invoice belong."""

    @extend_schema(operation_id="invoice_assign_desk", responses=AssignDesk)
    def get(self, request: Request, invoice_id: str) -> Response:
        return Response(shown(AssignDesk, _desk(assigning.desk(uuid_or_404(invoice_id)))))

    @extend_schema(
        operation_id="invoice_assign",
        request=AssignInvoice,
        responses=AssignedInvoice,
        examples=assign_examples.ASSIGN,
    )
    def post(self, request: Request, invoice_id: str) -> Response:
        key = uuid_or_404(invoice_id)
        asked = checked(AssignInvoice(data=json_object(request._request).value))
        invoice = assigning.assign(invoice_id=key, **{"mappings": [], **asked})
        return Response(shown(AssignedInvoice, _with_mappings(invoice)))


class AcceptView(CallerView):
    """Accepting an assigned invoice."""

    @extend_schema(operation_id="invoice_accept_preview", responses=InvoicePreview)
    def get(self, request: Request, invoice_id: str) -> Response:
        return _previewed(accepting.preview(uuid_or_404(invoice_id)))

    @extend_schema(
        operation_id="invoice_accept",
        parameters=[IF_MATCH, PREVIEW],
        request=AcceptInvoice,
        responses=TurnedInvoice,
        examples=assign_examples.ACCEPT,
    )
    def post(self, request: Request, invoice_id: str) -> Response:
        key = uuid_or_404(invoice_id)
        asked = checked(AcceptInvoice(data=json_object(request._request).value))
        if _is_preview(request):
            return _previewed(accepting.preview(key))
        return _turned(accepting.accept, request, key, asked)


class UndoView(CallerView):
    """Taking back that an invoice was accepted."""

    @extend_schema(operation_id="invoice_undo_preview", responses=InvoicePreview)
    def get(self, request: Request, invoice_id: str) -> Response:
        return _previewed(undoing.preview(uuid_or_404(invoice_id)))

    @extend_schema(
        operation_id="invoice_undo",
        parameters=[IF_MATCH, PREVIEW],
        request=UndoInvoice,
        responses=TurnedInvoice,
        examples=assign_examples.UNDO,
    )
    def post(self, request: Request, invoice_id: str) -> Response:
        key = uuid_or_404(invoice_id)
        asked = checked(UndoInvoice(data=json_object(request._request).value))
        if _is_preview(request):
            return _previewed(undoing.preview(key))
        return _turned(undoing.undo, request, key, asked)


def _is_preview(request: Request) -> bool:
    return request.query_params.get("preview", "").lower() in {"true", "1"}


def _turned(verb: Callable[..., Plan], request: Request, key: UUID, asked: dict[str, Any]) -> Response:
    invoice = accepting.invoice_or_404(key)
    asked["expected_version"] = _expected(request, invoice, asked.get("expected_version"))
    plan = verb(invoice_id=key, **asked)
    told = _with_mappings(plan.invoice)
    told.version, told.helper_written, told.warnings = plan.version, plan.writes, plan.left  # type: ignore[attr-defined]
    answer = Response(shown(TurnedInvoice, told))
    if plan.version is not None:
        answer["ETag"] = etag(plan.version)
    return answer


def _expected(request: Request, invoice: Invoice, asked: int | None) -> int | None:
    """The version the caller read; a case without a helper has none to be read."""
    if invoice.case_id is None or CaseHelper.objects.head(invoice.case_id) is None:
        return None
    return expected_version(request, asked, "/expected_version")


def _previewed(plan: Plan) -> Response:
    return Response(
        {
            "invoice_id": plan.invoice.pk,
            "status": plan.invoice.status,
            "version": plan.version,
            "helper_written": plan.writes,
            "warnings": [one._asdict() for one in plan.left],
            "summary": history_texts.in_short(plan.difference),
            "changes": Exactly(history_texts.changes(plan.difference)),
            "unchanged_sections": plan.difference.unchanged,
        }
    )


def _with_mappings(invoice: Invoice) -> Invoice:
    invoice.standing_mappings = assigning.mappings_of(invoice)  # type: ignore[attr-defined]
    return invoice


def _desk(desk: Desk) -> dict[str, Any]:
    return {
        "invoice_id": desk.invoice.pk,
        "status": desk.invoice.status,
        "version": desk.version,
        "lines": desk.lines,
        "centers": [_center(center) for center in desk.centers],
        "suggestions": [_suggestion(desk.suggestions[line.pk]) for line in desk.lines if line.pk in desk.suggestions],
        "mappings": desk.mappings,
    }


def _center(center: Center) -> dict[str, Any]:
    rows = [
        {"field_type": kind, "row_uuid": row.row_uuid, "field_index": row.place, "name": row.summary}
        for kind in KINDS
        for row in center.rows(kind)
    ]
    named = {"damage_center_id": center.id, "damage_center_name": center.name}
    return {**named, "number": center.number, "location": center.location, "rows": rows}


def _suggestion(one: Suggestion) -> dict[str, Any]:
    return {
        "invoice_line_id": one.line.pk,
        "line_number": one.line.line_number,
        "damage_center_id": one.center.id,
        "damage_center_name": one.center.name,
        "field_type": one.kind,
        "row_uuid": one.row and one.row.row_uuid,
        "field_index": one.row and one.row.place,
        "confidence": one.confidence,
        "reason": one.reason,
    }
