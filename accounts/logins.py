"""The logins of the office, for its managers: who has a second factor, who is locked out, and the help each needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts import events, lockout, people_services, second_factor, sessions
from accounts.models import Profile, User
from accounts.pages import managers_only


@dataclass(frozen=True)
class Login:
    """One line of the list."""

    user: User
    person: Profile
    has_second_factor: bool
    is_locked: bool
    is_ours: bool


def page(request: HttpRequest) -> HttpResponse:
    me = managers_only(request)
    people = {person.pk: person for person in Profile.objects.filter(org=me.org_id)}
    users = list(User.objects.filter(is_staff=True, is_active=True, profile_id__in=people).order_by("username"))
    on = set(Authenticator.objects.filter(type="totp", user__in=users).values_list("user_id", flat=True))
    locked = lockout.locked_names(user.get_username() for user in users)
    shown = [
        Login(
            user, people[user.profile_id], user.pk in on, user.get_username() in locked, _may(request, me, user, people)
        )
        for user in users
        if user.profile_id
    ]
    context = {**admin.site.each_context(request), "title": _("Logins of the office"), "logins": shown}
    context |= {"open": sessions.of(users), "this_key": request.session.session_key}
    return TemplateResponse(request, "admin/accounts/logins.html", context)


def act(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Do one of the things a manager may do for a colleague, and tell the office's story."""
    me = managers_only(request)
    people = {person.pk: person for person in Profile.objects.filter(org=me.org_id)}
    user = User.objects.filter(pk=pk, is_staff=True, profile_id__in=people).first()
    if user is None or what not in _ACTS or request.method != "POST":
        raise Http404
    if not _may(request, me, user, people):
        raise PermissionDenied
    return _ACTS[what](request, user)


def end_session(request: HttpRequest) -> HttpResponse:
    """End one login of a colleague."""
    me = managers_only(request)
    one = request.POST.get("session", "")
    if request.method != "POST" or not one.isdecimal() or len(one) > 18:
        raise Http404
    people = {person.pk: person for person in Profile.objects.filter(org=me.org_id)}
    users = User.objects.filter(is_staff=True, profile_id__in=people)
    found = sessions.of(users).filter(pk=int(one))
    login = found.first()
    if login is None:
        raise Http404
    if not _may(request, me, login.user, people):
        raise PermissionDenied
    sessions.end(found)
    events.tell(login.user, "sessions_ended")
    messages.success(request, _("The session of %(name)s was ended.") % {"name": login.user.get_username()})
    return redirect("admin:logins")


def _may(request: HttpRequest, me: Profile, user: User, people: dict[UUID, Profile]) -> bool:
    """Nobody helps somebody above: that would be a way to become them. The own login has a page of its own."""
    above = user.is_superuser and not getattr(request.user, "is_superuser", False)
    developer = (
        user.profile_id is not None
        and people[user.profile_id].role == Profile.Role.DEVELOPER
        and me.role != Profile.Role.DEVELOPER
    )
    return user.pk != request.user.pk and not above and not developer


def _reset(request: HttpRequest, user: User) -> HttpResponse:
    second_factor.turn_off(user)
    events.tell(user, "second_factor_reset")
    messages.success(request, _("The second step of %(name)s was reset.") % {"name": user.get_username()})
    return redirect("admin:logins")


def _unlock(request: HttpRequest, user: User) -> HttpResponse:
    lockout.unlock(user.get_username())
    events.tell(user, "unlocked")
    messages.success(request, _("%(name)s may try again at once.") % {"name": user.get_username()})
    return redirect("admin:logins")


def _give_password(request: HttpRequest, user: User) -> HttpResponse:
    password = people_services.give_password(user_id=cast(UUID, user.profile_id), by=cast(User, request.user))
    context = {**admin.site.each_context(request), "title": _("One-time password"), "login": user, "password": password}
    answer = TemplateResponse(request, "admin/accounts/one_time_password.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


_ACTS: dict[str, Callable[[HttpRequest, User], HttpResponse]] = {
    "second-factor": _reset,
    "unlock": _unlock,
    "password": _give_password,
}
