"""`manage.py shim`: gives a plain Postgres what Supabase brings by itself."""

from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Applies supabase/local/bootstrap.sql, and does nothing where schema auth exists."""

    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        text = (Path(settings.BASE_DIR) / "supabase" / "local" / "bootstrap.sql").read_bytes()
        with psycopg.connect(settings.OWNER_DATABASE_URL) as owner:
            if owner.execute("select to_regnamespace('auth') is not null").fetchone() == (True,):
                self.stdout.write("Schema auth is there: nothing to do.")
                return
            owner.execute(text)
        self.stdout.write("Plain Postgres: roles, schema auth and the publication were added.")
