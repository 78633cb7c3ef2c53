"""Reports over HTTP: asking for one, opening the current one, and how each of them stands."""

import re
import time
from datetime import UTC
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases.models import Case
from core import acting
from core.api import CallerView, checked, shown, uuid_or_404
from core.body import json_object
from core.errors import NotFound, Refused
from core.narrowing import narrowed
from core.paging import page
from files import links, report_examples, report_tasks, services
from files.models import DocumentLink, Report
from files.report_filters import QUERY, ReportFilter
from files.report_serializers import GetReport, RenderReport, ReportAsked, ReportLink, ReportRow, ReportWhole

_MOST_WAIT, _LOOK_SECONDS = 25.0, 0.15
_WAITS = re.compile(r"(?:^|,)\s*wait\s*(?:=\s*(\d{1,4}))?\s*(?:;[^,]*)?(?=,|$)", re.IGNORECASE)
_PREFER = OpenApiParameter(
    "Prefer", location="header", description="`wait`: answer 200 with the address, if it is done within 25 s."
)


def handed_out(request: HttpRequest, report: Report) -> dict[str, Any]:
    """The report with a link to its PDF, for who sees it. Raises NotFound where its file was put away."""
    if report.document_id is None:
        raise NotFound
    link = links.make(report.document_id, DocumentLink.Purpose.PREVIEW, settings.LINK_MAX_SECONDS)
    told = {
        "report_id": report.pk,
        "version": report.version,
        "url": request.build_absolute_uri(link.url),
        "expires_at": link.expires_at,
    }
    answer: dict[str, Any] = shown(ReportLink, told)
    return answer


class RenderReportView(CallerView):
    """Asking for a report; it is made by a worker."""

    for_keys = "render-report"

    @extend_schema(
        operation_id="render_report",
        parameters=[_PREFER],
        request=RenderReport,
        responses={200: ReportLink, 202: ReportAsked},
        examples=report_examples.RENDER,
    )
    def post(self, request: Request) -> Response:
        asked = checked(RenderReport(data=json_object(request._request).value))
        asked["version"] = asked.pop("case_helper_version", None)
        if len((asked.get("html") or "").encode()) > settings.REPORT_HTML_MAX_BYTES:
            raise Refused("body_too_large", details={"limit_bytes": settings.REPORT_HTML_MAX_BYTES})
        report = services.request_report(**asked)
        report_tasks.soon(report.pk)
        self.report_id, self.as_caller = report.pk, acting.same_caller()
        told = {"report_id": report.pk, "version": report.version, "status": report.status}
        answer = Response(shown(ReportAsked, told), status=202)
        answer["Location"] = f"/api/v1/reports/{report.pk}"
        return answer

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; who prefers to wait is answered once the report is there, with no transaction open meanwhile."""
        answer = super().dispatch(request, *args, **kwargs)
        waits = _WAITS.search(request.headers.get("Prefer", ""))
        if waits and answer.status_code == 202 and isinstance(answer, Response):
            self._wait(request, answer, min(float(waits[1] or _MOST_WAIT), _MOST_WAIT))
        return answer

    def _wait(self, request: HttpRequest, answer: Response, seconds: float) -> None:
        stop = time.monotonic() + seconds
        answer["Preference-Applied"] = "wait"
        answer["Cache-Control"] = "private, no-store"
        while True:
            with timezone.override(UTC), self.as_caller():
                report = Report.objects.get(pk=self.report_id)
                if report.status == Report.Status.READY:
                    answer.data, answer.status_code = handed_out(request, report), 200
            answer.data = answer.data if answer.status_code == 200 else {**answer.data, "status": report.status}
            if report.status in {Report.Status.READY, Report.Status.FAILED} or time.monotonic() > stop:
                return
            time.sleep(_LOOK_SECONDS)


class GetReportView(CallerView):
    """The current report of a type."""

    for_keys = "get-report"

    @extend_schema(operation_id="get_report", request=GetReport, responses=ReportLink, examples=report_examples.GET)
    def post(self, request: Request) -> Response:
        asked = checked(GetReport(data=json_object(request._request).value))
        found = Report.objects.to_hand_out(asked["report_type"], asked.get("nature"))
        report = found.filter(case_id=_case_of(asked.get("case_id"), asked.get("plate"))).first()
        if report is None:
            raise NotFound
        return Response(handed_out(request._request, report), headers={"Cache-Control": "private, no-store"})


def _case_of(case_id: UUID | None, plate: str | None) -> UUID:
    """The case that is meant: by id, else the open one of a plate, else its newest. Raises NotFound."""
    cases = Case.objects.filter(pk=case_id) if case_id else Case.objects.all()
    if plate:
        cases = cases.of_plate(plate)
    newest = cases.order_by("-created_at")
    found = newest.open().first() or newest.first()
    if found is None:
        raise NotFound
    return found.pk


class ReportListView(CallerView):
    """The reports, newest first."""

    @extend_schema(operation_id="reports_list", parameters=QUERY, responses=ReportRow(many=True))
    def get(self, request: Request) -> Response:
        rows = narrowed(ReportFilter, request, Report.objects.all())
        return page(request, rows.order_by("-created_at", "-id"), ReportRow)


class ReportView(CallerView):
    """One report: how far it is, and what was found in its PDF."""

    @extend_schema(operation_id="reports_read", responses=ReportWhole)
    def get(self, request: Request, report_id: str) -> Response:
        report = Report.objects.filter(pk=uuid_or_404(report_id)).first()
        if report is None:
            raise NotFound
        return Response(shown(ReportWhole, report))
