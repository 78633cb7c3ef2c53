"""`manage.py kb_import`: a folder of text, Markdown and PDF files into the knowledge base."""

import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Org
from core import acting
from knowledge.importing import Outcome, Told, files_in, kept

_SPOKEN_OF = {Outcome.UNREAD, Outcome.EDITED, Outcome.REMOVED}


class Command(BaseCommand):
    """May be stopped and run again at any time; exits with 1 when a file was not read."""

    help = "Keeps every text, Markdown and PDF file of a folder in the knowledge base, each under its path."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--tags", default="", help="tags for all of them, with commas between")
        parser.add_argument("--office", help="the office's name, where there are more than one")
        parser.add_argument(
            "--overwrite", action="store_true", help="also what was edited or removed in the back office meanwhile"
        )

    def handle(self, *args: Any, folder: Path, tags: str, office: str | None, overwrite: bool, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        org = _office(office)
        files = files_in(folder)
        named = [tag.strip() for tag in tags.split(",") if tag.strip()]
        told = []
        for done, one in enumerate(kept(folder, files, org_id=org.pk, tags=named, is_forced=overwrite), start=1):
            self.stdout.write(f"{done}/{len(files)}  {one.source}: {_words(one)}")
            told.append(one)
        self._sum_up(told)

    def _sum_up(self, told: list[Told]) -> None:
        counted = Counter(one.outcome for one in told)
        self.stdout.write("\n" + ", ".join(f"{counted[outcome]} {outcome.value}" for outcome in Outcome))
        for one in told:
            if one.outcome in _SPOKEN_OF:
                self.stdout.write(f"  {one.source}: {_words(one)}")
        if counted[Outcome.UNREAD]:
            sys.exit(1)


def _words(one: Told) -> str:
    return f"{one.outcome.value}: {one.why}" if one.why else one.outcome.value


def _office(name: str | None) -> Org:
    with acting.acting(acting.SERVICE):
        offices = list(Org.objects.filter(name=name) if name else Org.objects.order_by("name")[:2])
    if len(offices) == 1:
        return offices[0]
    raise CommandError("Say with --office which office it is for." if not name else f"There is no office {name}.")
