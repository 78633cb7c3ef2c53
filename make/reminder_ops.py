"""The gateway's ops about reminders."""

import re
from datetime import datetime, time
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field
from rest_framework import serializers

from core.api import Plate, shown
from core.errors import Conflict, NotFound
from intake import figures
from make.calls import Call
from make.serializers import Count, FromMake
from reminders import delivering, recurring, services, wording
from reminders.models import Channel, Occurrence, Reminder

# What stands for a release; the test puts its own in place.
OCCURRENCE_ID = "0c0ffee2-7f43-4f0e-8a5e-1c9d2e3f4a5b"
MOST_AT_ONCE = 200
OUTCOMES = [choice for choice in Occurrence.Status.choices if choice[0] in {"SENT", "FAILED"}]

_PRIORITIES = {
    **dict.fromkeys(("נמוכה", "low"), Reminder.Priority.LOW),
    **dict.fromkeys(("רגילה", "בינונית", "בינוני", "normal", "medium"), Reminder.Priority.NORMAL),
    **dict.fromkeys(("גבוהה", "high"), Reminder.Priority.HIGH),
    **dict.fromkeys(("דחופה", "urgent"), Reminder.Priority.URGENT),
}
_STATUSES = {
    **dict.fromkeys(("פעיל", "active", "pending"), Reminder.Status.WAITING),
    **dict.fromkeys(("פג תוקף", "expired", "overdue"), Reminder.Status.OVERDUE),
    **dict.fromkeys(("בוצע", "completed", "done"), Reminder.Status.DONE),
    **dict.fromkeys(("cancelled", "canceled"), Reminder.Status.CANCELLED),
}
_CATEGORIES = {
    **dict.fromkeys(("תשלום", "payment"), Reminder.Category.PAYMENT),
    **dict.fromkeys(("מעקב", "follow_up", "followup"), Reminder.Category.FOLLOW_UP),
    **dict.fromkeys(("מסמכים", "documents"), Reminder.Category.DOCUMENTS),
    **dict.fromkeys(("בדיקה", "inspection"), Reminder.Category.INSPECTION),
    **dict.fromkeys(("כללי", "כללית", "general", "other", "אחר"), Reminder.Category.GENERAL),
    **dict.fromkeys(("סגירת תיק", "closing"), Reminder.Category.CLOSING),
}
_LONGEST = 60
_CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?\s*(am|pm)?", re.IGNORECASE)

UPSERT_EXAMPLES = [
    OpenApiExample(
        "As the screen sends it",
        request_only=True,
        value={
            "action": "create_reminder",
            "reminder": {
                "id": "REM-1732360000000",
                "title": "לבדוק תשלום",
                "description": "",
                "plate": "12-345-67",
                "date": "12/01/2027",
                "time": "9:30",
                "category": "תזכורת תשלום",
                "priority": "גבוהה",
                "status": "פעיל",
                "created": "2026-11-23T09:00:00.000Z",
            },
            "timestamp": "2026-11-23T09:00:00.000Z",
        },
    ),
    OpenApiExample(
        "In our own words",
        request_only=True,
        value={"id": "sheet-7", "title": "לאסוף מסמכים", "due_date": "2027-01-12", "channel": "whatsapp"},
    ),
]
FETCH_EXAMPLES = [
    OpenApiExample("What is to be told now", request_only=True, value={"occurrence_id": OCCURRENCE_ID}),
]
SENT_EXAMPLES = [
    OpenApiExample(
        "It was told",
        request_only=True,
        value={"occurrence_id": OCCURRENCE_ID, "status": "SENT", "outside_id": "wamid.1", "attempt": 1},
    ),
    OpenApiExample(
        "Nobody could be told, in a list",
        request_only=True,
        value={"reminders": [{"occurrence_id": OCCURRENCE_ID, "status": "FAILED", "reason": "אין מספר"}]},
    ),
]


class Word(serializers.ChoiceField):
    """One of our words, or what the screens and scenarios call it."""

    def __init__(self, also: dict[str, Any], **kwargs: Any) -> None:
        self.also = also
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        text = data.strip() if isinstance(data, str) else data
        known = self.also.get(text.lower()) if isinstance(text, str) else None
        return super().to_internal_value(known or text)


@extend_schema_field({"type": "string", "description": "A day in any of the usual spellings, also with its time."})
class Day(serializers.Field):  # type: ignore[type-arg]
    """A day as people and scenarios write it, perhaps with its time."""

    def to_internal_value(self, data: Any) -> Any:
        day = figures.day(data) if isinstance(data, str) and len(data) <= _LONGEST else None
        if day is None:
            raise serializers.ValidationError("a day such as 2027-01-12 or 12/01/2027 is expected")
        return _on_the_wall(data) or (day, None)

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field({"type": "string", "description": "A time of day by the clock of Israel, also such as 2:05 PM."})
class Clock(serializers.Field):  # type: ignore[type-arg]
    """A time of day as people write it."""

    def to_internal_value(self, data: Any) -> Any:
        found = _CLOCK.fullmatch(data.strip()) if isinstance(data, str) and len(data) <= _LONGEST else None
        try:
            hour = int(found[1]) if found else 24
            if found and found[3]:
                hour = hour % 12 + (12 if found[3].lower() == "pm" else 0)
            return time(hour, int(found[2]) if found else 0)
        except ValueError:
            raise serializers.ValidationError("a time such as 09:30 is expected") from None

    def to_representation(self, value: Any) -> Any:
        return value


class UpsertReminder(FromMake):
    """The body of `reminders.upsert`, which may also be what ADMIN_CREATE_REMINDER sends.

    The same `id` again is the same reminder. A plate stands for its open case, and for itself where it has none.
    """

    also = {"date": "due_date", "time": "due_time", "outside_id": "id", "notes": "description"}
    left_out = frozenset({"action", "timestamp", "created", "created_at", "created_by"})

    id = serializers.CharField(max_length=200, required=False, allow_null=True, help_text="The caller's own id of it.")
    case_id = serializers.UUIDField(required=False, allow_null=True)
    plate = Plate(required=False, allow_null=True)
    title = serializers.CharField(max_length=300)
    description = serializers.CharField(max_length=5000, required=False, allow_null=True)
    due_date = Day()
    due_time = Clock(required=False, allow_null=True)
    category = Word(_CATEGORIES, choices=Reminder.Category.choices, required=False, allow_null=True)
    priority = Word(_PRIORITIES, choices=Reminder.Priority.choices, required=False, allow_null=True)
    status = Word(_STATUSES, choices=Reminder.Status.choices, required=False, allow_null=True)
    rrule = serializers.CharField(max_length=500, required=False, allow_null=True)
    recurrence_pattern = serializers.ChoiceField(choices=Reminder.Pattern.choices, required=False, allow_null=True)
    recurrence_end_date = Day(required=False, allow_null=True)
    assigned_to = serializers.UUIDField(source="assigned_to_id", required=False, allow_null=True)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False, allow_null=True)
    send_notification = serializers.BooleanField(required=False)

    def to_internal_value(self, data: Any) -> Any:
        inside = data.get("reminder")
        if isinstance(inside, dict):
            data = {**{name: value for name, value in data.items() if name != "reminder"}, **inside}
        if isinstance(data.get("id"), int) and not isinstance(data["id"], bool):
            data = {**data, "id": str(data["id"])}
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The day and time apart; what is named as nothing is not named."""
        attrs = {name: value for name, value in attrs.items() if value is not None}
        attrs["due_date"], on_the_wall = attrs["due_date"]
        if on_the_wall is not None and "due_time" not in attrs:
            attrs["due_time"] = on_the_wall
        if "recurrence_end_date" in attrs:
            attrs["recurrence_end_date"] = attrs["recurrence_end_date"][0]
        if "recurrence_pattern" in attrs:
            attrs["is_recurring"] = True
        return attrs


class ReminderKept(serializers.Serializer):  # type: ignore[type-arg]
    """The answer to `reminders.upsert`."""

    id = serializers.UUIDField()
    case_id = serializers.UUIDField(allow_null=True)
    plate = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=Reminder.Status.choices)
    due_at = serializers.DateTimeField()
    created = serializers.BooleanField()


class FetchReminder(FromMake):
    """The body of `reminders.fetch`."""

    occurrence_id = serializers.UUIDField()


class ReminderToTell(serializers.Serializer):  # type: ignore[type-arg]
    """A reminder as it is to be told, and whom; `attempt` comes back with the outcome."""

    occurrence_id = serializers.UUIDField()
    reminder_id = serializers.UUIDField()
    attempt = serializers.IntegerField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    case_id = serializers.UUIDField(allow_null=True)
    plate = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    description = serializers.CharField(allow_null=True)
    category = serializers.CharField()
    priority = serializers.CharField()
    due_at = serializers.DateTimeField()
    to_user_id = serializers.UUIDField(allow_null=True, help_text="null: nobody in particular, the office itself.")
    to_name = serializers.CharField(allow_null=True)
    to_email = serializers.CharField(allow_null=True)
    to_phone = serializers.CharField(allow_null=True)
    to_onesignal_id = serializers.CharField(allow_null=True)
    subject = serializers.CharField()
    text = serializers.CharField()


class _Outcome(serializers.Serializer):  # type: ignore[type-arg]
    occurrence_id = serializers.UUIDField(required=False)
    status = serializers.ChoiceField(choices=OUTCOMES, required=False)
    outside_id = serializers.CharField(max_length=300, required=False, allow_null=True, allow_blank=True)
    reason = serializers.CharField(max_length=300, required=False, allow_null=True, allow_blank=True)
    attempt = Count(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)


class ReminderOutcome(_Outcome):
    """What came of telling one."""

    occurrence_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=OUTCOMES)


class RemindersSent(FromMake, _Outcome):
    """The body of `reminders.sent`: one outcome, or a list of them; in any order, and as often as one likes."""

    reminders = serializers.ListField(child=ReminderOutcome(), required=False, max_length=MOST_AT_ONCE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("reminders") is None and not (attrs.get("occurrence_id") and attrs.get("status")):
            raise serializers.ValidationError({"occurrence_id": ["name the release and its status, or a list of them"]})
        return attrs


class ReminderOutcomeKept(serializers.Serializer):  # type: ignore[type-arg]
    """How a release stands now; `error` says that there is no such one."""

    occurrence_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Occurrence.Status.choices, allow_null=True)
    error = serializers.CharField(allow_null=True)


def upsert(call: "Call") -> dict[str, Any]:
    """The reminder as it stands afterwards, and whether it is new."""
    named = {name: value for name, value in call.asked.items() if name not in {"id", "org_id", "idempotency_key"}}
    reminder, created = services.upsert(call.asked.get("id"), org_id=call.org_id, **named)
    told = {name: getattr(reminder, name) for name in ("id", "case_id", "plate", "status", "due_at")}
    answer: dict[str, Any] = shown(ReminderKept, {**told, "created": created})
    return answer


def fetch(call: "Call") -> dict[str, Any]:
    """What is to be told, and whom."""
    occurrence = Occurrence.objects.whole().filter(pk=call.asked["occurrence_id"], sent_via=Occurrence.Via.MAKE).first()
    if occurrence is None:
        raise NotFound
    if occurrence.status != Occurrence.Status.QUEUED:
        raise Conflict(details={"status": occurrence.status})
    reminder, person, said = occurrence.reminder, occurrence.told_to, wording.told(occurrence)
    told = {
        **{
            name: getattr(reminder, name)
            for name in ("case_id", "plate", "title", "description", "category", "priority")
        },
        "occurrence_id": occurrence.pk,
        "reminder_id": reminder.pk,
        "attempt": occurrence.attempts,
        "channel": occurrence.channel,
        "due_at": occurrence.due_at,
        "to_user_id": person and person.pk,
        "to_name": person and person.name,
        "to_email": person and person.email,
        "to_phone": person and person.phone,
        "to_onesignal_id": person and person.onesignal_id,
        "subject": said.subject,
        "text": said.text,
    }
    answer: dict[str, Any] = shown(ReminderToTell, told)
    return answer


def sent(call: "Call") -> list[dict[str, Any]]:
    """How each stands afterwards, at its place in the list."""
    told = call.asked.get("reminders")
    told = [call.asked] if told is None else told
    # Rows are locked in one order, whichever order they are told in.
    kept = {id(one): _kept(one) for one in sorted(told, key=lambda one: str(one["occurrence_id"]))}
    return [kept[id(one)] for one in told]


def _kept(one: dict[str, Any]) -> dict[str, Any]:
    occurrence = delivering.outcome(
        one["occurrence_id"],
        sent_via=Occurrence.Via.MAKE,
        status=one["status"],
        outside_id=one.get("outside_id") or None,
        reason=one.get("reason") or None,
        attempt=one.get("attempt"),
    )
    status, error = (occurrence.status, None) if occurrence else (None, "not_found")
    known = {"occurrence_id": one["occurrence_id"], "status": status, "error": error}
    kept: dict[str, Any] = shown(ReminderOutcomeKept, known)
    return kept


def _on_the_wall(text: str) -> Any:
    """The day and time a clock in Israel shows, of an instant or of a day with its time."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if at.tzinfo is not None:
        at = at.astimezone(recurring.ISRAEL)
    return (at.date(), at.time().replace(second=0, microsecond=0)) if len(text.strip()) > len("2027-01-12") else None
