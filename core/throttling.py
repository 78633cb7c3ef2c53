"""How much one caller may ask in a minute, counted in the shared cache."""

import time
from threading import Lock
from typing import Any

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

_WINDOW = 60


class PerCaller(BaseThrottle):
    """A fixed window of a minute for each person or key.

    A process tells the cache of one in a hundred of the limit at a time: asking for each request would cost a quarter
    of an answer that says nothing new.
    """

    def allow_request(self, request: Request, view: APIView) -> bool:
        if not settings.API_RATE_PER_MINUTE:
            return True
        caller: Any = request.user
        limit: int = settings.API_RATE_PER_MINUTE
        try:
            return _tally.count(f"{limit}:{caller.ident}", int(time.time()) // _WINDOW, max(1, limit // 100)) <= limit
        except RedisError:
            # Losing the cache loses nothing: the limit is off until it is back.
            return True

    def wait(self) -> float:
        return _WINDOW - time.time() % _WINDOW


def stranger_may_go_on(request: HttpRequest) -> bool:
    """Whether an address that named nobody we know is told so once more; a good token from there is never asked."""
    limit: int = settings.STRANGER_RATE_PER_MINUTE
    if not limit:
        return True
    address = get_client_ip_address(request) or ""
    try:
        return _tally.count(f"stranger:{address}", int(time.time()) // _WINDOW, max(1, limit // 100)) <= limit
    except RedisError:
        return True


def until_next_minute() -> int:
    return 1 + int(_WINDOW - time.time() % _WINDOW)


class _Tally:
    """What this process knows of the present minute: how many requests there were, and its own that it did not tell."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._window = 0
        self._known: dict[str, tuple[int, int]] = {}

    def count(self, caller: str, window: int, step: int) -> int:
        """Count one request and return how many there were, near enough; every `step` of our own the cache is told."""
        with self._lock:
            if window != self._window:
                self._window, self._known = window, {}
            is_first = caller not in self._known
            total, untold = self._known.get(caller, (0, 0))
            untold += 1
            is_due = is_first or untold >= step
            self._known[caller] = total, 0 if is_due else untold
        if not is_due:
            return total + untold
        total = _add(f"rate:{caller}:{window}", untold)
        with self._lock:
            if window == self._window:
                known, since = self._known[caller]
                self._known[caller] = max(known, total), since
        return total


_tally = _Tally()


def _add(key: str, number: int) -> int:
    try:
        return cache.incr(key, number)
    except ValueError:
        # The first of the minute; `add` is for one caller only, so two at once count right.
        cache.add(key, 0, timeout=2 * _WINDOW)
        return cache.incr(key, number)
