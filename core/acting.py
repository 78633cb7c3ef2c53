"""Taking the caller's role and claims for one transaction, and giving them back."""

import json
import select
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.db import connection, transaction

PERSON, STAFF, SERVICE, GATEWAY = "authenticated", "backoffice_staff", "service_role", "backoffice_gateway"

_TAKE = """select set_config('role', %s, true), set_config('request.jwt.claims', %s, true),
                  set_config('backoffice.request_id', %s, true)"""
_NOW = """select coalesce(current_setting('role', true), 'none'),
                 coalesce(current_setting('request.jwt.claims', true), ''),
                 coalesce(current_setting('backoffice.request_id', true), '')"""


def forget_dead_connection() -> None:
    """Close a kept connection that the server has hung up on, so that the next statement opens a new one."""
    raw = connection.connection
    if raw is None or connection.in_atomic_block:
        return
    # An idle connection has nothing to say; if it can be read, that is the server's farewell.
    if raw.closed or select.select([raw.fileno()], [], [], 0)[0]:
        connection.close()


def take(role: str, claims: Mapping[str, Any], request_id: str = "") -> None:
    """Become `role` with these claims until the transaction ends.

    Outside a transaction the setting would vanish without a word, so that is an error.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a role is taken inside a transaction only")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [role, json.dumps(dict(claims)), request_id])


@contextmanager
def one_transaction() -> Iterator[None]:
    """Run the block in a transaction; a role taken in it ends with it, also where it is nested in another."""
    forget_dead_connection()
    before = _standing() if connection.in_atomic_block else None
    with transaction.atomic():
        yield
        if before is not None and not connection.needs_rollback:
            _put_back(before)


@contextmanager
def acting(role: str, claims: Mapping[str, Any] | None = None, request_id: str = "") -> Iterator[None]:
    """Run the block as `role` in a transaction, and put back whoever was acting before."""
    with one_transaction():
        take(role, claims or {"role": role}, request_id)
        yield


def same_caller() -> Callable[[], AbstractContextManager[None]]:
    """Keep who is acting now, for work that goes on after this transaction, such as an answer that is streamed."""
    role, claims, request_id = _standing()
    return lambda: acting(role, json.loads(claims or "{}"), request_id)


def _standing() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        return list(cursor.fetchone())


def _put_back(before: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, before)
