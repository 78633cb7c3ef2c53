"""The action log: everything that happened in the office, by who, what and when, and as a spreadsheet."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from accounts.pages import OwnPages, person
from cases.models import Event, EventQuerySet
from core import csvtext
from office import timeline
from office.event_form import EventForm
from office.templatetags.story import days_of

_PER_PAGE = 50
_INVALID = 422


@admin.register(Event)
class EventAdmin(OwnPages):
    """One page of sentences with filters; nothing is changed here."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.list_view, "changelist"),
            self.address("csv/", self.csv_view, "csv"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def asked(self, request: HttpRequest) -> tuple[EventForm, EventQuerySet]:
        """The filters, and the events they leave; none where a filter is wrong."""
        self.look(request)
        who = person(request)
        org_id = who.org_id if who else None
        form = EventForm(request.GET, org_id=org_id)
        events = Event.objects.newest_first(org_id)
        return form, form.narrowed(events) if form.is_valid() else events.none()

    def list_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The newest that fit; the next page begins after the last one shown."""
        form, events = self.asked(request)
        last = _uuid(request.GET.get("before", ""))
        count = timeline.count_some(events)
        found = list((events.before(last) if last else events)[: _PER_PAGE + 1])
        entries = [timeline.entry_of(event) for event in found[:_PER_PAGE]]
        query = request.GET.copy()
        query.pop("before", None)
        return self.page(
            request,
            "list",
            status=_INVALID if form.errors else 200,
            title=_("Action log"),
            form=form,
            days=days_of(entries, request.user),
            count=count,
            most=timeline.MOST_COUNTED,
            is_more=count > timeline.MOST_COUNTED,
            query=query.urlencode(),
            next=found[_PER_PAGE - 1].id if len(found) > _PER_PAGE else None,
            is_later_page=last is not None,
            csv_address=f"{reverse('admin:cases_event_csv')}?{query.urlencode()}",
        )

    def csv_view(self, request: HttpRequest) -> HttpResponseBase:
        """The same as a file for a spreadsheet."""
        form, events = self.asked(request)
        if form.errors:
            return self.list_view(request)
        return csvtext.download(timeline.csv_of(events), "action-log.csv")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
