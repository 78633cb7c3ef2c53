"""The door behind the login: nobody who was away too long comes in, and who owes something comes to that page alone."""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import idle
from accounts.arrivals import DUTIES, PASSWORD, SECOND_FACTOR

# duty -> where it is done, and what belongs to that page
_PLACES = {
    PASSWORD: ("admin:password_change", "admin:password_change_done"),
    SECOND_FACTOR: ("admin:second_factor", "admin:second_factor_picture"),
}
_ALWAYS = ("admin:logout", "admin:still_here")


class DoorMiddleware:
    """Looks at a request that brings a session, after Django knows whose it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            language = request.user.language or settings.LANGUAGE_CODE
            if idle.is_over(request):
                return self._gone(request, language)
            owed = request.session.get(DUTIES)
            if owed and request.path not in _open_to(owed[0]):
                return self._sent_to(request, owed[0])
            idle.note(request, request.user)
        return self.get_response(request)

    def _gone(self, request: HttpRequest, language: str) -> HttpResponse:
        """Nobody is logged in here any more: a page leads to the login and back, the API says so."""
        if not request.path.startswith("/api/") and not request.headers.get("X-Background"):
            with translation.override(language):
                messages.info(request, _("You were logged out, because nothing was done for a while."))
        return self.get_response(request)

    def _sent_to(self, request: HttpRequest, duty: str) -> HttpResponse:
        if request.path.startswith("/api/"):
            # To the API such a session is nobody's; a token beside it counts as ever.
            request.user = AnonymousUser()
            return self.get_response(request)
        return redirect(_PLACES[duty][0])


@cache
def _open_to(duty: str) -> frozenset[str]:
    return frozenset(reverse(name) for name in (*_PLACES[duty], *_ALWAYS))
