"""The admin site: in Hebrew or a person's own language, every page in one transaction as the staff user's person."""

from collections.abc import Callable, Mapping
from functools import partial, wraps
from http import HTTPStatus
from typing import Any, cast

from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import SimpleTemplateResponse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts import idle, sessions
from accounts.callers import in_admin
from accounts.models import User
from core.nudge import nudge

TOO_MANY_REQUESTS = 429


def drawn(response: HttpResponse) -> HttpResponse:
    """Draw a lazy page now: later it would be drawn in another language, and by nobody in particular."""
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    response.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
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
            with (
                in_own_language(request),
                in_admin(cast(User, request.user), getattr(request, "request_id", "")) as standing,
            ):
                page = None if standing.is_shut_out else drawn(guarded(request, *args, **kwargs))
            if page is None:
                return self._shown_out(request)
            if request.method == "POST":
                nudge()
            return page

        return as_staff

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What the frame of every page needs; here also how long the session lasts."""
        warn = round((settings.IDLE_LOGOUT_MINUTES - settings.IDLE_WARNING_MINUTES) * 60)
        return {**super().each_context(request), "idle_left": idle.left(request), "idle_warn": warn}

    def _shown_out(self, request: HttpRequest) -> HttpResponse:
        """Somebody was suspended, by whatever door: every login of theirs ends."""
        sessions.end_all(cast(User, request.user))
        logout(request)
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """The apps and their models, made when they are first looked at: every page carries them, one shows them."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register a page, but none of allauth's: what it keeps is looked after on pages of ours."""
        if not str(admin_class and admin_class.__module__).startswith("allauth."):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[Any]:
        from accounts import login_addresses

        return [*login_addresses.of(self), *super().get_urls()]

    def before_login(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """A page for somebody who is not logged in yet, or not wholly."""

        @never_cache
        @wraps(view)
        def in_our_language(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            with in_own_language(request):
                return drawn(view(request, *args, **kwargs))

        return in_our_language

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        from accounts import arrivals, passwords, people_services

        must = {"must": True} if arrivals.owes(request, arrivals.PASSWORD) else {}
        answer = passwords.after_change(request, super().password_change(request, {**must, **(extra_context or {})}))
        if request.method == "POST" and answer.status_code == HTTPStatus.FOUND:
            people_services.has_own_password(user=cast(User, request.user))
        return answer

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from accounts import signing_in

        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        with in_own_language(request):
            context = {**self.each_context(request), **(extra_context or {})}
            return drawn(cast(HttpResponse, signing_in.sign_in(request, context)))


class in_own_language(translation.override):
    """The office's language, or the one a person chose; what the browser asks for decides only what the API says."""

    def __init__(self, request: HttpRequest) -> None:
        language = getattr(request.user, "language", "") or settings.LANGUAGE_CODE
        super().__init__(language)
        request.LANGUAGE_CODE = language


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: Mapping[str, Any] | None
) -> HttpResponse:
    """The page after too many wrong passwords; it does not say whether the name exists."""
    cool_off = get_cool_off(request)
    with in_own_language(request):
        context = {
            **admin.site.each_context(request),
            "title": _("Too many attempts"),
            "minutes": round(cool_off.total_seconds() / 60) if cool_off else None,
        }
        return render(request, "admin/locked_out.html", context, status=TOO_MANY_REQUESTS)
