"""`manage.py tracking --rebuild`: derives the tracking tables anew from the current helpers."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Org
from cases.models import Case
from core import acting
from core.terminal import Progress
from office import services

# So many cases in a transaction: a save waits at most for these.
_AT_ONCE = 20


class Command(BaseCommand):
    """May be stopped and run again at any time: only rows that differ are written."""

    help = "Derives the tracking tables anew; says how many rows changed and how many cases have warnings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rebuild", action="store_true", required=True)
        parser.add_argument("--office", help="only this office, by its name")
        parser.add_argument("--case", type=UUID, help="only this case")
        parser.add_argument("--after", type=UUID, help="only cases behind this id: where a stopped run said to go on")

    def handle(self, *args: Any, office: str | None, case: UUID | None, after: UUID | None, **options: Any) -> None:
        cases = _cases(office, case)
        with acting.acting(acting.SERVICE):
            total = cases.filter(**_behind(after)).count()
        if case and not total:
            raise CommandError(f"There is no case {case}.")
        bar = Progress(self.stderr, total)
        done = changed = warned = 0
        try:
            while batch := self.batch(cases, after):
                with acting.acting(acting.SERVICE):
                    told = services.rebuild(batch)
                done, changed, warned = done + len(batch), changed + told.changed, warned + told.warned
                after = batch[-1]
                bar.step(done)
        except KeyboardInterrupt:
            raise CommandError(f"Stopped. Go on with --after {after}" if after else "Stopped.") from None
        self.stdout.write(f"{done} cases, {changed} rows changed, {warned} cases with warnings")

    def batch(self, cases: Any, after: UUID | None) -> list[UUID]:
        with acting.acting(acting.SERVICE):
            return list(cases.filter(**_behind(after)).values_list("pk", flat=True)[:_AT_ONCE])


def _behind(after: UUID | None) -> dict[str, UUID]:
    return {"pk__gt": after} if after else {}


def _cases(office: str | None, case: UUID | None) -> Any:
    cases = Case.objects.order_by("pk")
    if case:
        cases = cases.filter(pk=case)
    if office:
        with acting.acting(acting.SERVICE):
            found = list(Org.objects.filter(name=office)[:2])
        if len(found) != 1:
            raise CommandError(f"There is no office {office}." if not found else f"There are more offices {office}.")
        cases = cases.filter(org_id=found[0].pk)
    return cases
