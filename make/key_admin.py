"""Gateway keys, and what came through them that could not be taken as it was."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry, Profile
from accounts.pages import OwnPages, is_manager, managers_only
from accounts.templatetags import office
from core.errors import Refused
from make import gateway, services
from make.forms import KeyForm
from make.intake_views import IngestExternalView, SyncHelperView, UpdateHelperView
from make.models import GatewayKey, RawAnswer, RawAnswerQuerySet

_LIST = "admin:make_gatewaykey_changelist"
_HISTORY = 30
_INVALID = 422
# The gateway's ops, and the doors beside it, by the words their views ask a key for.
_MAY_BE_NAMED = [
    *sorted(gateway.OPS),
    *(view.for_keys for view in (IngestExternalView, UpdateHelperView, SyncHelperView)),
]


@admin.register(GatewayKey)
class GatewayKeyAdmin(OwnPages):
    """A key is made, shown once, and revoked; nothing else can be done to it."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.list_view, "changelist"),
            self.address("add/", self.add_page, "add"),
            self.address("<uuid:pk>/revoke/", self.revoke_view, "revoke"),
        ]

    def manager(self, request: HttpRequest) -> Profile:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return managers_only(request)

    def list_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Every key by its first letters, and when it was last used."""
        self.look(request)
        return self.page(
            request,
            "list",
            title=_("Gateway keys"),
            keys=GatewayKey.objects.without_hashes().select_related("created_by"),
            may_change=self.has_change_permission(request) and is_manager(request),
            history=AuditEntry.objects.about("gateway_keys")[:_HISTORY],
        )

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """A form; after it, the key, this once."""
        who = self.manager(request)
        form = KeyForm(request.POST or None, ops=_MAY_BE_NAMED)
        if form.is_valid():
            try:
                key, text = services.create_key(org_id=who.org_id, created_by=who.pk, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, refusal.message)
            else:
                return self.page(request, "key", title=_("The key"), name=key.name, key=text)
        return self.page(
            request, "form", status=_INVALID if form.errors else 200, title=_("Make a gateway key"), form=form
        )

    def revoke_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What a revocation will do; a POST does it."""
        self.look(request)
        self.manager(request)
        key = GatewayKey.objects.without_hashes().filter(pk=pk).first()
        if key is None:
            raise Http404
        if key.revoked_at:
            self.message_user(request, _("This key was revoked already."), messages.WARNING)
            return redirect(_LIST)
        if request.method != "POST":
            return self.page(request, "revoke", title=_("Revoke the key"), key=key)
        words = format_html(gettext("The key {} opens nothing any more."), key.name)
        self.did(request, lambda: services.revoke_key(key_id=pk), words)
        return redirect(_LIST)


@admin.register(RawAnswer)
class RawAnswerAdmin(OwnPages):
    """What Make sent, as it came; only looked at."""

    list_display = ("moment_shown", "source_shown", "plate_shown", "size_shown", "error_shown")
    list_display_links = ("moment_shown",)
    list_filter = (("created_at", admin.DateFieldListFilter),)
    search_fields = ("source",)
    search_help_text = _("A source, or a plate in any spelling.")
    sortable_by = ()
    actions = None
    change_list_template = "admin/plain_list.html"

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.changelist_view, "changelist"),
            self.address("<uuid:pk>/", self.answer_view, "change"),
        ]

    def get_queryset(self, request: HttpRequest) -> RawAnswerQuerySet:
        return RawAnswer.objects.without_bodies()

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return (queryset.search(search_term) if search_term else queryset), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Answers as they came")} | (extra_context or {}))

    def answer_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One answer: when, from where, and its text up to a length a page can carry."""
        self.look(request)
        answer = RawAnswer.objects.with_beginning().filter(pk=pk).first()
        if answer is None:
            raise Http404
        return self.page(request, "answer", title=_("Answer as it came"), answer=answer)

    @admin.display(description=_("time"))
    def moment_shown(self, answer: RawAnswer) -> SafeString:
        return office.moment(answer.created_at)

    @admin.display(description=_("source"))
    def source_shown(self, answer: RawAnswer) -> SafeString:
        return office.code(answer.source)

    @admin.display(description=_("plate"))
    def plate_shown(self, answer: RawAnswer) -> SafeString:
        return office.code(office.plate(answer.case.plate) if answer.case else "—")

    @admin.display(description=_("size"))
    def size_shown(self, answer: RawAnswer) -> SafeString:
        return office.size(answer.length)  # type: ignore[attr-defined]

    @admin.display(description=_("error"))
    def error_shown(self, answer: RawAnswer) -> SafeString:
        return office.words(answer.error or "—")
