"""Coming in with Supabase's password or a code by mail, against a server that behaves like GoTrue and can misbehave."""

import json

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client

from accounts import gotrue
from accounts.models import User
from tests import cast
from tests.accounts.conftest import LOGIN, turned_on
from tests.admin.test_pages import texts
from tests.world import HANG, Reply, running_world

PASSWORD_PATH = "/auth/v1/token?grant_type=password"
OTP, VERIFY = "/auth/v1/otp", "/auth/v1/verify"
MAIL, MAIL_CODE = f"{LOGIN}mail/", f"{LOGIN}mail/code/"
WRONG = Reply(400, json.dumps({"code": 400, "error_code": "invalid_credentials", "msg": "Invalid"}).encode())
EXPIRED = Reply(403, json.dumps({"code": 403, "error_code": "otp_expired", "msg": "Token has expired"}).encode())
DOWN = "שירות הכניסה אינו עונה"
NO = "נא להזין את שם משתמש והסיסמה הנכונים"


def session_of(person, **changes):
    """What GoTrue answers to somebody it knows."""
    body = {
        "access_token": person.token(**changes),
        "token_type": "bearer",
        "expires_in": 3600,
        "refresh_token": "refresh-canary",
        "user": {"id": str(person.user_id), "email": "noam@example.test"},
    }
    return Reply(200, json.dumps(body).encode())


@pytest.fixture
def supabase(settings, db):
    cache.clear()
    with running_world() as world:
        settings.SUPABASE_URL, settings.SUPABASE_ANON_KEY = world.base, "sb_publishable_x"
        yield world


@pytest.fixture
def enter(log_in):
    return lambda email="noam@example.test", password="its-supabase-password": log_in(email, password)


def test_a_person_supabase_knows_comes_into_the_own_login(supabase, enter):
    supabase.will(session_of(cast.NOAM), path=PASSWORD_PATH)

    browser = enter("Noam@Example.test")

    assert browser.answer["Location"] == "/admin/"
    assert "noam" in texts(browser.get("/admin/"))
    (asked,) = supabase.heard(PASSWORD_PATH)
    assert json.loads(asked.body) == {"email": "noam@example.test", "password": "its-supabase-password"}
    assert asked.headers["apikey"] == "sb_publishable_x"


def test_no_token_of_supabase_is_kept(supabase, enter):
    supabase.will(session_of(cast.NOAM), path=PASSWORD_PATH)

    browser = enter()

    kept = json.dumps(dict(browser.session.items()), default=str)
    assert "refresh-canary" not in kept
    assert "eyJ" not in kept
    assert not [name for name in browser.cookies if name not in {"sessionid", "csrftoken", "messages"}]


def test_the_second_factor_is_asked_for_all_the_same(supabase, enter, staff):
    turned_on(staff())
    supabase.will(session_of(cast.NOAM), path=PASSWORD_PATH)

    assert enter().answer["Location"] == f"{LOGIN}code/"


@pytest.mark.parametrize(
    "reply",
    [
        WRONG,
        session_of(cast.DANA),  # a person without a staff login
        session_of(cast.SUSPENDED),
        session_of(cast.NOAM._replace(user_id="00000000-0000-4000-8000-0000000000ff")),
        session_of(cast.NOAM, role="anon"),
        session_of(cast.NOAM, aud="somebody-else"),
        session_of(cast.NOAM, exp=1),
        session_of(cast.NOAM, iss="https://elsewhere.example/auth/v1"),
        Reply(200, b'{"access_token": "eyJhbGciOiJub25lIn0.e30."}'),
    ],
)
def test_whoever_may_not_come_in_hears_one_and_the_same(supabase, enter, reply):
    supabase.will(reply, path=PASSWORD_PATH)
    refused = enter()

    supabase.will(WRONG, path=PASSWORD_PATH)
    assert texts(refused.answer) == texts(enter().answer)
    assert NO in texts(refused.answer)
    assert refused.get("/admin/")["Location"].startswith(LOGIN)


def test_a_suspended_person_with_a_login_hears_the_same(supabase, enter):
    User.objects.create_user("gil", is_staff=True, profile_id=cast.SUSPENDED.user_id)
    supabase.will(session_of(cast.SUSPENDED), path=PASSWORD_PATH)

    assert NO in texts(enter().answer)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500, b"oops"),
        Reply(429, b'{"error_code": "over_request_rate_limit"}'),
        Reply(200, b"<html>not json</html>"),
        Reply(200, b'{"access_token": 5}'),
        Reply(200, b"[1]"),
        Reply(200, b"[" * 60000),
        Reply(302, b"", {"Location": "http://127.0.0.1:9/"}),
        Reply(200, b'{"access_token": "x"}', drop=True),
    ],
)
def test_a_service_that_misbehaves_is_told_and_locks_nobody_out(supabase, enter, reply):
    for _ in range(django_settings.AXES_FAILURE_LIMIT + 1):
        supabase.will(reply, path=PASSWORD_PATH)
        answer = enter().answer

    assert answer.status_code == 200
    assert DOWN in texts(answer)


def test_a_service_that_hangs_is_not_waited_for(supabase, enter, monkeypatch):
    monkeypatch.setattr(gotrue, "_TIMEOUT_SECONDS", 0.3)
    supabase.will(HANG, path=PASSWORD_PATH)

    assert DOWN in texts(enter().answer)


def test_wrong_passwords_lock_here_too(supabase, enter):
    supabase.always(WRONG, path=PASSWORD_PATH)
    for _ in range(django_settings.AXES_FAILURE_LIMIT):
        answer = enter().answer

    assert answer.status_code == 429
    asked = len(supabase.heard(PASSWORD_PATH))
    assert enter().answer.status_code == 429
    assert len(supabase.heard(PASSWORD_PATH)) == asked


def test_a_login_of_our_own_stays_good_also_with_a_name_like_an_address(supabase, enter):
    User.objects.create_user("root@example.test", password=cast.PASSWORD, is_staff=True)
    supabase.always(WRONG, path=PASSWORD_PATH)

    assert enter("root@example.test", cast.PASSWORD).answer["Location"] == "/admin/"
    assert enter("noam", cast.PASSWORD).answer["Location"] == "/admin/"


def asked_for_a_code(email="noam@example.test"):
    browser = Client()
    browser.answer = browser.post(MAIL, {"email": email})
    return browser


def test_a_code_by_mail_opens_the_session(supabase):
    browser = asked_for_a_code()
    assert browser.answer["Location"] == MAIL_CODE
    (sent,) = supabase.wait_for(1, OTP)
    assert json.loads(sent.body) == {"email": "noam@example.test", "create_user": False}

    supabase.will(session_of(cast.NOAM), path=VERIFY)
    answer = browser.post(MAIL_CODE, {"code": " 123456 "})

    assert answer["Location"] == "/admin/"
    (verified,) = supabase.heard(VERIFY)
    assert json.loads(verified.body) == {"type": "email", "email": "noam@example.test", "token": "123456"}


def test_an_address_nobody_knows_gets_the_same_page(supabase):
    known, unknown = asked_for_a_code(), asked_for_a_code("nobody@example.test")
    supabase.always(Reply(422, b'{"error_code": "otp_disabled"}'), path=OTP)

    assert texts(known.get(MAIL_CODE)) == texts(unknown.get(MAIL_CODE))


def test_a_service_that_hangs_holds_nobody_up_who_asks_for_a_code(supabase):
    supabase.always(HANG, path=OTP)

    assert asked_for_a_code().answer.status_code == 302


def test_wrong_codes_by_mail_lock_the_door(supabase):
    browser = asked_for_a_code()
    supabase.always(EXPIRED, path=VERIFY)
    for _ in range(django_settings.AXES_FAILURE_LIMIT):
        answer = browser.post(MAIL_CODE, {"code": "123456"})

    assert answer.status_code == 429
    supabase.always(session_of(cast.NOAM), path=VERIFY)
    assert browser.post(MAIL_CODE, {"code": "123456"}).status_code == 429


def test_a_service_that_misbehaves_at_the_code_is_told(supabase):
    browser = asked_for_a_code()
    supabase.will(Reply(500, b""), path=VERIFY)

    assert DOWN in texts(browser.post(MAIL_CODE, {"code": "123456"}))


def test_nobody_can_have_mails_sent_without_end(supabase):
    for _ in range(8):
        asked_for_a_code("somebody.else@example.test")

    assert len(supabase.wait_for(5, OTP)) == 5


def test_without_supabase_there_is_no_such_way(db):
    assert Client().get(MAIL).status_code == 404
    assert MAIL not in Client().get(LOGIN).content.decode()
