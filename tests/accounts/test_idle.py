"""Logged out after a while without a sign of life, by the server; a page that asks by itself is none."""

import pytest

from tests.accounts.conftest import LOGIN
from tests.admin.test_pages import texts

HERE = "/admin/still-here/"
MINUTE = 60


def gone_by(browser, seconds):
    """Let so much time go by: the last sign of life moves back."""
    session = browser.session
    session["active_at"] -= seconds
    session.save()


def last(browser):
    return browser.session["active_at"]


def test_after_a_quarter_of_an_hour_the_page_leads_to_the_login_and_back(log_in):
    noam = log_in()
    gone_by(noam, 15 * MINUTE)

    answer = noam.get("/admin/cases/case/?q=12")

    assert answer["Location"] == f"{LOGIN}?next=/admin/cases/case/%3Fq%3D12"
    assert "נותקת" in texts(noam.get(answer["Location"]))
    assert noam.get("/admin/")["Location"].startswith(LOGIN)


def test_shortly_before_it_the_session_lives_and_begins_anew(log_in):
    noam = log_in()
    for _ in range(3):
        gone_by(noam, 14 * MINUTE)
        assert noam.get("/admin/").status_code == 200


def test_the_api_is_closed_too(log_in, open_case):
    open_case()
    noam = log_in()
    assert noam.get("/api/v1/cases").status_code == 200

    gone_by(noam, 15 * MINUTE)

    assert noam.get("/api/v1/cases").status_code == 401


def test_a_page_that_asks_by_itself_is_no_sign_of_life(log_in):
    noam = log_in()
    gone_by(noam, 10 * MINUTE)
    before = last(noam)

    assert noam.get("/admin/", headers={"x-background": "1"}).status_code == 200
    assert noam.get("/api/v1/cases", headers={"x-background": "1"}).status_code == 200

    assert last(noam) == before
    gone_by(noam, 5 * MINUTE)
    assert noam.get("/admin/", headers={"x-background": "1"}).status_code == 302


def test_it_is_written_once_a_minute_and_no_more(log_in):
    noam = log_in()
    gone_by(noam, 59)
    before = last(noam)
    noam.get("/admin/")
    assert last(noam) == before

    gone_by(noam, 1)
    noam.get("/admin/")

    assert last(noam) > before


def test_the_page_asks_how_long_it_has_and_says_that_somebody_is_there(log_in):
    noam = log_in()
    gone_by(noam, 13 * MINUTE)

    asked = noam.get(HERE, headers={"x-background": "1"}).json()
    stayed = noam.post(HERE).json()

    assert 100 <= asked["left"] <= 120
    assert 890 <= stayed["left"] <= 900
    assert stayed["csrf"]


def test_only_who_is_in_can_stay(log_in):
    noam = log_in()
    gone_by(noam, 15 * MINUTE)

    assert noam.post(HERE)["Location"].startswith(LOGIN)


def test_every_page_carries_what_the_warning_needs(log_in, client):
    page = log_in().get("/admin/").content.decode()

    assert 'data-warn="120"' in page
    assert 'data-left="900"' in page or 'data-left="89' in page
    assert 'id="idle"' not in client.get(LOGIN).content.decode()


def test_the_times_are_settings(log_in, settings):
    settings.IDLE_LOGOUT_MINUTES, settings.IDLE_WARNING_MINUTES = 30, 25
    noam = log_in()
    gone_by(noam, 20 * MINUTE)

    assert noam.get("/admin/").status_code == 200
    assert 'data-warn="300"' in noam.get("/admin/").content.decode()


@pytest.mark.parametrize("hours", [11.9, 12.1])
def test_a_session_ends_after_half_a_day_however_busy_it_is(log_in, hours):
    from datetime import timedelta

    from django.utils import timezone

    noam = log_in()
    session = noam.session
    session.set_expiry(timezone.now() + timedelta(hours=12 - hours))
    session.save()
    assert (noam.get("/admin/").status_code == 200) is (hours < 12)
