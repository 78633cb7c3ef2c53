"""The pages of one reminder: made, looked at, changed, put off, done, cancelled and told again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.pages import OwnPages
from cases.models import Case
from core.errors import Refused
from reminders import admin_undo, calendar, calendar_words, delivering, recurring, services
from reminders.forms import ReminderForm, SnoozeForm, standing_values
from reminders.forms_repeat import next_days, rule_of
from reminders.models import Reminder

ONE = "admin:reminders_reminder_change"
_INVALID = 422
_OCCURRENCES, _NEXT = 50, 5


class ReminderPages(OwnPages):
    """A GET shows, a POST does; whoever may change reminders may do all of it."""

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """An empty form, for a case where one is named; a look at what the repeating means is a POST of its own."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ReminderForm(request.POST or None, initial=self.first_values(request))
        if form.is_valid() and "look" not in request.POST:
            made = self.written(form, lambda: services.create(**form.values))
            if made is not None:
                self.message_user(request, _("The reminder was kept."))
                return redirect(ONE, made.pk)
        return self.form_page(request, form, title=_("New reminder"))

    def first_values(self, request: HttpRequest) -> dict[str, Any]:
        """What an empty form begins with."""
        case = _case(request.GET.get("case", ""))
        return {
            "plate": case.plate if case else request.GET.get("plate", "")[:40],
            "case": case.pk if case else None,
            "due_date": request.GET.get("day", "")[:10] or (calendar.today() + timedelta(days=1)).isoformat(),
            "due_time": "09:00",
            "category": Reminder.Category.GENERAL,
            "priority": Reminder.Priority.NORMAL,
            "assigned_to": getattr(request.user, "profile_id", None),
            "send_notification": True,
            "every": 1,
        }

    def edit_page(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The form with what stands; only what was changed is written."""
        reminder = self.changed(request, pk)
        form = ReminderForm(request.POST or None, initial=standing_values(reminder), standing=reminder)
        is_meant = form.is_valid() and "look" not in request.POST
        if is_meant and self.written(form, lambda: services.update(pk, **form.changes)) is not None:
            self.message_user(request, _("The reminder was changed."))
            return redirect(ONE, pk)
        return self.form_page(request, form, title=_("Change the reminder"), reminder=reminder)

    def written(self, form: ReminderForm, act: Callable[[], Reminder]) -> Reminder | None:
        try:
            return act()
        except Refused as refused:
            form.add_error(None, f"{refused.reason} {refused.hint}")
            return None

    def form_page(self, request: HttpRequest, form: ReminderForm, **shown: Any) -> HttpResponse:
        status = _INVALID if form.errors else 200
        meaning = _meaning(form) if form.is_bound and form.is_valid() else None
        return self.page(request, "form", status=status, form=form, meaning=meaning, **shown)

    def reminder_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Everything about one reminder: how it stands, when it comes, and what came of each time."""
        return self.one(request, self.reminder(request, pk), SnoozeForm())

    def one(self, request: HttpRequest, reminder: Reminder, form: SnoozeForm) -> HttpResponse:
        told = reminder.occurrences.select_related("told_to", "completed_by").order_by("-due_at")[:_OCCURRENCES]
        return self.page(
            request,
            "reminder",
            status=_INVALID if form.errors else 200,
            title=_("Reminder"),
            reminder=reminder,
            occurrences=list(told),
            snooze=form,
            may_change=self.has_change_permission(request),
            is_open=reminder.status in calendar.OPEN,
            rule=getattr(reminder, "by_rule", None),
        )

    def reminder(self, request: HttpRequest, pk: UUID) -> Reminder:
        """Raises Http404 alike for a foreign and a missing one."""
        self.look(request)
        rows = Reminder.objects.select_related("assigned_to", "completed_by", "created_by", "by_rule__rule")
        found = rows.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def changed(self, request: HttpRequest, pk: UUID) -> Reminder:
        """The reminder, for who may change it."""
        found = self.reminder(request, pk)
        if not self.has_change_permission(request):
            raise PermissionDenied
        return found

    def posted(self, request: HttpRequest, pk: UUID) -> Reminder:
        if request.method != "POST":
            raise Http404
        return self.changed(request, pk)

    def turn_view(self, request: HttpRequest, pk: UUID, deed: str) -> HttpResponse:
        """Done, cancelled, put off, or waiting again where that was a mistake."""
        reminder = self.posted(request, pk)
        acts: dict[str, tuple[Callable[[], object], str]] = {
            # Of a series, the time that was on the page.
            "complete": (lambda: services.complete(pk, due_at=_seen(request, reminder)), _("It is done.")),
            "cancel": (lambda: services.cancel(pk), _("The reminder was cancelled.")),
            "reopen": (lambda: services.update(pk, status=Reminder.Status.WAITING), _("The reminder waits again.")),
            "tomorrow": (lambda: services.snooze(pk, calendar.tomorrow_of(reminder)), _("Put off until tomorrow.")),
            "week": (lambda: services.snooze(pk, calendar.next_week_of(reminder)), _("Put off until next Sunday.")),
        }
        if deed not in acts:
            raise Http404
        act, done = acts[deed]
        if self.did(request, act, done):
            admin_undo.forget(request)
        return redirect(_back(request, pk))

    def snooze_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Put it off until a day."""
        reminder = self.posted(request, pk)
        form = SnoozeForm(request.POST)
        if not form.is_valid():
            return self.one(request, reminder, form)
        until = form.until(reminder)
        words = _("Put off until %(day)s.") % {"day": f"{form.cleaned_data['day']:%d.%m.%Y}"}
        self.did(request, lambda: services.snooze(pk, until), words)
        return redirect(ONE, pk)

    def again_view(self, request: HttpRequest, pk: UUID, occurrence_id: UUID) -> HttpResponse:
        """Tell once more what could not be told."""
        if not self.posted(request, pk).occurrences.filter(pk=occurrence_id).exists():
            raise Http404
        self.did(request, lambda: delivering.again(occurrence_id), _("It is told once more."))
        return redirect(f"{reverse(ONE, args=[pk])}#occurrences")


def _meaning(form: ReminderForm) -> dict[str, Any]:
    """What the chosen repeating means, and its next days."""
    given = form.cleaned_data
    standing = form.standing
    rule = rule_of(given, given["due_date"], standing.rrule if standing else None)
    days = next_days(given["due_date"], given["due_date"], given["due_time"], rule, _NEXT)
    words = calendar_words.sentence(recurring.read(rule), given["due_date"], given["due_time"]) if rule else ""
    return {"words": words, "days": [calendar_words.day_words(day) for day in days], "rule": rule}


def _seen(request: HttpRequest, reminder: Reminder) -> Any:
    """The time the page showed; whoever presses twice does not complete the next one as well."""
    return reminder.due_at if request.POST.get("due_at") in {None, reminder.due_at.isoformat()} else reminder.created_at


def _back(request: HttpRequest, pk: UUID) -> str:
    """Where it was pressed: the calendar, the case, or its own page."""
    there = request.POST.get("back", "")
    return (
        there
        if url_has_allowed_host_and_scheme(there, None) and there.startswith("/admin/")
        else reverse(ONE, args=[pk])
    )


def _case(text: str) -> Case | None:
    try:
        return Case.objects.filter(pk=UUID(text)).first()
    except ValueError:
        return None
