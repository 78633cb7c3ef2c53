"""The shapes of what happened, and of long work."""

from typing import Any

from rest_framework import serializers

from cases.models import Event, JobRun
from office import telling


class TimelineEntry(serializers.Serializer):  # type: ignore[type-arg]
    """One thing that happened to a case."""

    id = serializers.UUIDField()
    type = serializers.CharField()
    at = serializers.DateTimeField()
    text = serializers.SerializerMethodField(help_text="A sentence for people, in the caller's language.")
    actor = serializers.UUIDField(allow_null=True)
    actor_name = serializers.CharField(allow_null=True)
    door = serializers.ChoiceField(choices=Event.Door.choices)
    version = serializers.IntegerField(allow_null=True)
    data = serializers.DictField()  # type: ignore[assignment]
    ref = serializers.SerializerMethodField(help_text="What it is about: a version, rows of a table, a delivery.")
    request_id = serializers.CharField(allow_null=True)

    def get_text(self, entry: telling.Entry) -> str:
        return str(telling.sentence(entry, self.context.get("people")))

    def get_ref(self, entry: telling.Entry) -> dict[str, Any]:
        return telling.ref(entry)


class EventEntry(TimelineEntry):
    """One thing that happened in the office."""

    case_id = serializers.UUIDField(allow_null=True)
    plate = serializers.CharField(allow_null=True)


class AskTimeline(serializers.Serializer):  # type: ignore[type-arg]
    """The query string of a case's story."""

    type = serializers.CharField(
        required=False,
        max_length=500,
        help_text="Types or first words of them, with commas: `case_helper,delivery`.",
    )
    since = serializers.DateTimeField(required=False, help_text="From this moment on.")
    until = serializers.DateTimeField(required=False, help_text="Before this moment.")


class JobRow(serializers.ModelSerializer[JobRun]):
    """Long work: how far it is, and what came of it."""

    job_id = serializers.UUIDField(source="id")
    is_lost = serializers.BooleanField(help_text="Whether its worker died; the next run closes it.")

    class Meta:
        model = JobRun
        fields = (
            "job_id",
            "kind",
            "state",
            "done",
            "total",
            "result",
            "error",
            "cancel_requested",
            "is_lost",
            "started_at",
            "finished_at",
        )
