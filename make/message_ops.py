"""The gateway's ops about messages to people outside."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from core.api import shown
from files import messages
from files.models import OutboundMessage
from make.calls import Call
from make.serializers import Count, FromMake

# What stands for a message; the test puts its own in place.
MESSAGE_ID = "b1d0a5c2-7f43-4f0e-8a5e-1c9d2e3f4a5b"
MOST_AT_ONCE = 200
OUTCOMES = [choice for choice in OutboundMessage.Status.choices if choice[0] != OutboundMessage.Status.QUEUED]

FETCH_EXAMPLES = [OpenApiExample("What is to be sent now", request_only=True, value={"message_id": MESSAGE_ID})]
SENT_EXAMPLES = [
    OpenApiExample(
        "It was sent",
        request_only=True,
        value={"message_id": MESSAGE_ID, "status": "SENT", "outside_id": "wamid.1", "attempt": 1},
    ),
    OpenApiExample(
        "It could not be sent, in a list",
        request_only=True,
        value={"messages": [{"message_id": MESSAGE_ID, "status": "FAILED", "reason": "המספר אינו מחובר"}]},
    ),
]


class FetchMessage(FromMake):
    """The body of `messages.fetch`. Each call makes a fresh link and ends the one given before; nothing is kept."""

    message_id = serializers.UUIDField()


class MessageToSend(serializers.Serializer):  # type: ignore[type-arg]
    """A message as it is to go out, its link in the text; `attempt` comes back with the outcome."""

    message_id = serializers.UUIDField()
    attempt = serializers.IntegerField()
    case_id = serializers.UUIDField()
    plate = serializers.CharField()
    channel = serializers.ChoiceField(choices=OutboundMessage.Channel.choices)
    to = serializers.CharField()
    to_name = serializers.CharField(allow_null=True)
    subject = serializers.CharField()
    text = serializers.CharField()
    link = serializers.CharField(allow_null=True)
    link_expires_at = serializers.DateTimeField(allow_null=True)


class _Outcome(serializers.Serializer):  # type: ignore[type-arg]
    message_id = serializers.UUIDField(required=False)
    status = serializers.ChoiceField(choices=OUTCOMES, required=False)
    outside_id = serializers.CharField(max_length=300, required=False, allow_null=True, allow_blank=True)
    reason = serializers.CharField(max_length=300, required=False, allow_null=True, allow_blank=True)
    attempt = Count(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)


class MessageOutcome(_Outcome):
    """What became of one message."""

    message_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=OUTCOMES)


class MessagesSent(FromMake, _Outcome):
    """The body of `messages.sent`: one outcome, or a list of them; in any order, and as often as one likes."""

    messages = serializers.ListField(child=MessageOutcome(), required=False, max_length=MOST_AT_ONCE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("messages") is None and not (attrs.get("message_id") and attrs.get("status")):
            raise serializers.ValidationError({"message_id": ["name the message and its status, or a list of them"]})
        return attrs


class OutcomeKept(serializers.Serializer):  # type: ignore[type-arg]
    """How a message stands now; `error` says that there is no such message."""

    message_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=OutboundMessage.Status.choices, allow_null=True)
    error = serializers.CharField(allow_null=True)


def fetch(call: Call) -> dict[str, Any]:
    """The message with a link made now."""
    message, text, link = messages.take(call.asked["message_id"])
    told = {
        "message_id": message.pk,
        "attempt": message.attempts,
        "case_id": message.case_id,
        "plate": message.plate,
        "channel": message.channel,
        "to": message.recipient,
        "to_name": message.recipient_name,
        "subject": message.subject,
        "text": text,
        "link": link and link.url,
        "link_expires_at": link and link.expires_at,
    }
    answer: dict[str, Any] = shown(MessageToSend, told)
    return answer


def sent(call: Call) -> list[dict[str, Any]]:
    """How each stands afterwards, at its place in the list."""
    told = call.asked.get("messages")
    told = [call.asked] if told is None else told
    # Rows are locked in one order, whichever order they are told in.
    kept = {id(one): _kept(one) for one in sorted(told, key=lambda one: str(one["message_id"]))}
    return [kept[id(one)] for one in told]


def _kept(one: dict[str, Any]) -> dict[str, Any]:
    message = messages.outcome(
        one["message_id"],
        sent_via=OutboundMessage.Via.MAKE,
        status=one["status"],
        outside_id=one.get("outside_id") or None,
        reason=one.get("reason") or None,
        attempt=one.get("attempt"),
    )
    error = None if message else "not_found"
    status = message.status if message else None
    kept: dict[str, Any] = shown(OutcomeKept, {"message_id": one["message_id"], "status": status, "error": error})
    return kept
