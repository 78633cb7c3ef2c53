"""`manage.py import_existing`: move in what an office had before, and prove that it is all there."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Org
from core import acting
from core.terminal import Progress
from moving import importing, report
from moving.asking import Busy
from moving.pieces import Unfit


class Command(BaseCommand):
    """Shows a bar on stderr and the report on stdout. Stop it whenever you like: it goes on where it was."""

    help = "Imports helper files, HELPER_EXPORT bodies, or exported tables; safe to stop and to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, help="a file, or a folder of helpers or of one file a table")
        parser.add_argument("--schema", help="read the tables of this schema of the same database instead")
        parser.add_argument("--office", metavar="ID_OR_NAME", help="whose data it is, where there are several offices")
        parser.add_argument(
            "--as", dest="form", choices=["helpers", "tables"], help="what PATH holds, where it is not plain"
        )
        parser.add_argument(
            "--preview", action="store_true", help="do everything, tell what came of it, and take it back"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["path"] is None) == (options["schema"] is None):
            raise CommandError("Name a file or folder, or --schema.")
        self.bar: tuple[str, Progress] | None = None
        try:
            tally = importing.run(
                org_id=_office(options["office"]),
                path=options["path"],
                schema=options["schema"],
                as_tables=None if options["form"] is None else options["form"] == "tables",
                preview=options["preview"],
                tell=self.tell,
            )
        except Unfit as unfit:
            raise CommandError(f"{unfit}\nNothing was changed.") from None
        except Busy:
            raise CommandError(
                "Another import into this office is running. Nothing was changed: start this one when it is done."
            ) from None
        if options["preview"]:
            self.stdout.write("Preview: this is what would happen; nothing was changed.")
        self.stdout.write("\n".join(report.lines(tally.as_json)))
        if not tally.is_proved:
            raise CommandError("Not every document could be read back: see the report.")

    def tell(self, stage: str, done: int, total: int) -> None:
        if self.bar is None or self.bar[0] != stage:
            self.stderr.write(stage)
            self.bar = stage, Progress(self.stderr, total)
        self.bar[1].total = total
        self.bar[1].step(done)


def _office(asked: str | None) -> UUID:
    """Raises CommandError where it is not plain which office is meant."""
    with acting.acting(acting.SERVICE):
        offices = list(Org.objects.values_list("id", "name"))
    chosen = [pk for pk, name in offices if asked is None or asked in {str(pk), name}]
    if len(chosen) != 1:
        known = "\n".join(f"  {pk}  {name}" for pk, name in offices)
        raise CommandError(f"Name one office with --office:\n{known}")
    return chosen[0]
