"""Housekeeping of versions that nobody waits for."""

from celery import shared_task

from cases import jobs
from helpers import counting, folding


@shared_task
def count_changes() -> None:
    """Count what versions changed that came past our services; safe to run twice, and twice at once."""
    with jobs.ticking("count-changes"):
        counting.run()


@shared_task
def fold_versions(started_by: str | None = None) -> None:
    """Fold yesterday's runs of automatic saves; what a stopped run left, the next night does."""
    jobs.run("fold-versions", _fold_all, started_by=started_by)


def _fold_all(run: jobs.Run) -> jobs.Result:
    rule, versions = folding.Rule.now(), 0
    cases = folding.candidates(rule)
    run.step(0, total=len(cases))
    for case_id in cases:
        versions += folding.fold(case_id, rule)
        run.step()
    return {"rows": versions, "cases": len(cases)}
