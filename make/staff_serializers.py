"""The shapes of endpoints and deliveries, as staff ask for them and get them."""

from typing import Any
from urllib.parse import urlsplit

from rest_framework import serializers

from core.api import Asked
from make.models import Delivery, DeliveryAttempt, MessageType, WebhookEndpoint

_MOST_REPLAYED = 1000


class EndpointRow(serializers.ModelSerializer[WebhookEndpoint]):
    """An endpoint; never its secret."""

    event_types = serializers.ListField(child=serializers.CharField())
    waiting = serializers.IntegerField(help_text="deliveries still on their way")
    given_up = serializers.IntegerField(help_text="deliveries that were given up")

    class Meta:
        model = WebhookEndpoint
        fields: tuple[str, ...] = (
            "id",
            "name",
            "url",
            "event_types",
            "body",
            "is_paused",
            "paused_reason",
            "paused_at",
            "previous_secret_until",
            "created_at",
            "updated_at",
            "waiting",
            "given_up",
        )


class EndpointWithSecret(EndpointRow):
    """An endpoint just made or rotated, with its secret, this once."""

    secret = serializers.CharField(help_text="shown in this answer only")

    class Meta(EndpointRow.Meta):
        fields = (*EndpointRow.Meta.fields, "secret")


class AddEndpoint(Asked):
    """The body of `POST /webhook-endpoints`."""

    name = serializers.CharField(max_length=100, required=False, help_text="left out: the address's host")
    url = serializers.CharField(max_length=2000)
    event_types = serializers.ListField(
        child=serializers.ChoiceField(choices=MessageType.choices), required=False, default=list, help_text="none: all"
    )
    body = serializers.ChoiceField(choices=WebhookEndpoint.Body.choices, default=WebhookEndpoint.Body.THIN)
    org_id = serializers.UUIDField(required=False, help_text="Only for the service key, where there are more offices.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"name": (urlsplit(attrs["url"]).hostname or attrs["url"])[:100], **attrs}


class ChangeEndpoint(Asked):
    """The body of `PATCH /webhook-endpoints/{endpoint_id}`; what is left out stays."""

    name = serializers.CharField(max_length=100, required=False)
    url = serializers.CharField(max_length=2000, required=False)
    event_types = serializers.ListField(child=serializers.ChoiceField(choices=MessageType.choices), required=False)
    body = serializers.ChoiceField(choices=WebhookEndpoint.Body.choices, required=False)
    is_paused = serializers.BooleanField(required=False)


class DeliveryRow(serializers.ModelSerializer[Delivery]):
    """A delivery as a list shows it."""

    message_id = serializers.UUIDField(help_text="the webhook-id, the same over all attempts")
    endpoint_id = serializers.UUIDField()
    case_id = serializers.UUIDField(allow_null=True)
    plate = serializers.CharField(source="case.plate", allow_null=True)
    version = serializers.IntegerField(source="message.version", allow_null=True)

    class Meta:
        model = Delivery
        fields: tuple[str, ...] = (
            "id",
            "message_id",
            "endpoint_id",
            "case_id",
            "plate",
            "version",
            "type",
            "status",
            "attempts",
            "next_at",
            "http_status",
            "error",
            "created_at",
            "done_at",
        )


class AttemptRow(serializers.ModelSerializer[DeliveryAttempt]):
    """One post and what came of it."""

    class Meta:
        model = DeliveryAttempt
        fields = ("number", "request_id", "started_at", "ms", "http_status", "answer", "error", "next_at")


class DeliveryWhole(DeliveryRow):
    """A delivery with every attempt."""

    log = AttemptRow(many=True)

    class Meta(DeliveryRow.Meta):
        fields = (*DeliveryRow.Meta.fields, "log")


class ReplayMany(Asked):
    """The body of `POST /deliveries/replay`: which ones, or all that were given up since a time."""

    delivery_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_empty=False, max_length=_MOST_REPLAYED
    )
    failed_since = serializers.DateTimeField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError("send delivery_ids or failed_since")
        return attrs


class Replayed(serializers.Serializer):  # type: ignore[type-arg]
    """How many are on their way again."""

    replayed = serializers.IntegerField()


class Pinged(serializers.Serializer):  # type: ignore[type-arg]
    """The delivery of a test."""

    delivery_id = serializers.UUIDField()
