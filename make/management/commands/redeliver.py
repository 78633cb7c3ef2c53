"""`manage.py redeliver`: send again what was given up, from a terminal."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from core import acting, nudge
from make import services


class Command(BaseCommand):
    """Queues deliveries anew; the worker posts them, under the webhook-id they had."""

    help = "Send deliveries again: those named, or all that were given up since a time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ids", nargs="*", type=UUID, help="ids of deliveries")
        parser.add_argument("--failed-since", metavar="TIME", help="2026-11-22 or 2026-11-22T14:30, local time")

    def handle(self, *args: Any, ids: list[UUID], failed_since: str | None, **options: Any) -> None:
        if bool(ids) == bool(failed_since):
            raise CommandError("Name deliveries, or a time with --failed-since.")
        with acting.acting(acting.SERVICE):
            if failed_since:
                count = services.replay_failed(since=_moment(failed_since))
            else:
                count = services.replay(delivery_ids=ids)
        nudge.nudge()
        self.stdout.write(f"{count} on their way")


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
        day = None if moment else parse_date(text)
    except ValueError:
        moment = day = None
    if day:
        moment = datetime.combine(day, datetime.min.time())
    if moment is None:
        raise CommandError(f"{text!r} is no time.")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
