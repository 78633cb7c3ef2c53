"""`manage.py draw_schema`: draws docs/pictures/schema.svg from the catalogue; `dev.py schema` does it too."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from office import schema_map, schema_picture


class Command(BaseCommand):
    """Looks at a migrated database as its owner, and writes the picture."""

    help = "Draws the picture of the tables from the catalogue of a migrated database."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.OWNER_DATABASE_URL:
            raise CommandError("Set OWNER_DATABASE_URL to the login that owns the schema (postgres on Supabase).")
        with psycopg.connect(settings.OWNER_DATABASE_URL) as owner:
            picture = schema_picture.drawn(schema_map.tables(owner), list(schema_map.lines()))
        schema_map.PICTURE.write_text(picture, encoding="utf-8")
        self.stdout.write(f"wrote {schema_map.PICTURE.name}")
