"""`manage.py restore`: fills an empty database from a backup, and proves that it holds the same."""

from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser

from office import backing_up
from office.backups import comparing, contents, folders, logins, restoring, told
from office.backups.trouble import Trouble


class Command(BaseCommand):
    """Exit code 1: nothing was restored, or what is there differs from the backup."""

    help = "Restores a backup into another database, never into the one the office works with, and compares everything."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", type=Path, help="its folder, a file in it, or where backups lie: the newest")
        parser.add_argument("--into", required=True, metavar="DATABASE", help="a name on our server, or an address")
        parser.add_argument(
            "--files-into", type=Path, metavar="FOLDER", help="write the files too, into an empty folder"
        )
        parser.add_argument("--only-compare", action="store_true", help="restore nothing; say what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        if logins.has_password(options["into"]):
            self.stderr.write("Others on this machine can see a password in --into: give it in PGPASSWORD.")
        try:
            folder = folders.backup_at(options["backup"])
            lines = self.restore(folder, options)
        except Trouble as trouble:
            raise CommandError(str(trouble)) from None
        except psycopg.Error as exc:
            raise CommandError(f"The database did not go along: {type(exc).__name__}") from None
        self.stdout.write(told.table(lines))
        if not all(line.holds for line in lines):
            self.stderr.write("What is there is not what was kept.")
            raise SystemExit(1)
        if not backing_up.note_proven(folder.name):
            self.stdout.write("The office's own database does not answer: nothing there knows of this proof.")
        self.stdout.write("All of it is there. On a new server, `manage.py grant_login` lets the application log in.")

    def restore(self, folder: Path, options: dict[str, Any]) -> list[comparing.Line]:
        url = logins.named(options["into"])
        manifest, _ = comparing.at_rest(folder)
        self.stdout.write(told.about(manifest))
        root = options["files_into"]
        if options["only_compare"]:
            lines = comparing.database(folder, manifest, url)
        else:
            if root:
                contents.insist_on_empty(root)
            lines = restoring.restore(folder, url)
            if root:
                contents.put_back(folder, root)
        return [*lines, comparing.files(folder, manifest, root)]
