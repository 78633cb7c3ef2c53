"""The calendar behind its address: whoever has the address needs no login, and sees what its person would."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from redis.exceptions import RedisError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts import callers
from core import acting
from core.api import CallerView
from core.errors import NotFound, Refused
from reminders import feeds, feeds_writing

_WINDOW = 60
# The servers of a large calendar fetch for many people.
_SHARED = 20
_TEXT = OpenApiResponse(OpenApiTypes.STR, description="A calendar as RFC 5545 has it; its ETag answers If-None-Match.")


class PerFeed(BaseThrottle):
    """So many times a minute for each address; one that is guessed at counts for the guesser's."""

    def allow_request(self, request: Request, view: Any) -> bool:
        token = str(view.kwargs.get("token", ""))
        limit: int = settings.CALENDAR_PER_MINUTE
        try:
            of_token, of_sender = _count(feeds.hashed(token)[:32]), _count(f"from:{_sender(request)}")
            return of_token <= limit and of_sender <= limit * _SHARED
        except RedisError:
            # Losing the cache loses nothing: the limit is off until it is back.
            return True

    def wait(self) -> float:
        return _WINDOW


def _sender(request: Request) -> str:
    """The address it came from, as the last proxy of ours saw it."""
    behind = settings.TRUSTED_PROXIES
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-behind:] if behind else []
    return hashlib.sha256((seen[0] if seen else request.META.get("REMOTE_ADDR", "")).encode()).hexdigest()[:32]


def _count(of: str) -> int:
    key = f"calendar:{of}"
    cache.add(key, 0, timeout=_WINDOW)
    try:
        return cache.incr(key)
    except ValueError:
        return 1


class CalendarView(CallerView):
    """What waits for the person, decided by the same policies as everywhere."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = [PerFeed]

    @extend_schema(operation_id="calendar_feed", responses={(200, "text/calendar"): _TEXT})
    def get(self, request: Request, token: str) -> HttpResponse:
        with acting.acting(acting.SERVICE):
            user_id = feeds.opened(token)
        claims = {"sub": str(user_id), "role": acting.PERSON}
        try:
            callers.enter_as_person(claims, getattr(request._request, "request_id", ""))
        except Refused:
            # Suspended in this very moment; an address that opens nothing says no more than any other.
            raise NotFound from None
        with translation.override(settings.LANGUAGE_CODE):
            text = feeds_writing.written(feeds_writing.reminders_of(user_id))
        return _answer(request, text)


def _answer(request: Request, text: bytes) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="reminders.ics"'
    answer["ETag"] = quote_etag(hashlib.sha256(text).hexdigest())
    kept = get_conditional_response(request._request, etag=answer["ETag"], response=answer)
    same = kept if isinstance(kept, HttpResponse) else answer
    same["Cache-Control"] = "private, no-store"
    same["Referrer-Policy"] = "no-referrer"
    return same
