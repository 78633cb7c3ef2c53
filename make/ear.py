"""Hearing of news at once: a nudge comes in over the broker, Postgres says whether there is work, a task goes out."""

import threading
import time
from collections.abc import Callable
from contextlib import closing

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from redis.exceptions import RedisError

from core import acting
from core.nudge import CHANNEL, broker

log = structlog.get_logger("ear")

# A nudge that got lost, and a retry that falls due, are seen this late.
POLL_SECONDS = 0.25
REST_SECONDS = 0.02
_SENT = "backoffice.delivery_sent"
# Short, because the mark stays when the broker does not answer the one who would take it away.
_SENT_SECONDS = 2


def listen(wake: Callable[[], None]) -> None:
    """Call `wake` whenever something is ready to be delivered, from a thread that lives as long as the process."""
    threading.Thread(target=_for_ever, args=[wake], name="ear", daemon=True).start()


def task_has_begun() -> None:
    """The next one may be sent."""
    try:
        broker(settings.CELERY_BROKER_URL).delete(_SENT)
    except (RedisError, OSError):
        # It forgets by itself.
        return


def _for_ever(wake: Callable[[], None]) -> None:
    while True:
        try:
            _while_it_lasts(wake)
        except (RedisError, OSError, DatabaseError, InterfaceError) as exc:
            log.warning("deaf", kind=type(exc).__name__)
            connection.close()
        except Exception as exc:
            log.error("defect", kind=type(exc).__name__)
        time.sleep(POLL_SECONDS)


def _while_it_lasts(wake: Callable[[], None]) -> None:
    client = broker(settings.CELERY_BROKER_URL)
    with closing(client.pubsub(ignore_subscribe_messages=True)) as ear:  # type: ignore[no-untyped-call]
        ear.subscribe(CHANNEL)
        while True:
            ear.get_message(timeout=POLL_SECONDS)
            while ear.get_message(timeout=0):
                # Many nudges are one piece of news.
                continue
            # One task that waits to be started is enough for all who listen.
            if _is_something_ready() and client.set(_SENT, b"1", nx=True, ex=_SENT_SECONDS):
                wake()
            # A hundred saves a second are no reason to ask a hundred times.
            time.sleep(REST_SECONDS)


def _is_something_ready() -> bool:
    acting.forget_dead_connection()
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from private.endpoints_ready())")
        return bool(cursor.fetchone()[0])
