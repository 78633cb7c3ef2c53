"""Standard Webhooks: who got this can tell that it came from us, and when."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from standardwebhooks import Webhook


def headers(*, message_id: UUID, body: str, secrets: Iterable[str], now: datetime) -> dict[str, str]:
    """The three headers of a post that leaves `now`, an aware UTC time; one signature for each secret that is valid."""
    return {
        "webhook-id": str(message_id),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(
            Webhook(secret).sign(msg_id=str(message_id), timestamp=now, data=body) for secret in secrets
        ),
    }
