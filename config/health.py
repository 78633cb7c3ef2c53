"""Whether we are alive, whether we are ready, and where the API is described."""

from celery import current_app
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from kombu.exceptions import KombuError
from rest_framework.negotiation import DefaultContentNegotiation

from core import heartbeat, sqlfiles

# Beat calls a worker every five seconds; the longest task takes two minutes, and a worker has two processes.
WORKER_SECONDS = 120.0
# A sweep looks every few seconds; news that nobody takes up for so long means that no worker is at work.
OUTBOX_SECONDS = 120.0


def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """503 with the name of what is missing, so that a balancer waits and a person knows."""
    ages = waits()
    found = parts(ages)
    well = found["database"] and found["broker"] and found["migrations"]
    return JsonResponse({"status": "ok" if well else "not ready", **found, **ages}, status=200 if well else 503)


def parts(ages: dict[str, float | None]) -> dict[str, bool]:
    """What we lean on, and whether it does its work; saves go on while nobody delivers."""
    outbox, worker = ages["outbox_age_seconds"], ages["worker_age_seconds"]
    return {
        "database": _database(),
        "broker": _broker(),
        "migrations": _migrations(),
        "outbox": outbox is not None and outbox < OUTBOX_SECONDS,
        "worker": worker is not None and worker < WORKER_SECONDS,
    }


def waits() -> dict[str, float | None]:
    """How old the oldest message is, and how long ago a worker was at work; None where nobody can say."""
    return {"outbox_age_seconds": _outbox_age(), "worker_age_seconds": heartbeat.age()}


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


def _outbox_age() -> float | None:
    """Seconds that the oldest message waits for a worker; None where nobody can say."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select private.outbox_age()")
            return round(float(cursor.fetchone()[0]), 1)
    except DatabaseError:
        connection.close()
        return None


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
