"""Parts over HTTP: the pool of what was found, what was chosen, what a case needs."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core import exact
from core.api import CallerView, checked, shown, uuid_or_404
from core.body import json_body, json_object
from core.errors import Invalid, NotFound
from core.narrowing import narrowed
from core.paging import page
from core.rendering import Exactly
from parts import examples, services
from parts.asked import answer_of, required_of, session_of
from parts.filters import ArchivedFilter, PoolFilter, RequiredFilter, SelectedFilter, SessionFilter, described
from parts.models import ArchivedPart, PartRequired, PartsSearchResult, PartsSearchSession, SelectedPart, suggested
from parts.places import place_of
from parts.serializers import (
    ArchivedRow,
    AskSuggestions,
    Choose,
    FoundRow,
    FoundWhole,
    KeepFound,
    KeepRequired,
    OpenSession,
    RequiredRow,
    RequiredWhole,
    RowKept,
    SelectedRow,
    SessionRow,
    SessionWhole,
    Suggestion,
    UpdateRequired,
)


def whole(shape: Any, row: Any, *bodies: str) -> dict[str, Any]:
    """A row as `shape` shows it, its stored JSON to the last digit. Raises NotFound for None."""
    if row is None:
        raise NotFound
    told: dict[str, Any] = dict(shown(shape, row))
    return told | {name: None if told[name] is None else Exactly(told[name]) for name in bodies}


class SessionListView(CallerView):
    """Searches for parts."""

    @extend_schema(
        operation_id="parts_sessions_list", parameters=described(SessionFilter), responses=SessionRow(many=True)
    )
    def get(self, request: Request) -> Response:
        rows = PartsSearchSession.objects.order_by("-created_at", "id")
        return page(request, narrowed(SessionFilter, request, rows), SessionRow)

    @extend_schema(
        operation_id="parts_sessions_open",
        request=OpenSession,
        responses={201: SessionWhole},
        examples=examples.OPEN_SESSION,
    )
    def post(self, request: Request) -> Response:
        body = json_object(request._request)
        asked = checked(OpenSession(data=body.value))
        place = place_of(case_id=asked.pop("case_id", None), plate=asked.pop("plate", None))
        facts = session_of(asked, exact.read(body.raw))
        made = services.open_session(place=place, **{"search_context": {}, **facts})
        return Response(session(made), status=201)


class SessionView(CallerView):
    """One search."""

    @extend_schema(operation_id="parts_sessions_read", responses=SessionWhole)
    def get(self, request: Request, session_id: str) -> Response:
        return Response(session(uuid_or_404(session_id)))


def session(session_id: UUID) -> dict[str, Any]:
    """Raises NotFound."""
    return whole(SessionWhole, PartsSearchSession.objects.filter(pk=session_id).first(), "search_context")


class PoolView(CallerView):
    """Everything that was ever found, and adding to it."""

    @extend_schema(operation_id="parts_results_list", parameters=described(PoolFilter), responses=FoundRow(many=True))
    def get(self, request: Request) -> Response:
        return page(request, narrowed(PoolFilter, request, PartsSearchResult.objects.pool()), FoundRow)

    @extend_schema(
        operation_id="parts_results_keep",
        request=KeepFound,
        responses=RowKept(many=True),
        examples=examples.KEEP_FOUND,
    )
    def post(self, request: Request) -> Response:
        body = json_object(request._request)
        asked = checked(KeepFound(data=body.value))
        return Response(services.keep_answer(**answer_of(asked, exact.read(body.raw))))


class FoundView(CallerView):
    """One found part, with the row as it came."""

    @extend_schema(operation_id="parts_results_read", responses=FoundWhole)
    def get(self, request: Request, result_id: str) -> Response:
        found = PartsSearchResult.objects.pool().filter(pk=uuid_or_404(result_id)).first()
        return Response(whole(FoundWhole, found, "search_query", "raw"))


class SelectView(CallerView):
    """Choosing a found part."""

    @extend_schema(operation_id="parts_results_select", request=Choose, responses=SelectedRow, examples=examples.CHOOSE)
    def post(self, request: Request, result_id: str) -> Response:
        key = uuid_or_404(result_id)
        asked = checked(Choose(data=json_object(request._request).value))
        return Response(whole(SelectedRow, services.select(result_id=key, **asked)))


class SelectedListView(CallerView):
    """What was chosen."""

    @extend_schema(
        operation_id="parts_selected_list", parameters=described(SelectedFilter), responses=SelectedRow(many=True)
    )
    def get(self, request: Request) -> Response:
        rows = SelectedPart.objects.order_by("-selected_at", "id")
        return page(request, narrowed(SelectedFilter, request, rows), SelectedRow)


class SelectedView(CallerView):
    """One chosen part."""

    @extend_schema(operation_id="parts_selected_remove", responses={204: None})
    def delete(self, request: Request, selected_id: str) -> Response:
        services.unselect(selected_id=uuid_or_404(selected_id))
        return Response(status=204)


class SuggestionsView(CallerView):
    """Part names for a box in which one is typed."""

    @extend_schema(operation_id="parts_suggestions", parameters=[AskSuggestions], responses=Suggestion(many=True))
    def get(self, request: Request) -> Response:
        asked = checked(AskSuggestions(data=request.query_params.dict()))
        return Response(suggested(asked["q"], asked["section"], asked["limit"]))


class RequiredListView(CallerView):
    """The parts that cases need."""

    @extend_schema(
        operation_id="parts_required_list", parameters=described(RequiredFilter), responses=RequiredRow(many=True)
    )
    def get(self, request: Request) -> Response:
        rows = PartRequired.objects.order_by("-created_at", "id")
        return page(request, narrowed(RequiredFilter, request, rows), RequiredRow)

    @extend_schema(
        operation_id="parts_required_keep",
        request=KeepRequired,
        responses=RowKept(many=True),
        examples=examples.KEEP_REQUIRED,
    )
    def post(self, request: Request) -> Response:
        body = json_body(request._request)
        if not isinstance(body.value, (dict, list)):
            raise Invalid.at("", "an object or a list of objects is expected")
        return Response(required_of(exact.read(body.raw)))


class ArchivedListView(CallerView):
    """The parts a case needed before invoices took their place."""

    @extend_schema(
        operation_id="parts_archived_list", parameters=described(ArchivedFilter), responses=ArchivedRow(many=True)
    )
    def get(self, request: Request) -> Response:
        rows = ArchivedPart.objects.order_by("-archived_at", "id")
        return page(request, narrowed(ArchivedFilter, request, rows), ArchivedRow)


class RequiredView(CallerView):
    """One part that a case needs."""

    @extend_schema(operation_id="parts_required_read", responses=RequiredWhole)
    def get(self, request: Request, row_uuid: str) -> Response:
        return Response(required(uuid_or_404(row_uuid)))

    @extend_schema(
        operation_id="parts_required_update",
        request=UpdateRequired,
        responses=RequiredWhole,
        examples=examples.UPDATE_REQUIRED,
    )
    def patch(self, request: Request, row_uuid: str) -> Response:
        key = uuid_or_404(row_uuid)
        asked = checked(UpdateRequired(data=json_object(request._request).value))
        services.update_required(row_uuid=key, **asked)
        return Response(required(key))


def required(row_uuid: UUID) -> dict[str, Any]:
    """Raises NotFound."""
    return whole(RequiredWhole, PartRequired.objects.filter(row_uuid=row_uuid).first(), "metadata")
