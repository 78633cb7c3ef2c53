"""The own login: where one is logged in, the second step, the password, and the language of the pages."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import events, idle, second_factor, sessions
from accounts.models import User
from accounts.pages import is_manager


def page(request: HttpRequest) -> HttpResponse:
    me = cast(User, request.user)
    shown: dict[str, Any] = {
        "title": _("My login"),
        "logins": sessions.of([me]),
        "this_key": request.session.session_key,
        "app": second_factor.app_of(me),
        "is_manager": is_manager(request),
        "languages": settings.LANGUAGES,
    }
    return TemplateResponse(request, "admin/accounts/my_login.html", {**admin.site.each_context(request), **shown})


def end_session(request: HttpRequest) -> HttpResponse:
    """End one of the own logins, or all but this one."""
    if request.method != "POST":
        raise Http404
    mine = sessions.of([cast(User, request.user)]).exclude(session_key=request.session.session_key)
    one = request.POST.get("session", "")
    count = sessions.end(
        mine.filter(pk=int(one)) if one.isdecimal() and len(one) < 19 else mine if not one else mine.none()
    )
    if count:
        events.tell(cast(User, request.user), "sessions_ended")
    told = ngettext("%(n)s session was ended.", "%(n)s sessions were ended.", count) % {"n": count}
    messages.success(request, told)
    return redirect("admin:my_login")


def set_language(request: HttpRequest) -> HttpResponse:
    """From the next page on."""
    chosen, me = request.POST.get("language", ""), cast(User, request.user)
    if request.method != "POST" or chosen not in dict(settings.LANGUAGES):
        raise Http404
    User.objects.filter(pk=me.pk).update(language="" if chosen == settings.LANGUAGE_CODE else chosen)
    return redirect("admin:my_login")


def still_here(request: HttpRequest) -> HttpResponse:
    """How long this session lasts; a POST says that somebody is there. The key is for forms that waited meanwhile."""
    if request.method == "POST":
        idle.note(request, cast(User, request.user), now=True)
    return JsonResponse({"left": idle.left(request), "csrf": get_token(request)})
