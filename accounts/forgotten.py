"""A forgotten password: a code goes to the address that stands at the login, and opens the way to a new one.

Every name gets the same two pages at once, whether there is such a login or not.
"""

import secrets
import time
from threading import Thread
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import asking, lockout, passwords
from accounts.entering import may_enter
from accounts.models import User
from core.notices import WARN, Notice, tell

_ASKED = "forgotten"
_ASKED_SECONDS = 900
_PASSWORD = {"autocomplete": "new-password", "dir": "ltr"}


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("User name or e-mail"),
        max_length=254,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "username"}),
    )


class NewPasswordForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code from the mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    password = forms.CharField(
        label=gettext_lazy("New password"), strip=False, max_length=200, widget=forms.PasswordInput(attrs=_PASSWORD)
    )
    again = forms.CharField(
        label=gettext_lazy("New password again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs=_PASSWORD),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "again" in given and given.get("password") != given["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        return given


def name_page(request: HttpRequest) -> HttpResponse:
    if not settings.EMAIL_HOST:
        raise Http404
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"].strip()
        _begin(request, name, _login_of(name))
        return redirect("admin:login_new_password")
    return _page(request, "login_forgotten", form)


def new_password_page(request: HttpRequest) -> HttpResponse:
    asked = request.session.get(_ASKED)
    if not asked or asked["until"] < time.time():
        return redirect(settings.LOGIN_URL)
    if lockout.is_locked(request, asked["name"]):
        return lockout.turned_away()
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _taken(request, asked, form):
        request.session.pop(_ASKED, None)
        messages.success(request, _("The new password counts from now on. Log in with it."))
        return redirect(settings.LOGIN_URL)
    return _page(request, "login_new_password", form, rules=password_validators_help_text_html())


def _login_of(name: str) -> User | None:
    """The one login of this name or address that has an address and may come in."""
    found = list(User.objects.filter(Q(username=name) | Q(email__iexact=name), is_active=True).exclude(email="")[:2])
    return found[0] if len(found) == 1 and may_enter(found[0]) else None


def _begin(request: HttpRequest, name: str, user: User | None) -> None:
    code = f"{secrets.randbelow(10**8):08}"
    # Hashed for nobody too: it takes its time.
    proof = make_password(code)
    request.session[_ASKED] = {
        "name": name,
        "user": user.pk if user else 0,
        "proof": proof,
        "until": time.time() + _ASKED_SECONDS,
    }
    if asking.may_ask(request, name) and user:
        # Beside the request: how long a mail server takes would tell whether there is such a login.
        Thread(target=_send, args=[user.email, code], name="forgotten password", daemon=True).start()


def _taken(request: HttpRequest, asked: dict[str, Any], form: NewPasswordForm) -> bool:
    """Set the password if the code is right; only then is the password looked at, because that needs the login."""
    right = check_password(form.cleaned_data["code"].replace(" ", ""), asked["proof"])
    user = User.objects.filter(pk=asked["user"]).first()
    if not right or user is None or not may_enter(user):
        lockout.was_wrong(request, asked["name"])
        form.add_error("code", _("This code is wrong or too old."))
        return False
    try:
        validate_password(form.cleaned_data["password"], user)
    except ValidationError as refused:
        form.add_error("password", refused)
        return False
    user.set_password(form.cleaned_data["password"])
    user.save(update_fields=["password"])
    passwords.is_chosen(user)
    return True


def _send(address: str, code: str) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Code for a new password")
        text = _("The code for a new password: %(code)s\nWho has not asked for it need not do anything.") % {
            "code": code
        }
        try:
            send_mail(subject, text, None, [address])
        except OSError:
            tell(Notice(WARN, "login", "mail_code_failed", "The mail server did not take a code for a new password."))


def _page(request: HttpRequest, template: str, form: forms.Form, **shown: Any) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": _("A new password"), "form": form, **shown}
    return TemplateResponse(request, f"admin/{template}.html", context)
