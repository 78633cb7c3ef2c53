"""The catalogue over HTTP."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases import examples, flags, services
from cases.filters import AskCases
from cases.found import FoundCases
from cases.models import Case
from cases.serializers import CaseFacts, CaseOpened, CaseRow, Flags, OpenCase, UpdateCase
from core.api import CallerView, checked, uuid_or_404
from core.body import json_object
from core.errors import NotFound
from core.paging import page
from core.rpc import JsonText

_PAGING = {"limit", "offset"}


def facts(case_id: UUID) -> dict[str, Any]:
    """The case window's facts. Raises NotFound."""
    case = Case.objects.with_facts().with_version_counts().filter(pk=case_id).first()
    if case is None:
        raise NotFound
    return CaseFacts(case).data


class CaseListView(CallerView):
    """All cases of the office, and opening one."""

    @extend_schema(operation_id="cases_list", parameters=[AskCases], responses=CaseRow(many=True))
    def get(self, request: Request) -> Response:
        asked: dict[str, Any] = {
            name: value for name, value in request.query_params.items() if value and name not in _PAGING
        }
        if statuses := [status for status in request.query_params.getlist("status") if status]:
            asked["status"] = statuses
        return page(request, FoundCases(checked(AskCases(data=asked))), CaseRow)

    @extend_schema(
        operation_id="cases_open", request=OpenCase, responses={201: CaseOpened}, examples=examples.OPEN_CASE
    )
    def post(self, request: Request) -> Response:
        body = json_object(request._request)
        asked = checked(OpenCase(data=body.value))
        has_helper = asked.pop("helper", None) is not None
        helper = JsonText(body.raw, ("helper",)) if has_helper else JsonText(b"{}")
        opened = services.open_case(helper_json=helper, **asked)
        answer = Response(CaseOpened(opened).data, status=201)
        answer["Location"] = f"/api/v1/cases/{opened['case_id']}"
        return answer


class CaseView(CallerView):
    """One case."""

    @extend_schema(operation_id="cases_read", responses=CaseFacts)
    def get(self, request: Request, case_id: str) -> Response:
        return Response(facts(uuid_or_404(case_id)))

    @extend_schema(operation_id="cases_update", request=UpdateCase, responses=CaseFacts, examples=examples.UPDATE_CASE)
    def patch(self, request: Request, case_id: str) -> Response:
        key = uuid_or_404(case_id)
        asked = checked(UpdateCase(data=json_object(request._request).value))
        services.update(case_id=key, **asked)
        return Response(facts(key))


class FlagsView(CallerView):
    """Who writes what: for the UI and for Make."""

    for_keys = "*"

    @extend_schema(
        operation_id="flags_read",
        parameters=[OpenApiParameter("case_id", UUID, description="As the switches stand for this case.")],
        responses=Flags,
    )
    def get(self, request: Request) -> Response:
        case_id = request.query_params.get("case_id")
        answer = Response(flags.standing(uuid_or_404(case_id) if case_id is not None else None))
        answer["Cache-Control"] = "no-store"
        return answer
