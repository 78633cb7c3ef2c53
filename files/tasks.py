"""Work on files that nobody waits for; each run is kept."""

from celery import shared_task

from cases import jobs
from files import checking, onedrive


@shared_task
def sweep_onedrive() -> None:
    """Ask Make again for what it did not answer, and remove what only passed through us; safe to run twice at once."""
    with jobs.ticking("sweep-onedrive"):
        onedrive.ask_again()
        onedrive.let_go()


@shared_task(time_limit=4 * 3600, soft_time_limit=4 * 3600 - 60)
def check_files(started_by: str | None = None) -> None:
    """Read back what was not looked at for a month; what a stopped run left, the next night does."""
    jobs.run("check-files", _check, started_by=started_by)


@shared_task
def sweep_storage(started_by: str | None = None) -> None:
    """Remove what a killed process left in storage."""
    jobs.run("sweep-storage", _sweep, started_by=started_by)


def _check(run: jobs.Run) -> jobs.Result:
    return checking.check_all(step=lambda done, total: run.step(done, total=total))


def _sweep(run: jobs.Run) -> jobs.Result:
    return {"rows": checking.sweep()}
