"""The rules' own work: what changed lately each minute, everything once a day."""

from celery import shared_task

from cases import jobs
from reminders import rules_running


@shared_task
def follow_rules() -> None:
    """Make, move and cancel reminders of cases that changed; twice does nothing more."""
    with jobs.ticking("follow-rules"):
        rules_running.run(everything=False)


@shared_task
def run_rules(started_by: str | None = None) -> None:
    """Look at every case, since dates come nearer without anybody changing them."""
    jobs.run("run-rules", lambda run: dict(rules_running.run(everything=True)._asdict()), started_by=started_by)
