"""Calling a SQL function and getting model instances back; one that names no schema stands in public."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, connection, models, transaction
from psycopg import adapters, sql
from psycopg.adapt import Dumper
from psycopg.types.json import Jsonb

from core import errors

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class JsonText:
    """A JSON body as the bytes that arrived, and the place in it that is meant.

    It goes to Postgres as it is: no codec of ours touches a digit on the way.
    """

    raw: bytes
    path: tuple[str, ...] = ()


class _JsonTextDumper(Dumper):
    oid = adapters.types["jsonb"].oid

    def dump(self, obj: JsonText) -> bytes:
        return obj.raw


adapters.register_dumper(JsonText, _JsonTextDumper)

_ends_at_refusal: ContextVar[bool] = ContextVar("_ends_at_refusal", default=False)


@contextmanager
def ending_at_refusal() -> Iterator[None]:
    """Promise that a refusal takes the whole transaction back, so that no call in it needs a savepoint."""
    before = _ends_at_refusal.set(True)
    try:
        yield
    finally:
        _ends_at_refusal.reset(before)


@contextmanager
def in_our_words() -> Iterator[None]:
    """Raise what the database refuses inside the block as core.errors.Refused; the transaction stays usable."""
    try:
        with transaction.atomic(savepoint=not _ends_at_refusal.get()):
            yield
    except (DatabaseError, InterfaceError) as exc:
        refusal = errors.from_database(exc)
        if refusal is None:
            raise
        raise refusal from exc


def row(model: type[M], function: str, /, *, without: tuple[str, ...] = (), **arguments: Any) -> M:
    """Call a function and return its row as `model`, the fields in `without` left deferred.

    Raises core.errors.Refused in the words of the function; the caller's transaction stays usable, unless it is
    `ending_at_refusal`.
    """
    fields = [f for f in model._meta.concrete_fields if f.attname not in without]
    values = _call(function, tuple(str(f.column) for f in fields), arguments)
    return model.from_db(connection.alias, [f.attname for f in fields], values)


def record(function: str, columns: tuple[str, ...], **arguments: Any) -> dict[str, Any]:
    """Call a function and return the named columns of its row."""
    return dict(zip(columns, _call(function, columns, arguments), strict=True))


def _call(function: str, columns: tuple[str, ...], arguments: dict[str, Any]) -> tuple[Any, ...]:
    names = tuple((name, isinstance(value, JsonText) and bool(value.path)) for name, value in arguments.items())
    values: list[Any] = []
    for value in arguments.values():
        values.append(Jsonb(value) if isinstance(value, dict) else value)
        if isinstance(value, JsonText) and value.path:
            values.append(list(value.path))
    with in_our_words(), connection.cursor() as cursor:
        cursor.execute(_statement(function, columns, names), values)
        return cursor.fetchone()  # type: ignore[no-any-return]


@lru_cache(maxsize=128)
def _statement(function: str, columns: tuple[str, ...], names: tuple[tuple[str, bool], ...]) -> str:
    given = sql.SQL(", ").join(
        sql.SQL("{} => {}").format(sql.Identifier(f"p_{name}"), sql.SQL("%s #> %s::text[]" if inside else "%s"))
        for name, inside in names
    )
    asked = sql.SQL(", ").join(map(sql.Identifier, columns))
    name = sql.Identifier(*function.split(".")) if "." in function else sql.Identifier("public", function)
    statement = sql.SQL("select {} from {}({})").format(asked, name, given)
    return statement.as_string(None)
