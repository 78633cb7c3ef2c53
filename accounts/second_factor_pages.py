"""The pages on which somebody sets up the own second factor, keeps its recovery codes, or takes it off."""

import time
from collections.abc import Callable

from allauth.mfa.utils import decrypt, encrypt
from cryptography.fernet import InvalidToken
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from accounts import arrivals, events, lockout, second_factor
from accounts.models import User
from accounts.pages import person
from accounts.signing_in import CodeForm

_NEW, _SHOWN = "second_factor_new", "second_factor_codes_until"
_SHOWN_SECONDS = 600


def page(request: HttpRequest) -> HttpResponse:
    """How it stands; and where it is off, how to turn it on."""
    user = _me(request)
    app = second_factor.app_of(user)
    return _standing(request, user, app) if app else _set_up(request, user)


def _set_up(request: HttpRequest, user: User) -> HttpResponse:
    form = CodeForm(request.POST or None)
    secret = _new_secret(request)
    if request.method == "POST" and form.is_valid():
        if second_factor.turn_on(user, secret, form.cleaned_data["code"]):
            request.session.pop(_NEW, None)
            arrivals.done(request, arrivals.SECOND_FACTOR)
            events.tell(user, "second_factor_on")
            return _to_codes(request)
        form.add_error("code", _("The app shows another code. Look at it again; is the phone's clock right?"))
    shown = {"form": form, "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))}
    shown |= {"address": second_factor.address(user, secret), "must": arrivals.owes(request, arrivals.SECOND_FACTOR)}
    return _page(request, "set_up", _("Set up the second step"), **shown)


def _standing(request: HttpRequest, user: User, app: object) -> HttpResponse:
    is_required = second_factor.is_required(user, _role(request))
    shown = {"app": app, "left": len(second_factor.codes(user)), "is_required": is_required, "form": CodeForm()}
    return _page(request, "standing", _("Second step"), **shown)


def picture(request: HttpRequest) -> HttpResponse:
    """The square with the secret of a set-up that is not finished; nothing of one that is."""
    secret = _kept_secret(request)
    if secret is None:
        return HttpResponse(status=404)
    drawn = second_factor.picture(second_factor.address(_me(request), secret))
    return HttpResponse(drawn, "image/svg+xml", headers={"Cache-Control": "no-store"})


def codes(request: HttpRequest) -> HttpResponse:
    """The recovery codes, for ten minutes after they were made and never again."""
    if request.method == "POST":
        request.session.pop(_SHOWN, None)
        return redirect("admin:second_factor")
    if not _are_shown(request):
        return redirect("admin:second_factor")
    return _page(request, "codes", _("Recovery codes"), codes=map(_in_groups, second_factor.codes(_me(request))))


def codes_file(request: HttpRequest) -> HttpResponse:
    """The same as a text file, as long as they are shown."""
    if not _are_shown(request):
        raise PermissionDenied
    text = "\r\n".join(map(_in_groups, second_factor.codes(_me(request)))) + "\r\n"
    name = 'attachment; filename="recovery-codes.txt"'
    return HttpResponse(text, "text/plain", headers={"Content-Disposition": name, "Cache-Control": "no-store"})


def renew_codes(request: HttpRequest) -> HttpResponse:
    return _with_code(request, _renew)


def turn_off(request: HttpRequest) -> HttpResponse:
    """Off; whoever must have one sets up a new one at once, for example on another phone."""
    return _with_code(request, _off)


def _renew(request: HttpRequest, user: User) -> HttpResponse:
    second_factor.renew_codes(user)
    events.tell(user, "codes_renewed")
    return _to_codes(request)


def _off(request: HttpRequest, user: User) -> HttpResponse:
    second_factor.turn_off(user)
    events.tell(user, "second_factor_off")
    if second_factor.is_required(user, _role(request)):
        arrivals.owe(request, arrivals.SECOND_FACTOR)
    messages.success(request, _("The second step is off."))
    return redirect("admin:second_factor")


def _with_code(request: HttpRequest, act: Callable[[HttpRequest, User], HttpResponse]) -> HttpResponse:
    """Do it if a code shows that the person is here, and not somebody at an open screen."""
    user, form = _me(request), CodeForm(request.POST or None)
    if request.method != "POST":
        return redirect("admin:second_factor")
    if lockout.is_locked(request, user.get_username()):
        return lockout.turned_away()
    if form.is_valid() and second_factor.check(user, form.cleaned_data["code"]):
        return act(request, user)
    lockout.was_wrong(request, user.get_username())
    messages.error(request, _("This code is wrong, or was used before. Wait for the next one."))
    return redirect("admin:second_factor")


def _to_codes(request: HttpRequest) -> HttpResponse:
    request.session[_SHOWN] = time.time() + _SHOWN_SECONDS
    return redirect("admin:second_factor_codes")


def _are_shown(request: HttpRequest) -> bool:
    return bool(request.session.get(_SHOWN, 0) > time.time())


def _in_groups(code: str) -> str:
    return f"{code[:4]}-{code[4:]}"


def _new_secret(request: HttpRequest) -> str:
    """The secret that this set-up offers: the same until it is finished, and encrypted where the session lies."""
    secret = _kept_secret(request)
    if secret is None:
        secret = second_factor.new_secret()
        request.session[_NEW] = encrypt(secret)
    return secret


def _kept_secret(request: HttpRequest) -> str | None:
    try:
        return decrypt(request.session[_NEW]) if _NEW in request.session else None
    except InvalidToken:
        return None


def _me(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _role(request: HttpRequest) -> str:
    who = person(request)
    return who.role if who else ""


def _page(request: HttpRequest, template: str, title: str, **shown: object) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": title, **shown}
    answer = TemplateResponse(request, f"admin/accounts/second_factor/{template}.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer
