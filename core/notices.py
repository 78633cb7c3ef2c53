"""Notes for staff about what goes wrong: written beside the request, which never waits for them or fails by them.

A thread of its own with a connection of its own writes them; when too many wait, the rest is dropped, because the
table keeps one row a minute of each kind anyway.
"""

import os
from collections import deque
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any
from uuid import UUID

import structlog
from django.db import connection
from psycopg.types.json import Jsonb

log = structlog.get_logger("notices")

ERROR, WARN, INFO = "ERROR", "WARN", "INFO"
_MOST_WAITING = 500
_WRITE = """
select private.system_log(%s, %s, %s, %s, p_context => %s, p_request_id => %s, p_case_id => %s, p_org_id => %s)
"""


@dataclass(frozen=True)
class Notice:
    """One note: fixed words and ids; no name, no plate, no content, no query string."""

    level: str
    component: str
    event: str
    message: str
    context: dict[str, Any] = field(default_factory=dict)
    request_id: str | None = None
    case_id: UUID | None = None
    org_id: UUID | None = None


def tell(notice: Notice) -> None:
    """Leave a note for staff; comes back at once, whatever the database does."""
    _desk.take(notice)


def wait_until_written(seconds: float = 5) -> None:
    """For who must see what was told, such as a test."""
    _desk.wait(seconds)


class _Desk:
    """The notes that wait, and the thread that writes them; it goes home when there are none."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: deque[Notice] = deque(maxlen=_MOST_WAITING)
        self._writer: Thread | None = None
        self._process = os.getpid()

    def take(self, notice: Notice) -> None:
        with self._lock:
            if self._process != os.getpid():
                # A fork has our notes and not our thread.
                self._writer, self._process = None, os.getpid()
                self._waiting.clear()
            if len(self._waiting) < _MOST_WAITING:
                self._waiting.append(notice)
            if self._writer is None:
                self._writer = Thread(target=self._write_all, name="notices", daemon=True)
                self._writer.start()

    def wait(self, seconds: float) -> None:
        writer = self._writer
        if writer is not None:
            writer.join(seconds)

    def _next(self) -> Notice | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._writer = None
            return None

    def _write_all(self) -> None:
        try:
            while (notice := self._next()) is not None:
                _write(notice)
        finally:
            connection.close()


def _write(notice: Notice) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, _values(notice))
    except Exception as exc:
        # Whatever it is, nobody is there to hear it but the log.
        log.warning("notice_lost", event_lost=notice.event, kind=type(exc).__name__)


def _values(notice: Notice) -> list[Any]:
    words = [notice.level, notice.component, notice.event, notice.message]
    return [*words, Jsonb(notice.context), notice.request_id, notice.case_id, notice.org_id]


_desk = _Desk()
