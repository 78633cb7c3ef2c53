"""What a manager may do for the logins of the office: nothing for those of another, nothing for those above."""

import pytest
from django.conf import settings as django_settings

from accounts import second_factor
from accounts.models import User
from cases.models import Event
from tests import cast
from tests.accounts.conftest import turned_on
from tests.admin.conftest import as_noam
from tests.admin.test_pages import texts

LOGINS = "/admin/logins/"


@pytest.fixture
def dana_login(db):
    """Dana gets a staff login too."""
    return User.objects.create_user("dana", password=cast.PASSWORD, is_staff=True, profile_id=cast.DANA.user_id)


def told(type_):
    with as_noam():
        return Event.objects.filter(type=type_, actor=cast.NOAM.user_id).count()


def test_a_manager_sees_the_logins_of_the_own_office(staff, dana_login):
    seen = texts(staff().get(LOGINS))

    assert "dana" in seen
    assert "uri" not in seen


def test_a_manager_resets_a_colleagues_second_factor(staff, dana_login, log_in):
    turned_on(staff("dana"))
    assert log_in("dana").answer["Location"] == "/admin/login/code/"

    staff().post(f"{LOGINS}{dana_login.pk}/second-factor/")

    assert not second_factor.is_on(dana_login)
    assert log_in("dana").answer["Location"] == "/admin/"
    assert told("login.second_factor_reset") == 1


def test_a_manager_unlocks_a_colleague(staff, dana_login, log_in):
    for _ in range(django_settings.AXES_FAILURE_LIMIT):
        log_in("dana", "wrong")
    seen = texts(staff().get(LOGINS))
    assert "נעול" in seen

    staff().post(f"{LOGINS}{dana_login.pk}/unlock/")

    assert "נעול" not in texts(staff().get(LOGINS))
    assert told("login.unlocked") == 1


@pytest.mark.parametrize("what", ["second-factor", "unlock"])
def test_a_foreign_login_and_a_missing_one_are_not_found(staff, what):
    uri = User.objects.get(username="uri")

    foreign = staff().post(f"{LOGINS}{uri.pk}/{what}/")
    missing = staff().post(f"{LOGINS}999999/{what}/")

    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content


def test_only_managers_help(staff, dana_login, demote):
    turned_on(staff("dana"))
    demote()

    assert staff().get(LOGINS).status_code == 403
    assert staff().post(f"{LOGINS}{dana_login.pk}/second-factor/").status_code == 403
    assert second_factor.is_on(dana_login)


def test_nobody_helps_somebody_above(staff, dana_login):
    User.objects.filter(pk=dana_login.pk).update(is_superuser=True)
    turned_on(staff("dana"))

    assert staff().post(f"{LOGINS}{dana_login.pk}/second-factor/").status_code == 403
    assert second_factor.is_on(dana_login)


def test_a_look_says_what_will_happen_and_changes_nothing(staff, dana_login):
    turned_on(staff("dana"))

    looked = staff().get(f"{LOGINS}{dana_login.pk}/second-factor/")

    assert "מה יקרה" in texts(looked)
    assert staff().post(f"{LOGINS}{dana_login.pk}/anything/").status_code == 404
    assert second_factor.is_on(dana_login)


def test_a_new_password_is_asked_for_on_the_persons_page(staff, dana_login):
    seen = staff().get(LOGINS).content.decode()

    assert f'href="/admin/accounts/profile/{cast.DANA.user_id}/password/"' in seen
    assert staff().get(f"{LOGINS}{dana_login.pk}/password/").status_code == 404
