"""Taking back what was done with several reminders at once, while nobody changed them since."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from core.errors import Refused
from reminders import services
from reminders.models import Reminder

_KEY = "reminders_undo"
_SECONDS = 30 * 60


def keep(request: HttpRequest, words: str, before: Iterable[Reminder]) -> None:
    """Remember how these stood before, and in which state they were left."""
    was = {str(one.pk): one for one in before}
    left = dict(Reminder.objects.filter(pk__in=was).values_list("pk", "updated_at"))
    rows = {
        key: {
            "status": one.status,
            "snoozed_until": one.snoozed_until.isoformat() if one.snoozed_until else None,
            "assigned_to": str(one.assigned_to_id) if one.assigned_to_id else None,
            "due_at": one.due_at.isoformat(),
            "left": left[one.pk].isoformat(),
        }
        for key, one in was.items()
        if one.pk in left
    }
    request.session[_KEY] = {"words": words, "rows": rows, "at": timezone.now().isoformat()}


def offered(request: HttpRequest) -> dict[str, Any] | None:
    """What can be taken back just now."""
    kept: dict[str, Any] | None = request.session.get(_KEY)
    if kept is None or (timezone.now() - (parse_datetime(kept["at"]) or timezone.now())).total_seconds() > _SECONDS:
        return None
    return {"words": kept["words"], "count": len(kept["rows"])}


def take_back(request: HttpRequest) -> tuple[int, int]:
    """Bring them back to how they stood; those that somebody changed since, or whose series went on, stay."""
    kept = request.session.pop(_KEY, {"rows": {}})
    rows: QuerySet[Reminder] = Reminder.objects.filter(pk__in=[UUID(key) for key in kept["rows"]])
    back = 0
    for reminder in rows:
        was = kept["rows"][str(reminder.pk)]
        if reminder.updated_at.isoformat() != was["left"] or reminder.due_at.isoformat() != was["due_at"]:
            continue
        try:
            services.update(reminder.pk, **_changes(reminder, was))
        except Refused:
            continue
        back += 1
    return back, len(kept["rows"]) - back


def _changes(reminder: Reminder, was: dict[str, Any]) -> dict[str, Any]:
    before = {
        "status": was["status"],
        "snoozed_until": parse_datetime(was["snoozed_until"]) if was["snoozed_until"] else None,
        "assigned_to_id": UUID(was["assigned_to"]) if was["assigned_to"] else None,
    }
    return {name: value for name, value in before.items() if getattr(reminder, name) != value}


def forget(request: HttpRequest) -> None:
    """Nothing is offered to be taken back any more."""
    request.session.pop(_KEY, None)
