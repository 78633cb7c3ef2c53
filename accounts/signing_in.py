"""The pages of the way in: name and password, then the code of the second factor."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import gotrue, lockout, second_factor, supabase_login
from accounts.entering import first_factor_passed, may_enter, second_factor_passed, waiting


class SignInForm(AdminAuthenticationForm):
    """Name and password; who may not come in gets the same answer as for a wrong password."""

    def clean(self) -> Any:
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username and password and "@" in username and gotrue.is_configured():
            if self.request and lockout.is_locked(self.request, username):
                raise self.get_invalid_login_error()
            try:
                user = supabase_login.user_of(gotrue.by_password(username.lower(), password))
            except gotrue.Unavailable:
                raise ValidationError(_("The login service does not answer. Try again in a moment.")) from None
            if user:
                self.user_cache = user
                return self.cleaned_data
        # A login of our own, also one whose name looks like an address.
        return super().clean()

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if not may_enter(user):
            raise self.get_invalid_login_error()


class SignIn(LoginView):
    """Django's login page, which does not log in yet where a second factor is asked for."""

    template_name = "admin/login.html"
    authentication_form = SignInForm

    def form_valid(self, form: Any) -> HttpResponse:
        return first_factor_passed(self.request, form.get_user(), self.get_success_url())


class CodeForm(forms.Form):
    """One code, of the app or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "dir": "ltr", "autofocus": True}
        ),
    )


def sign_in(request: HttpRequest, context: dict[str, Any]) -> HttpResponseBase:
    """The first step."""
    context |= {"title": _("Log in"), "app_path": request.get_full_path(), "username": request.user.get_username()}
    context |= {"by_mail": gotrue.is_configured(), "by_code": bool(settings.EMAIL_HOST)}
    if "next" not in request.GET and "next" not in request.POST:
        context["next"] = reverse("admin:index")
    return SignIn.as_view(extra_context=context)(request)


def code_page(request: HttpRequest) -> HttpResponse:
    """The second step. Who comes without the first one is sent back to it."""
    user = waiting(request)
    if user is None:
        return redirect(settings.LOGIN_URL)
    if lockout.is_locked(request, user.get_username()):
        return lockout.turned_away()
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if second_factor.check(user, form.cleaned_data["code"]):
            return second_factor_passed(request, user)
        lockout.was_wrong(request, user.get_username())
        form.add_error("code", _("This code is wrong, or was used before. Wait for the next one."))
    context = {**admin.site.each_context(request), "title": _("Second step"), "form": form}
    return TemplateResponse(request, "admin/login_code.html", context)
