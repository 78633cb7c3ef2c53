"""From the first factor to a session: who may come in at all, and what waits for the second factor."""

import time
from typing import Any

from django.contrib.auth import login as auth_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts import second_factor
from accounts.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"
_PENDING = "signing_in"
_PENDING_SECONDS = 600


def may_enter(user: User) -> bool:
    """Staff, and the person behind the login is active; a login without a person sees nothing, which is its own."""
    if not (user.is_active and user.is_staff) or is_too_late(user):
        return False
    return user.profile_id is None or second_factor.standing(user)[1] == "active"


def is_too_late(user: User) -> bool:
    """Whether the one-time password lay about too long."""
    return user.must_change_password and user.password_until is not None and user.password_until < timezone.now()


def first_factor_passed(request: HttpRequest, user: User, goes_to: str) -> HttpResponse:
    """Ask for the second factor, or open the session."""
    if not second_factor.is_on(user):
        return entered(request, user, goes_to)
    request.session.cycle_key()
    request.session[_PENDING] = {
        "user": user.pk,
        "proof": user.get_session_auth_hash(),
        "goes_to": goes_to,
        "until": time.time() + _PENDING_SECONDS,
    }
    return redirect("admin:login_code")


def second_factor_passed(request: HttpRequest, user: User) -> HttpResponse:
    return entered(request, user, request.session[_PENDING]["goes_to"])


def entered(request: HttpRequest, user: User, goes_to: str) -> HttpResponse:
    request.session.pop(_PENDING, None)
    auth_login(request, user, backend=BACKEND)
    return redirect(goes_to)


def waiting(request: HttpRequest) -> User | None:
    """Who has passed the first step a short while ago, and has not changed the password since."""
    pending: dict[str, Any] | None = request.session.get(_PENDING)
    if not pending or pending["until"] < time.time():
        return None
    user = User.objects.filter(pk=pending["user"]).first()
    if user is None or user.get_session_auth_hash() != pending["proof"] or not may_enter(user):
        return None
    return user
