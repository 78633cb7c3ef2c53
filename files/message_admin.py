"""Messages in the admin: the list, sending one after a look at it, what became of each, and the office's wordings."""

from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.pages import OwnPages, is_manager
from accounts.templatetags import office
from cases.models import Case
from cases.search import digits
from core.errors import Invalid, Refused
from files import message_tasks, messages
from files.message_forms import MessageForm, WordingForm
from files.models import MessageTemplate, OutboundMessage
from files.templatetags.messaging import message_pill

_INVALID = 422


@admin.register(OutboundMessage)
class OutboundMessageAdmin(OwnPages):
    """The list is Django's, the pages are ours; a message that was asked for is never changed."""

    list_display = ("moment_shown", "plate_shown", "channel", "recipient_shown", "state_shown")
    list_display_links = ("moment_shown",)
    list_filter: ClassVar[Any] = ("status", "channel", "sent_via")
    search_fields = ("plate",)
    search_help_text = _("A plate in any spelling, or a part of one.")
    sortable_by = ()
    actions = None
    change_list_template = "admin/plain_list.html"

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.changelist_view, "changelist"),
            self.address("send/<uuid:case_id>/", self.send_view, "send"),
            self.address("<uuid:pk>/", self.message_view, "change"),
            self.address("<uuid:pk>/again/", self.again_view, "again"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def may_send(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("files.add_outboundmessage"))

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        plate = digits(search_term)
        return (
            queryset.filter(plate__contains=plate) if plate else queryset if not search_term else queryset.none()
        ), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": self.opts.verbose_name_plural} | (extra_context or {}))

    def message_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One message, and what became of it."""
        message = self.found(request, pk)
        title = self.opts.verbose_name
        return self.page(request, "message", title=title, message=message, may_send=self.may_send(request))

    def found(self, request: HttpRequest, pk: UUID) -> OutboundMessage:
        """Raises Http404, and PermissionDenied for a login that may not see messages."""
        self.look(request)
        message = OutboundMessage.objects.select_related("document", "created_by").filter(pk=pk).first()
        if message is None:
            raise Http404
        return message

    def send_view(self, request: HttpRequest, case_id: UUID) -> HttpResponse:
        """Fill it in; a POST shows what would go out, and a POST of that page sends it."""
        self.look(request)
        if not self.may_send(request):
            raise PermissionDenied
        case = Case.objects.filter(pk=case_id).first()
        if case is None:
            raise Http404
        asked_for = {"enclosed": request.GET.get("enclosed", ""), "template": request.GET.get("template", "")}
        form = MessageForm(case, request.POST or None, initial=asked_for)
        prepared = self.prepared(case, form) if request.method == "POST" and form.is_valid() else None
        if prepared is not None and "send" in request.POST:
            message = self.queued(request, form, prepared)
            if message is not None:
                return redirect("admin:files_outboundmessage_change", message.pk)
        status = _INVALID if form.errors else 200
        title = gettext("Send a message")
        return self.page(request, "send", status=status, title=title, form=form, case=case, prepared=prepared)

    def prepared(self, case: Case, form: MessageForm) -> messages.Prepared | None:
        """What would go out; what is wrong is said at its field."""
        try:
            return messages.prepare(case_id=case.pk, **form.asked())
        except Invalid as refusal:
            for wrong in refusal.details:
                form.add_error(*_said(wrong["pointer"]))
        except Refused as refusal:
            form.add_error(None, f"{refusal.message} {refusal.hint}")
        return None

    def queued(self, request: HttpRequest, form: MessageForm, prepared: messages.Prepared) -> OutboundMessage | None:
        queued: list[OutboundMessage] = []
        message_id = form.cleaned_data["id"] or uuid4()
        done = gettext("The message is on its way.")
        if self.did(request, lambda: queued.append(messages.queue(message_id, prepared)), done):
            message_tasks.soon(queued[0])
            return queued[0]
        return None

    def again_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Send one that failed once more."""
        if request.method != "POST":
            raise Http404
        message = self.found(request, pk)
        if not self.may_send(request):
            raise PermissionDenied
        again: list[OutboundMessage] = []
        if self.did(request, lambda: again.append(messages.again(message.pk)), gettext("The message is on its way.")):
            message_tasks.soon(again[0])
        return redirect("admin:files_outboundmessage_change", message.pk)

    @admin.display(description=_("time"))
    def moment_shown(self, message: OutboundMessage) -> SafeString:
        return office.moment(message.created_at)

    @admin.display(description=_("plate"))
    def plate_shown(self, message: OutboundMessage) -> SafeString:
        return office.code(office.plate(message.plate))

    @admin.display(description=_("recipient"))
    def recipient_shown(self, message: OutboundMessage) -> SafeString:
        return office.code(message.recipient)

    @admin.display(description=_("state"))
    def state_shown(self, message: OutboundMessage) -> SafeString:
        return message_pill(message)


@admin.register(MessageTemplate)
class MessageTemplateAdmin(OwnPages):
    """An office's own wordings; managers change them."""

    form = WordingForm
    list_display = ("title", "name", "channel")
    sortable_by = ()
    actions = None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": self.opts.verbose_name_plural} | (extra_context or {}))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and is_manager(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and is_manager(request)


def _said(pointer: str) -> tuple[str | None, Any]:
    """The field of what is wrong, and what is wrong there, in the office's words."""
    return {
        "/to": ("to", _("This is no recipient of this channel.")),
        "/text": ("text", _("Choose a wording, or write a text whose places can be filled.")),
        "/subject": ("subject", _("There is a place in it that nobody knows how to fill.")),
        "/file_id": ("enclosed", _("The text has a link in it: choose a file or a report.")),
        "/template": ("template", _("There is no such wording.")),
    }.get(pointer, (None, _("Something in the request has the wrong shape or value.")))
