"""Deliveries in the admin: what was told, what came back, and sending it again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.pages import OwnPages
from accounts.templatetags import office
from cases.search import digits
from make import payloads, services
from make.forms import SinceForm
from make.models import Delivery, DeliveryQuerySet, MessageType, WebhookEndpoint
from make.templatetags import webhooks

_LIST, _ONE = "admin:make_delivery_changelist", "admin:make_delivery_change"
_INVALID = 422


class TypeFilter(admin.SimpleListFilter):
    """What was told."""

    title = _("event")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return MessageType.choices

    def queryset(self, request: HttpRequest, deliveries: DeliveryQuerySet) -> DeliveryQuerySet:  # type: ignore[override]
        return deliveries.filter(type=self.value()) if self.value() else deliveries


class EndpointFilter(admin.SimpleListFilter):
    """Where it goes."""

    title = _("webhook endpoint")
    parameter_name = "endpoint"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(str(pk), name) for pk, name in WebhookEndpoint.objects.kept().values_list("pk", "name")]

    def queryset(self, request: HttpRequest, deliveries: DeliveryQuerySet) -> DeliveryQuerySet:  # type: ignore[override]
        chosen = _uuid(self.value() or "")
        return deliveries.filter(endpoint_id=chosen) if chosen else deliveries


@admin.register(Delivery)
class DeliveryAdmin(OwnPages):
    """The list is Django's, the page of one is ours; a helper's body is in neither."""

    list_display = (
        "moment_shown",
        "type_shown",
        "plate_shown",
        "endpoint_shown",
        "status_shown",
        "attempts",
        "answer_shown",
    )
    list_display_links = ("moment_shown",)
    list_filter = ("status", TypeFilter, EndpointFilter, ("created_at", admin.DateFieldListFilter))
    search_fields = ("case__plate",)
    search_help_text = _("A plate in any spelling, or the id of a message.")
    sortable_by = ()
    actions = ("replay_selected", "cancel_selected")
    change_list_template = "admin/make/delivery/list.html"

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.changelist_view, "changelist"),
            self.address("failed/", self.failed_view, "failed"),
            self.address("<uuid:pk>/", self.delivery_view, "change"),
            self.address("<uuid:pk>/replay/", self.replay_view, "replay"),
            self.address("<uuid:pk>/cancel/", self.cancel_view, "cancel"),
        ]

    def get_queryset(self, request: HttpRequest) -> DeliveryQuerySet:
        return Delivery.objects.with_places()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # The home page counts no delivery to an endpoint that is gone, and leads to the same ones.
        return lookup == "endpoint__deleted_at__isnull" or super().lookup_allowed(lookup, value, request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Delivery], search_term: str
    ) -> tuple[QuerySet[Delivery], bool]:
        if message := _uuid(search_term.strip()):
            return queryset.filter(message_id=message), False
        if plate := digits(search_term):
            return queryset.filter(case__plate__contains=plate), False
        return (queryset.none() if search_term else queryset), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {"title": _("Deliveries"), "may_replay": self.has_replay_permission(request)}
        return super().changelist_view(request, shown | (extra_context or {}))

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("make.replay_delivery"))

    @admin.display(description=_("time"))
    def moment_shown(self, delivery: Delivery) -> SafeString:
        return office.moment(delivery.created_at)

    @admin.display(description=_("event"))
    def type_shown(self, delivery: Delivery) -> SafeString:
        version = format_html(" {}", office.code(f"v{delivery.message.version}")) if delivery.message.version else ""
        return format_html("{}{}", webhooks.type_words(delivery.type), version)

    @admin.display(description=_("plate"))
    def plate_shown(self, delivery: Delivery) -> SafeString:
        return office.code(office.plate(delivery.case.plate) if delivery.case else "—")

    @admin.display(description=_("webhook endpoint"))
    def endpoint_shown(self, delivery: Delivery) -> SafeString:
        return office.words(delivery.endpoint.name)

    @admin.display(description=_("status"))
    def status_shown(self, delivery: Delivery) -> SafeString:
        return webhooks.delivery_pill(delivery)

    @admin.display(description=_("answer"))
    def answer_shown(self, delivery: Delivery) -> SafeString:
        return webhooks.outcome(delivery)

    @admin.action(description=_("Send the chosen ones again"), permissions=["replay"])
    def replay_selected(self, request: HttpRequest, chosen: QuerySet[Delivery]) -> None:
        count = services.replay(delivery_ids=chosen.values_list("pk", flat=True))
        self.message_user(request, _sent(count))

    @admin.action(description=_("Cancel the chosen ones that still wait"), permissions=["replay"])
    def cancel_selected(self, request: HttpRequest, chosen: QuerySet[Delivery]) -> None:
        count = services.cancel(delivery_ids=chosen.values_list("pk", flat=True))
        words = ngettext("%(n)s delivery was cancelled.", "%(n)s deliveries were cancelled.", count)
        self.message_user(request, words % {"n": count})

    def delivery(self, request: HttpRequest, pk: UUID) -> Delivery:
        """Raises Http404 alike for a foreign and a missing one."""
        self.look(request)
        found = Delivery.objects.with_places().filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def delivery_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One delivery: the message, the request as far as it may be shown, and every attempt."""
        delivery = self.delivery(request, pk)
        now = timezone.now()
        return self.page(
            request,
            "delivery",
            title=_("Delivery"),
            delivery=delivery,
            message=delivery.message,
            sent=_as_sent(delivery),
            log=delivery.log.order_by("-id"),
            is_busy=bool(delivery.lease_until and delivery.lease_until > now),
            may_replay=self.has_replay_permission(request),
        )

    def posted(self, request: HttpRequest, pk: UUID) -> Delivery:
        if request.method != "POST":
            raise Http404
        if not self.has_replay_permission(request):
            raise PermissionDenied
        return self.delivery(request, pk)

    def replay_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Send one again."""
        self.posted(request, pk)
        count = services.replay(delivery_ids=[pk])
        self.message_user(request, _sent(count) if count else _("It is being sent just now."))
        return redirect(_ONE, pk)

    def cancel_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take one back that still waits."""
        self.posted(request, pk)
        count = services.cancel(delivery_ids=[pk])
        self.message_user(request, _("The delivery was cancelled.") if count else _("It does not wait any more."))
        return redirect(_ONE, pk)

    def failed_view(self, request: HttpRequest) -> HttpResponse:
        """How many were given up since a time; a POST sends them again."""
        self.look(request)
        if not self.has_replay_permission(request):
            raise PermissionDenied
        asked = request.POST or request.GET
        yesterday = timezone.localtime() - timedelta(days=1)
        form = SinceForm(asked if "since" in asked else None, initial={"since": yesterday})
        since = form.cleaned_data["since"] if form.is_valid() else yesterday
        if request.method == "POST" and form.is_valid():
            self.message_user(request, _sent(services.replay_failed(since=since)))
            return redirect(_LIST)
        return self.page(
            request,
            "failed",
            status=_INVALID if form.errors else 200,
            title=_("Send again what was given up"),
            form=form,
            since=since,
            count=Delivery.objects.failed().since(since).count(),
        )


def _sent(count: int) -> str:
    words = ngettext("%(n)s delivery is on its way again.", "%(n)s deliveries are on their way again.", count)
    return words % {"n": count}


def _as_sent(delivery: Delivery) -> dict[str, Any]:
    """The body of a thin message; of one with a helper in it only its name and size."""
    message = delivery.message
    posted = payloads.Message(
        type=message.type,
        case_id=message.case_id,
        plate=delivery.case.plate if delivery.case else None,
        version=message.version,
        data=message.data,
        created_at=message.created_at,
    )
    if not payloads.is_whole(posted, delivery.endpoint.body):
        return {"thin": payloads.thin(posted)}
    if not delivery.case or not message.version:
        return {}
    saved = delivery.case.case_helper.filter(version=message.version)
    return {"whole": saved.values("helper_name", "size_bytes", "pk").first()}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
