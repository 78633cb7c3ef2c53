"""Addresses of what passes between us and Make."""

from django.urls import path

from make import staff_views
from make.gateway import OPS
from make.intake_views import IngestExternalView, SyncHelperView, UpdateHelperView
from make.views import view_of

urlpatterns = [
    *(path(f"gateway/{op.name}", view_of(op).as_view()) for op in OPS.values()),
    path("ingest-external", IngestExternalView.as_view()),
    path("update-helper", UpdateHelperView.as_view()),
    path("rpc/sync_helper", SyncHelperView.as_view()),
]
urlpatterns += [
    path("webhook-endpoints", staff_views.EndpointListView.as_view()),
    path("webhook-endpoints/<str:endpoint_id>", staff_views.EndpointView.as_view()),
    path("webhook-endpoints/<str:endpoint_id>/rotate", staff_views.EndpointRotateView.as_view()),
    path("webhook-endpoints/<str:endpoint_id>/ping", staff_views.EndpointPingView.as_view()),
    path("deliveries", staff_views.DeliveryListView.as_view()),
    path("deliveries/replay", staff_views.ReplayView.as_view()),
    path("deliveries/<str:delivery_id>", staff_views.DeliveryView.as_view()),
    path("deliveries/<str:delivery_id>/replay", staff_views.DeliveryReplayView.as_view()),
]
