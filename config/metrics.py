"""`/metrics` for Prometheus: what /readyz says as numbers, and what waits at the broker; off without METRICS_TOKEN.

Each answer is looked up, so it is the same from every process. Counts of requests are not here: a process knows only
its own, and the log has a line for each.
"""

from collections.abc import Iterable
from secrets import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from redis.exceptions import RedisError

from config import health
from config.celery import QUICK, SLOW
from core.nudge import broker

_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Whoever has not the token learns nothing, also not that there is such an address."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    if not settings.METRICS_TOKEN or not compare_digest(given, settings.METRICS_TOKEN.encode()):
        raise Http404
    return HttpResponse("".join(_lines()), content_type=_TYPE)


def _lines() -> Iterable[str]:
    ages = health.waits()
    found = health.parts(ages)
    yield from _gauge(
        "up", "Whether a part answers and does its work.", {f'{{part="{n}"}}': v for n, v in found.items()}
    )
    yield from _gauge("outbox_age_seconds", "Age of the oldest message to Make.", {"": ages["outbox_age_seconds"]})
    yield from _gauge("worker_age_seconds", "Since a worker was last at work.", {"": ages["worker_age_seconds"]})
    yield from _gauge("tasks_waiting", "Tasks that no worker has taken up.", _tasks_waiting())


def _gauge(name: str, words: str, values: dict[str, float | None]) -> Iterable[str]:
    """One gauge; what nobody can say has no line."""
    yield f"# HELP backoffice_{name} {words}\n# TYPE backoffice_{name} gauge\n"
    for label, value in values.items():
        if value is not None:
            yield f"backoffice_{name}{label} {float(value):g}\n"


def _tasks_waiting() -> dict[str, float | None]:
    try:
        client = broker(settings.CELERY_BROKER_URL)
        return {f'{{queue="{name}"}}': float(client.llen(name)) for name in (QUICK, SLOW)}
    except (RedisError, OSError):
        return {}
