"""Logged out after a while without a sign of life; the moment of the last one stands in the session."""

import time

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest

from accounts import sessions
from accounts.models import User

_ACTIVE = "active_at"
# What is written with each click would cost each page a row: once a minute where the limit is fifteen of them.
_WRITTEN = 15


def begin(request: HttpRequest) -> None:
    request.session[_ACTIVE] = int(time.time())


def left(request: HttpRequest) -> int:
    """Seconds until this session ends, if nothing is done."""
    limit = _limit()
    since = request.session.get(_ACTIVE)
    return limit if since is None else limit - (int(time.time()) - since)


def is_over(request: HttpRequest) -> bool:
    """Whether nobody was there for too long; the session is ended then."""
    if left(request) > 0:
        return False
    logout(request)
    return True


def note(request: HttpRequest, user: User, *, now: bool = False) -> None:
    """A sign of life, unless a page only asks by itself for news."""
    if request.headers.get("X-Background"):
        return
    age = int(time.time()) - request.session.get(_ACTIVE, 0)
    if now or age >= _limit() // _WRITTEN:
        begin(request)
        sessions.seen(request, user)


def _limit() -> int:
    minutes: float = settings.IDLE_LOGOUT_MINUTES
    return round(minutes * 60)
