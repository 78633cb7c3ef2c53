"""What a session knows from its first moment: when it ends at the latest, and what comes before all else."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts import idle, second_factor, sessions
from accounts.models import LoginSession, User

DUTIES = "duties"
PASSWORD, SECOND_FACTOR = "password", "second_factor"


@receiver(user_logged_in)
def begin(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A session lives so long from its login, however often it is written."""
    request.session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    request.session[DUTIES] = _duties(user)
    idle.begin(request)
    sessions.begin(request, user)


@receiver(user_logged_out)
def end(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Its row goes with a session that somebody leaves."""
    LoginSession.objects.filter(session_key=request.session.session_key).delete()


@receiver(post_save, sender=User)
def end_all(instance: User, update_fields: Any = None, **kwargs: Any) -> None:
    """A new password, whoever set it, ends every login; who changed the own one goes on in that browser."""
    is_new = getattr(instance, "_password", None) is not None and (update_fields is None or "password" in update_fields)
    if is_new or not instance.is_active:
        sessions.end_all(instance)


def done(request: HttpRequest, duty: str) -> None:
    """One duty less."""
    request.session[DUTIES] = [owed for owed in request.session.get(DUTIES, ()) if owed != duty]


def owe(request: HttpRequest, duty: str) -> None:
    """One duty more, in the middle of a session."""
    request.session[DUTIES] = [*request.session.get(DUTIES, ()), duty]


def owes(request: HttpRequest, duty: str) -> bool:
    return duty in request.session.get(DUTIES, ())


def _duties(user: User) -> list[str]:
    """A new password after a one-time one, then a second factor where the role needs it."""
    owed = [PASSWORD] if user.must_change_password else []
    role, _status = second_factor.standing(user)
    if second_factor.is_required(user, role) and not second_factor.is_on(user):
        owed.append(SECOND_FACTOR)
    return owed
