"""How much one caller may ask in a minute, counted in the shared cache."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

_WINDOW = 60


class PerCaller(BaseThrottle):
    """A fixed window of a minute for each person or key; the count is one atomic step in the cache."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        if not settings.API_RATE_PER_MINUTE:
            return True
        caller: Any = request.user
        limit: int = settings.API_RATE_PER_MINUTE
        try:
            return _count(f"rate:{caller.ident}:{int(time.time()) // _WINDOW}") <= limit
        except RedisError:
            # Losing the cache loses nothing: the limit is off until it is back.
            return True

    def wait(self) -> float:
        return _WINDOW - time.time() % _WINDOW


def _count(key: str) -> int:
    try:
        return cache.incr(key)
    except ValueError:
        # The first of the minute; `add` is for one caller only, so two at once count right.
        cache.add(key, 0, timeout=2 * _WINDOW)
        return cache.incr(key)
