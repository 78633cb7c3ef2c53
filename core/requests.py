"""The id of a request, from the answer's header to the log line and the event row."""

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse

from core import defects
from core.notices import ERROR, Notice, tell

log = structlog.get_logger("request")

_WRITES = {"POST", "PUT", "PATCH", "DELETE"}
_METHODS = {"GET", "HEAD", "OPTIONS", *_WRITES}
_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")


class RequestIdMiddleware:
    """Gives each request an id, answers with it, and writes one log line: route, status, time, sizes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if _SAFE_ID.fullmatch(given) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()

        response = self.get_response(request)

        response["X-Request-Id"] = request_id
        if response.status_code >= 500:
            _tell_staff(request, response.status_code, request_id)
        log.info(
            "request",
            method=request.method,
            # The route, not the path: a path may hold a plate.
            route=request.resolver_match.route if request.resolver_match else "",
            status=response.status_code,
            ms=round((time.perf_counter() - started) * 1000, 1),
            bytes=len(response.content) if not response.streaming else None,
        )
        return response

    def process_exception(self, request: HttpRequest, exc: Exception) -> None:
        log_defect(request, exc)


def _tell_staff(request: HttpRequest, status: int, request_id: str) -> None:
    """Leave a note of an answer that is our fault: the route, never the path or what was asked."""
    method = request.method if request.method in _METHODS else "?"
    route = request.resolver_match.route if request.resolver_match else ""
    is_save = method in _WRITES and "helper" in route
    event = "save_failed" if is_save else "answer_failed"
    tell(Notice(ERROR, "web", event, f"{method} {route}: {status}"[:200], {"status": status}, request_id))


def log_defect(request: HttpRequest, exc: Exception) -> None:
    """Log where it broke; not the message, which may quote content."""
    log.error("defect", **defects.facts(exc))


class ApiMiddleware:
    """Takes a request of the API straight to its view, past what only pages need: sessions, messages, forms.

    It stands where the API's own list of middleware ends. A request with a session's cookie goes the pages' way.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.pages_way = get_response
        # Django's own way from a request to its view, with an empty list around it; the stubs leave these names out.
        views: Any = BaseHandler()
        views._view_middleware = []
        views._template_response_middleware = []
        views._exception_middleware = [log_defect]
        self.straight: Any = convert_exception_to_response(views._get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/v1/") or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return self.pages_way(request)
        response: HttpResponse = self.straight(request)
        # Nothing in an answer is for a browser to draw, load or frame, but a file that says so itself.
        response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        response.headers.setdefault("X-Frame-Options", "DENY")
        return response
