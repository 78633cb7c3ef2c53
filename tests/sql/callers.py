"""Asking the database as one caller, each question a transaction of its own, the way PostgREST and the API ask."""

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row

from tests import cast, databases

_TAKE = "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)"


@dataclass(frozen=True)
class Caller:
    """A database role with the claims of a token; without a role it is the bare login itself."""

    name: str
    role: str | None = None
    claims: dict[str, str] = field(default_factory=dict)


def person(who: cast.Person, role: str = "authenticated") -> Caller:
    return Caller(who.name, role, {"sub": str(who.user_id), "role": role})


ANON = Caller("anon", "anon", {"role": "anon"})
DANA = person(cast.DANA)
TAMAR = person(cast.TAMAR)
SUSPENDED = person(cast.SUSPENDED)
STAFF = person(cast.NOAM, "backoffice_staff")
CLERK = Caller("clerk", "backoffice_staff", {"sub": str(cast.DANA.user_id), "role": "backoffice_staff"})
KEY = UUID("10000000-0000-4000-8000-0000000000e1")


def gateway(key: UUID) -> Caller:
    return Caller(f"gateway {key}", "backoffice_gateway", {"role": "backoffice_gateway", "gateway_key": str(key)})


GATEWAY = gateway(KEY)
SERVICE = Caller("service", "service_role", {"role": "service_role"})
BARE = Caller("bare")


class Desk:
    """One connection on which one caller asks."""

    def __init__(self, database: str, caller: Caller | None):
        # No caller is the owner of the schema, whom no policy holds back.
        address = databases.runtime_url(database) if caller else databases.owner_url(database)
        self.caller = caller
        self.connection = psycopg.connect(address, autocommit=True, row_factory=dict_row)

    def ask(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        with self.moment() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def one(self, statement: str, *values: Any) -> dict[str, Any]:
        [row] = self.ask(statement, *values)
        return row

    def value(self, statement: str, *values: Any) -> Any:
        [value] = self.one(statement, *values).values()
        return value

    def changed(self, statement: str, *values: Any) -> int:
        """How many rows a statement touched."""
        with self.moment() as cursor:
            return cursor.execute(statement, values).rowcount

    @contextmanager
    def moment(self, *, for_nothing: bool = False):
        """One transaction in the caller's name; `for_nothing` takes everything back at its end."""
        with self.connection.transaction(force_rollback=for_nothing), self.connection.cursor() as cursor:
            if self.caller and self.caller.role:
                cursor.execute(_TAKE, [self.caller.role, json.dumps(self.caller.claims)])
            yield cursor

    # The verbs, short.

    def open(self, plate: str, helper: str = "{}", **arguments: Any) -> dict[str, Any]:
        named = "".join(f", p_{name} => %s" for name in arguments)
        return self.one(
            f"select * from public.case_open(%s, p_helper_json => %s::jsonb{named})", plate, helper, *arguments.values()
        )

    def save(self, case_id: Any, helper: str, version: int | None, **arguments: Any) -> dict[str, Any]:
        named = "".join(f", p_{name} => %s" for name in arguments)
        return self.one(
            f"select * from public.case_helper_save_full(%s, %s::jsonb, %s{named})",
            case_id, helper, version, *arguments.values(),
        )  # fmt: skip

    def restore(self, case_id: Any, version: int | None, expected: int) -> dict[str, Any]:
        return self.one("select * from public.case_helper_restore(%s, %s, %s)", case_id, version, expected)

    def insert(self, case_id: Any, helper: str, **columns: Any) -> dict[str, Any]:
        """A plain insert into case_helper, as the existing UI sends it."""
        names = ["case_id", "helper_json", *columns]
        places = ", ".join(["%s", "%s::jsonb", *["%s"] * len(columns)])
        statement = f"insert into public.case_helper ({', '.join(names)}) values ({places}) returning *"
        return self.one(statement, case_id, helper, *columns.values())

    def versions(self, case_id: Any) -> list[dict[str, Any]]:
        return self.ask(
            "select version, is_current, helper_name, helper_json::text as helper from public.case_helper"
            " where case_id = %s order by version",
            case_id,
        )


@contextmanager
def refused(sqlstate: str):
    """What is inside is refused with this sqlstate; `told.value.diag` holds the words."""
    with pytest.raises(psycopg.Error) as told:
        yield told
    assert told.value.sqlstate == sqlstate, f"{told.value.sqlstate}: {told.value}"


def details(told) -> dict[str, Any]:
    """The machine-readable part of a refusal."""
    return json.loads(told.value.diag.message_detail)
