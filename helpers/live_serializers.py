"""Shapes of the way to live news."""

from rest_framework import serializers

from core.api import Asked


class AskEventTicket(Asked):
    """What to listen to."""

    case_id = serializers.UUIDField(required=False, allow_null=True, help_text="left out: all cases of the office")


class EventTicket(serializers.Serializer):  # type: ignore[type-arg]
    """Leave to open one stream of events, once."""

    ticket = serializers.CharField()
    expires_at = serializers.DateTimeField(help_text="until then it opens the stream")
    url = serializers.CharField(help_text="the stream's address, ready to be opened")
