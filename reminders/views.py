"""Reminders over HTTP: the list, one of them, what is done with it, and when it was told."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import CallerView, checked, shown, uuid_or_404
from core.body import json_object
from core.errors import NotFound
from core.narrowing import narrowed
from core.paging import page
from reminders import delivering, examples, services
from reminders.filters import QUERY, ReminderFilter
from reminders.models import Occurrence, Reminder
from reminders.serializers import (
    CompleteReminder,
    CreateReminder,
    OccurrenceRow,
    ReminderRow,
    SnoozeReminder,
    UpdateReminder,
)


class ReminderListView(CallerView):
    """The reminders, the next one first, and adding one."""

    @extend_schema(operation_id="reminders_list", parameters=QUERY, responses=ReminderRow(many=True))
    def get(self, request: Request) -> Response:
        rows = narrowed(ReminderFilter, request, Reminder.objects.all())
        return page(request, rows.order_by("due_at", "id"), ReminderRow)

    @extend_schema(
        operation_id="reminders_create",
        request=CreateReminder,
        responses={201: ReminderRow},
        examples=examples.CREATE,
    )
    def post(self, request: Request) -> Response:
        asked = checked(CreateReminder(data=json_object(request._request).value))
        reminder = services.create(**asked)
        location = f"/api/v1/reminders/{reminder.pk}"
        return Response(shown(ReminderRow, reminder), status=201, headers={"Location": location})


class ReminderView(CallerView):
    """One reminder."""

    @extend_schema(operation_id="reminders_read", responses=ReminderRow)
    def get(self, request: Request, reminder_id: str) -> Response:
        reminder = Reminder.objects.filter(pk=uuid_or_404(reminder_id)).first()
        if reminder is None:
            raise NotFound
        return Response(shown(ReminderRow, reminder))

    @extend_schema(
        operation_id="reminders_update", request=UpdateReminder, responses=ReminderRow, examples=examples.UPDATE
    )
    def patch(self, request: Request, reminder_id: str) -> Response:
        key = uuid_or_404(reminder_id)
        asked = checked(UpdateReminder(data=json_object(request._request).value))
        return Response(shown(ReminderRow, services.update(key, **asked)))


class CompleteView(CallerView):
    """It is done; one that recurs waits for its next time."""

    @extend_schema(
        operation_id="reminders_complete", request=CompleteReminder, responses=ReminderRow, examples=examples.COMPLETE
    )
    def post(self, request: Request, reminder_id: str) -> Response:
        key = uuid_or_404(reminder_id)
        # Which time is meant need not be said, so neither is a body needed.
        headers = request._request.headers
        is_told = headers.get("Content-Length", "0") not in {"", "0"} or "Transfer-Encoding" in headers
        asked = checked(CompleteReminder(data=json_object(request._request).value if is_told else {}))
        return Response(shown(ReminderRow, services.complete(key, **asked)))


class SnoozeView(CallerView):
    """To be told later."""

    @extend_schema(
        operation_id="reminders_snooze", request=SnoozeReminder, responses=ReminderRow, examples=examples.SNOOZE
    )
    def post(self, request: Request, reminder_id: str) -> Response:
        key = uuid_or_404(reminder_id)
        asked = checked(SnoozeReminder(data=json_object(request._request).value))
        return Response(shown(ReminderRow, services.snooze(key, **asked)))


class CancelView(CallerView):
    """Nobody is to be told any more."""

    @extend_schema(operation_id="reminders_cancel", request=None, responses=ReminderRow)
    def post(self, request: Request, reminder_id: str) -> Response:
        return Response(shown(ReminderRow, services.cancel(uuid_or_404(reminder_id))))


class OccurrenceListView(CallerView):
    """The times a reminder was released, newest first."""

    @extend_schema(operation_id="reminders_occurrences", responses=OccurrenceRow(many=True))
    def get(self, request: Request, reminder_id: str) -> Response:
        key = uuid_or_404(reminder_id)
        if not Reminder.objects.filter(pk=key).exists():
            raise NotFound
        return page(request, Occurrence.objects.filter(reminder_id=key).order_by("-due_at", "id"), OccurrenceRow)


class RetryView(CallerView):
    """Telling somebody who could not be told, once more."""

    @extend_schema(operation_id="reminders_retry", request=None, responses={202: OccurrenceRow})
    def post(self, request: Request, reminder_id: str, occurrence_id: str) -> Response:
        key = uuid_or_404(occurrence_id)
        if not Occurrence.objects.filter(pk=key, reminder_id=uuid_or_404(reminder_id)).exists():
            raise NotFound
        return Response(shown(OccurrenceRow, delivering.again(key)), status=202)
