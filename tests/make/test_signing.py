"""Standard Webhooks: whoever holds a secret of the endpoint's can tell that a post is ours."""

import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from make import services, signing
from tests.make.conftest import is_signed
from tests.world import Heard

MESSAGE = UUID("5b8e1d8e-8f0a-4f6e-9a52-6d1a2f1c7c11")
SECRETS = ["whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"]


def test_the_vector_of_the_specification():
    """Of the Standard Webhooks specification's own examples."""
    signed = Webhook(SECRETS[0]).sign(
        msg_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=datetime.fromtimestamp(1614265330, tz=UTC),
        data='{"test": 2432232314}',
    )

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=3))])
def test_a_verifier_of_our_own_and_the_library_agree(zone):
    body = json.dumps({"type": "test.ping", "data": {"label": 'דו"ח 😀'}}, ensure_ascii=False)
    now = datetime.now(UTC).astimezone(zone).astimezone(UTC)

    headers = signing.headers(message_id=MESSAGE, body=body, secrets=SECRETS, now=now)

    assert headers["webhook-id"] == str(MESSAGE)
    for secret in SECRETS:
        assert is_signed(Heard("POST", "/", headers, body.encode(), 0), secret)
        assert Webhook(secret).verify(body.encode(), headers) == json.loads(body)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "A" * 32).verify(body.encode(), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRETS[0]).verify(body.encode() + b" ", headers)


def test_after_a_rotation_both_secrets_hold_for_a_day(live, world, hook):
    with live.as_staff():
        fresh = services.rotate_secret(endpoint_id=hook.pk)
    live.open_case()
    live.deliver()
    live.owner.ask("update private.webhook_endpoints set previous_secret_until = now() where id = %s", hook.pk)
    live.open_case()
    live.deliver()

    during, after = world.heard()
    assert fresh != hook.secret
    assert fresh.startswith("whsec_")
    assert is_signed(during, fresh)
    assert is_signed(during, hook.secret)
    assert is_signed(after, fresh)
    assert not is_signed(after, hook.secret)


def test_a_secret_stands_in_no_audit_row(live, hook):
    with live.as_staff():
        fresh = services.rotate_secret(endpoint_id=hook.pk)

    rows = live.owner.ask("select old_values::text || new_values::text as text from private.audit_log")

    assert not [row for row in rows if row["text"] and (fresh in row["text"] or hook.secret in row["text"])]
