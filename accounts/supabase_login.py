"""Who Supabase Auth says somebody is, and the login page for a code by mail.

Only a staff login of that very person is opened; whoever has none hears the same as for a wrong password.
"""

import time
from threading import Thread

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import asking, gotrue, lockout, tokens
from accounts.entering import first_factor_passed, may_enter
from accounts.models import User
from core.errors import Refused
from core.notices import WARN, Notice, tell

_ASKED = "mail_code"
_ASKED_SECONDS = 900


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"dir": "ltr", "autocomplete": "email"}),
    )


class MailCodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code from the mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


def user_of(token: str | None) -> User | None:
    """The staff login of the person whose token this is, if it verifies and may come in."""
    if token is None:
        return None
    try:
        claims = tokens.person_claims(token)
    except Refused as refusal:
        if refusal.code == "dependency_down":
            raise gotrue.Unavailable from None
        return None
    user = User.objects.filter(profile_id=claims["sub"]).first()
    return user if user and may_enter(user) else None


def address_page(request: HttpRequest) -> HttpResponse:
    """Ask for an address; the next page is the same for every one of them, and comes at once."""
    if not gotrue.is_configured():
        raise Http404
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        request.session[_ASKED] = {"email": email, "until": time.time() + _ASKED_SECONDS}
        if asking.may_ask(request, email):
            # Beside the request: how long Supabase takes would tell whether it knows the address.
            Thread(target=_send, args=[email], name="mail code", daemon=True).start()
        return redirect("admin:login_mail_code")
    return _page(request, "login_mail", form)


def code_page(request: HttpRequest) -> HttpResponse:
    asked = request.session.get(_ASKED)
    if not gotrue.is_configured() or not asked or asked["until"] < time.time():
        return redirect(settings.LOGIN_URL)
    if lockout.is_locked(request, asked["email"]):
        return lockout.turned_away()
    form = MailCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = user_of(gotrue.by_code(asked["email"], form.cleaned_data["code"].strip()))
        except gotrue.Unavailable:
            form.add_error(None, _("The login service does not answer. Try again in a moment."))
            return _page(request, "login_mail_code", form)
        if user:
            request.session.pop(_ASKED, None)
            return first_factor_passed(request, user, settings.LOGIN_REDIRECT_URL)
        lockout.was_wrong(request, asked["email"])
        form.add_error("code", _("This code is wrong or too old, or this address may not come in."))
    return _page(request, "login_mail_code", form)


def _send(email: str) -> None:
    try:
        gotrue.send_code(email)
    except gotrue.Unavailable:
        tell(Notice(WARN, "login", "mail_code_failed", "Supabase Auth did not take the wish for a code by mail."))


def _page(request: HttpRequest, template: str, form: forms.Form) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": _("Log in with a code by mail"), "form": form}
    return TemplateResponse(request, f"admin/{template}.html", context)
