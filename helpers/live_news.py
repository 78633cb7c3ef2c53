"""Reading live news: a connection of our own, outside of any request, that takes nobody's role by itself."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection as django_connection

# A database that hangs is as good as one that is away.
SECONDS = 10.0
# What somebody missed is told one by one when it is no older, and no more, than this; else it is a gap.
MISSED_SECONDS = 300
MOST_MISSED = 1000
# Django's own words in the parameters of a connection.
_DJANGOS = {"cursor_factory", "context", "server_side_binding", "isolation_level", "pool"}


@dataclass(frozen=True)
class News:
    """What became visible since a place, and the place to ask from next."""

    place: str
    resume: int
    is_gap: bool
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class Ticket:
    """Whom a ticket let in, to what, and for how many seconds."""

    person: UUID
    case_id: UUID | None
    seconds: float


class Line:
    """One connection, made when it is needed and made anew after it broke."""

    def __init__(self) -> None:
        self.connection: psycopg.AsyncConnection[Any] | None = None
        self.turn = asyncio.Lock()

    async def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Raises psycopg.Error or TimeoutError; the next question goes over a new connection then."""
        async with self.turn:
            try:
                async with asyncio.timeout(SECONDS):
                    return await self._answer(statement, values)
            except BaseException:
                # Also when the asking one was cancelled: an answer that nobody read is still on its way.
                await self.close()
                raise

    async def _answer(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        if self.connection is not None:
            try:
                return await _fetch(self.connection, statement, values)
            except psycopg.OperationalError:
                # Most likely it was lost while nobody asked.
                await self.close()
        self.connection = await _connect()
        return await _fetch(self.connection, statement, values)

    async def close(self) -> None:
        if self.connection is not None:
            broken, self.connection = self.connection, None
            await broken.close()


async def _fetch(line: psycopg.AsyncConnection[Any], statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return await (await line.execute(statement, values)).fetchall()


async def _connect() -> psycopg.AsyncConnection[Any]:
    known = django_connection.get_connection_params()
    parameters = {name: value for name, value in known.items() if name not in _DJANGOS}
    parameters["application_name"] = "backoffice events"
    line = await psycopg.AsyncConnection.connect(**parameters, autocommit=True)
    await line.execute("select set_config('timezone', 'UTC', false)")
    return line


async def news_since(line: Line, place: str | None) -> News:
    [(now, resume, is_gap, rows)] = await line.ask("select * from private.live_news(%s)", place)
    return News(now, resume, is_gap, rows)


async def seen_by(line: Line, people: Iterable[UUID], events: list[UUID]) -> dict[UUID, set[UUID]]:
    """Which of the events each of the people may see, as the policies say."""
    return {p: set(e) for p, e in await line.ask("select * from private.live_seen(%s, %s)", list(people), events)}


async def missed(line: Line, person: UUID, case_id: UUID | None, since: int, until: str) -> list[dict[str, Any]] | None:
    """What the person has missed from a number up to a place; None when it is too much, or too long ago."""
    [(is_gap, rows)] = await line.ask(
        "select * from private.live_missed(%s, %s, %s, %s, %s, %s)",
        *(person, case_id, since, until, MISSED_SECONDS, MOST_MISSED),
    )
    return None if is_gap else rows


async def still_active(line: Line, people: Iterable[UUID]) -> set[UUID]:
    return {person for (person,) in await line.ask("select private.live_active(%s)", list(people))}


async def use_ticket(line: Line, ticket_hash: str) -> Ticket | None:
    found = await line.ask("select * from private.event_ticket_use(%s)", ticket_hash)
    return Ticket(*found[0]) if found else None
