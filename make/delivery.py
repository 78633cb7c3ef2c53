"""Claim, post, record: with a lease, with no transaction open, in order within each case."""

import asyncio
import json
import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from psycopg.types.json import Jsonb

from core import acting, http
from helpers.models import CaseHelper
from make import payloads, signing

log = structlog.get_logger("delivery")
T = TypeVar("T")

# A run is short, so that a worker asked to stop is soon done; the next one goes on where it ended.
RUN_SECONDS = 20.0
POLL_SECONDS = 0.25
CLAIM_AT_ONCE = 100
# Cases of one endpoint that are told at the same time.
SIDE_BY_SIDE = 16
# Between the end of a post and that of its lease lies the time to write down what came of it.
RECORD_SECONDS = 2.0
KEPT_OF_AN_ANSWER = 2048
LONGEST_RETRY_AFTER = timedelta(hours=24)
# As the claim's own pace: a post that leaves late must not meet one too many within the same second.
MARGIN = 1.05

# Everything asked of Postgres is asked on this thread, over one connection that stays for the next run.
_desk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="delivery")


@dataclass(frozen=True, kw_only=True)
class Claimed(payloads.Message):
    """A message on its way to one endpoint, ours alone until its lease runs out."""

    delivery_id: UUID
    message_id: UUID
    attempt: int
    url: str
    body: str
    secret: str
    previous_secret: str | None
    # Of the request that wrote the message; none where a job did.
    request_id: str | None = None
    # By the clock of this process.
    leaves_at: float
    lease_ends: float

    @property
    def line(self) -> UUID:
        """Messages of one line go one after the other."""
        return self.case_id or self.message_id

    @property
    def secrets(self) -> list[str]:
        return [self.secret, self.previous_secret] if self.previous_secret else [self.secret]


def run(seconds: float = RUN_SECONDS) -> None:
    """Deliver until nothing is ready, or until time is up."""
    asyncio.run(_deliver(time.monotonic() + seconds))


async def _deliver(ends: float) -> None:
    at_work: dict[UUID, asyncio.Task[None]] = {}
    async with http.outside(
        timeout=settings.WEBHOOK_TIMEOUT_SECONDS, allow_private=settings.WEBHOOK_ALLOW_PRIVATE
    ) as out:
        while True:
            if time.monotonic() < ends:
                for endpoint in await _asked(_ready):
                    if endpoint not in at_work:
                        at_work[endpoint] = asyncio.create_task(Endpoint(endpoint, out, ends).serve())
            if not at_work:
                return
            await asyncio.wait(at_work.values(), timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            for endpoint, task in list(at_work.items()):
                if task.done():
                    del at_work[endpoint]
                    task.result()


class Endpoint:
    """One address and what goes to it: lines side by side, the posts of a line one after the other."""

    def __init__(self, endpoint_id: UUID, out: http.Outside, ends: float) -> None:
        self.endpoint_id, self.out, self.ends = endpoint_id, out, ends
        self.places = asyncio.Semaphore(SIDE_BY_SIDE)
        self.gap = MARGIN / settings.WEBHOOK_RATE_PER_SECOND if settings.WEBHOOK_RATE_PER_SECOND else 0.0
        self.next_departure = 0.0
        self.is_gone = False
        self.results: list[dict[str, Any]] = []
        self.clerk: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        lines: set[asyncio.Task[None]] = set()
        while True:
            if len(lines) < SIDE_BY_SIDE and not self._is_over():
                claimed = await _asked(partial(_claim, self.endpoint_id))
                lines |= {asyncio.create_task(self._post_line(line)) for line in _lines(claimed)}
            if not lines:
                if self.clerk is None:
                    return
                # What is written down may let the next of its case go.
                await self.clerk
                self.clerk = None
                continue
            done, lines = await asyncio.wait(lines, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()

    def _is_over(self) -> bool:
        return self.is_gone or time.monotonic() >= self.ends

    async def _post_line(self, line: list[Claimed]) -> None:
        for number, claimed in enumerate(line):
            await _sleep_until(claimed.leaves_at)
            async with self.places:
                await self._departure()
                if self._is_over() or not _has_time(claimed):
                    self._record(*map(_released, line[number:]))
                    return
                result = await post(self.out, claimed)
            self.is_gone |= result["gone"]
            # What comes after a failure in the same case waits for it.
            waiting = [] if result["outcome"] == "delivered" else line[number + 1 :]
            self._record(result, *map(_released, waiting))
            if waiting:
                return

    async def _departure(self) -> None:
        now = time.monotonic()
        at = max(now, self.next_departure)
        self.next_departure = at + self.gap
        await _sleep_until(at)

    def _record(self, *results: dict[str, Any]) -> None:
        """Have results written down while the line goes on: what is forgotten goes out again under its old id."""
        self.results.extend(results)
        if self.clerk is None or self.clerk.done():
            self.clerk = asyncio.create_task(self._write_down())

    async def _write_down(self) -> None:
        # Those that come while Postgres is busy go together.
        while self.results:
            batch, self.results = self.results, []
            await _asked(partial(_store, batch))


async def post(out: http.Outside, claimed: Claimed) -> dict[str, Any]:
    """Post one message and say what came of it, in the words of private.deliveries_record."""
    request_id, started_at, clock = claimed.request_id or uuid.uuid4().hex, timezone.now(), time.monotonic()
    answer: http.Answer | None = None
    try:
        answer = await _answer(out, claimed, request_id)
        error = _error(answer.status)
    except http.Unanswered as silence:
        error = silence.word
    except http.AddressRefused:
        error = "refused_address"
    except Exception as exc:
        # Whatever is wrong with this one, the others go on, and this one is given up in the end.
        log.error("defect", kind=type(exc).__name__, delivery_id=str(claimed.delivery_id))
        error = "defect"
    outcome, next_at = verdict(claimed.attempt, error, answer)
    said = {"delivery_id": str(claimed.delivery_id), "request_id": request_id, "attempt": claimed.attempt}
    status = answer and answer.status
    if error:
        # What arrived is told by its row; a line of log for each would take a fifth of the time.
        tell = log.warning if outcome == "dead" else log.info
        tell("not delivered", **said, type=claimed.type, outcome=outcome, status=status, error=error)
    return said | {
        "started_at": started_at.isoformat(),
        "ms": round((time.monotonic() - clock) * 1000),
        "http_status": status,
        "answer": answer.text[:KEPT_OF_AN_ANSWER] if answer else "",
        "error": error or None,
        "outcome": outcome,
        "next_at": next_at and next_at.isoformat(),
        "gone": status == 410,
    }


async def _answer(out: http.Outside, claimed: Claimed, request_id: str) -> http.Answer:
    url = http.checked_url(
        claimed.url, hosts=settings.WEBHOOK_ALLOWED_HOSTS, allow_private=settings.WEBHOOK_ALLOW_PRIVATE
    )
    is_whole = payloads.is_whole(claimed, claimed.body)
    body = await _asked(partial(_whole, claimed)) if is_whole else payloads.thin(claimed)
    signed = signing.headers(message_id=claimed.message_id, body=body, secrets=claimed.secrets, now=datetime.now(UTC))
    return await out.post(
        url, body.encode(), {**signed, "Content-Type": "application/json; charset=utf-8", "X-Request-Id": request_id}
    )


def _error(status: int) -> str:
    if 200 <= status < 300:
        return ""
    return "redirect" if 300 <= status < 400 else f"http_{status}"


def verdict(attempt: int, error: str, answer: http.Answer | None) -> tuple[str, datetime | None]:
    """What becomes of a delivery after its attempt number `attempt`: delivered, dead, or retry and when."""
    if not error:
        return "delivered", None
    schedule = settings.WEBHOOK_RETRY_SECONDS
    if attempt > len(schedule) or (answer and answer.status == 410):
        return "dead", None
    # A little apart, so that what failed together does not come back together.
    wait = timedelta(seconds=schedule[attempt - 1] * random.uniform(1.0, 1.1))  # noqa: S311
    if answer and answer.status in {429, 503}:
        wait = max(wait, min(_retry_after(answer.headers.get("Retry-After", "")), LONGEST_RETRY_AFTER))
    return "retry", timezone.now() + wait


def _retry_after(text: str) -> timedelta:
    """Seconds or a date, as HTTP has it; anything else is no wish at all."""
    if text.strip().isdecimal():
        return timedelta(seconds=min(int(text[:9]), 10**8))
    try:
        wished = parsedate_to_datetime(text)
        return (wished if wished.tzinfo else wished.replace(tzinfo=UTC)) - timezone.now()
    except (ValueError, TypeError, IndexError):
        return timedelta(0)


def _released(claimed: Claimed) -> dict[str, Any]:
    return {"delivery_id": str(claimed.delivery_id), "attempt": claimed.attempt, "outcome": "released"}


def _has_time(claimed: Claimed) -> bool:
    needed: float = settings.WEBHOOK_TIMEOUT_SECONDS + RECORD_SECONDS
    return time.monotonic() + needed < claimed.lease_ends


def _lines(claimed: Iterable[Claimed]) -> list[list[Claimed]]:
    lines: dict[UUID, list[Claimed]] = {}
    for one in claimed:
        lines.setdefault(one.line, []).append(one)
    return list(lines.values())


async def _sleep_until(moment: float) -> None:
    if (seconds := moment - time.monotonic()) > 0:
        await asyncio.sleep(seconds)


# What is asked of Postgres, each in a transaction of its own.


async def _asked(question: Callable[[], T]) -> T:
    """Ask on the desk's thread; a Postgres that is away is asked again for as long as a lease lasts."""
    gives_up = time.monotonic() + settings.WEBHOOK_LEASE_SECONDS
    while True:
        try:
            return await asyncio.get_running_loop().run_in_executor(_desk, question)
        except (DatabaseError, InterfaceError):
            if time.monotonic() > gives_up:
                raise
            await asyncio.sleep(POLL_SECONDS)


@contextmanager
def _lightly() -> Iterator[CursorWrapper]:
    """Ask as the jobs' role, without waiting for the disk.

    Were Postgres to die, what it forgets is that a message was taken up or has arrived: it goes out once more, under
    the same id. What is to be told was written by the change itself, and that one did wait.
    """
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("set local synchronous_commit = off")
        yield cursor


def _ready() -> list[UUID]:
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select * from private.endpoints_ready()")
        return [row[0] for row in cursor.fetchall()]


def _claim(endpoint_id: UUID) -> list[Claimed]:
    asked_at = time.monotonic()
    lease = settings.WEBHOOK_LEASE_SECONDS
    with _lightly() as cursor:
        cursor.execute(
            "select * from private.deliveries_claim(%s, %s, %s, %s)",
            [endpoint_id, CLAIM_AT_ONCE, lease, settings.WEBHOOK_RATE_PER_SECOND],
        )
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    now = time.monotonic()
    return [
        Claimed(
            **{field.name: row[field.name] for field in fields(Claimed) if field.name in row}
            | {
                "data": json.loads(row["data"]),
                "leaves_at": now + row["wait_seconds"],
                "lease_ends": asked_at + lease,
            }
        )
        for row in rows
    ]


def _whole(claimed: Claimed) -> str:
    named: dict[str, Any] = {"case_id": claimed.case_id, "version": claimed.version}
    with acting.acting(acting.SERVICE):
        return payloads.whole(claimed, CaseHelper.objects.get(**named))


def _store(results: list[dict[str, Any]]) -> None:
    given: list[Any] = [Jsonb(results)]
    with _lightly() as cursor:
        cursor.execute("select private.deliveries_record(%s)", given)
