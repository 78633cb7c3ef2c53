"""A backup as a job that the health board hears of, whoever asked for it."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from cases import jobs
from office.backups import taking

# Each sign of life is a statement; once in so many seconds is well within the lease.
_SIGN_SECONDS = 5.0


def run(
    place: Path | None = None,
    *,
    keep: int | None = None,
    with_files: bool | None = None,
    started_by: str | None = None,
) -> taking.Taken | None:
    """Keep a backup, by the settings where nothing else is said; None where one is being made already.

    Raises Trouble, Refused where the storage does not answer, and whatever the database raises; the job keeps its name.
    """
    taken: list[taking.Taken] = []

    def work(current: jobs.Run) -> dict[str, Any]:
        taken.append(
            taking.take(
                place or Path(settings.BACKUP_FOLDER),
                keep=settings.BACKUP_KEEP if place is None and keep is None else keep,
                with_files=settings.BACKUP_FILES if with_files is None else with_files,
                step=_Sign(current),
            )
        )
        return taken[0].figures

    run_id = jobs.run("backup", work, started_by=started_by)
    return taken[0] if run_id and taken else None


def note_proven(name: str) -> bool:
    """Keep that this backup was restored and held all it should, for who asks before a switch.

    False where the database the office works with does not answer: a restore may be the way back to one.
    """
    try:
        jobs.run("backup-verified", lambda _current: {"name": name, "verified": True})
    except DatabaseError:
        return False
    return True


class _Sign:
    """Says now and then that the work goes on. Raises Stopped where it is not wanted any more."""

    def __init__(self, current: jobs.Run) -> None:
        self.current, self.last = current, time.monotonic()

    def __call__(self) -> None:
        if time.monotonic() - self.last >= _SIGN_SECONDS:
            self.last = time.monotonic()
            self.current.step(self.current.done)
