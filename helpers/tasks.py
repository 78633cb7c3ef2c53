"""Housekeeping of versions that nobody waits for."""

from celery import shared_task

from helpers import counting, folding


@shared_task
def count_changes() -> None:
    """Count what versions changed that came past our services; safe to run twice, and twice at once."""
    counting.run()


@shared_task
def fold_versions() -> None:
    """Fold yesterday's runs of automatic saves; what a stopped run left, the next night does."""
    for _ in folding.fold_all(folding.Rule.now()):
        pass
