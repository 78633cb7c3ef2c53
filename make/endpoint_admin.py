"""Webhook endpoints in the admin: where news goes, and the secret it is signed with."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, Profile
from accounts.pages import OwnPages, is_manager, managers_only
from core.errors import Refused
from make import services
from make.forms import EndpointForm
from make.models import Delivery, WebhookEndpoint
from make.templatetags import webhooks

_LIST, _ONE = "admin:make_webhookendpoint_changelist", "admin:make_webhookendpoint_change"
_LATEST, _HISTORY = 10, 20
_INVALID = 422


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(OwnPages):
    """A list, a page for each endpoint, and a button for each verb."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.list_view, "changelist"),
            self.address("add/", self.add_page, "add"),
            self.address("<uuid:pk>/", self.endpoint_view, "change"),
            self.address("<uuid:pk>/edit/", self.edit_view, "edit"),
            self.address("<uuid:pk>/rotate/", self.rotate_view, "rotate"),
            self.address("<uuid:pk>/pause/", self.pause_view, "pause"),
            self.address("<uuid:pk>/ping/", self.ping_view, "ping"),
            self.address("<uuid:pk>/remove/", self.remove_view, "remove"),
        ]

    def may_change(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and is_manager(request)

    def manager(self, request: HttpRequest) -> Profile:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return managers_only(request)

    def endpoint(self, request: HttpRequest, pk: UUID) -> WebhookEndpoint:
        """The endpoint, without its secrets. Raises Http404 alike for a foreign, a removed and a missing one."""
        self.look(request)
        found = WebhookEndpoint.objects.kept().without_secrets().with_counts().filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def list_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Every endpoint, how it stands, and what waits for it."""
        self.look(request)
        endpoints = WebhookEndpoint.objects.kept().without_secrets().with_counts()
        return self.page(
            request,
            "list",
            title=_("Webhook endpoints"),
            endpoints=endpoints,
            may_change=self.may_change(request),
        )

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """A form; after it, the secret, this once."""
        who = self.manager(request)
        form = EndpointForm(request.POST or None)
        if form.is_valid():
            try:
                made = services.create_endpoint(org_id=who.org_id, created_by=who.pk, **form.cleaned_data)
            except Refused as refusal:
                _blame(form, refusal)
            else:
                return self.secret_page(request, pk=made.pk, name=made.name, secret=made.secret, is_new=True)
        return self.form_page(request, form, title=_("Add a webhook endpoint"))

    def edit_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Change name, address, body or what it hears."""
        endpoint = self.endpoint(request, pk)
        self.manager(request)
        names = ("name", "url", "body", "event_types")
        form = EndpointForm(
            request.POST or None, endpoint=endpoint, initial={name: getattr(endpoint, name) for name in names}
        )
        if form.is_valid():
            try:
                changed = {name: form.cleaned_data[name] for name in form.changed_data}
                services.update_endpoint(endpoint_id=pk, **changed)
            except Refused as refusal:
                _blame(form, refusal)
            else:
                self.message_user(request, _("The endpoint was changed."))
                return redirect(_ONE, pk)
        return self.form_page(request, form, title=_("Change the endpoint"), endpoint=endpoint)

    def form_page(self, request: HttpRequest, form: EndpointForm, **shown: Any) -> HttpResponse:
        return self.page(request, "form", status=_INVALID if form.errors else 200, form=form, **shown)

    def secret_page(self, request: HttpRequest, **shown: Any) -> HttpResponse:
        """The only page that ever holds a secret; like every page of the admin it is marked for no cache to keep."""
        return self.page(request, "secret", title=_("The signing secret"), **shown)

    def endpoint_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """How one endpoint stands, its latest deliveries, and who changed it."""
        endpoint = self.endpoint(request, pk)
        return self.page(
            request,
            "endpoint",
            title=_("Webhook endpoint"),
            endpoint=endpoint,
            seen=_secret_since(endpoint),
            may_change=self.may_change(request),
            deliveries=Delivery.objects.with_places().filter(endpoint_id=pk)[:_LATEST],
            history=AuditEntry.objects.about("webhook_endpoints").filter(record_id=pk)[:_HISTORY],
        )

    def posted(self, request: HttpRequest, pk: UUID) -> WebhookEndpoint:
        if request.method != "POST":
            raise Http404
        endpoint = self.endpoint(request, pk)
        self.manager(request)
        return endpoint

    def rotate_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Give a new secret, and show it this once; the page that asks names the state it was asked in."""
        endpoint = self.posted(request, pk)
        if request.POST.get("seen") != _secret_since(endpoint):
            # The answer's page, sent once more, would end a secret nobody has used yet.
            self.message_user(request, _("The endpoint was changed meanwhile; nothing was done."), messages.WARNING)
            return redirect(_ONE, pk)
        try:
            secret = services.rotate_secret(endpoint_id=pk)
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            return redirect(_ONE, pk)
        return self.secret_page(request, pk=pk, name=endpoint.name, secret=secret, is_new=False)

    def pause_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Hold back what is to go there, or let it go on."""
        self.posted(request, pk)
        pause = request.POST.get("pause") == "1"
        done = _("The endpoint is paused; news waits for it.") if pause else _("The endpoint goes on where it stopped.")
        self.did(request, lambda: services.set_paused(endpoint_id=pk, is_paused=pause), done)
        return redirect(_ONE, pk)

    def ping_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Send a test, and go to its delivery."""
        self.posted(request, pk)
        try:
            delivery = services.ping(endpoint_id=pk)
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            return redirect(_ONE, pk)
        self.message_user(request, _("A test is on its way; load this page again to see what came back."))
        return redirect("admin:make_delivery_change", delivery)

    def remove_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What a removal will do; a POST does it."""
        endpoint = self.endpoint(request, pk)
        self.manager(request)
        if request.method != "POST":
            return self.page(request, "remove", title=_("Remove the endpoint"), endpoint=endpoint)
        words = format_html(_("{} was removed; nothing is sent there any more."), endpoint.name)
        done = self.did(request, lambda: services.remove_endpoint(endpoint_id=pk), words)
        return redirect(reverse(_LIST) if done else reverse(_ONE, args=[pk]))


def _secret_since(endpoint: WebhookEndpoint) -> str:
    """Which secret is meant, without saying it: each rotation sets another end for the one before."""
    return endpoint.previous_secret_until.isoformat() if endpoint.previous_secret_until else ""


def _blame(form: EndpointForm, refusal: Refused) -> None:
    """Put a refusal beside the field it is about."""
    places = refusal.details if isinstance(refusal.details, list) else []
    for place in places or [{"pointer": "", "reason": ""}]:
        field = place["pointer"].strip("/")
        told = _address_words(place["reason"]) if field == "url" else refusal.message
        form.add_error(field if field in form.fields else None, told)


def _address_words(reason: str) -> str:
    return str(webhooks.ADDRESS_REASONS.get(reason, reason))
