"""Staff at the door: a browser that has not logged in yet, and a phone with an authenticator app."""

import re
import time

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from accounts.models import User
from tests import cast
from tests.admin.conftest import as_noam, demote, may, staff  # noqa: F401  (fixtures)

LOGIN = "/admin/login/"
PAGE = "/admin/second-factor/"


class Phone:
    """An authenticator app: `code(0)` is what it shows at first, `code(1)` what it shows next."""

    def __init__(self, secret):
        self.secret, self.began = secret, int(time.time()) // 30

    def code(self, step):
        return totp.format_hotp_value(totp.hotp_value(self.secret, self.began + step))


@pytest.fixture
def noam(db):
    return User.objects.get(username="noam")


@pytest.fixture
def log_in(db):
    """The first step in a browser of its own; `log_in.answer` is what came."""

    def logged_in(username="noam", password=cast.PASSWORD, browser=None, **more):
        browser = browser or Client()
        browser.answer = browser.post(LOGIN, {"username": username, "password": password, **more})
        return browser

    return logged_in


def scanned(browser):
    """The phone after it has scanned the square of the set-up page."""
    text = browser.get(PAGE).content.decode()
    return Phone(re.search(r"secret=([A-Z2-7]+)", text)[1])


def turned_on(browser):
    """Set up the second factor, and return the phone."""
    phone = scanned(browser)
    answer = browser.post(PAGE, {"code": phone.code(0)})
    assert answer["Location"] == f"{PAGE}codes/", answer.content.decode()
    return phone


def shown_codes(browser):
    return re.findall(r"\d{4}-\d{4}", browser.get(f"{PAGE}codes/").content.decode())


@pytest.fixture
def strict(settings):
    """As in production: managers need a second factor."""
    settings.SECOND_FACTOR_ROLES = ["developer", "admin"]
