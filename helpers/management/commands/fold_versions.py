"""`manage.py fold_versions`: let lists show runs of automatic saves as one line."""

from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from cases.models import Case
from core import acting
from helpers import folding


class Command(BaseCommand):
    """Prints a line for each case whose marks changed. Nothing is deleted; --undo takes the marks back."""

    help = "Marks runs of automatic saves, so that lists show each as one line; nothing is deleted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--case", metavar="PLATE", help="only the cases of this plate")
        which.add_argument("--all", action="store_true", help="every case that has something to fold")
        parser.add_argument("--least", type=int, default=folding.LEAST, help="saves that make a run (%(default)s)")
        parser.add_argument(
            "--older-than-hours",
            type=float,
            default=folding.HOURS,
            metavar="HOURS",
            help="younger saves stay (%(default)s)",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be marked, and mark nothing")
        parser.add_argument("--undo", action="store_true", help="take the marks back; the nightly run sets them again")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["least"] < 2 or options["older_than_hours"] < 0:
            raise CommandError("A run is at least 2 saves, and no save is younger than 0 hours.")
        rule = folding.Rule.now(least=options["least"], hours=options["older_than_hours"])
        act, done = (folding.unfold, "unfolded") if options["undo"] else (partial(folding.fold, rule=rule), "folded")
        if options["case"]:
            chosen = _cases_of(options["case"])
        else:
            chosen = folding.folded_cases() if options["undo"] else folding.candidates(rule)
        self.go(chosen, partial(act, for_show=options["dry_run"]), f"{'would be ' * options['dry_run']}{done}")

    def go(self, chosen: list[UUID], act: Callable[[UUID], int], done: str) -> None:
        cases = versions = 0
        for place, case_id in enumerate(chosen, 1):
            if count := act(case_id):
                cases, versions = cases + 1, versions + count
                self.stdout.write(f"{place}/{len(chosen)}  {_plate(case_id):<9} {case_id}  {count} {done}")
        self.stdout.write(f"{versions} versions of {cases} cases {done}")


def _cases_of(plate: str) -> list[UUID]:
    """The cases of a plate, in every office. Raises CommandError where there is none."""
    with acting.acting(acting.SERVICE):
        found = list(Case.objects.of_plate(plate).order_by("created_at").values_list("pk", flat=True))
    if not found:
        raise CommandError("No case has this plate.")
    return found


def _plate(case_id: UUID) -> str:
    with acting.acting(acting.SERVICE):
        return str(Case.objects.values_list("plate", flat=True).get(pk=case_id))
