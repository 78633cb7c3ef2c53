"""Which source may write which part of a helper: rows are added and taken away, and the log keeps who did it."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import AuditEntry
from accounts.pages import OwnPages, is_manager, managers_only, person
from accounts.templatetags import office
from helpers import services
from helpers.forms import SourceForm
from helpers.models import HelperSource

_PAGE = "admin:helpers_helpersource_changelist"
_HISTORY = 30


@admin.register(HelperSource)
class HelperSourceAdmin(OwnPages):
    """One page: a card for each source, a form for a new place."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.sources_view, "changelist"),
            self.address("<uuid:pk>/remove/", self.remove_view, "remove"),
        ]

    def may_change(self, request: HttpRequest) -> bool:
        return is_manager(request) and self.has_change_permission(request)

    def sources_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Every source with its places; a POST adds one."""
        self.look(request)
        form = SourceForm(request.POST or None)
        if request.method == "POST" and self.added(request, form):
            return redirect(_PAGE)
        who = person(request)
        rows = HelperSource.objects.filter(org_id=who.org_id) if who else HelperSource.objects.none()
        return self.page(
            request,
            "sources",
            status=422 if form.errors else 200,
            title=_("Sources of the helper"),
            sources=[(source, list(places)) for source, places in groupby(rows, lambda row: row.source)],
            form=form,
            may_change=self.may_change(request),
            # Not what an office is given on its first day.
            history=AuditEntry.objects.about("helper_sources").exclude(action="INSERT", actor=None)[:_HISTORY],
        )

    def added(self, request: HttpRequest, form: SourceForm) -> bool:
        if not self.has_change_permission(request):
            raise PermissionDenied
        who = managers_only(request)
        if not form.is_valid():
            return False
        given = form.cleaned_data
        words = _("{} may now write {}.")
        return self.did(
            request,
            lambda: services.allow_source(org_id=who.org_id, **given),
            format_html(words, office.code(given["source"]), office.code(given["pointer"])),
        )

    def remove_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Forbid a source a place it could write so far."""
        if request.method != "POST":
            raise Http404
        if not self.has_change_permission(request):
            raise PermissionDenied
        managers_only(request)
        row = HelperSource.objects.filter(pk=pk).first()
        if row is None:
            raise Http404
        words = format_html(_("{} may no longer write {}."), office.code(row.source), office.code(row.pointer))
        self.did(request, lambda: services.forbid_source(source_id=row.pk), words)
        return redirect(_PAGE)
