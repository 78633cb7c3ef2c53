"""The logins of the office, for its managers: who has a second factor, who is locked out, and the help each needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import events, lockout, second_factor, sessions
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
    """Help a colleague with a login: a GET says what will happen, a POST does it and tells the office's story."""
    me = managers_only(request)
    people = {person.pk: person for person in Profile.objects.filter(org=me.org_id)}
    user = User.objects.filter(pk=pk, is_staff=True, profile_id__in=people).first()
    if user is None or user.profile_id is None or what not in _HELP:
        raise Http404
    if not _may(request, me, user, people):
        raise PermissionDenied
    help_ = _HELP[what]
    if request.method == "POST":
        help_.act(user)
        events.tell(user, help_.event)
        messages.success(request, help_.done % {"name": user.get_username()})
        return redirect("admin:logins")
    shown = {"title": help_.title, "will": help_.will, "login": user, "of": people[user.profile_id]}
    return TemplateResponse(request, "admin/accounts/login_help.html", {**admin.site.each_context(request), **shown})


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


def _unlock(user: User) -> None:
    lockout.unlock(user.get_username())


@dataclass(frozen=True)
class Help:
    """What a manager may do for a colleague's login, and its words before and after."""

    title: Promise | str
    will: list[Promise | str]
    act: Callable[[User], object]
    event: str
    done: Any


_HELP = {
    "second-factor": Help(
        gettext_lazy("Reset the second step"),
        [
            gettext_lazy("Codes of the phone and recovery codes open nothing any more, until new ones are made."),
            gettext_lazy("Reset it only for somebody you have spoken to: the next login needs the password alone."),
        ],
        second_factor.turn_off,
        "second_factor_reset",
        gettext_lazy("The second step of %(name)s was reset."),
    ),
    "unlock": Help(
        gettext_lazy("Unlock"),
        [
            gettext_lazy(
                "The wrong attempts are forgotten, and the next one counts as the first; the password stays as it is."
            )
        ],
        _unlock,
        "unlocked",
        gettext_lazy("%(name)s may try again at once."),
    ),
}
