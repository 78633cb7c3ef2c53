"""The shapes of requests and answers about messages."""

from rest_framework import serializers

from core.api import Asked
from files.message_texts import MOST_LETTERS
from files.models import OutboundMessage


class PreviewMessage(Asked):
    """The body of `POST /messages/preview`: a wording by its name, or a text of one's own."""

    case_id = serializers.UUIDField()
    channel = serializers.ChoiceField(choices=OutboundMessage.Channel.choices)
    to = serializers.CharField(max_length=300, help_text="A mail address, or a phone in any spelling.")
    to_name = serializers.CharField(max_length=200, required=False, allow_null=True, allow_blank=True)
    template = serializers.RegexField(
        r"^[a-z][a-z0-9_]{0,59}$",
        required=False,
        allow_null=True,
        help_text="report, estimate, documents, or your own.",
    )
    subject = serializers.CharField(max_length=300, required=False, allow_null=True, allow_blank=True)
    text = serializers.CharField(
        max_length=MOST_LETTERS,
        required=False,
        allow_null=True,
        help_text="Places: {owner}, {plate}, {report}, {office}, {link}.",
    )
    file_id = serializers.UUIDField(required=False, allow_null=True)
    report_id = serializers.UUIDField(required=False, allow_null=True)


class SendMessage(PreviewMessage):
    """The body of `POST /messages`."""

    id = serializers.UUIDField(
        required=False, allow_null=True, help_text="Your own id of it: the same again is the same message."
    )


class MessagePreview(serializers.Serializer):  # type: ignore[type-arg]
    """A message as it would go out; `{link}` stands where its link will."""

    channel = serializers.ChoiceField(choices=OutboundMessage.Channel.choices)
    to = serializers.CharField(source="recipient")
    to_name = serializers.CharField(source="recipient_name", allow_null=True)
    subject = serializers.CharField()
    text = serializers.CharField()
    has_link = serializers.BooleanField()
    sent_via = serializers.ChoiceField(choices=OutboundMessage.Via.choices)


class MessageRow(serializers.ModelSerializer[OutboundMessage]):
    """A message in a list; where its link stood, the text holds `{link}`."""

    case_id = serializers.UUIDField()
    file_id = serializers.UUIDField(source="document_id", allow_null=True)
    report_id = serializers.UUIDField(allow_null=True)
    to = serializers.CharField(source="recipient")
    to_name = serializers.CharField(source="recipient_name", allow_null=True)

    class Meta:
        model = OutboundMessage
        fields = (
            *("id", "case_id", "plate", "channel", "to", "to_name", "template", "subject", "text", "file_id"),
            *("report_id", "status", "reason", "sent_via", "sent_at", "outside_id", "attempts", "created_by"),
            "created_at",
        )
