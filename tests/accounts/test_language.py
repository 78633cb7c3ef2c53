"""English for whoever wants it, left to right; everybody else, and all that leaves the house, stays Hebrew."""

import pytest
from django.test import Client

from tests.accounts.conftest import LOGIN, PAGE
from tests.admin.conftest import case_page
from tests.admin.test_pages import texts

CHOOSE = "/admin/my-login/language/"
PAGES = ("/admin/", "/admin/cases/case/", "/admin/my-login/", "/admin/logins/", PAGE, "/admin/password_change/")


@pytest.fixture
def english(staff):
    noam = staff()
    assert noam.post(CHOOSE, {"language": "en"})["Location"] == "/admin/my-login/"
    return noam


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_left_to_right_and_in_english(english, page):
    answer = english.get(page)

    assert '<html lang="en" dir="ltr">' in answer.content.decode()
    assert answer["Content-Language"] == "en"
    assert "Log out" in texts(answer)
    assert "rtl.css" not in answer.content.decode()


def test_a_case_is_told_in_english(english, open_case):
    seen = texts(english.get(case_page(open_case())))

    assert "Backups of the case (by date)" in seen
    assert "גיבויים" not in seen


def test_the_others_stay_hebrew(english, staff):
    assert '<html lang="he" dir="rtl">' in staff("uri").get("/admin/").content.decode()
    assert '<html lang="he" dir="rtl">' in Client().get(LOGIN).content.decode()


def test_one_comes_back_to_hebrew(english):
    english.post(CHOOSE, {"language": "he"})

    assert '<html lang="he" dir="rtl">' in english.get("/admin/").content.decode()


@pytest.mark.parametrize("language", ["", "xx", "en-us", "../en", "\0", "e" * 100])
def test_a_language_there_is_not_is_refused(staff, language):
    noam = staff()

    assert noam.post(CHOOSE, {"language": language}).status_code == 404
    assert noam.get(CHOOSE).status_code == 404
    assert '<html lang="he"' in noam.get("/admin/").content.decode()


def test_the_browsers_wish_decides_nothing(staff):
    assert '<html lang="he"' in staff().get("/admin/", headers={"accept-language": "en"}).content.decode()
