"""Answers from outside over HTTP, for people: kept, listed, read, and given the case they waited for."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import CallerView, checked, shown, uuid_or_404
from core.body import json_object, raw_body
from core.errors import Conflict, NotFound
from core.narrowing import narrowed
from core.paging import page
from core.rendering import Exactly
from intake import envelope, examples, services
from intake.filters import AnswerFilter, DocumentFilter, query_of
from intake.models import KeptAnswer, LeviReport, OcrResult, VehicleDetails
from intake.serializers import (
    AnswerKept,
    AssignAnswer,
    DocumentRow,
    DocumentWhole,
    KeepAnswer,
    KeepDocument,
    KeepLevi,
    KeepVehicle,
    LeviRow,
    LeviWhole,
    VehicleRow,
    VehicleWhole,
)


class AnswerListView(CallerView):
    """The answers of one kind, newest first, and keeping one."""

    model: ClassVar[type[KeptAnswer]]
    row: ClassVar[Any]
    asked: ClassVar[type[KeepAnswer]]
    keep: ClassVar[Callable[..., KeptAnswer]]
    narrowed_by: ClassVar[type[AnswerFilter]] = AnswerFilter

    def listed(self, request: Request) -> Response:
        rows = narrowed(self.narrowed_by, request, self.model.objects.all())
        return page(request, rows.order_by("-created_at", "-id"), self.row)

    def kept(self, request: Request) -> Response:
        body = envelope.opened(raw_body(request._request))
        asked = checked(self.asked(data=body.fields))
        came = envelope.answer_in(body.raw, body.fields, asked.pop("answer"))
        case_id = services.case_of(case_id=asked.pop("case_id", None), plate=asked.get("plate"))
        row = type(self).keep(came, **{**asked, "case_id": case_id})
        answer = Response(shown(AnswerKept, row), status=201 if row.created else 200)  # type: ignore[attr-defined]
        answer["Location"] = f"{request.path}/{row.pk}"
        return answer


class AnswerView(CallerView):
    """One answer, as it came and as it was read."""

    model: ClassVar[type[KeptAnswer]]
    row: ClassVar[Any]

    def read(self, answer_id: str) -> Response:
        return Response(self.whole(uuid_or_404(answer_id)))

    def assigned(self, request: Request, answer_id: str) -> Response:
        key, body = uuid_or_404(answer_id), json_object(request._request).value
        if kept := sorted((set(body) & set(self.row().fields)) - {"case_id"}):
            raise Conflict("conflict", details={"never_change": kept})
        asked = checked(AssignAnswer(data=body))
        services.assign(model=self.model, answer_id=key, case_id=asked["case_id"])
        return Response(self.whole(key))

    def whole(self, key: UUID) -> dict[str, Any]:
        row = self.model.objects.filter(pk=key).first()
        if row is None:
            raise NotFound
        raw, parsed = getattr(row, row.RAW), getattr(row, row.PARSED)
        return {
            **shown(self.row, row),
            "raw": None if raw is None else Exactly(raw),
            "raw_text": row.raw_text,
            "raw_sha256": row.raw_sha256,
            "parsed": Exactly(parsed),
        }


class LeviListView(AnswerListView):
    """Levi Yitzhak's answers."""

    model, row, asked = LeviReport, LeviRow, KeepLevi
    keep = staticmethod(services.keep_levi)

    @extend_schema(operation_id="levi_reports_list", parameters=query_of(AnswerFilter), responses=LeviRow(many=True))
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @extend_schema(
        operation_id="levi_reports_keep",
        request=KeepLevi,
        responses={200: AnswerKept, 201: AnswerKept},
        examples=examples.KEEP_LEVI,
    )
    def post(self, request: Request) -> Response:
        return self.kept(request)


class LeviView(AnswerView):
    """One of Levi Yitzhak's answers."""

    model, row = LeviReport, LeviRow

    @extend_schema(operation_id="levi_reports_read", responses=LeviWhole)
    def get(self, request: Request, answer_id: str) -> Response:
        return self.read(answer_id)

    @extend_schema(
        operation_id="levi_reports_assign", request=AssignAnswer, responses=LeviWhole, examples=examples.ASSIGN
    )
    def patch(self, request: Request, answer_id: str) -> Response:
        return self.assigned(request, answer_id)


class VehicleListView(AnswerListView):
    """What was fetched about vehicles."""

    model, row, asked = VehicleDetails, VehicleRow, KeepVehicle
    keep = staticmethod(services.keep_vehicle)

    @extend_schema(
        operation_id="vehicle_details_list", parameters=query_of(AnswerFilter), responses=VehicleRow(many=True)
    )
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @extend_schema(
        operation_id="vehicle_details_keep",
        request=KeepVehicle,
        responses={200: AnswerKept, 201: AnswerKept},
        examples=examples.KEEP_VEHICLE,
    )
    def post(self, request: Request) -> Response:
        return self.kept(request)


class VehicleView(AnswerView):
    """What was fetched about a vehicle once."""

    model, row = VehicleDetails, VehicleRow

    @extend_schema(operation_id="vehicle_details_read", responses=VehicleWhole)
    def get(self, request: Request, answer_id: str) -> Response:
        return self.read(answer_id)

    @extend_schema(
        operation_id="vehicle_details_assign", request=AssignAnswer, responses=VehicleWhole, examples=examples.ASSIGN
    )
    def patch(self, request: Request, answer_id: str) -> Response:
        return self.assigned(request, answer_id)


class DocumentListView(AnswerListView):
    """What was read from documents."""

    model, row, asked, narrowed_by = OcrResult, DocumentRow, KeepDocument, DocumentFilter
    keep = staticmethod(services.keep_document)

    @extend_schema(
        operation_id="ocr_results_list", parameters=query_of(DocumentFilter), responses=DocumentRow(many=True)
    )
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @extend_schema(
        operation_id="ocr_results_keep",
        request=KeepDocument,
        responses={200: AnswerKept, 201: AnswerKept},
        examples=examples.KEEP_DOCUMENT,
    )
    def post(self, request: Request) -> Response:
        return self.kept(request)


class DocumentView(AnswerView):
    """What was read from a document once."""

    model, row = OcrResult, DocumentRow

    @extend_schema(operation_id="ocr_results_read", responses=DocumentWhole)
    def get(self, request: Request, answer_id: str) -> Response:
        return self.read(answer_id)

    @extend_schema(
        operation_id="ocr_results_assign", request=AssignAnswer, responses=DocumentWhole, examples=examples.ASSIGN
    )
    def patch(self, request: Request, answer_id: str) -> Response:
        return self.assigned(request, answer_id)
