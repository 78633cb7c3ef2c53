"""`manage.py migrate`: the SQL files of the public schema first, then Django's own tables."""

import sys
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from environ import Env

from core import sqlfiles


class Command(DjangoMigrate):
    """Runs as the owner of the schema, one at a time; the runtime login may not create a table."""

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        # The database's own checks speak of the runtime login, and for a tree that is migrated already.
        return {}

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.OWNER_DATABASE_URL:
            raise CommandError("Set OWNER_DATABASE_URL to the login that owns the schema (postgres on Supabase).")
        with psycopg.connect(settings.OWNER_DATABASE_URL, autocommit=True) as owner:
            owner.execute("select pg_advisory_lock(%s)", [sqlfiles.LOCK])
            only_looks = options["plan"] or options["check_unapplied"]
            files = sqlfiles.pending if only_looks else sqlfiles.apply_pending
            waiting = False
            try:
                for file in files(owner):
                    self.stdout.write(f"  {file.path.name}")
                    waiting = True
            except sqlfiles.OutOfStep as exc:
                raise CommandError(str(exc)) from exc
            if waiting and options["check_unapplied"]:
                sys.exit(1)
            # While we hold the lock, the runtime connection becomes the owner's.
            with _as_owner(connections[options["database"]]):
                super().handle(*args, **options)


class _as_owner:
    """Point a connection at the owner's login, with Django's tables first on the path."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection

    def __enter__(self) -> None:
        self.connection.close()
        self.runtime = dict(self.connection.settings_dict)
        parts = Env.db_url_config(settings.OWNER_DATABASE_URL)
        self.connection.settings_dict.update({k: parts[k] for k in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})
        connection_created.connect(_backoffice_first)

    def __exit__(self, *exc: object) -> None:
        self.connection.close()
        connection_created.disconnect(_backoffice_first)
        self.connection.settings_dict.update(self.runtime)


def _backoffice_first(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set search_path = backoffice, public, extensions")
