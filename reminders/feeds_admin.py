"""The address of one's own calendar: made and shown once, ended; managers end anybody's of their office."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.pages import OwnPages, person
from reminders import feeds
from reminders.feeds import CalendarFeed

_LIST = "admin:reminders_calendarfeed_changelist"


@admin.register(CalendarFeed)
class CalendarFeedAdmin(OwnPages):
    """Whoever sees reminders may have them in a calendar."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.list_view, "changelist"),
            self.address("make/", self.make_view, "make"),
            self.address("<uuid:pk>/revoke/", self.revoke_view, "revoke"),
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("reminders.view_reminder"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def list_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One's own address, and those of others where one manages them; never the address itself."""
        self.look(request)
        standing = list(CalendarFeed.objects.standing().select_related("user").order_by("user__name"))
        mine = getattr(request.user, "profile_id", None)
        return self.page(
            request,
            "list",
            title=_("My calendar"),
            mine=next((one for one in standing if one.user_id == mine), None),
            others=[one for one in standing if one.user_id != mine],
            has_person=mine is not None,
        )

    def make_view(self, request: HttpRequest) -> HttpResponse:
        """A new address, shown this once; the one before ends."""
        self.look(request)
        if request.method != "POST":
            raise Http404
        if person(request) is None:
            raise PermissionDenied
        address = feeds.make()
        if address.startswith("/"):
            address = request.build_absolute_uri(address)
        return self.page(request, "made", title=_("The address of your calendar"), address=address)

    def revoke_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.look(request)
        if request.method != "POST":
            raise Http404
        self.did(request, lambda: feeds.revoke(pk), gettext("The address was ended; nobody reads the calendar by it."))
        return redirect(_LIST)
