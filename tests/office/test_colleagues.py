"""Whom a case is passed on to or shared with gets a mail of our own server, once."""

import pytest
from django.db import connection

from core import acting
from files import mailing
from files.models import OutboundMessage
from office import tasks
from tests import cast
from tests.files.mailserver import running_mailserver

ADDRESS = "noam@example.test"


@pytest.fixture
def mailserver(settings):
    with running_mailserver() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
        settings.PUBLIC_BASE_URL = "https://office.example.test"
        yield server


@pytest.fixture
def case(open_case):
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("update public.profiles set email = %s where user_id = %s", [ADDRESS, cast.NOAM.user_id])
    return open_case({"meta": {"secret": "סוד התיק"}}, "99765431")


def passed_on(api, dana, case):
    body = {"to": str(cast.NOAM.user_id), "reason": "חופשה"}
    assert api(dana).post(f"cases/{case['case_id']}/transfer", body).status_code == 200


def shared(api, dana, case):
    body = {"user_id": str(cast.NOAM.user_id)}
    assert api(dana).post(f"cases/{case['case_id']}/collaborators", body).status_code == 201


def told():
    """Two rounds of beat, and what the worker sends."""
    for _ in range(2):
        tasks.tell_colleagues()
        while mailing.run():
            pass


@pytest.mark.parametrize(("act", "subject"), [(passed_on, "תיק הועבר אליכם"), (shared, "תיק שותף אתכם")])
def test_who_gets_a_case_gets_one_mail_with_no_plate_in_its_subject(api, dana, case, mailserver, act, subject):
    act(api, dana, case)

    told()

    mail = mailserver.mail()
    text = mail.get_content()
    assert (mail["To"].addresses[0].addr_spec, mail["Subject"]) == (ADDRESS, subject)
    assert f"https://office.example.test/admin/cases/case/{case['case_id']}/change/" in text
    assert "דנה" in text
    assert "סוד" not in str(mail) + text


def test_each_of_them_is_a_mail_of_its_own(api, dana, case, mailserver):
    passed_on(api, dana, case)
    shared(api, dana, case)

    told()

    assert sorted(mail["Subject"] for mail in mailserver.mails) == ["תיק הועבר אליכם", "תיק שותף אתכם"]


def test_who_takes_a_case_himself_hears_nothing(api, case, mailserver):
    passed_on(api, cast.NOAM, case)

    told()

    assert mailserver.mails == []


def test_an_office_may_switch_it_off(api, dana, case, mailserver, settings):
    settings.MAIL_COLLEAGUES = False
    passed_on(api, dana, case)

    told()

    assert mailserver.mails == []


def test_without_a_mail_server_of_our_own_make_alone_tells_of_it(api, dana, case, settings):
    settings.EMAIL_HOST = ""
    passed_on(api, dana, case)

    told()

    with acting.acting(acting.SERVICE):
        assert not OutboundMessage.objects.exists()
