"""Where the pages about logging in stand in the admin."""

from typing import Any

from django.urls import URLPattern, path

from accounts import forgotten, logins, my_login, second_factor_pages, signing_in, supabase_login

_OF_A_PERSON = {
    "my-login/": (my_login.page, "my_login"),
    "my-login/end/": (my_login.end_session, "my_login_end"),
    "my-login/language/": (my_login.set_language, "my_login_language"),
    "still-here/": (my_login.still_here, "still_here"),
    "second-factor/": (second_factor_pages.page, "second_factor"),
    "second-factor/picture.svg": (second_factor_pages.picture, "second_factor_picture"),
    "second-factor/codes/": (second_factor_pages.codes, "second_factor_codes"),
    "second-factor/codes.txt": (second_factor_pages.codes_file, "second_factor_codes_file"),
    "second-factor/renew/": (second_factor_pages.renew_codes, "second_factor_renew"),
    "second-factor/off/": (second_factor_pages.turn_off, "second_factor_off"),
}
_OF_A_MANAGER = {
    "logins/": (logins.page, "logins"),
    "logins/end/": (logins.end_session, "login_end"),
    "logins/<int:pk>/<slug:what>/": (logins.act, "login_help"),
}
_BEFORE = {
    "login/code/": (signing_in.code_page, "login_code"),
    "login/forgotten/": (forgotten.name_page, "login_forgotten"),
    "login/forgotten/code/": (forgotten.new_password_page, "login_new_password"),
    "login/mail/": (supabase_login.address_page, "login_mail"),
    "login/mail/code/": (supabase_login.code_page, "login_mail_code"),
}


def of(site: Any) -> list[URLPattern]:
    """All of them: those of a person acting in its own name, and those of somebody who is not logged in yet."""
    inside = {**_OF_A_PERSON, **_OF_A_MANAGER}
    mine = [path(route, site.admin_view(view), name=name) for route, (view, name) in inside.items()]
    return mine + [path(route, site.before_login(view), name=name) for route, (view, name) in _BEFORE.items()]
