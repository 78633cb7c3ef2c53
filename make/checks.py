"""System checks of the way out."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def private_addresses_are_for_ones_own_machine(**kwargs: Any) -> list[CheckMessage]:
    """Refuse to deploy where a webhook may reach into the private network."""
    if not settings.WEBHOOK_ALLOW_PRIVATE or settings.DEBUG or not settings.HTTPS_ONLY:
        return []
    return [
        Error(
            "WEBHOOK_ALLOW_PRIVATE lets webhooks reach private addresses.",
            hint="Take it out of the environment; it is for a machine of one's own.",
            id="make.E001",
        )
    ]


@register()
def a_lease_outlives_a_post(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a lease that ends before the post it is for."""
    if settings.WEBHOOK_LEASE_SECONDS > settings.WEBHOOK_TIMEOUT_SECONDS + 2:
        return []
    return [
        Error(
            "WEBHOOK_LEASE_SECONDS is too short for WEBHOOK_TIMEOUT_SECONDS: nothing would be posted.",
            hint="Make the lease twice the time-out or more.",
            id="make.E002",
        )
    ]
