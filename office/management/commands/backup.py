"""`manage.py backup`: keeps the database and the files in a folder, and proves what lies there."""

from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from core.errors import Refused
from office import backing_up
from office.backups import comparing, folders, told
from office.backups.trouble import Trouble

_SHOWN = 20


class Command(BaseCommand):
    """Exit code 1: no backup was made, or what lies there is not what was written."""

    help = "Keeps the database and the files; --verify looks whether a backup is whole."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, metavar="FOLDER", help="where to keep it (BACKUP_FOLDER)")
        parser.add_argument("--keep", type=int, metavar="N", help="afterwards, let only the newest N stay")
        parser.add_argument("--no-files", action="store_true", help="list the files, and leave their bytes")
        parser.add_argument("--verify", type=Path, metavar="PATH", help="look at a backup, and make none")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.verify(options["verify"]) if options["verify"] else self.take(options)
        except Trouble as trouble:
            raise CommandError(str(trouble)) from None
        except Refused as refusal:
            raise CommandError(f"The storage: {refusal.message}") from None
        except (psycopg.Error, DatabaseError) as exc:
            raise CommandError(f"The database did not go along: {type(exc).__name__}") from None

    def take(self, options: dict[str, Any]) -> None:
        if not (options["to"] or settings.BACKUP_FOLDER):
            raise CommandError("Name a folder with --to, or set BACKUP_FOLDER.")
        if options["keep"] is not None and options["keep"] < 1:
            raise CommandError("--keep wants 1 or more.")
        taken = backing_up.run(options["to"], keep=options["keep"], with_files=False if options["no_files"] else None)
        if taken is None:
            raise CommandError("A backup is being made already, or it was stopped.")
        figures = taken.figures
        self.stdout.write(str(taken.folder))
        self.stdout.write(
            f"{len(taken.manifest['tables'])} tables, {figures['rows']:,} rows, {figures['bytes']:,} bytes,"
            f" {figures['files']:,} files, {figures['seconds']} s; older ones removed: {figures['forgotten']}"
        )
        lost = [*taken.manifest["files"]["missing"], *taken.manifest["files"]["damaged"]]
        if lost:
            self.stderr.write(f"{len(lost)} files are missing or damaged in the storage, and not in the backup:")
            self.stderr.write("\n".join(lost[:_SHOWN]))

    def verify(self, path: Path) -> None:
        manifest, lines = comparing.at_rest(folders.backup_at(path))
        self.stdout.write(told.about(manifest))
        self.stdout.write(told.table(lines))
        if not all(line.holds for line in lines):
            raise SystemExit(1)
