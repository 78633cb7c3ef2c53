"""Where somebody is logged in: seen and ended by the person, and by the office's managers."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import sessions
from accounts.models import LoginSession, Profile, User
from core import acting
from tests import cast
from tests.accounts.conftest import LOGIN
from tests.admin.test_pages import texts

MINE, LOGINS = "/admin/my-login/", "/admin/logins/"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"


def browser_of(agent, username="noam", address="203.0.113.77"):
    browser = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    answer = browser.post(LOGIN, {"username": username, "password": cast.PASSWORD})
    assert answer["Location"] == "/admin/"
    return browser


@pytest.fixture
def desk(db):
    return browser_of(DESK)


@pytest.fixture
def phone(desk):
    return browser_of(PHONE)


def row_of(browser):
    return LoginSession.objects.get(session_key=browser.session.session_key)


def is_in(browser):
    return browser.get("/admin/").status_code == 200


def test_somebody_sees_the_own_logins_in_words(desk, phone):
    seen = texts(desk.get(MINE))

    for words in ("Chrome, Windows", "Safari, iPhone", "החיבור הזה", "203.0.113.0", "היום"):
        assert words in seen
    assert "203.0.113.77" not in seen
    assert not LoginSession.objects.filter(address="203.0.113.77").exists()


def test_one_of_them_is_ended(desk, phone):
    desk.post(f"{MINE}end/", {"session": row_of(phone).pk})

    assert not is_in(phone)
    assert is_in(desk)
    assert not Session.objects.filter(session_key=phone.session.session_key).exists()


def test_all_the_others_are_ended(desk, phone):
    third = browser_of(PHONE)

    desk.post(f"{MINE}end/")

    assert (is_in(desk), is_in(phone), is_in(third)) == (True, False, False)


@pytest.mark.parametrize("which", ["999999", "x", "-1", "9" * 30, "1; drop table"])
def test_a_session_that_is_none_ends_nothing(desk, phone, which):
    desk.post(f"{MINE}end/", {"session": which})

    assert is_in(desk)
    assert is_in(phone)


def test_somebody_elses_session_is_not_ended_from_the_own_page(desk):
    uri = browser_of(DESK, "uri")

    desk.post(f"{MINE}end/", {"session": row_of(uri).pk})

    assert is_in(uri)


def test_logging_out_takes_the_row_along(desk):
    key = desk.session.session_key
    desk.post("/admin/logout/")

    assert not LoginSession.objects.filter(session_key=key).exists()


@pytest.fixture
def dana(db):
    User.objects.create_user("dana", password=cast.PASSWORD, is_staff=True, profile_id=cast.DANA.user_id)
    return browser_of(PHONE, "dana")


def test_a_manager_ends_a_colleagues_session_and_none_of_another_office(desk, dana):
    uri = browser_of(DESK, "uri")
    assert "Safari, iPhone" in texts(desk.get(LOGINS))

    assert desk.post(f"{LOGINS}end/", {"session": row_of(uri).pk}).status_code == 404
    desk.post(f"{LOGINS}end/", {"session": row_of(dana).pk})

    assert (is_in(dana), is_in(uri)) == (False, True)


def test_who_is_no_manager_ends_no_colleagues_session(desk, dana):
    assert dana.post(f"{LOGINS}end/", {"session": row_of(desk).pk}).status_code == 403
    assert is_in(desk)


def test_a_new_password_ends_all_the_others_and_this_one_goes_on(desk, phone):
    new = "another-long-password-7"
    desk.post("/admin/password_change/", {"old_password": cast.PASSWORD, "new_password1": new, "new_password2": new})

    assert (is_in(desk), is_in(phone)) == (True, False)
    assert [row.device for row in sessions.of(User.objects.filter(username="noam"))] == ["Chrome, Windows"]


def test_suspending_somebody_by_whatever_door_ends_all(desk, dana):
    other = browser_of(DESK, "dana")
    with acting.acting(acting.SERVICE):
        Profile.objects.filter(pk=cast.DANA.user_id).update(status="suspended")

    assert dana.get("/admin/cases/case/")["Location"] == "/admin/login/?next=/admin/cases/case/"
    assert not is_in(other)
    assert not Session.objects.filter(session_key=other.session.session_key).exists()
    assert dana.get("/api/v1/cases").status_code == 401


def test_a_login_that_is_switched_off_ends_all(dana):
    user = User.objects.get(username="dana")
    user.is_active = False
    user.save()

    assert not is_in(dana)
    assert not LoginSession.objects.filter(user=user).exists()


def test_rows_without_a_session_are_forgotten(desk, phone):
    Session.objects.filter(session_key=phone.session.session_key).delete()

    assert sessions.forget_ended() == 1
    assert row_of(desk)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("", ""),
        ("curl/8", ""),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18 Safari/605", "Safari, Mac"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("<script>" * 100, ""),
    ],
)
def test_a_device_is_named_as_people_call_it(agent, words):
    assert sessions.device(agent) == words


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.44", "192.0.2.0"), ("2001:db8:1:2::5", "2001:db8:1::"), ("unknown", ""), ("", "")],
)
def test_an_address_is_kept_as_its_network(address, network):
    assert sessions.shortened(address) == network
