"""Speaking to the database as the import: a door of its own, whose news stay at home."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection

from core import acting

_ALONE = "select pg_try_advisory_xact_lock(hashtextextended('import_existing' || %s::text, 0))"
# An import lasts longer than any transaction of ours may idle.
_MAY_IDLE = "set local idle_in_transaction_session_timeout = 0"


class Busy(Exception):
    """Another import into the same office is running."""


@contextmanager
def importing() -> Iterator[None]:
    """Act as the import in a transaction."""
    with acting.acting(acting.SERVICE):
        ask("select set_config('backoffice.importing', 'on', true), set_config('backoffice.import_moment', '', true)")
        yield


@contextmanager
def alone(org_id: UUID) -> Iterator[None]:
    """Keep every other import out of the office meanwhile. Raises Busy where one is running.

    The lock is held by a transaction on a connection of its own: an import is many transactions, a pooler gives each
    another session, and whoever is killed lets go.
    """
    keeper = connection.copy()
    try:
        keeper.set_autocommit(False)
        with keeper.cursor() as cursor:
            cursor.execute(_MAY_IDLE)
            cursor.execute(_ALONE, [str(org_id)])
            if not cursor.fetchone()[0]:
                raise Busy
        yield
    finally:
        keeper.close()


def ask(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement; none where it returns none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def ask_named(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The same with values by name."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
