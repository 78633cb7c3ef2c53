"""VAT by the day, the country's and the office's own, and by how much the sums of an invoice may differ."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, Org, Profile
from accounts.pages import OwnPages, is_manager, managers_only, person
from core.errors import Refused
from invoices import display, editing
from invoices.forms import RateForm, ToleranceForm
from invoices.models import VatRate

_PAGE = "admin:invoices_vatrate_changelist"
_INVALID, _HISTORY = 422, 30


@admin.register(VatRate)
class VatRateAdmin(OwnPages):
    """One page; managers add and mend what is their office's own."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.rates_view, "changelist"),
            self.address("add/", self.add_page, "add"),
            self.address("<uuid:pk>/", self.rate_view, "change"),
            self.address("tolerance/", self.tolerance_view, "tolerance"),
        ]

    def rates_view(
        self,
        request: HttpRequest,
        extra_context: dict[str, Any] | None = None,
        *,
        rate_form: RateForm | None = None,
        tolerance_form: ToleranceForm | None = None,
    ) -> HttpResponse:
        """Every rate that counts for the office, its tolerance, and who changed them."""
        self.look(request)
        who = person(request)
        office = Org.objects.filter(pk=who.org_id).first() if who else None
        tolerance = office.invoice_tolerance if office else None
        return self.page(
            request,
            "rates",
            status=_INVALID if rate_form or tolerance_form else 200,
            title=_("VAT and tolerance"),
            rates=VatRate.objects.select_related("updated_by").order_by("-starts_on", "org"),
            tolerance=tolerance,
            rate_form=rate_form or RateForm(),
            tolerance_form=tolerance_form or ToleranceForm(initial={"tolerance": tolerance}),
            may_add=self.has_add_permission(request) and is_manager(request),
            may_change=self.has_change_permission(request) and is_manager(request),
            history=_history(),
        )

    def manager(self, request: HttpRequest, *, is_post: bool = True) -> Profile:
        if is_post and request.method != "POST":
            raise Http404
        if not self.has_change_permission(request):
            raise PermissionDenied
        return managers_only(request)

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """Set an own rate from a day on."""
        who = self.manager(request)
        form = RateForm(request.POST)
        if form.is_valid() and self.wrote(
            request, form, lambda: editing.add_rate(org_id=who.org_id, **form.cleaned_data)
        ):
            return redirect(_PAGE)
        return self.rates_view(request, rate_form=form)

    def rate_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Mend an own rate; the country's are not the office's to change."""
        self.manager(request, is_post=False)
        rate = VatRate.objects.filter(pk=pk, org__isnull=False).first()
        if rate is None:
            raise Http404
        form = RateForm(request.POST or None, initial={"starts_on": rate.starts_on, "rate": rate.rate})
        if form.is_valid() and self.wrote(request, form, lambda: editing.update_rate(rate_id=pk, **form.cleaned_data)):
            return redirect(_PAGE)
        return self.page(request, "rate", status=_INVALID if form.errors else 200, title=_("Mend the rate"), form=form)

    def tolerance_view(self, request: HttpRequest) -> HttpResponse:
        """Set by how many shekels the sums may differ."""
        who = self.manager(request)
        form = ToleranceForm(request.POST)
        if form.is_valid() and self.wrote(
            request, form, lambda: editing.set_tolerance(org_id=who.org_id, **form.cleaned_data)
        ):
            return redirect(_PAGE)
        return self.rates_view(request, tolerance_form=form)

    def wrote(self, request: HttpRequest, form: Any, act: Any) -> bool:
        try:
            act()
        except Refused as refused:
            form.add_error(None, display.refusal(refused))
            return False
        self.message_user(request, _("Saved. Every invoice of the office was checked anew."))
        return True


def _history() -> list[AuditEntry]:
    lines = AuditEntry.objects.filter(table_name__in=("vat_rates", "orgs")).with_names()
    return list(lines.order_by("-created_at")[:_HISTORY])
