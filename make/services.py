"""What staff do with the way out and the keys to the way in: endpoints and their secrets, and sending again."""

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from core import http, rpc
from core.errors import Invalid, NotFound, Refused
from make import keys
from make.models import Delivery, GatewayKey, MessageType, WebhookEndpoint

ROTATION = timedelta(hours=24)


def create_endpoint(
    *,
    org_id: UUID,
    name: str,
    url: str,
    event_types: list[str],
    body: str,
    created_by: UUID | None = None,
) -> WebhookEndpoint:
    """Add an address that hears `event_types` (none: everything); its secret is on the row that comes back.

    Raises Invalid for an address that may not be called, and Refused `forbidden` for who is no manager.
    """
    with rpc.in_our_words():
        return WebhookEndpoint.objects.create(
            org_id=org_id,
            name=name,
            url=checked_url(url),
            event_types=_known(event_types),
            body=body,
            secret=_new_secret(),
            created_by_id=created_by,
        )


def update_endpoint(*, endpoint_id: UUID, **changes: Any) -> None:
    """Change name, url, event_types or body.

    Raises NotFound, Invalid, and Refused `forbidden` for who is no manager.
    """
    if "url" in changes:
        changes["url"] = checked_url(changes["url"])
    if "event_types" in changes:
        changes["event_types"] = _known(changes["event_types"])
    _change(endpoint_id, **changes)


def rotate_secret(*, endpoint_id: UUID) -> str:
    """Give an endpoint a new secret and return it; for a day posts are signed with the old one as well."""
    endpoint = WebhookEndpoint.objects.kept().filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotFound
    fresh = _new_secret()
    _change(
        endpoint_id,
        secret=fresh,
        previous_secret=endpoint.secret,
        previous_secret_until=timezone.now() + ROTATION,
    )
    return fresh


def set_paused(*, endpoint_id: UUID, is_paused: bool, reason: str = "") -> None:
    """Hold an endpoint's deliveries back, or let them go on where they stopped."""
    _change(endpoint_id, is_paused=is_paused, paused_reason=reason if is_paused else None)


def remove_endpoint(*, endpoint_id: UUID) -> None:
    """Take an endpoint away, with what still waits for it; what was sent to it stays in the log."""
    now = timezone.now()
    _change(endpoint_id, deleted_at=now)
    with rpc.in_our_words():
        waiting = Delivery.objects.filter(endpoint_id=endpoint_id, status=Delivery.Status.PENDING)
        waiting.update(status=Delivery.Status.CANCELLED, lease_until=None, done_at=now)


def ping(*, endpoint_id: UUID) -> UUID:
    """Queue a test.ping for this endpoint alone and return the delivery's id."""
    return UUID(str(_call("select private.endpoint_ping(%s)", endpoint_id)))


def replay(*, delivery_ids: Iterable[UUID]) -> int:
    """Send again, under the same webhook-id; return how many are on their way."""
    return int(_call("select private.deliveries_replay(%s::uuid[])", list(delivery_ids)))


def replay_failed(*, since: datetime) -> int:
    """Send again what was given up and is not older than `since`."""
    return replay(delivery_ids=Delivery.objects.failed().since(since).values_list("pk", flat=True))


def cancel(*, delivery_ids: Iterable[UUID]) -> int:
    """Take back what is still waiting or was given up; what is being posted just now is left alone."""
    now, open_ones = timezone.now(), [Delivery.Status.PENDING, Delivery.Status.DEAD]
    with rpc.in_our_words():
        return (
            Delivery.objects.filter(pk__in=list(delivery_ids), status__in=open_ones)
            .filter(Q(lease_until=None) | Q(lease_until__lt=now))
            .update(status=Delivery.Status.CANCELLED, lease_until=None, done_at=now)
        )


def checked_url(url: str) -> str:
    """Return the address of a webhook as it may be called.

    Raises Invalid for one that is not allowed; its name is looked up again whenever a post leaves.
    """
    try:
        return http.checked_url(url, hosts=settings.WEBHOOK_ALLOWED_HOSTS, allow_private=settings.WEBHOOK_ALLOW_PRIVATE)
    except http.AddressRefused as refused:
        raise Invalid.at("/url", str(refused)) from None


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _known(event_types: Iterable[str]) -> list[str]:
    asked = sorted(set(event_types))
    if unknown := [word for word in asked if word not in MessageType.values]:
        raise Invalid.at("/event_types", f"no such event: {unknown[0][:50]}")
    return asked


def _change(endpoint_id: UUID, **changes: Any) -> None:
    kept = WebhookEndpoint.objects.kept().filter(pk=endpoint_id)
    with rpc.in_our_words():
        if kept.update(**changes):
            return
    # Whoever sees it and cannot change it is no manager.
    raise Refused("forbidden") if kept.exists() else NotFound


def _call(statement: str, argument: Any) -> Any:
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(statement, [argument])
        return cursor.fetchone()[0]


def create_key(*, org_id: UUID, name: str, ops: list[str], created_by: UUID | None = None) -> tuple[GatewayKey, str]:
    """Make a gateway key; return its row, and the key itself, which is kept nowhere.

    Raises Refused `forbidden` for who is no manager.
    """
    key = keys.new_key()
    with rpc.in_our_words():
        row = GatewayKey.objects.create(
            org_id=org_id, name=name, ops=ops, key_hash=key.key_hash, hint=key.hint, created_by_id=created_by
        )
    return row, key.text


def revoke_key(*, key_id: UUID) -> None:
    """End a key at once. Raises NotFound, and Refused `forbidden` for who is no manager."""
    in_use = GatewayKey.objects.in_use().filter(pk=key_id)
    with rpc.in_our_words():
        if in_use.update(revoked_at=timezone.now()):
            return
    raise Refused("forbidden") if in_use.exists() else NotFound
