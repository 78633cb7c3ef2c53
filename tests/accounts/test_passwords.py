"""A forgotten password, a one-time one, and rules for the new one."""

import re
import time
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests import cast
from tests.accounts.conftest import LOGIN, turned_on
from tests.admin.test_pages import texts

NAME, NEW, CHANGE = f"{LOGIN}forgotten/", f"{LOGIN}forgotten/code/", "/admin/password_change/"
GOOD = "צב-ירוק-ורוד-7"


@pytest.fixture
def mails(settings, noam):
    cache.clear()
    settings.EMAIL_HOST = "mail.example.test"
    User.objects.filter(pk=noam.pk).update(email="noam@example.test")
    return mail.outbox


def asked(name):
    browser = Client()
    browser.answer = browser.post(NAME, {"name": name})
    return browser


def code_of(mails):
    for _ in range(100):
        if mails:
            break
        time.sleep(0.05)
    return re.search(r"\d{8}", mails[-1].body)[0]


def choose(browser, code, password=GOOD, again=None):
    return browser.post(NEW, {"code": code, "password": password, "again": again or password})


@pytest.mark.parametrize("name", ["noam", "Noam@example.test"])
def test_a_forgotten_password_is_replaced_by_a_code_from_the_mail(mails, log_in, name):
    browser = asked(name)
    answer = choose(browser, code_of(mails))

    assert answer["Location"] == "/admin/login/"
    assert mails[0].to == ["noam@example.test"]
    assert "קוד" in mails[0].subject
    assert log_in(password=cast.PASSWORD).answer.status_code == 200
    assert log_in(password=GOOD).answer["Location"] == "/admin/"


def test_the_second_factor_is_asked_for_after_it(mails, log_in, staff):
    turned_on(staff())
    browser = asked("noam")
    choose(browser, code_of(mails))

    assert log_in(password=GOOD).answer["Location"] == f"{LOGIN}code/"


def test_every_name_gets_the_same_pages(mails):
    known, unknown = asked("noam"), asked("nobody")
    assert known.answer["Location"] == unknown.answer["Location"] == NEW
    assert texts(known.get(NEW)) == texts(unknown.get(NEW))
    assert texts(choose(known, "00000000")) == texts(choose(unknown, "00000000"))
    # The rules of a password would need the login; they are not told before the code is right.
    assert texts(choose(known, "00000000", "noam")) == texts(choose(unknown, "00000000", "noam"))
    code_of(mails)
    assert len(mails) == 1


def test_a_suspended_person_gets_no_mail(mails):
    gil = User.objects.create_user("gil", email="gil@example.test", is_staff=True, profile_id=cast.SUSPENDED.user_id)

    assert asked(gil.username).answer["Location"] == NEW
    asked("noam")
    code_of(mails)

    assert [one.to for one in mails] == [["noam@example.test"]]


def test_a_code_counts_once_and_not_in_another_browser(mails):
    browser, other = asked("noam"), asked("nobody")
    code = code_of(mails)

    assert choose(other, code).status_code == 200
    assert choose(browser, code).status_code == 302
    assert choose(browser, code)["Location"] == "/admin/login/"


def test_wrong_codes_lock(mails):
    browser = asked("noam")
    for _ in range(django_settings.AXES_FAILURE_LIMIT):
        answer = choose(browser, "00000000")

    assert answer.status_code == 429
    assert choose(browser, code_of(mails)).status_code == 429


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "קצרה מדי"),
        ("12345678901234", "רק ספרות"),
        ("1qaz2wsx3edc", "נפוצה"),
        ("noam@example.test", "דומה"),
        (cast.PASSWORD, "הישנה"),
    ],
)
def test_weak_passwords_are_refused_in_hebrew(mails, password, told):
    browser = asked("noam")

    answer = choose(browser, code_of(mails), password)

    assert answer.status_code == 200
    (errors,) = re.findall(r'<ul class="errorlist".*?</ul>', answer.content.decode(), re.S)
    assert told in errors


def test_two_different_new_passwords_are_refused(mails):
    browser = asked("noam")

    assert "אינן זהות" in texts(choose(browser, code_of(mails), GOOD, "another-long-one"))


def test_without_a_mail_server_the_login_page_names_the_manager(db):
    assert Client().get(NAME).status_code == 404
    assert "סיסמה חד־פעמית" in texts(Client().get(LOGIN))


@pytest.fixture
def given(staff):
    """Dana's login, and the one-time password that Noam gave her."""
    dana = User.objects.create_user("dana", password=cast.PASSWORD, is_staff=True, profile_id=cast.DANA.user_id)
    page = staff().post(f"/admin/accounts/profile/{cast.DANA.user_id}/password/", {"username": ""})
    assert "no-store" in page["Cache-Control"]
    return dana, re.search(r'value="([a-z2-9]{4}(?:-[a-z2-9]{4}){3})"', page.content.decode())[1]


def test_a_one_time_password_leads_to_a_new_one_and_nowhere_else(given, log_in):
    _dana, password = given
    browser = log_in("dana", password)

    assert browser.get("/admin/")["Location"] == CHANGE
    assert browser.get("/api/v1/cases").status_code == 401
    assert "סיסמה חד־פעמית" in texts(browser.get(CHANGE))
    refused = browser.post(CHANGE, {"old_password": password, "new_password1": password, "new_password2": password})
    assert "הישנה" in texts(refused)
    browser.post(CHANGE, {"old_password": password, "new_password1": GOOD, "new_password2": GOOD})

    assert browser.get("/admin/").status_code == 200
    assert log_in("dana", GOOD).get("/admin/").status_code == 200
    assert log_in("dana", password).answer.status_code == 200


def test_a_one_time_password_that_lay_about_is_of_no_use(given, log_in):
    dana, password = given
    User.objects.filter(pk=dana.pk).update(password_until=timezone.now() - timedelta(seconds=1))

    assert log_in("dana", password).answer.status_code == 200


@pytest.mark.usefixtures("strict")
def test_after_the_new_password_comes_the_second_factor(noam, log_in):
    from accounts import passwords

    password = passwords.one_time()
    passwords.give_one_time(noam, password)
    browser = log_in("noam", password)
    assert browser.get("/admin/")["Location"] == CHANGE
    browser.post(CHANGE, {"old_password": password, "new_password1": GOOD, "new_password2": GOOD})

    assert browser.get("/admin/")["Location"] == "/admin/second-factor/"
