"""My day: the cases and reminders that are assigned to whoever looks."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models.functions import Coalesce
from django.utils import timezone

from cases.models import Case
from cases.payments import today
from office.home_menu import address_of
from reminders.models import Reminder

_MOST = 6
_OPEN = (Reminder.Status.WAITING, Reminder.Status.OVERDUE)


@dataclass(frozen=True)
class Day:
    """What lies on one person's desk."""

    cases: list[Case]
    reminders: list[Reminder]
    may_see_reminders: bool
    reminders_at: str | None


def day_of(user: Any) -> Day | None:
    """The cases worked on last and what is due until midnight; none for a login that stands for nobody."""
    if not user.profile_id or not user.has_perm("cases.view_case"):
        return None
    mine = Case.objects.open().with_facts().filter(assigned_to=user.profile_id)
    may_see = user.has_perm("reminders.view_reminder")
    return Day(list(mine[:_MOST]), _due(user) if may_see else [], may_see, address_of("reminders_reminder_changelist"))


def _due(user: Any) -> list[Reminder]:
    midnight = timezone.make_aware(datetime.combine(today() + timedelta(days=1), time.min))
    open_ones = Reminder.objects.filter(assigned_to=user.profile_id, status__in=_OPEN).select_related("case")
    due = open_ones.annotate(when=Coalesce("snoozed_until", "due_at")).filter(when__lt=midnight)
    return list(due.order_by("when", "pk")[:_MOST])
