"""How much one caller may ask in a minute, counted in the shared cache."""

import time

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

_WINDOW = 60


class PerCaller(BaseThrottle):
    """A fixed window of a minute for each person or key; the count is one atomic step in the cache."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        if not settings.API_RATE_PER_MINUTE:
            return True
        key = f"rate:{request.user.ident}:{int(time.time()) // _WINDOW}"
        try:
            count = cache.incr(key)
        except ValueError:
            # The first of the minute; two at once may both start it, which costs the limit one request.
            cache.add(key, 0, timeout=2 * _WINDOW)
            count = cache.incr(key)
        return count <= settings.API_RATE_PER_MINUTE

    def wait(self) -> float:
        return _WINDOW - time.time() % _WINDOW
