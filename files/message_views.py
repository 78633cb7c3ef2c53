"""Messages over HTTP: a look at one before it goes, sending it, and how each of them stands."""

from uuid import uuid4

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import CallerView, checked, shown, uuid_or_404
from core.body import json_object
from core.errors import NotFound
from core.narrowing import narrowed
from core.paging import page
from files import message_examples, message_tasks, messages
from files.message_filters import QUERY, MessageFilter
from files.message_serializers import MessagePreview, MessageRow, PreviewMessage, SendMessage
from files.models import OutboundMessage


class MessageListView(CallerView):
    """The messages, newest first, and sending one."""

    @extend_schema(operation_id="messages_list", parameters=QUERY, responses=MessageRow(many=True))
    def get(self, request: Request) -> Response:
        rows = narrowed(MessageFilter, request, OutboundMessage.objects.all())
        return page(request, rows.order_by("-created_at", "id"), MessageRow)

    @extend_schema(
        operation_id="messages_send", request=SendMessage, responses={202: MessageRow}, examples=message_examples.SEND
    )
    def post(self, request: Request) -> Response:
        asked = checked(SendMessage(data=json_object(request._request).value))
        message_id = asked.pop("id", None) or uuid4()
        message = messages.queue(message_id, messages.prepare(**asked))
        message_tasks.soon(message)
        return Response(shown(MessageRow, message), status=202, headers={"Location": f"/api/v1/messages/{message.pk}"})


class PreviewMessageView(CallerView):
    """A message as it would go out; nothing is sent or kept."""

    @extend_schema(
        operation_id="messages_preview",
        request=PreviewMessage,
        responses=MessagePreview,
        examples=message_examples.PREVIEW,
    )
    def post(self, request: Request) -> Response:
        asked = checked(PreviewMessage(data=json_object(request._request).value))
        return Response(shown(MessagePreview, messages.prepare(**asked)))


class MessageView(CallerView):
    """One message."""

    @extend_schema(operation_id="messages_read", responses=MessageRow)
    def get(self, request: Request, message_id: str) -> Response:
        message = OutboundMessage.objects.filter(pk=uuid_or_404(message_id)).first()
        if message is None:
            raise NotFound
        return Response(shown(MessageRow, message))


class RetryMessageView(CallerView):
    """Sending one that failed once more."""

    @extend_schema(operation_id="messages_retry", request=None, responses={202: MessageRow})
    def post(self, request: Request, message_id: str) -> Response:
        message = messages.again(uuid_or_404(message_id))
        message_tasks.soon(message)
        return Response(shown(MessageRow, message), status=202)
