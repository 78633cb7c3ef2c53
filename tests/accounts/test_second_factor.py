"""The second factor: a code that counts once, and no way past it."""

import json

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from accounts import second_factor
from accounts.models import User
from tests import cast
from tests.accounts.conftest import LOGIN, PAGE, scanned, shown_codes, turned_on
from tests.admin.test_pages import texts

CODE = f"{LOGIN}code/"


@pytest.fixture
def phone(staff):
    """Noam's, set up."""
    return turned_on(staff())


def test_with_a_password_alone_nobody_who_has_a_second_factor_is_in(phone, log_in):
    browser = log_in()

    assert browser.answer["Location"] == CODE
    assert browser.get("/admin/")["Location"].startswith(LOGIN)
    assert browser.get("/api/v1/cases").status_code == 401


def test_the_code_of_the_app_opens_the_session(phone, log_in):
    browser = log_in(next="/admin/cases/case/")

    assert browser.post(CODE, {"code": phone.code(1)})["Location"] == "/admin/cases/case/"
    assert browser.get("/admin/cases/case/").status_code == 200


def test_a_code_counts_once(phone, log_in):
    assert log_in().post(CODE, {"code": phone.code(1)}).status_code == 302

    again = log_in().post(CODE, {"code": phone.code(1)})

    assert again.status_code == 200
    assert "כבר שימש" in texts(again)
    # Nor does the one with which it was set up, or an older one.
    assert log_in().post(CODE, {"code": phone.code(0)}).status_code == 200
    assert log_in().post(CODE, {"code": phone.code(-1)}).status_code == 200


@pytest.mark.parametrize("code", ["", "000000", "abcdef", "1" * 500, "\0", "١٢٣٤٥٦", "😀"])
def test_what_is_no_code_is_refused_in_words(phone, log_in, code):
    answer = log_in().post(CODE, {"code": code})

    assert answer.status_code == 200
    assert 'class="errorlist"' in answer.content.decode()


def test_a_code_is_taken_in_groups_as_people_type_it(phone, log_in):
    code = phone.code(1)

    assert log_in().post(CODE, {"code": f" {code[:3]} {code[3:]} "}).status_code == 302


def test_recovery_codes_open_once_each(staff, log_in):
    noam = staff()
    turned_on(noam)
    first, second, *_ = shown_codes(noam)

    assert log_in().post(CODE, {"code": first}).status_code == 302
    assert log_in().post(CODE, {"code": first}).status_code == 200
    assert log_in().post(CODE, {"code": second.replace("-", "")}).status_code == 302
    assert "8" in texts(noam.get(PAGE))


def test_recovery_codes_are_shown_until_they_are_kept(staff):
    noam = staff()
    turned_on(noam)
    codes = shown_codes(noam)
    file = noam.get(f"{PAGE}codes.txt")

    assert len(set(codes)) == 10
    assert file.content.decode().split() == codes
    assert "attachment" in file["Content-Disposition"]
    noam.post(f"{PAGE}codes/")
    assert noam.get(f"{PAGE}codes/")["Location"] == PAGE
    assert noam.get(f"{PAGE}codes.txt").status_code == 403


def test_new_recovery_codes_put_the_old_ones_out_of_use(staff, log_in):
    noam = staff()
    phone = turned_on(noam)
    old = shown_codes(noam)

    assert noam.post(f"{PAGE}renew/", {"code": "000000"})["Location"] == PAGE
    assert noam.post(f"{PAGE}renew/", {"code": phone.code(1)})["Location"] == f"{PAGE}codes/"

    assert not set(old) & set(shown_codes(noam))
    assert log_in().post(CODE, {"code": old[0]}).status_code == 200


def test_it_is_taken_off_with_a_code_only(staff, noam, log_in):
    browser = staff()
    phone = turned_on(browser)

    browser.post(f"{PAGE}off/", {"code": "000000"})
    assert second_factor.is_on(noam)
    browser.post(f"{PAGE}off/", {"code": phone.code(1)})
    assert not second_factor.is_on(noam)
    assert log_in().answer["Location"] == "/admin/"


def test_a_wrong_code_at_set_up_turns_nothing_on_and_keeps_the_square(staff, noam):
    browser = staff()
    phone = scanned(browser)

    answer = browser.post(PAGE, {"code": "000000"})

    assert answer.status_code == 200
    assert not second_factor.is_on(noam)
    assert phone.secret in answer.content.decode()


def test_the_square_is_a_picture_of_its_own_and_gone_afterwards(staff):
    noam = staff()
    assert noam.get(f"{PAGE}picture.svg").status_code == 404
    phone = scanned(noam)

    picture = noam.get(f"{PAGE}picture.svg")

    assert picture["Content-Type"] == "image/svg+xml"
    assert "no-store" in picture["Cache-Control"]
    assert b"<svg" in picture.content
    noam.post(PAGE, {"code": phone.code(0)})
    assert noam.get(f"{PAGE}picture.svg").status_code == 404
    assert phone.secret not in noam.get(PAGE).content.decode()


def test_too_many_wrong_codes_lock_the_door(phone, log_in):
    browser = log_in()
    for _ in range(django_settings.AXES_FAILURE_LIMIT):
        answer = browser.post(CODE, {"code": "000000"})

    assert answer.status_code == 429
    assert "יותר מדי" in texts(answer)
    assert browser.post(CODE, {"code": phone.code(1)}).status_code == 429
    assert log_in().answer.status_code == 429


def test_a_changed_password_ends_a_login_that_waits_for_its_code(phone, log_in, noam):
    browser = log_in()
    noam.set_password("another-long-password")
    noam.save()

    assert browser.post(CODE, {"code": phone.code(1)})["Location"] == "/admin/login/"


def test_the_code_page_alone_leads_back_to_the_password(db):
    assert Client().get(CODE)["Location"] == "/admin/login/"
    assert Client().post(CODE, {"code": "000000"})["Location"] == "/admin/login/"


def test_secrets_lie_encrypted(staff, noam):
    browser = staff()
    phone = turned_on(browser)
    codes = shown_codes(browser)

    with connection.cursor() as cursor:
        cursor.execute("select data::text from mfa_authenticator")
        stored = " ".join(row[0] for row in cursor.fetchall())

    assert phone.secret not in stored
    assert not [code for code in codes if code.replace("-", "") in stored]


def test_a_set_up_in_progress_lies_encrypted_too(staff):
    noam = staff()
    phone = scanned(noam)

    assert phone.secret not in json.dumps(dict(noam.session.items()))


def test_a_key_is_changed_without_anybody_losing_the_second_factor(phone, log_in, settings):
    settings.SECOND_FACTOR_KEYS = ["a new key", *settings.SECOND_FACTOR_KEYS]
    assert log_in().post(CODE, {"code": phone.code(1)}).status_code == 302

    settings.SECOND_FACTOR_KEYS = ["a new key"]
    assert log_in().post(CODE, {"code": phone.code(1)}).status_code == 200


@pytest.mark.usefixtures("strict")
class TestWhereItIsRequired:
    """A manager without one comes to the set-up page and nowhere else."""

    @pytest.mark.parametrize("page", ["/admin/", "/admin/cases/case/", "/admin/password_change/", "/admin/nothing/"])
    def test_every_page_leads_to_the_set_up(self, log_in, page):
        assert log_in().get(page)["Location"] == PAGE

    def test_the_api_takes_such_a_session_for_nobody(self, log_in, open_case):
        case = open_case()
        noam = log_in()

        assert noam.get("/api/v1/cases").status_code == 401
        assert noam.get(f"/api/v1/cases/{case['case_id']}/helper").status_code == 401

    def test_a_token_beside_such_a_session_counts_as_ever(self, log_in, open_case, dana):
        open_case()

        answer = log_in().get("/api/v1/cases", headers={"Authorization": f"Bearer {dana.token()}"})

        assert answer.status_code == 200

    def test_after_the_set_up_the_office_is_open(self, log_in):
        noam = log_in()
        assert "בתפקידך נדרש" in texts(noam.get(PAGE))

        turned_on(noam)

        assert noam.get("/admin/").status_code == 200
        assert noam.get("/api/v1/cases").status_code == 200

    def test_logging_out_is_always_possible(self, log_in):
        assert log_in().post("/admin/logout/").status_code == 200

    def test_taken_off_it_is_to_be_set_up_anew_at_once(self, log_in):
        noam = log_in()
        phone = turned_on(noam)

        noam.post(f"{PAGE}off/", {"code": phone.code(1)})

        assert noam.get("/admin/")["Location"] == PAGE

    def test_an_appraiser_may_and_need_not(self, log_in, demote):
        demote()

        noam = log_in()

        assert noam.get("/admin/").status_code == 200
        turned_on(noam)
        assert log_in().answer["Location"] == CODE

    def test_a_superuser_needs_one_too(self, db):
        root = User.objects.create_superuser("root", password=cast.PASSWORD)
        browser = Client()
        browser.force_login(root, backend="django.contrib.auth.backends.ModelBackend")

        assert browser.get("/admin/")["Location"] == PAGE
        turned_on(browser)
        assert browser.get("/admin/").status_code == 200


def test_nobody_sees_allauths_own_pages(db):
    root = User.objects.create_superuser("root", password=cast.PASSWORD)
    browser = Client()
    browser.force_login(root, backend="django.contrib.auth.backends.ModelBackend")

    assert "/admin/mfa/" not in browser.get("/admin/").content.decode()
    for address in ("/accounts/login/", "/accounts/signup/", "/accounts/2fa/", "/admin/mfa/authenticator/"):
        assert browser.get(address).status_code == 404


def test_what_was_done_stands_in_the_offices_story(staff, may):
    from cases.models import Event
    from tests.admin.conftest import as_noam

    turned_on(staff())

    with as_noam():
        assert Event.objects.filter(type="login.second_factor_on", actor=cast.NOAM.user_id).count() == 1
    may("view_event")
    assert "כניסה דו־שלבית" in texts(staff().get("/admin/cases/event/"))
