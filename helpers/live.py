"""The event stream for browsers, an ASGI process of its own: `uvicorn config.asgi:application`."""

import asyncio
import contextlib
import hashlib
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import psycopg
from django.utils import translation

from core.cors import OF_AN_OFFICE, may_be_an_offices, stands_in_settings
from core.errors import Refused
from helpers import live_frames, live_news
from helpers.live_hub import Hub, Listener
from helpers.live_news import Line, Ticket

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

PATH = "/api/v1/events/stream"
MOST_LISTENERS = 5000
# Windows of one person; a script that opens streams without end takes nobody else's place.
MOST_OF_ONE = 50
_LONGEST_NUMBER = 18


class Events:
    """The application: one hub, and a connection for those who come in."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.door = Line()
        self.work: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            said = (await receive())["type"]
            if said == "lifespan.startup":
                self.work = asyncio.create_task(self.hub.run())
            elif self.work:
                self.work.cancel()
            await send({"type": f"{said}.complete"})
            if said == "lifespan.shutdown":
                return

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/healthz":
            return await _say(send, 200 if self.hub.place else 503, [], b"")
        if scope["method"] == "OPTIONS" and scope["path"] == PATH:
            return await _say(send, 204, await self._cors(scope), b"")
        try:
            ticket, since = await self._let_in(scope)
            listener = Listener(ticket.person, ticket.case_id, ticket.seconds)
            cors = await self._cors(scope, ticket.person)
            begin = await self._begin(listener, since)
        except Refused as refusal:
            return await _refuse(send, refusal, await self._cors(scope))
        try:
            await _stream(listener, begin, cors, receive, send)
        finally:
            self.hub.leave(listener)

    async def _let_in(self, scope: Scope) -> tuple[Ticket, str]:
        """Whose ticket it is, and from where to go on. Raises Refused."""
        if scope["path"] != PATH:
            raise Refused("not_found")
        if scope["method"] != "GET":
            raise Refused("method_not_allowed")
        if self.hub.place is None or len(self.hub.listeners) >= MOST_LISTENERS:
            raise Refused("dependency_down", retry_after=1)
        asked = {name: values[-1] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
        ticket = await self._use(asked.get("ticket", ""))
        if sum(listener.person == ticket.person for listener in self.hub.listeners) >= MOST_OF_ONE:
            raise Refused("rate_limited", retry_after=30)
        # A browser that opens a stream anew by itself sends the header, a script may not be able to.
        return _narrowed(ticket, asked.get("case_id")), _header(scope, b"last-event-id") or asked.get(
            "last_event_id", ""
        )

    async def _use(self, ticket: str) -> Ticket:
        try:
            found = await live_news.use_ticket(self.door, hashlib.sha256(ticket.encode()).hexdigest())
        except (psycopg.Error, OSError, TimeoutError):
            raise Refused("dependency_down", retry_after=1) from None
        if found is None:
            raise Refused("unauthenticated")
        return found

    async def _cors(self, scope: Scope, person: UUID | None = None) -> Headers:
        """Leave for a page of an allowed origin to read the answer."""
        origin = _header(scope, b"origin")
        if not (stands_in_settings(origin) or await self._is_an_offices(origin, person)):
            return [(b"vary", b"origin")]
        return [
            (b"vary", b"origin"),
            (b"access-control-allow-origin", origin.encode()),
            (b"access-control-allow-methods", b"GET"),
            (b"access-control-allow-headers", b"last-event-id, cache-control"),
            (b"access-control-max-age", b"600"),
        ]

    async def _is_an_offices(self, origin: str, person: UUID | None) -> bool:
        if not may_be_an_offices(origin):
            return False
        try:
            [(is_one,)] = await self.door.ask(OF_AN_OFFICE, origin, person)
        except (psycopg.Error, OSError, TimeoutError):
            return False
        return bool(is_one)

    async def _begin(self, listener: Listener, since: str) -> bytes:
        """Join, and say first what was missed. Raises Refused `dependency_down`."""
        try:
            place, number = await self.hub.join(listener)
            if not since:
                return live_frames.hello(number)
            rows = await self._missed(listener, since, place)
        except (psycopg.Error, OSError, TimeoutError):
            self.hub.leave(listener)
            raise Refused("dependency_down", retry_after=1) from None
        if rows is None:
            return live_frames.hello(number) + live_frames.resync(number)
        return live_frames.hello(int(since)) + b"".join(frame.body for frame in live_frames.of_news(rows, number))

    async def _missed(self, listener: Listener, since: str, place: str) -> list[dict[str, Any]] | None:
        if not (since.isascii() and since.isdigit() and len(since) <= _LONGEST_NUMBER):
            return None
        case_id = UUID(listener.case_id) if listener.case_id else None
        return await live_news.missed(self.door, listener.person, case_id, int(since), place)


def _narrowed(ticket: Ticket, case_id: str | None) -> Ticket:
    """The ticket for one case; what is not the person's case has no news, whether it exists or not."""
    if not case_id:
        return ticket
    try:
        wanted = UUID(case_id)
    except ValueError:
        raise Refused("not_found") from None
    if ticket.case_id not in (None, wanted):
        raise Refused("not_found")
    return Ticket(ticket.person, wanted, ticket.seconds)


async def _stream(listener: Listener, begin: bytes, cors: Headers, receive: Receive, send: Send) -> None:
    """Write until the listener goes, is stuck, or may not stay."""
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        # nginx would collect the stream before it passes it on.
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
        *cors,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    listener.writer = asyncio.create_task(_write(listener, begin, send))
    tasks = [listener.writer, asyncio.create_task(_gone(receive))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _write(listener: Listener, begin: bytes, send: Send) -> None:
    body = begin
    while not listener.is_over:
        listener.writing_since = time.monotonic()
        await send({"type": "http.response.body", "body": body, "more_body": True})
        listener.writing_since = None
        await listener.news.wait()
        body = listener.take()
    await send({"type": "http.response.body", "body": body})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for known, value in scope["headers"] if known == name), "")


async def _refuse(send: Send, refusal: Refused, cors: Headers) -> None:
    """The error body of every door."""
    with translation.override("en"):
        words = {"detail": refusal.message, "message": refusal.message, "hint": str(refusal.hint)}
    body = {
        "type": f"urn:problem:{refusal.code}",
        "title": refusal.code.replace("_", " "),
        "status": refusal.status,
        "instance": PATH,
        "code": refusal.code,
        "details": None,
        **words,
    }
    headers = [(b"content-type", b"application/problem+json"), *cors]
    if refusal.retry_after is not None:
        headers.append((b"retry-after", str(refusal.retry_after).encode()))
    if refusal.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await _say(send, refusal.status, headers, json.dumps(body).encode())


async def _say(send: Send, status: int, headers: Headers, body: bytes) -> None:
    length = [(b"content-length", str(len(body)).encode())] if status != 204 else []
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *length]})
    # The connection may be gone already; then nobody waits for the rest.
    with contextlib.suppress(OSError):
        await send({"type": "http.response.body", "body": body})
