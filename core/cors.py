"""Which pages of other hosts may read what the API answers."""

import re
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from core import acting

_LOOPBACK = re.compile(r"https?://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?")
_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
_SENT = (
    "accept-language, apikey, authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id,"
    " prefer, x-request-id"
)
_READ = (
    "Content-Disposition, Content-Range, ETag, Idempotency-Replayed, Link, Location, Preference-Applied, Retry-After,"
    " X-Request-Id"
)
_REMEMBERED_SECONDS = "600"
# A name in a header that is longer than any origin is not worth a question.
_LONGEST = 255
OF_AN_OFFICE = "select private.is_ui_origin(%s, %s)"


def stands_in_settings(origin: str) -> bool:
    """Whether pages from there may call us for everybody: exactly those of the settings."""
    if origin in settings.CORS_ALLOWED_ORIGINS:
        return True
    # Without TLS we are on somebody's own machine, where the UI may be served from any port.
    return not settings.HTTPS_ONLY and _LOOPBACK.fullmatch(origin) is not None


def may_be_an_offices(origin: str) -> bool:
    """Whether it is worth asking the offices."""
    return origin.startswith(("https://", "http://")) and len(origin) <= _LONGEST and origin.isascii()


def is_allowed(origin: str, person: UUID | None = None) -> bool:
    """Whether pages from there may call us for this person; before anybody is known, for somebody."""
    if stands_in_settings(origin):
        return True
    return may_be_an_offices(origin) and _is_an_offices(origin, person)


def _is_an_offices(origin: str, person: UUID | None) -> bool:
    acting.forget_dead_connection()
    try:
        with connection.cursor() as cursor:
            cursor.execute(OF_AN_OFFICE, [origin, person])
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        # The answer says by itself that the database is away; a page that may not read it learns as much.
        return False


class CorsMiddleware:
    """Answers a browser that asks beforehand, and lets allowed pages read; a cookie never counts across hosts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/v1/"):
            return self.get_response(request)
        origin = request.headers.get("Origin", "")
        asks = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        response = HttpResponse(status=204) if asks else self.get_response(request)
        patch_vary_headers(response, ["Origin"])
        if _may_read(origin, request):
            response["Access-Control-Allow-Origin"] = origin
            response["Access-Control-Expose-Headers"] = _READ
            if asks:
                response["Access-Control-Allow-Methods"] = _METHODS
                response["Access-Control-Allow-Headers"] = _SENT
                response["Access-Control-Max-Age"] = _REMEMBERED_SECONDS
        return response


def _may_read(origin: str, request: HttpRequest) -> bool:
    """Before anybody is known a page of any office may read; then one of the person's own; keys have no screens."""
    caller = getattr(request, "user", None)
    person = getattr(caller, "user_id", None)
    if caller is not None and caller.is_authenticated and person is None:
        return stands_in_settings(origin)
    return is_allowed(origin, person)
