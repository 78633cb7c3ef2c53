"""`manage.py make_recipes`: writes the gateway's part of docs/reference/make.md anew."""

from typing import Any

from django.core.management.base import BaseCommand

from make import recipes


class Command(BaseCommand):
    """Run it after a change to the table of ops; a test compares."""

    def handle(self, *args: Any, **options: Any) -> None:
        recipes.PAGE.write_text(recipes.page(), encoding="utf-8")
        self.stdout.write(f"wrote {recipes.PAGE.name}")
