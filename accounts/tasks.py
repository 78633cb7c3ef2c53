"""Housekeeping of logins."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def forget_expired_sessions() -> None:
    """Drop sessions past their time."""
    call_command("clearsessions")
