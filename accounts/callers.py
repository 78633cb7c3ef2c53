"""The caller of a request, as the rest of the house sees it."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection

from accounts import people_roles
from accounts.models import User
from core import acting
from core.errors import Refused

_ENTER = """
select set_config('role', %s, true), set_config('request.jwt.claims', %s, true),
       set_config('backoffice.request_id', %s, true), w.org_id, w.name, w.role, w.status
from (select 1) one left join private.whoami(%s) w on true
"""

# Django would ask for the permissions of the login and of its groups each by itself.
_BY_NAME = """array(
  select t.app_label || '.' || p.codename from auth_permission p
  join django_content_type t on t.id = p.content_type_id
  where p.id in (select permission_id from accounts_user_user_permissions where user_id = %s
                 union all
                 select g.permission_id from auth_group_permissions g
                 join accounts_user_groups m on m.group_id = g.group_id where m.user_id = %s))"""
_HELD = f"select {_BY_NAME}, w.role from (select 1) one left join private.whoami(%s) w on true"  # noqa: S608  (a constant of ours)
_ENTER_ADMIN = f"""
select set_config('role', %s, true), set_config('request.jwt.claims', %s, true),
       set_config('backoffice.request_id', %s, true), {_BY_NAME},
       w.org_id, w.name, w.role, w.status
from (select 1) one left join private.whoami(%s) w on true
"""  # noqa: S608  (a constant of ours)

# The key's standing is asked by the bare login; the row that is found gives the role.
_ENTER_BY_KEY = """
select set_config('role', 'backoffice_gateway', true),
       set_config('request.jwt.claims',
                  json_build_object('role', 'backoffice_gateway', 'gateway_key', k.key_id)::text, true),
       set_config('backoffice.request_id', %s, true), k.key_id, k.org_id, k.name, k.ops
from private.gateway_enter(%s) k
"""


@dataclass(frozen=True)
class Caller:
    """Who calls: a person of an office, Make by a key of one, or a service that stands for it."""

    ident: str
    # Takes the same role and claims again, in a transaction of its own.
    again: Callable[[], AbstractContextManager[None]]
    user_id: UUID | None = None
    org_id: UUID | None = None
    name: str = ""
    role: str = ""
    is_authenticated: bool = True
    is_service: bool = False
    # The staff's login, whose permissions count.
    login: User | None = None
    gateway_key: UUID | None = None
    ops: tuple[str, ...] = ()


def enter_as_person(claims: dict[str, Any], request_id: str) -> Caller:
    """Take the person's role for this transaction; the office and its standing come from the database.

    Raises Refused `unauthenticated` for somebody who is unknown or not active.
    """
    return _enter(acting.PERSON, claims, request_id)


def enter_as_staff(user: User, request_id: str) -> Caller:
    """Take the staff role in the name of the login's person.

    Raises Refused `forbidden` for a login without one, or whose person is not active.
    """
    if user.profile_id is None:
        raise Refused("forbidden")
    standing = _enter_as_login(user, request_id)
    if standing.status != "active":
        raise Refused("forbidden")
    return Caller(
        f"person:{user.profile_id}",
        partial(acting.acting, acting.STAFF, _claims_of(user), request_id),
        user.profile_id,
        standing.org_id,
        standing.name,
        standing.role,
        login=user,
    )


@dataclass(frozen=True)
class Standing:
    """How the person of a staff login stands in the office just now; a login without a person stands nowhere."""

    org_id: UUID | None
    name: str
    role: str
    status: str | None

    @property
    def is_shut_out(self) -> bool:
        return self.status not in {None, "active"}


@contextmanager
def in_admin(user: User, request_id: str) -> Iterator[Standing]:
    """Run a page of the admin in a transaction as the staff role in the name of the login's person.

    What the login may do comes along, so that no page asks for it: the permissions it was given by name, or where
    there are none, those of its person's role.
    """
    with acting.one_transaction():
        yield _enter_as_login(user, request_id)


def held_by(user: User) -> set[str]:
    """The permissions of a login, asked by the bare login before a page takes its role."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [user.pk, user.pk, user.profile_id])
        held, role = cursor.fetchone()
    return set(held) or set(people_roles.permissions(role))


def _enter_as_login(user: User, request_id: str) -> Standing:
    asked: list[Any] = [acting.STAFF, json.dumps(_claims_of(user)), request_id, user.pk, user.pk, user.profile_id]
    with connection.cursor() as cursor:
        cursor.execute(_ENTER_ADMIN, asked)
        *_, held, org_id, name, role, status = cursor.fetchone()
    if not user.is_superuser:
        # Where ModelBackend keeps what it has asked for; under another name it would only ask again.
        user._perm_cache = set(held) or set(people_roles.permissions(role))  # type: ignore[attr-defined]
    return Standing(org_id, name or "", role or "", status)


def _claims_of(user: User) -> dict[str, str]:
    return {"role": acting.PERSON} | ({"sub": str(user.profile_id)} if user.profile_id else {})


def _enter(role: str, claims: dict[str, Any], request_id: str) -> Caller:
    user_id = UUID(claims["sub"])
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [role, json.dumps(claims), request_id, user_id])
        *_, org_id, name, rank, status = cursor.fetchone()
    if status != "active":
        raise Refused("unauthenticated")
    return Caller(f"person:{user_id}", partial(acting.acting, role, claims, request_id), user_id, org_id, name, rank)


def enter_as_service(request_id: str) -> Caller:
    """Take the service role for this transaction."""
    claims = {"role": acting.SERVICE}
    acting.take(acting.SERVICE, claims, request_id)
    again = partial(acting.acting, acting.SERVICE, claims, request_id)
    return Caller("service", again, name="service", role=acting.SERVICE, is_service=True)


def enter_as_gateway(key_hash: str, request_id: str) -> Caller:
    """Take the gateway's role in the name of a key, for this transaction.

    Raises Refused `unauthenticated` for a key that is unknown or revoked.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ENTER_BY_KEY, [request_id, key_hash])
        found = cursor.fetchone()
    if found is None:
        raise Refused("unauthenticated")
    *_, key_id, org_id, name, ops = found
    claims = {"role": acting.GATEWAY, "gateway_key": str(key_id)}
    again = partial(acting.acting, acting.GATEWAY, claims, request_id)
    return Caller(f"key:{key_id}", again, org_id=org_id, name=name, role="gateway", gateway_key=key_id, ops=tuple(ops))
