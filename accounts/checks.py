"""System checks that keep Django's own tables out of reach, and an example's placeholders out of production."""

import os
from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connections

_PLACEHOLDER = "CHANGE-ME"


@register(Tags.database)
def django_tables_stay_in_backoffice(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse to run where `django_migrations` would land in `public`, which the API roles can reach."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        try:
            with connections[alias].cursor() as cursor:
                cursor.execute("select current_schema(), to_regclass('public.django_migrations')")
                schema, stray = cursor.fetchone()
        except DatabaseError as exc:
            found.append(Warning(f"The database does not answer: {type(exc).__name__}", id="accounts.W002"))
            continue
        if schema != "backoffice" or stray:
            found.append(
                Error(
                    f"Django's tables would stand in schema {schema!r}, not in 'backoffice'.",
                    hint="Run `manage.py migrate` with OWNER_DATABASE_URL, and log in as backoffice_app.",
                    id="accounts.E001",
                )
            )
    return found


@register(Tags.security, deploy=True)
def the_example_is_filled_in(**kwargs: Any) -> list[CheckMessage]:
    """Refuse to deploy what deploy/settings.env.example left to fill in."""
    left = sorted(name for name, value in os.environ.items() if _PLACEHOLDER in value)
    if not left:
        return []
    return [
        Error(
            f"Not filled in: {', '.join(left)}",
            hint="docs/how-to/deploy.md says what belongs there.",
            id="accounts.E002",
        )
    ]
