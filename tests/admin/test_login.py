"""Coming in, and being locked out."""

import pytest
from django.conf import settings

from tests import cast
from tests.admin.test_pages import texts

LOGIN = "/admin/login/"


@pytest.fixture
def guess(client, db):
    def guessed(username, *words):
        return client.post(LOGIN, {"username": username, "password": words[0] if words else "wrong"})

    return guessed


def test_staff_come_in_with_their_password(guess, client):
    assert guess("noam", cast.PASSWORD)["Location"] == "/admin/"
    assert "noam" in texts(client.get("/admin/"))


def test_a_wrong_password_and_an_unknown_name_look_alike(guess):
    known, unknown = texts(guess("noam")), texts(guess("nobody"))

    assert known == unknown
    assert "נא להזין את שם משתמש והסיסמה הנכונים" in known


@pytest.mark.parametrize("username", ["noam", "nobody"])
def test_too_many_wrong_passwords_lock_the_door_in_hebrew(guess, username):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = guess(username)

    assert answer.status_code == 429
    assert "יותר מדי סיסמאות שגויות" in texts(answer)
    assert "15 דקות" in texts(answer)
    assert guess(username, cast.PASSWORD).status_code == 429


def test_logging_out_ends_the_session(guess, client):
    guess("noam", cast.PASSWORD)

    answer = client.post("/admin/logout/")

    assert answer.status_code == 200
    assert '<html lang="he" dir="rtl">' in answer.content.decode()
    assert client.get("/admin/")["Location"].startswith(LOGIN)
