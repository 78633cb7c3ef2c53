"""The admin site: in Hebrew, and every page runs in one transaction as the staff user's person."""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from http import HTTPStatus
from typing import Any, cast

from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import SimpleTemplateResponse
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts import people_services
from accounts.callers import Standing, in_admin
from accounts.models import User
from core.nudge import nudge

TOO_MANY_REQUESTS = 429


def drawn(response: HttpResponse) -> HttpResponse:
    """Draw a lazy page now: later it would be drawn in another language, and by nobody in particular."""
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    response.headers["Content-Language"] = settings.LANGUAGE_CODE
    return response


class OfficeAdminSite(AdminSite):
    """Django's admin, acting as its user: the policies decide what stands in a list."""

    site_header = _("Appraiser back office")
    site_title = _("Back office")
    index_title = _("Home")
    site_url = None
    enable_nav_sidebar = False
    empty_value_display = "—"

    def admin_view(  # type: ignore[override]
        self, view: Callable[..., HttpResponse], cacheable: bool = False
    ) -> Callable[..., HttpResponse]:
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def as_staff(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                return guarded(request, *args, **kwargs)
            with in_hebrew(request), in_admin(cast(User, request.user), getattr(request, "request_id", "")) as standing:
                page = self.turned_away(request, standing) or drawn(guarded(request, *args, **kwargs))
            if request.method == "POST":
                nudge()
            return page

        return as_staff

    def turned_away(self, request: HttpRequest, standing: Standing) -> HttpResponse | None:
        """Out at once for who was suspended; to a password of one's own for who came by one that was given."""
        if standing.is_shut_out:
            logout(request)
            return redirect("admin:login")
        own_password = {reverse("admin:password_change"), reverse("admin:logout")}
        if standing.must_change_password and request.path not in own_password:
            return redirect("admin:password_change")
        return None

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        answer: HttpResponse = super().password_change(request, extra_context)
        if request.method == "POST" and answer.status_code == HTTPStatus.FOUND:
            people_services.has_own_password(user=cast(User, request.user))
        return answer

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """The apps and their models, made when they are first looked at: every page carries them, one shows them."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        with in_hebrew(request):
            return drawn(super().login(request, extra_context))


class in_hebrew(translation.override):
    """The office works in one language; what the browser asks for decides only what the API says."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = settings.LANGUAGE_CODE


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: Mapping[str, Any] | None
) -> HttpResponse:
    """The page after too many wrong passwords; it does not say whether the name exists."""
    cool_off = get_cool_off(request)
    with in_hebrew(request):
        context = {
            **admin.site.each_context(request),
            "title": _("Too many attempts"),
            "minutes": round(cool_off.total_seconds() / 60) if cool_off else None,
        }
        return render(request, "admin/locked_out.html", context, status=TOO_MANY_REQUESTS)
