"""Who listens, and what they are told: one look at the database for all, and for each what he may see."""

import asyncio
import time
from collections import deque
from contextlib import suppress
from typing import Any
from uuid import UUID

import psycopg
import structlog
from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core import nudge
from helpers import live_frames, live_news
from helpers.live_frames import Frame
from helpers.live_news import Line, News

log = structlog.get_logger("live")

# News without a nudge, such as what is written through PostgREST, is seen this late.
POLL_SECONDS = 0.1
IDLE_SECONDS = 2.0
# A hundred saves a second are no reason to ask a hundred times: we rest for some times of what telling took us, so that
# however many listen, saving keeps the processors.
REST_SECONDS = 0.01
MOST_REST_SECONDS = 0.15
RESTS = 6.0
BEAT_SECONDS = 15.0
# What waits for one listener at most; the frames themselves are shared by all.
MOST_WAITING = 1000
# One whose connection takes nothing for so long is let go, and comes back with the last number it read.
STUCK_SECONDS = 30.0
# The writers get their turn after so many.
AT_ONCE = 100
_PAUSES = (0.1, 0.3, 1.0)


class Listener:
    """One open stream: whose it is, what waits to be written, and when it ends."""

    def __init__(self, person: UUID, case_id: UUID | None, seconds: float) -> None:
        self.person, self.case_id = person, str(case_id) if case_id else None
        self.ends_at = time.monotonic() + seconds
        self.is_over = False
        # Since when the connection has taken nothing of what is being written.
        self.writing_since: float | None = None
        self.writer: asyncio.Task[None] | None = None
        self.waiting: deque[bytes] = deque()
        self.news = asyncio.Event()

    def tell(self, body: bytes, number: int) -> None:
        """Have this written; one who does not keep up is told to load anew instead, and holds no more memory."""
        if len(self.waiting) >= MOST_WAITING:
            self.waiting.clear()
            body = live_frames.resync(number)
        self.waiting.append(body)
        self.news.set()

    def take(self) -> bytes:
        """All that waits."""
        taken = b"".join(self.waiting)
        self.waiting.clear()
        self.news.clear()
        return taken

    def end(self) -> None:
        """Let this one go: after what waits, or now, where nothing is taken any more."""
        self.is_over = True
        self.news.set()
        if self.writer and self.is_stuck():
            self.writer.cancel()

    def is_stuck(self) -> bool:
        return self.writing_since is not None and time.monotonic() - self.writing_since > STUCK_SECONDS


class Hub:
    """Looks for news while it runs, and hands each listener what the policies let the person see."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.line = Line()
        self.place: str | None = None
        self.resume = 0
        self.woken = asyncio.Event()
        self.turn = asyncio.Lock()

    async def join(self, listener: Listener) -> tuple[str, int]:
        """Tell this one from now on; the answer is the place and the number it begins at."""
        # Not in the middle of a look, of which it would miss a part; and after one, so that nothing old is told as new.
        async with self.turn:
            found = await self._tell_news()
            self.listeners.add(listener)
            self.woken.set()
            return found.place, found.resume

    def leave(self, listener: Listener) -> None:
        self.listeners.discard(listener)

    async def run(self) -> None:
        """For ever: hear of news, tell it, beat."""
        async with asyncio.TaskGroup() as tasks:
            for work in (self._look, self._beat, self._hear):
                tasks.create_task(_again_and_again(work))

    async def _look(self) -> None:
        worked = time.process_time()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS if self.listeners else IDLE_SECONDS):
                    await self.woken.wait()
            self.woken.clear()
            async with self.turn:
                await self._tell_news()
            # The writers' part of the time before this is in it too.
            before, worked = worked, time.process_time()
            await asyncio.sleep(min(MOST_REST_SECONDS, max(REST_SECONDS, RESTS * (worked - before))))

    async def _tell_news(self) -> News:
        found = await live_news.news_since(self.line, self.place)
        frames = live_frames.of_news(found.rows, found.resume)
        if found.is_gap:
            self._tell_all(live_frames.resync(found.resume), found.resume)
        elif frames and self.listeners:
            await self._tell(frames)
        # Only now: news that could not be told is found again.
        self.place, self.resume = found.place, found.resume
        return found

    async def _tell(self, frames: list[Frame]) -> None:
        people = {listener.person for listener in self.listeners}
        present = list(self.listeners)
        seen = await live_news.seen_by(self.line, people, [frame.event_id for frame in frames if frame.event_id])
        for start in range(0, len(frames), AT_ONCE):
            for listener in present:
                _hand(listener, frames[start : start + AT_ONCE], seen[listener.person])
            await asyncio.sleep(0)

    def _tell_all(self, body: bytes, number: int) -> None:
        for listener in self.listeners:
            listener.tell(body, number)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            self._tell_all(live_frames.beat(self.resume), self.resume)
            await self._end_those_who_may_not_stay()

    async def _end_those_who_may_not_stay(self) -> None:
        now = time.monotonic()
        active = await live_news.still_active(self.line, {listener.person for listener in self.listeners})
        for listener in self.listeners:
            if listener.ends_at <= now or listener.person not in active or listener.is_stuck():
                listener.end()

    async def _hear(self) -> None:
        """Nudges over the broker; without one we look often enough."""
        client = Redis.from_url(nudge.address(settings.CELERY_BROKER_URL), socket_connect_timeout=1)
        async with client, client.pubsub(ignore_subscribe_messages=True) as ear:
            await ear.subscribe(nudge.CHANNEL)
            while True:
                if await ear.get_message(timeout=BEAT_SECONDS):
                    self.woken.set()


def _hand(listener: Listener, frames: list[Frame], seen: set[UUID]) -> None:
    for frame in frames:
        if frame.event_id in seen and listener.case_id in (None, frame.case_id):
            listener.tell(frame.body, frame.number)


async def _again_and_again(work: Any) -> None:
    """Begin anew what a lost connection ended; nothing is lost by it, because the place is kept."""
    failures = 0
    while True:
        began = time.monotonic()
        try:
            await work()
        except (psycopg.Error, RedisError, OSError, TimeoutError) as exc:
            failures = 0 if time.monotonic() - began > 10 else failures + 1
            log.warning("interrupted", work=work.__name__, kind=type(exc).__name__)
        except Exception as exc:
            failures += 1
            log.error("defect", work=work.__name__, kind=type(exc).__name__)
        await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES)) - 1] if failures else 0)
