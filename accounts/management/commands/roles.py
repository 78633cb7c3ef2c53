"""`manage.py roles`: what each role may do, as docs/reference/roles.md shows it."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts import people_roles


class Command(BaseCommand):
    """Prints a table in Markdown."""

    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(people_roles.table(), ending="")
