"""The minute hand: releases what is due, and mails it."""

import time
from contextlib import suppress

from celery import shared_task
from kombu.exceptions import OperationalError

from cases import jobs
from core.nudge import nudge
from reminders import delivering, releasing

_SWEEP_SECONDS = 20
_CALL_SECONDS = 30


@shared_task
def release_due() -> None:
    """Release what is due; safe to run twice, and twice at once."""
    with jobs.ticking("release-reminders"):
        releasing.roll_on()
        released = taken = releasing.run()
        while taken == releasing.BATCH:
            taken = releasing.run()
        releasing.given_up()
    if released:
        # Make is told by who hears this, the rest by our own mail server; beat does both where it is lost.
        nudge()
        with suppress(OperationalError):
            mail_due.apply_async(expires=_CALL_SECONDS, retry=False)


@shared_task
def mail_due() -> None:
    """Mail what was released and waits for our own server, or lost its worker."""
    with jobs.ticking("mail-reminders"):
        stop = time.monotonic() + _SWEEP_SECONDS
        while time.monotonic() < stop and delivering.run():
            pass
