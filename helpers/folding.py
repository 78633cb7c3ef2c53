"""Runs of automatic saves that a list shows as one line: marked, never deleted, and the marks can be taken back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from core import acting
from helpers import labels
from helpers.models import CaseHelper

LEAST = 3
HOURS = 24

_FOLD = "select coalesce(sum(versions), 0)::integer from private.versions_fold(%s::text[], %s, %s, %s)"
_UNFOLD = "select private.versions_unfold(%s)"


@dataclass(frozen=True)
class Rule:
    """Which saves make a run: so many in a row, all from before a moment."""

    least: int
    before: datetime

    @classmethod
    def now(cls, *, least: int = LEAST, hours: float = HOURS) -> "Rule":
        return cls(least, timezone.now() - timedelta(hours=hours))


def candidates(rule: Rule) -> list[UUID]:
    """The cases that hold automatic saves which no list folds yet."""
    with acting.acting(acting.SERVICE):
        loose = CaseHelper.objects.filter(
            trigger__in=labels.FOLDED,
            folded=False,
            is_current=False,
            label=None,
            restored_from=None,
            saved_at__lt=rule.before,
        )
        return list(loose.order_by("case_id").values_list("case_id", flat=True).distinct())


def folded_cases() -> list[UUID]:
    """The cases whose lists have a fold."""
    with acting.acting(acting.SERVICE):
        marked = CaseHelper.objects.filter(folded=True)
        return list(marked.order_by("case_id").values_list("case_id", flat=True).distinct())


def fold(case_id: UUID, rule: Rule, *, for_show: bool = False) -> int:
    """Mark the runs of a case and return how many versions were marked now; for show, none stays marked."""
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(_FOLD, [sorted(labels.FOLDED), rule.before, rule.least, case_id])
        (versions,) = cursor.fetchone()
        transaction.set_rollback(for_show)
    return int(versions)


def unfold(case_id: UUID, *, for_show: bool = False) -> int:
    """Take the marks of a case back and return how many there were."""
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute(_UNFOLD, [case_id])
        (versions,) = cursor.fetchone()
        transaction.set_rollback(for_show)
    return int(versions)


def fold_all(rule: Rule) -> Iterator[tuple[UUID, int]]:
    """Fold case by case, each a transaction of its own."""
    for case_id in candidates(rule):
        yield case_id, fold(case_id, rule)
