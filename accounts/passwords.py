"""Passwords of our own logins: one-time ones that a manager gives, and what follows when one is changed."""

import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import arrivals, events, sessions
from accounts.models import User

# Without letters that are taken for one another over the telephone.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_FOUND = 302


class LongEnough(MinimumLengthValidator):
    """Django's rule; its Hebrew lacks these two sentences."""

    def get_error_message(self) -> str:
        return _("The password is too short: it needs %(n)s characters at least.") % {"n": self.min_length}

    def get_help_text(self) -> str:
        return _("The password needs %(n)s characters at least.") % {"n": self.min_length}


class NotTheOldOne:
    """A new password is another one: a one-time password must not stay."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is not None and user.pk and user.has_usable_password() and user.check_password(password):
            raise ValidationError(self.get_help_text(), code="password_unchanged")

    def get_help_text(self) -> str:
        return _("The new password must not be the old one.")


def one_time() -> str:
    """A password to be shown once: 80 bits, in groups that can be read out."""
    return "-".join("".join(secrets.choice(_LETTERS) for _n in range(4)) for _group in range(4))


def give_one_time(user: User, password: str) -> None:
    """Set a password that is good for a day and for one purpose: to choose another one."""
    user.set_password(password)
    user.must_change_password = True
    user.password_until = timezone.now() + timedelta(hours=settings.ONE_TIME_PASSWORD_HOURS)
    user.save(update_fields=["password", "must_change_password", "password_until"])


def is_chosen(user: User) -> None:
    """The person has chosen the password that stands now."""
    user.must_change_password, user.password_until = False, None
    user.save(update_fields=["must_change_password", "password_until"])


def after_change(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """What follows on Django's own page for it, where that page took the new password."""
    if request.method == "POST" and answer.status_code == _FOUND and isinstance(request.user, User):
        is_chosen(request.user)
        arrivals.done(request, arrivals.PASSWORD)
        # All logins have ended with the old password, this one's row among them; this one goes on.
        sessions.begin(request, request.user)
        events.tell(request.user, "password_changed")
    return answer
