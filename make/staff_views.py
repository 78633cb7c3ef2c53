"""Endpoints and deliveries over HTTP, for staff and the service key."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.callers import Caller
from core.api import CallerView, checked, uuid_or_404
from core.body import json_object
from core.errors import Invalid, NotFound
from core.paging import page
from make import services
from make import staff_examples as examples
from make.models import Delivery, MessageType, WebhookEndpoint
from make.staff_serializers import (
    AddEndpoint,
    ChangeEndpoint,
    DeliveryRow,
    DeliveryWhole,
    EndpointRow,
    EndpointWithSecret,
    Pinged,
    Replayed,
    ReplayMany,
)

_FILTERS = {"status", "type", "endpoint_id", "case_id", "limit", "offset"}


class StaffMay(BasePermission):
    """A staff login that was given the view's permission, or the service key; nobody else."""

    def has_permission(self, request: Request, view: Any) -> bool:
        caller: Any = request.user
        if caller.is_service:
            return True
        needed: str = view.to_read if request.method == "GET" else view.to_write
        return caller.login is not None and bool(caller.login.has_perm(needed))


class StaffView(CallerView):
    """A view of the machinery; persons and gateway keys have no part in it."""

    permission_classes = [IsAuthenticated, StaffMay]
    for_staff = True
    to_read = "make.view_webhookendpoint"
    to_write = "make.change_webhookendpoint"


def _endpoints() -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.kept().without_secrets().with_counts()


def _endpoint(endpoint_id: UUID) -> WebhookEndpoint:
    found = _endpoints().filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound
    return found


def _with_secret(endpoint_id: UUID, secret: str, status: int = 200) -> Response:
    shown = {**EndpointRow(_endpoint(endpoint_id)).data, "secret": secret}
    return Response(shown, status=status, headers={"Cache-Control": "no-store"})


class EndpointListView(StaffView):
    """Who is told of changes."""

    @extend_schema(operation_id="webhook_endpoints_list", responses=EndpointRow(many=True))
    def get(self, request: Request) -> Response:
        return page(request, _endpoints(), EndpointRow)

    @extend_schema(
        operation_id="webhook_endpoints_add",
        request=AddEndpoint,
        responses={201: EndpointWithSecret},
        examples=examples.ADD_ENDPOINT,
    )
    def post(self, request: Request) -> Response:
        asked = checked(AddEndpoint(data=json_object(request._request).value))
        caller: Any = request.user
        asked["org_id"] = _office(caller, asked.get("org_id"))
        made = services.create_endpoint(created_by=caller.user_id, **asked)
        answer = _with_secret(made.pk, made.secret, status=201)
        answer["Location"] = f"/api/v1/webhook-endpoints/{made.pk}"
        return answer


def _office(caller: Caller, asked: UUID | None) -> UUID:
    """The caller's office; the service key names one.

    Raises NotFound for another's, and Invalid where none is named.
    """
    if caller.org_id is not None and asked not in {None, caller.org_id}:
        raise NotFound
    if (office := caller.org_id or asked) is None:
        raise Invalid.at("/org_id", "name the office")
    return office


class EndpointView(StaffView):
    """One endpoint."""

    @extend_schema(operation_id="webhook_endpoints_read", responses=EndpointRow)
    def get(self, request: Request, endpoint_id: str) -> Response:
        return Response(EndpointRow(_endpoint(uuid_or_404(endpoint_id))).data)

    @extend_schema(
        operation_id="webhook_endpoints_change",
        request=ChangeEndpoint,
        responses=EndpointRow,
        examples=examples.CHANGE_ENDPOINT,
    )
    def patch(self, request: Request, endpoint_id: str) -> Response:
        key = uuid_or_404(endpoint_id)
        asked = checked(ChangeEndpoint(data=json_object(request._request).value))
        paused = asked.pop("is_paused", None)
        if asked:
            services.update_endpoint(endpoint_id=key, **asked)
        if paused is not None:
            services.set_paused(endpoint_id=key, is_paused=paused)
        return Response(EndpointRow(_endpoint(key)).data)

    @extend_schema(operation_id="webhook_endpoints_remove", responses={204: None})
    def delete(self, request: Request, endpoint_id: str) -> Response:
        services.remove_endpoint(endpoint_id=uuid_or_404(endpoint_id))
        return Response(status=204)


class EndpointRotateView(StaffView):
    """A new secret; the old one counts for a day more."""

    @extend_schema(operation_id="webhook_endpoints_rotate", request=None, responses=EndpointWithSecret)
    def post(self, request: Request, endpoint_id: str) -> Response:
        key = uuid_or_404(endpoint_id)
        return _with_secret(key, services.rotate_secret(endpoint_id=key))


class EndpointPingView(StaffView):
    """A test, for one endpoint alone."""

    @extend_schema(operation_id="webhook_endpoints_ping", request=None, responses={202: Pinged})
    def post(self, request: Request, endpoint_id: str) -> Response:
        delivery = services.ping(endpoint_id=uuid_or_404(endpoint_id))
        return Response(Pinged({"delivery_id": delivery}).data, status=202)


class DeliveryListView(StaffView):
    """What was told, newest first."""

    to_read = "make.view_delivery"

    @extend_schema(
        operation_id="deliveries_list",
        parameters=[
            OpenApiParameter("status", enum=Delivery.Status.values),
            OpenApiParameter("type", enum=MessageType.values),
            OpenApiParameter("endpoint_id", UUID),
            OpenApiParameter("case_id", UUID),
        ],
        responses=DeliveryRow(many=True),
    )
    def get(self, request: Request) -> Response:
        asked = request.query_params
        if unknown := set(asked) - _FILTERS:
            raise Invalid(details=[{"pointer": f"/{name}", "reason": "unknown parameter"} for name in sorted(unknown)])
        narrowed = {name: _narrowed(name, asked[name]) for name in _FILTERS - {"limit", "offset"} if name in asked}
        return page(request, Delivery.objects.filter(**narrowed), DeliveryRow)


def _narrowed(name: str, value: str) -> Any:
    choices = {"status": Delivery.Status.values, "type": MessageType.values}
    if name in choices and value in choices[name]:
        return value
    try:
        return UUID(value)
    except ValueError:
        raise Invalid.at(f"/{name}", "no such value") from None


class DeliveryView(StaffView):
    """One delivery and its attempts."""

    to_read = "make.view_delivery"

    @extend_schema(operation_id="deliveries_read", responses=DeliveryWhole)
    def get(self, request: Request, delivery_id: str) -> Response:
        return Response(DeliveryWhole(_delivery(uuid_or_404(delivery_id))).data)


def _delivery(delivery_id: UUID) -> Delivery:
    found = Delivery.objects.with_places().prefetch_related("log").filter(pk=delivery_id).first()
    if found is None:
        raise NotFound
    return found


class DeliveryReplayView(StaffView):
    """Sending one again, under the same id."""

    to_write = "make.replay_delivery"

    @extend_schema(operation_id="deliveries_replay", request=None, responses={202: Replayed})
    def post(self, request: Request, delivery_id: str) -> Response:
        found = _delivery(uuid_or_404(delivery_id))
        return Response({"replayed": services.replay(delivery_ids=[found.pk])}, status=202)


class ReplayView(StaffView):
    """Sending several again."""

    to_write = "make.replay_delivery"

    @extend_schema(
        operation_id="deliveries_replay_many",
        request=ReplayMany,
        responses={202: Replayed},
        examples=examples.REPLAY_MANY,
    )
    def post(self, request: Request) -> Response:
        asked = checked(ReplayMany(data=json_object(request._request).value))
        if "failed_since" in asked:
            count = services.replay_failed(since=asked["failed_since"])
        else:
            count = services.replay(delivery_ids=asked["delivery_ids"])
        return Response({"replayed": count}, status=202)
