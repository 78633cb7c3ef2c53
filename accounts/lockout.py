"""Too many wrong words lock a login: passwords, codes of the second factor and codes by mail count together."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from axes.signals import user_locked_out
from axes.utils import reset
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.notices import WARN, Notice, tell


@receiver(user_locked_out)
def note_lock_out(**kwargs: Any) -> None:
    """Leave a note for staff; not whose it is, or from where."""
    tell(Notice(WARN, "login", "locked_out", "Too many wrong passwords: a login is locked for a while."))


def is_locked(request: HttpRequest, username: str) -> bool:
    """Whether this name or this address has used up its attempts; the answer is then the page that says so."""
    if AxesProxyHandler.is_allowed(request, {"username": username}):
        return False
    # axes' own middleware draws the page.
    request.axes_locked_out = True  # type: ignore[attr-defined]
    request.axes_credentials = {"username": username}  # type: ignore[attr-defined]
    return True


def address_of(request: HttpRequest) -> str:
    """Where the request comes from, as axes sees it behind our proxies."""
    return str(get_client_ip_address(request))


def turned_away() -> HttpResponse:
    """What axes puts its page in the place of."""
    return HttpResponse(status=429)


def was_wrong(request: HttpRequest, username: str) -> None:
    """Count one more wrong word, as axes counts a wrong password."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)


def locked_names(usernames: Iterable[str]) -> set[str]:
    """Which of these logins are locked now."""
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    failures: dict[str, int] = {}
    for attempt in AccessAttempt.objects.filter(username__in=list(usernames), attempt_time__gte=since):
        failures[attempt.username] = failures.get(attempt.username, 0) + attempt.failures_since_start
    return {name for name, count in failures.items() if count >= settings.AXES_FAILURE_LIMIT}


def unlock(username: str) -> None:
    """Let a login try again at once; an address that is locked stays so."""
    reset(username=username)
