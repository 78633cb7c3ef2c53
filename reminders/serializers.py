"""The shapes of requests and answers about reminders."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from core.api import Asked, Plate, StrictInteger
from reminders.models import Channel, Occurrence, Reminder

_YEAR_MINUTES = 366 * 24 * 60


class UpdateReminder(Asked):
    """The body of `PATCH /reminders/{id}`; what is not named stays as it is."""

    title = serializers.CharField(max_length=300, required=False)
    description = serializers.CharField(max_length=5000, required=False, allow_null=True, allow_blank=True)
    category = serializers.ChoiceField(choices=Reminder.Category.choices, required=False)
    priority = serializers.ChoiceField(choices=Reminder.Priority.choices, required=False)
    due_date = serializers.DateField(required=False)
    due_time = serializers.TimeField(required=False, help_text="By the clock of Israel; 09:00 where none is said.")
    rrule = serializers.CharField(
        max_length=500,
        required=False,
        allow_null=True,
        help_text="FREQ, INTERVAL, BYDAY, BYMONTHDAY, BYSETPOS, COUNT, UNTIL, daily or slower, from the due date on.",
    )
    recurrence_pattern = serializers.ChoiceField(choices=Reminder.Pattern.choices, required=False, allow_null=True)
    recurrence_end_date = serializers.DateField(required=False, allow_null=True)
    assigned_to = serializers.UUIDField(source="assigned_to_id", required=False, allow_null=True)
    channel = serializers.ChoiceField(choices=Channel.choices, required=False)
    send_notification = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("rrule") and attrs.get("recurrence_pattern"):
            raise serializers.ValidationError({"rrule": ["a rule and a pattern exclude each other"]})
        if "recurrence_pattern" in attrs:
            attrs["is_recurring"] = attrs["recurrence_pattern"] is not None
        elif "rrule" in attrs:
            attrs["is_recurring"], attrs["recurrence_pattern"] = attrs["rrule"] is not None, None
        return attrs


class CreateReminder(UpdateReminder):
    """The body of `POST /reminders`; a plate without a case stands for its open case, else for itself."""

    case_id = serializers.UUIDField(required=False, allow_null=True)
    plate = Plate(required=False, allow_null=True)
    title = serializers.CharField(max_length=300)
    due_date = serializers.DateField()


class CompleteReminder(Asked):
    """The body of `POST /reminders/{id}/complete`."""

    due_at = serializers.DateTimeField(
        required=False, help_text="Which time of a series is meant: where it has moved on since, nothing is done."
    )


class SnoozeReminder(Asked):
    """The body of `POST /reminders/{id}/snooze`: a moment, or so many minutes from now."""

    until = serializers.DateTimeField(required=False)
    minutes = StrictInteger(required=False, min_value=1, max_value=_YEAR_MINUTES)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("until" in attrs) == ("minutes" in attrs):
            raise serializers.ValidationError({"until": ["say until, or minutes"]})
        return {"until": attrs.get("until") or timezone.now() + timedelta(minutes=attrs["minutes"])}


class ReminderRow(serializers.ModelSerializer[Reminder]):
    """A reminder."""

    case_id = serializers.UUIDField(allow_null=True)
    assigned_to = serializers.UUIDField(source="assigned_to_id", allow_null=True)
    completed_by = serializers.UUIDField(source="completed_by_id", allow_null=True)
    created_by = serializers.UUIDField(source="created_by_id", allow_null=True)

    class Meta:
        model = Reminder
        fields = (
            *("id", "case_id", "plate", "title", "description", "category", "priority", "status"),
            *("due_date", "due_time", "due_at", "snoozed_until", "next_at", "rrule", "is_recurring"),
            *("recurrence_pattern", "recurrence_end_date", "assigned_to", "channel", "send_notification"),
            *("notification_sent", "notification_sent_at", "completed_at", "completed_by", "outside_id"),
            *("created_by", "created_at", "updated_at"),
        )


class OccurrenceRow(serializers.ModelSerializer[Occurrence]):
    """One time a reminder was released, and what came of telling it."""

    reminder_id = serializers.UUIDField()
    told_to = serializers.UUIDField(source="told_to_id", allow_null=True)
    completed_by = serializers.UUIDField(source="completed_by_id", allow_null=True)

    class Meta:
        model = Occurrence
        fields = (
            *("id", "reminder_id", "due_at", "released_at", "channel", "told_to", "sent_via", "status", "reason"),
            *("outside_id", "sent_at", "attempts", "completed_at", "completed_by"),
        )
