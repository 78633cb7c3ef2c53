"""`manage.py grant_login`: sets the password of the runtime login to the one in DATABASE_URL."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand
from psycopg import sql


class Command(BaseCommand):
    """The migrations create the role without a password; a secret does not belong in a file."""

    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        runtime = settings.DATABASES["default"]
        with psycopg.connect(settings.OWNER_DATABASE_URL) as owner:
            # Only the verifier travels: the statement would stand in the server's log if it were slow or failed.
            verifier = owner.pgconn.encrypt_password(
                runtime["PASSWORD"].encode(), runtime["USER"].encode(), b"scram-sha-256"
            )
            statement = sql.SQL("alter role {} with login password {}").format(
                sql.Identifier(runtime["USER"]), sql.Literal(verifier.decode())
            )
            owner.execute(statement)
