"""Fixtures about reminders."""

import pytest

from core import acting
from make.models import WebhookEndpoint
from tests import cast
from tests.files.mailserver import running_mailserver
from tests.make.caller import Make, give_key
from tests.reminders.desk import Desk, as_service


@pytest.fixture
def desk(api, dana, settings):
    settings.EMAIL_HOST = ""
    return Desk(api(dana))


@pytest.fixture
def make(db):
    return Make(give_key())


@pytest.fixture
def hook(db):
    """Make has an ear in the office."""
    with acting.acting(acting.SERVICE):
        return WebhookEndpoint.objects.create(
            org_id=cast.NORTH.id, name="Make", url="https://hook.eu1.make.com/x", secret="whsec_x"
        )


@pytest.fixture
def mailserver(desk, settings, dana):
    as_service("update public.profiles set email = 'dana@example.test' where user_id = %s", dana.user_id)
    with running_mailserver() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 1
        settings.DEFAULT_FROM_EMAIL = "משרד לדוגמה <office@example.test>"
        yield server
