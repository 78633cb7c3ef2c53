"""`manage.py drift`: how far Make's helpers and ours are apart."""

import sys
import uuid
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count, Q
from django.db.models.functions import TruncHour
from django.utils import timezone

from core import acting
from helpers.models import HelperSync

_SHOWN = 100


class Command(BaseCommand):
    """Prints a line for each case Make sent us, those that differ first; exits with 1 when one does."""

    help = "Compares the last helper received from Make with ours, case by case."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--case", help="only this case, by its id")
        parser.add_argument("--hours", type=int, default=24, help="how far back the success rate goes (24)")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting.acting(acting.SERVICE):
            cases = HelperSync.objects.drift(_SHOWN, _case(options["case"]))
            hours = list(_by_hour(options["hours"], options["case"]))
        self._print_cases(cases)
        self._print_hours(hours)
        if any(not case["is_equal"] for case in cases):
            sys.exit(1)

    def _print_cases(self, cases: list[dict[str, Any]]) -> None:
        if not cases:
            self.stdout.write("Make sent no helper yet.")
            return
        self.stdout.write(
            f"{'plate':<9} {'case':<36} {'received':<16} {'equal':<16} {'made':>5} {'now':>5}  sections that differ"
        )
        for case in cases:
            self.stdout.write(
                f"{case['plate']:<9} {case['case_id']} {_moment(case['last_received'])} {_moment(case['last_equal'])}"
                f" {_number(case['received_version'])} {_number(case['current_version'])}"
                f"  {'none' if case['is_equal'] else ', '.join(case['sections'])}"
            )

    def _print_hours(self, hours: list[dict[str, Any]]) -> None:
        if not hours:
            return
        self.stdout.write(f"\n{'hour':<16} {'direction':<13} {'all':>5} {'partial':>8} {'failed':>7} {'success':>8}")
        for row in hours:
            rate = f"{row['whole'] / row['all']:.0%}"
            self.stdout.write(
                f"{_moment(row['hour'])} {row['sync_direction']:<13} {row['all']:>5} {row['partial']:>8}"
                f" {row['failed']:>7} {rate:>8}"
            )


def _case(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        raise CommandError("--case wants the id of a case.") from None


def _by_hour(hours: int, case: str | None) -> Any:
    status = HelperSync.Status
    lines = HelperSync.objects.filter(created_at__gte=timezone.now() - timedelta(hours=hours))
    return (
        (lines.filter(case_id=case) if case else lines)
        .annotate(hour=TruncHour("created_at"))
        .values("hour", "sync_direction")
        .annotate(
            all=Count("pk"),
            whole=Count("pk", filter=Q(sync_status=status.SUCCESS)),
            partial=Count("pk", filter=Q(sync_status=status.PARTIAL)),
            failed=Count("pk", filter=Q(sync_status=status.FAILED)),
        )
        .order_by("hour", "sync_direction")
    )


def _moment(value: Any) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else f"{'never':<16}"


def _number(value: int | None) -> str:
    return f"{value if value is not None else '-':>5}"
