"""A page like the existing UI's with the client on it, for a newcomer to try: in the local stack alone.

It gives a token to whoever asks, so it exists only where `LOCAL_PEOPLE` names the demo's people.
"""

import time
from typing import Any
from urllib.parse import urlsplit

import jwt
from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.site import in_own_language

_TOKEN_SECONDS = 60 * 60
_EVENTS = urlsplit(settings.EVENTS_URL)
# The event server has a port of its own.
_CONNECT = [SELF, *([f"{_EVENTS.scheme}://{_EVENTS.netloc}"] if _EVENTS.netloc else [])]


@register(Tags.security)
def nobody_gets_tokens_outside(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """The page must not be reachable where others are."""
    if settings.LOCAL_PEOPLE and settings.HTTPS_ONLY:
        words = "LOCAL_PEOPLE gives everybody who asks a token: it is for the local stack, which has no HTTPS."
        return [Error(words, id="helpers.E001")]
    return []


@require_GET
@never_cache
@csp_update({"connect-src": _CONNECT})
def page(request: HttpRequest) -> HttpResponse:
    """The page of one of the demo's people; `?as=2` is the other one, for a second window."""
    _person(request)
    other = 1 if request.GET.get("as") == "2" else 2
    with in_own_language(request):
        return render(request, "demo/page.html", {"other": other, "words": _words()})


@require_GET
@never_cache
def token(request: HttpRequest) -> JsonResponse:
    """A token of that person, as Supabase Auth would give it after a login."""
    now = int(time.time())
    claims = {
        "iss": settings.SUPABASE_JWT_ISSUER,
        "aud": settings.SUPABASE_JWT_AUDIENCE,
        "sub": _person(request),
        "role": "authenticated",
        "iat": now,
        "exp": now + _TOKEN_SECONDS,
    }
    return JsonResponse({"token": jwt.encode(claims, settings.SUPABASE_JWT_SECRET, "HS256")})


def _person(request: HttpRequest) -> str:
    people = settings.LOCAL_PEOPLE
    place = 1 if request.GET.get("as") == "2" else 0
    if place >= len(people):
        raise Http404
    return str(people[place])


def _words() -> dict[str, str]:
    """What the page's script says."""
    return {
        "saved": _("Saved: {name}"),
        "news": _("Somebody else saved {name}; this window shows it now."),
        "newsWaits": _("Somebody else saved {name}. What you wrote here is merged with it when you save."),
        "merged": _("Both changes are kept in {name}."),
        "reloaded": _("Your change was dropped; {name} is loaded."),
        "exported": _("Logged out. The case data was sent for export."),
        "queued": _("Logged out. The export waits in this browser and goes out with the next start."),
        "imported": _("The file is now {name}."),
        "notFound": _("This plate has no open case. Give it one by the second button."),
        "badPlate": _("A plate has seven or eight digits."),
        "failed": _("This did not work: {reason}"),
        "was": _("was"),
        "became": _("is now"),
    }
