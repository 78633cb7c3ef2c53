"""Is it well: the last two days hour by hour, and what the system noted for staff."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from accounts.pages import OwnPages, person
from cases.models import SystemLog
from office import health

_NOTES = 50


@admin.register(SystemLog)
class SystemLogAdmin(OwnPages):
    """One page; what is noted is nobody's to change."""

    def get_urls(self) -> list[URLPattern]:
        return [self.address("", self.list_view, "changelist")]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def list_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The hours as a chart and as a table, and the newest notes."""
        self.look(request)
        who = person(request)
        told = health.hours(who.org_id if who else None)
        return self.page(
            request,
            "list",
            title=_("System health"),
            hours=told,
            busy=[hour for hour in told if not hour.is_quiet],
            troubles=sum(hour.troubles for hour in told),
            bars=health.bars(told),
            width=health.WIDTH,
            height=health.HEIGHT,
            notes=SystemLog.objects.select_related("case")[:_NOTES],
        )
