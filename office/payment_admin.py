"""Payments in the admin: a list that says what is late and is edited in place, and a page for each."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.templatetags import office
from cases.payments import FeeInvoice, Payment
from core.errors import Refused
from office import payment_report, services
from office.forms import ContactForm, FeeInvoiceForm, LineForm, OfPlateForm, PaymentForm
from office.payment_report_admin import PaymentReportPages
from office.templatetags import tracked
from office.tracking_admin import SheetAdmin
from parts.list_filters import PlateFilter

_ONE, _LIST = "admin:cases_payment_change", "admin:cases_payment_changelist"
_INVALID = 422
_MOST_AGENTS, _MOST_MONTHS, _MOST_MARKED = 12, 18, 1000
# What was marked as paid last, and how it was before, in the login's session.
_UNDO = "payments_marked_paid"


class LateFilter(admin.SimpleListFilter):
    """Whose expected day is over."""

    title = _("late")
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("true", _("late")), ("false", _("not late"))]

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        return {"true": rows.late, "false": rows.not_late}.get(self.value() or "", lambda: rows)()


class AgentFilter(admin.SimpleListFilter):
    """An agent, of those who are named most often."""

    title = _("agent")
    parameter_name = "agent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(name, name) for name in Payment.objects.agents(_MOST_AGENTS)]

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        return rows.filter(agent=self.value()) if self.value() else rows


class UnpaidFilter(admin.SimpleListFilter):
    """Whether all of the fee has come."""

    title = _("paid")
    parameter_name = "paid"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("no", _("not fully paid")), ("yes", _("fully paid"))]

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        if self.value() not in {"no", "yes"}:
            return rows
        paid = Payment.Status.PAID
        return rows.filter(payment_status=paid) if self.value() == "yes" else rows.exclude(payment_status=paid)


class MonthFilter(admin.SimpleListFilter):
    """The month in which a payment is expected, of those that occur."""

    title = _("expected in")
    parameter_name = "month"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        months = payment_report.months(_MOST_MONTHS)
        return [(f"{month:%Y-%m}", f"{month:%m/%Y}") for month in months] + [("none", _("without a day"))]

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        return payment_report.of_month(rows, self.value() or "")


class AgentlessFilter(admin.SimpleListFilter):
    """Payments without an agent; the report leads here."""

    title = _("agent")
    parameter_name = "no_agent"

    def has_output(self) -> bool:
        return bool(self.value())

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("1", _("without an agent"))]

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        return rows.filter(agent=None) if self.value() else rows


@admin.register(Payment)
class PaymentAdmin(PaymentReportPages, SheetAdmin):
    """Nothing is deleted here: a payment is taken off the list, and can be brought back."""

    sheet = "payments"
    list_display = (
        *("owner_shown", "plate_shown", "payment_status", "expected_payment_date", "total_fee"),
        *("notes", "invoices_shown", "contact_shown", "agent_shown"),
    )
    list_display_links = ("owner_shown",)
    list_editable = LineForm.Meta.fields
    list_filter = (LateFilter, UnpaidFilter, "payment_status", MonthFilter, AgentFilter, AgentlessFilter, PlateFilter)
    actions = ("mark_paid",)
    search_fields = ("plate", "owner_name", "agent", "claim_handler")
    search_help_text = _("Plate, owner, agent or claim handler.")

    def get_urls(self) -> list[URLPattern]:
        return [
            *super().get_urls(),
            self.address("add/", self.add_page, "add"),
            self.address("report/", self.report_view, "report"),
            self.address("report/<str:form>/", self.report_file_view, "report_file"),
            self.address("unmark/", self.unmark_view, "unmark"),
            self.address("<uuid:pk>/", self.payment_view, "change"),
            self.address("<uuid:pk>/contact/", self.contact_view, "contact"),
            self.address("<uuid:pk>/removal/", self.removal_view, "removal"),
            self.address("<uuid:pk>/fee-invoices/", self.fee_invoice_view, "fee_invoice_add"),
            self.address("<uuid:pk>/fee-invoices/<uuid:invoice_id>/", self.fee_invoice_view, "fee_invoice"),
        ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("last_contacted_by", "updated_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("cases.add_payment"))

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return LineForm

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {
            "title": _("Payment tracking"),
            "lead": _("The fee of each case, when it is expected, and who is late."),
            "may_add_payment": self.has_add_permission(request),
            "may_report": True,
            "undo_paid": request.session.get(_UNDO) if self.has_change_permission(request) else None,
        }
        return super().changelist_view(request, shown | (extra_context or {}))

    def get_actions(self, request: HttpRequest) -> Any:
        return super().get_actions(request) if self.has_change_permission(request) else {}

    def save_model(self, request: HttpRequest, obj: Payment, form: Any, change: bool) -> None:
        """Write only the fields that were changed in the list, where still stands what the page showed."""
        stood = {name: form.stood[name] for name in form.changes}
        try:
            services.update_payment(payment_id=obj.pk, stood=stood, **form.changes)
        except Refused:
            words = _("%(plate)s: somebody wrote there at the same moment; your change was not saved.")
            self.message_user(request, words % {"plate": office.plate(obj.plate)}, messages.ERROR)

    @admin.action(description=_("Mark as fully paid"), permissions=["change"])
    def mark_paid(self, request: HttpRequest, chosen: Any) -> None:
        before = services.mark_paid(payment_ids=list(chosen.order_by().values_list("pk", flat=True)[:_MOST_MARKED]))
        if before:
            request.session[_UNDO] = before
        else:
            self.message_user(request, _("All of the chosen payments were fully paid already."), messages.WARNING)

    def unmark_view(self, request: HttpRequest) -> HttpResponse:
        """Take back that the last chosen ones were marked as paid."""
        if request.method != "POST":
            raise Http404
        if not self.has_change_permission(request):
            raise PermissionDenied
        before = request.session.pop(_UNDO, {})
        count = services.unmark_paid(before=before)
        words = ngettext("%(n)s payment is as it was before.", "%(n)s payments are as they were before.", count)
        self.message_user(request, words % {"n": count})
        if count < len(before):
            stayed = ngettext(
                "%(n)s was changed since, and stays.", "%(n)s were changed since, and stay.", len(before) - count
            )
            self.message_user(request, stayed % {"n": len(before) - count}, messages.WARNING)
        return redirect(_LIST)

    def payment(self, request: HttpRequest, pk: UUID, *, to_change: bool = False) -> Any:
        """Raises Http404 alike for a foreign and a missing one."""
        self.look(request)
        rows = Payment.objects.with_lateness().with_fee_invoices().select_related("last_contacted_by", "case")
        found = rows.filter(pk=pk).first()
        if found is None:
            raise Http404
        if to_change and not self.has_change_permission(request):
            raise PermissionDenied
        return found

    def payment_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One payment: what is known of it, its contacts and its fee invoices; a POST changes it."""
        found = self.payment(request, pk, to_change=request.method == "POST")
        form = PaymentForm(request.POST or None, instance=Payment.objects.get(pk=pk))
        if form.is_valid() and self.did(
            request,
            lambda: services.update_payment(payment_id=pk, **form.changes),
            str(_("The payment was saved.")),
        ):
            return redirect(_ONE, pk)
        return self.one(request, found, form=form)

    def one(self, request: HttpRequest, found: Any, **shown: Any) -> HttpResponse:
        forms = {"form": PaymentForm(instance=found), "contact": ContactForm(), "new": FeeInvoiceForm(prefix="new")}
        rows = FeeInvoice.objects.of_payment(found.pk)
        lines = [(row, FeeInvoiceForm(instance=row, prefix=str(row.pk))) for row in rows]
        failed = any(getattr(form, "errors", None) for form in shown.values())
        return self.page(
            request,
            "payment",
            status=_INVALID if failed else 200,
            title=_("Payment"),
            payment=found,
            lines=lines,
            may_change=self.has_change_permission(request),
            **{**forms, **shown},
        )

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """For which plate; then the payment's page, filled from its case."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = OfPlateForm(request.POST or None, initial={"plate": request.GET.get("plate", "")[:40]})
        if form.is_valid():
            try:
                key, _is_new = services.open_payment(case_id=services.case_of(plate=form.cleaned_data["plate"]))
                return redirect(_ONE, key)
            except Refused as refusal:
                form.add_error("plate", refusal.message)
        return self.page(request, "add", status=_INVALID if form.errors else 200, title=_("Add a payment"), form=form)

    def contact_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Write down that somebody asked for the payment."""
        found = self.posted(request, pk)
        form = ContactForm(request.POST)
        if not form.is_valid():
            return self.one(request, found, contact=form)
        done = str(_("The contact was written down."))
        self.did(request, lambda: services.contacted(payment_id=pk, note=form.cleaned_data["note"]), done)
        return redirect(_ONE, pk)

    def removal_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take the payment off the list, or bring it back."""
        gone = self.posted(request, pk).removed_at is None
        done = _("The payment was taken off the list; it can be brought back.") if gone else _("The payment is back.")
        self.did(request, lambda: services.update_payment(payment_id=pk, removed=gone), str(done))
        return redirect(_ONE, pk)

    def fee_invoice_view(self, request: HttpRequest, pk: UUID, invoice_id: UUID | None = None) -> HttpResponse:
        """Add a fee invoice, change it, or take it out of count and sum."""
        found = self.posted(request, pk)
        row = FeeInvoice.objects.of_payment(pk).filter(pk=invoice_id).first() if invoice_id else None
        if invoice_id and row is None:
            raise Http404
        if row and "remove" in request.POST:
            change: dict[str, Any] = {"removed": True}
        else:
            form = FeeInvoiceForm(request.POST, instance=row, prefix=str(invoice_id) if row else "new")
            if not form.is_valid():
                return self.one(request, found, **({"bad": form, "bad_id": row.pk} if row else {"new": form}))
            change = form.cleaned_data
        if row:
            act: partial[Any] = partial(services.update_fee_invoice, payment_id=pk, invoice_id=row.pk, **change)
        else:
            act = partial(services.add_fee_invoice, payment_id=pk, **change)
        self.did(request, act, str(_("The fee invoices were changed.")))
        return redirect(f"{reverse(_ONE, args=[pk])}#fee-invoices")

    def posted(self, request: HttpRequest, pk: UUID) -> Any:
        if request.method != "POST":
            raise Http404
        return self.payment(request, pk, to_change=True)

    @admin.display(description=_("owner"), ordering="owner_name")
    def owner_shown(self, row: Any) -> SafeString:
        return office.words(row.owner_name or _("unnamed"))

    @admin.display(description=_("plate"), ordering="plate")
    def plate_shown(self, row: Any) -> SafeString:
        return format_html("{} <div>{}</div>", super().plate_shown(row), tracked.late_pill(row))

    @admin.display(description=_("fee invoices"))
    def invoices_shown(self, row: Any) -> SafeString:
        if not row.fee_invoices_count:
            return SafeString("—")
        total = tracked.shekels(row.fee_invoices_total)
        place = reverse(_ONE, args=[row.pk])
        badge = format_html('<span class="pill pill-fresh">{}</span>', row.fee_invoices_count)
        hidden = format_html('<span class="visually-hidden"> {} {}</span>', _("fee invoices"), row.plate)
        return format_html('<a href="{}#fee-invoices">{}{}</a><div class="quiet">{}</div>', place, badge, hidden, total)

    @admin.display(description=_("agent"), ordering="agent")
    def agent_shown(self, row: Any) -> SafeString:
        of_case = (row.manufacturer, row.year_of_manufacture, row.damage_type)
        vehicle = format_html_join(" ", "{}", ((office.words(said),) for said in of_case if said))
        return format_html('{}<div class="quiet">{}</div>', office.words(row.agent or "—"), vehicle)

    @admin.display(description=_("last contact"), ordering="last_contacted_at")
    def contact_shown(self, row: Any) -> SafeString:
        place = f"{reverse(_ONE, args=[row.pk])}#contact"
        link = format_html(
            '<a href="{}">{}<span class="visually-hidden"> {}</span></a>', place, _("write down…"), row.plate
        )
        if row.last_contacted_at is None:
            return format_html('<span class="quiet">{}</span> {}', _("none yet"), link)
        who = row.last_contacted_by.name if row.last_contacted_by else ""
        said = office.words(row.last_contact_notes) if row.last_contact_notes else ""
        told = format_html('{}<div class="quiet">{} {}</div>', office.moment(row.last_contacted_at), who, said)
        return format_html("{} {}", told, link)
