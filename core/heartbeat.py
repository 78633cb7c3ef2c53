"""When a worker was last at work, told over the broker: beat calls every few seconds, a worker answers here."""

import time

from django.conf import settings
from redis.exceptions import RedisError

from core.nudge import broker

_KEY = "backoffice.worker_at"
_KEPT_SECONDS = 24 * 60 * 60


def beat() -> None:
    """A worker of ours is at work now."""
    try:
        broker(settings.CELERY_BROKER_URL).set(_KEY, int(time.time()), ex=_KEPT_SECONDS)
    except (RedisError, OSError):
        # Whoever asks cannot reach the broker either.
        return


def age() -> float | None:
    """Seconds since a worker was last at work; None where nobody can say."""
    try:
        told = broker(settings.CELERY_BROKER_URL).get(_KEY)
    except (RedisError, OSError):
        return None
    return None if told is None else max(0.0, time.time() - int(told))
