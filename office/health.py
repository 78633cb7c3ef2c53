"""The last two days of an office, hour by hour, and how they are drawn."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

_COLUMNS = (
    *("hour", "saves", "total_events", "failed_saves", "server_errors", "delivered", "given_up", "waiting"),
    *("delivery_ms_p50", "delivery_ms_p95", "oldest_waiting_seconds", "jobs_failed", "errors", "warnings", "notes"),
)
_READ = f"""
select {", ".join(_COLUMNS)} from public.admin_system_health where org_id = %s order by hour desc
"""  # noqa: S608  (our own names)
WIDTH, HEIGHT = 480, 64


@dataclass(frozen=True)
class Hour:
    """What one hour was like."""

    hour: datetime
    saves: int
    total_events: int
    failed_saves: int
    server_errors: int
    delivered: int
    given_up: int
    waiting: int
    delivery_ms_p50: int | None
    delivery_ms_p95: int | None
    oldest_waiting_seconds: int | None
    jobs_failed: int
    errors: int
    warnings: int
    notes: int

    @property
    def troubles(self) -> int:
        """What staff should look at."""
        return self.server_errors + self.given_up + self.jobs_failed

    @property
    def is_quiet(self) -> bool:
        return not (self.total_events or self.troubles or self.errors or self.warnings or self.notes or self.waiting)


class Bar(NamedTuple):
    """A bar of the chart: what happened, and the trouble in it."""

    x: float
    y: float
    width: float
    height: float
    looks: str


def hours(org_id: UUID | None) -> list[Hour]:
    """The last 48 hours, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [org_id])
        return [Hour(*row) for row in cursor.fetchall()]


def bars(told: list[Hour]) -> list[Bar]:
    """The hours as bars; time runs as the page is read, the newest at its end on the left."""
    most = max((hour.total_events for hour in told), default=0) or 1
    step = WIDTH / max(len(told), 1)
    drawn = []
    for place, hour in enumerate(told):
        height = max(HEIGHT * hour.total_events / most, 3 if hour.total_events or hour.troubles else 1)
        looks = "bad" if hour.troubles else "part" if hour.warnings else "good" if hour.total_events else "none"
        drawn.append(Bar(place * step, HEIGHT - height, step * 0.8, height, looks))
    return drawn
