"""Copies on OneDrive in the admin: what was asked for, what came of it, and asking again."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.pages import OwnPages
from accounts.templatetags import office
from cases.search import digits
from core.errors import Refused
from files import onedrive
from files.models import OnedriveSync
from files.templatetags import onedrive as cards


@admin.register(OnedriveSync)
class OnedriveSyncAdmin(OwnPages):
    """The list is Django's, the page of one is ours; nothing is changed but that Make is asked again."""

    list_display = ("file_shown", "plate_shown", "direction", "status_shown", "reason_shown", "attempts", "asked_shown")
    list_display_links = ("file_shown",)
    list_filter: ClassVar[Any] = ("status", "direction", ("updated_at", admin.DateFieldListFilter))
    list_select_related = ("document",)
    search_fields = ("document__filename",)
    search_help_text = _("A plate in any spelling, or a part of a file's name.")
    sortable_by = ()
    ordering = ("-updated_at", "-pk")
    actions = ("ask_again",)
    change_list_template = "admin/files/onedrive_list.html"

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.changelist_view, "changelist"),
            self.address("<uuid:pk>/", self.sync_view, "change"),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OnedriveSync]:
        return OnedriveSync.objects.select_related("document", "requested_by").defer("document__file_metadata")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[OnedriveSync], search_term: str
    ) -> tuple[QuerySet[OnedriveSync], bool]:
        plate = digits(search_term)
        if plate and not search_term.strip("0123456789-. "):
            return queryset.filter(plate__contains=plate), False
        return (queryset.filter(document__filename__icontains=search_term) if search_term else queryset), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Copies on OneDrive")} | (extra_context or {}))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def sync_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One copy; a POST asks for it again."""
        self.look(request)
        sync = self.get_queryset(request).filter(pk=pk).first()
        if sync is None:
            raise Http404
        if request.method == "POST":
            if not self.has_change_permission(request):
                raise PermissionDenied
            self.ask(request, [sync.document_id])
            return redirect("admin:files_onedrivesync_change", pk)
        may_ask = sync.status != sync.Status.SYNCED and not sync.withdrawn_at and self.has_change_permission(request)
        return self.page(request, "sync", title=_("Copy on OneDrive"), sync=sync, may_ask=may_ask)

    @admin.action(description=_("Ask Make again for the chosen ones"), permissions=["change"])
    def ask_again(self, request: HttpRequest, chosen: QuerySet[OnedriveSync]) -> None:
        self.ask(request, list(chosen.filter(withdrawn_at__isnull=True).values_list("document_id", flat=True)))

    def ask(self, request: HttpRequest, file_ids: list[UUID]) -> None:
        try:
            count = sum(onedrive.request(file_ids=file_ids).values())
        except Refused as refusal:
            self.message_user(request, f"{refusal.message} {refusal.hint}", messages.ERROR)
            return
        words = ngettext("Make was asked for %(n)s file.", "Make was asked for %(n)s files.", count)
        self.message_user(request, words % {"n": count} if count else _("There was nothing to ask for just now."))

    @admin.display(description=_("file"))
    def file_shown(self, sync: OnedriveSync) -> SafeString:
        return office.words(sync.document.filename)

    @admin.display(description=_("plate"))
    def plate_shown(self, sync: OnedriveSync) -> SafeString:
        return office.code(office.plate(sync.plate) or "—")

    @admin.display(description=_("status"))
    def status_shown(self, sync: OnedriveSync) -> SafeString:
        return cards.sync_pill(sync)

    @admin.display(description=_("reason"))
    def reason_shown(self, sync: OnedriveSync) -> str | SafeString:
        return cards.sync_reason(sync)

    @admin.display(description=_("last asked"))
    def asked_shown(self, sync: OnedriveSync) -> SafeString:
        return office.moment(sync.last_requested_at or sync.synced_at)
