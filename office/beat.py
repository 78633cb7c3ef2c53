"""The jobs that beat starts, and how each of them stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import JobRun

# What each does, as people say it.
WORDS: dict[str, Promise] = {
    "forget-expired-sessions": _("forgets logins past their time"),
    "deliver-outbox": _("tells Make what is new"),
    "count-changes": _("counts the changes of new versions"),
    "render-reports": _("makes reports that nobody made yet"),
    "send-messages": _("sends messages that nobody sent yet"),
    "forget-cabinets": _("removes file cabinets past their days"),
    "release-reminders": _("releases the reminders that are due"),
    "mail-reminders": _("mails reminders that nobody mailed yet"),
    "fold-versions": _("folds runs of automatic saves in the lists of versions"),
    "export-forgotten": _("exports newest versions that nobody exported"),
    "forget-old-answers": _("forgets the gateway's answers after 72 hours"),
    "sweep-onedrive": _("asks again for copies on OneDrive, and removes what lies there"),
    "look-at-pictures": _("looks at new pictures, and lets go of what OneDrive has"),
    "check-files": _("reads stored files back and compares their checksums"),
    "sweep-storage": _("removes what belongs to no file from the storage"),
    "check-quickly": _("runs the quick checks of the health board"),
    "check-all": _("runs all checks of the health board"),
    "check-missed": _("makes up for a round of checks that nobody ran"),
    "forget-old-logs": _("forgets old notes and old runs of these jobs"),
    "follow-rules": _("makes, moves and cancels reminders by rules where a case changed"),
    "run-rules": _("makes reminders by rules for all cases"),
    "forget-list-files": _("forgets lists that were exported or brought in, after seven days"),
    "backup": _("keeps the database and the files in another place"),
    "tell-colleagues": _("mails whom a case was passed on to or shared with"),
    "list-export": _("writes a list into a file"),
    "list-import": _("writes the rows of a file into a list"),
}
_OFTEN = timedelta(hours=1)
# What comes every few seconds is noted now and then only.
_LEAST_WAIT = timedelta(minutes=10)


@dataclass(frozen=True)
class Job:
    """One line of the schedule with its last run."""

    name: str
    task: str
    every: timedelta
    last: JobRun | None

    @property
    def words(self) -> Promise | str:
        return WORDS.get(self.name, self.name)

    @property
    def is_often(self) -> bool:
        return self.every < _OFTEN

    @property
    def moment(self) -> datetime | None:
        """When it was last heard of."""
        return (self.last.finished_at or self.last.started_at) if self.last else None

    @property
    def is_overdue(self) -> bool:
        """Whether twice its interval went by without a run."""
        return self.moment is not None and timezone.now() - self.moment > max(2 * self.every, _LEAST_WAIT)

    @property
    def is_bad(self) -> bool:
        failed = self.last is not None and (self.last.state == JobRun.State.FAILED or self.last.is_lost)
        return failed or self.is_overdue

    @property
    def seconds(self) -> float | None:
        """How long the last run took; nobody asks it of what comes every few seconds."""
        if self.last is None or self.last.finished_at is None or self.is_often:
            return None
        return round((self.last.finished_at - self.last.started_at).total_seconds(), 1)


def jobs() -> list[Job]:
    """Every job of the schedule, as its table names them."""
    last: Mapping[str, JobRun] = JobRun.objects.last_of_each()
    schedule: dict[str, dict[str, Any]] = current_app.conf.beat_schedule
    return [Job(name, entry["task"], _every(entry["schedule"]), last.get(name)) for name, entry in schedule.items()]


def words_of(kind: str) -> str:
    """What work is called on its page."""
    return str(WORDS.get(kind, kind))


def start(job: Job, started_by: Any) -> None:
    """Hand it to a worker now. Raises what the broker raises where it is not there."""
    asked = {} if job.is_often else {"started_by": str(started_by) if started_by else None}
    current_app.send_task(job.task, kwargs=asked, expires=600, retry=False)


def _every(schedule: Any) -> timedelta:
    if isinstance(schedule, int | float):
        return timedelta(seconds=schedule)
    begin, until, _zone = schedule.remaining_delta(timezone.now())
    again, then, _zone = schedule.remaining_delta(begin + until)
    found: timedelta = (again + then) - (begin + until)
    return found
