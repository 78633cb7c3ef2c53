"""Where somebody is logged in: each browser with its times, its device in words, and a shortened address.

The session itself is Django's; our row beside it is what people see, and goes with it.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts import lockout
from accounts.models import LoginSession, User

# What a browser says of itself -> its name; the first that fits, because each also claims to be the later ones.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox|FxiOS": "Firefox",
    "Chrome|CriOS": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def begin(request: HttpRequest, user: User) -> None:
    """Write down a login, or one that somebody else's row was lost for."""
    LoginSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "seen_at": timezone.now(),
            "address": shortened(lockout.address_of(request)),
            "device": device(request.headers.get("User-Agent", "")),
        },
    )


def seen(request: HttpRequest, user: User) -> None:
    """Note that this browser is still there."""
    if not LoginSession.objects.filter(session_key=request.session.session_key).update(seen_at=timezone.now()):
        begin(request, user)


def of(users: Iterable[User]) -> QuerySet[LoginSession]:
    """The logins of these people that are still good, the last seen first."""
    now = timezone.now()
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    last = now - timedelta(minutes=settings.IDLE_LOGOUT_MINUTES)
    return LoginSession.objects.filter(Exists(alive), user__in=users, seen_at__gte=last).select_related("user")


def end(logins: QuerySet[LoginSession]) -> int:
    """End these logins: the next click in such a browser leads to the login page."""
    keys = list(logins.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    LoginSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def end_all(user: User, but: str | None = None) -> int:
    """End all logins of somebody, but the one with that key."""
    return end(LoginSession.objects.filter(user=user).exclude(session_key=but))


def forget_ended() -> int:
    """Remove rows whose session is gone."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"))
    return LoginSession.objects.filter(~Exists(alive)).delete()[0]


def device(agent: str) -> str:
    """Chrome, Windows; empty where the browser does not say."""
    found = (
        next((name for sign, name in known.items() if re.search(sign, agent)), "") for known in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(filter(None, found))


def shortened(address: str) -> str:
    """The network an address belongs to: enough to know one's own, too little to find somebody."""
    try:
        ip = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((ip, 24 if ip.version == 4 else 48), strict=False).network_address)
