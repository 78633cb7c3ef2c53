"""Whether we are alive, whether we are ready, and where the API is described."""

from celery import current_app
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from kombu.exceptions import KombuError
from rest_framework.negotiation import DefaultContentNegotiation

from core import sqlfiles


def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """503 with the name of what is missing, so that a balancer waits and a person knows."""
    found = {"database": _database(), "broker": _broker(), "migrations": _migrations()}
    well = all(found.values())
    return JsonResponse({"status": "ok" if well else "not ready", **found}, status=200 if well else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        return True
    except DatabaseError:
        connection.close()
        return False


def _broker() -> bool:
    try:
        with current_app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
        return True
    except (KombuError, OSError):
        return False


def _migrations() -> bool:
    """Every file in supabase/migrations is applied."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select private.applied_versions()")
            applied = {row[0] for row in cursor.fetchall()}
    except DatabaseError:
        return False
    return {file.version for file in sqlfiles.all_files()} <= applied


class SchemaView(SpectacularAPIView):
    """The OpenAPI document; anybody may read it."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []
    content_negotiation_class = DefaultContentNegotiation


class DocsView(SpectacularSwaggerSplitView):
    """The API's documentation, drawn from our own static files."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = []
    content_negotiation_class = DefaultContentNegotiation
