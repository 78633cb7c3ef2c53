"""Suppliers in the admin: what each has sent, what is known of it, and two that turned out to be one."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.templatetags import office
from core.errors import Refused
from invoices import display, editing
from invoices.forms import MergeForm, SupplierForm
from invoices.list_filters import MergedFilter, of_supplier
from invoices.models import Invoice, InvoiceSupplier, SupplierQuerySet
from invoices.supplier_merge_admin import MergePages, merge_address

_ONE, _LIST = "admin:invoices_invoicesupplier_change", "admin:invoices_invoicesupplier_changelist"
_FACTS = ("name", "tax_id", "phone", "email", "address", "city", "is_preferred", "notes")
_INVALID, _PER_PAGE, _MOST_SHOWN = 422, 50, 50


@admin.register(InvoiceSupplier)
class SupplierAdmin(MergePages):
    """A supplier that was merged keeps its page; the lists count its invoices with the other one's."""

    list_display = ("name_shown", "tax_shown", "phone_shown", "count_shown", "total_shown", "last_shown")
    list_display_links = ("name_shown",)
    list_filter = (MergedFilter, "is_preferred")
    search_fields = ("name", "tax_id", "phone", "city")
    search_help_text = _("Name, tax id, phone or town.")
    list_per_page = _PER_PAGE
    list_max_show_all = _PER_PAGE
    actions = ("merge_two",)
    change_list_template = "admin/invoices/invoicesupplier/list.html"

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.changelist_view, "changelist"),
            *self.merge_urls(),
            self.address("<uuid:pk>/", self.supplier_view, "change"),
            self.address("<uuid:pk>/edit/", self.edit_view, "edit"),
            self.address("<uuid:pk>/merge/", self.merge_view, "merge"),
            self.address("<uuid:pk>/part/", self.part_view, "part"),
        ]

    def get_queryset(self, request: HttpRequest) -> SupplierQuerySet:
        return InvoiceSupplier.objects.defer("metadata", "notes").order_by("name", "id")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Suppliers")} | (extra_context or {}))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        listed = super().get_changelist_instance(request)
        rows = list(listed.result_list)
        sent = _sent([row.pk for row in rows])
        for row in rows:
            row.sent = sent[row.pk]
        listed.result_list = rows
        return listed

    @admin.display(description=_("name"), ordering="name")
    def name_shown(self, supplier: InvoiceSupplier) -> SafeString:
        return office.words(supplier.name)

    @admin.display(description=_("tax id"), ordering="tax_id")
    def tax_shown(self, supplier: InvoiceSupplier) -> SafeString:
        return office.code(supplier.tax_id or "—")

    @admin.display(description=_("phone"))
    def phone_shown(self, supplier: InvoiceSupplier) -> SafeString:
        return office.code(supplier.phone or "—")

    @admin.display(description=_("number of invoices"))
    def count_shown(self, supplier: Any) -> SafeString:
        return format_html('<span class="papers">{}</span>', office.code(supplier.sent["n"]))

    @admin.display(description=_("total of the invoices"))
    def total_shown(self, supplier: Any) -> SafeString:
        return display.money(supplier.sent["total"])

    @admin.display(description=_("last invoice"))
    def last_shown(self, supplier: Any) -> SafeString:
        return display.day(supplier.sent["last"])

    @admin.action(description=_("Merge the chosen ones…"), permissions=["change"])
    def merge_two(self, request: HttpRequest, chosen: QuerySet[InvoiceSupplier]) -> HttpResponse | None:
        keys = list(chosen.standing().order_by("created_at", "id").values_list("pk", flat=True)[:20])  # type: ignore[attr-defined]
        if len(keys) < 2:
            self.message_user(request, _("Choose two suppliers or more that stand by themselves."), messages.WARNING)
            return None
        if len(keys) > 2:
            return redirect(merge_address([str(key) for key in keys]))
        older, newer = keys
        return redirect(
            f"{reverse('admin:invoices_invoicesupplier_merge', args=[newer])}?{urlencode({'into': str(older)})}"
        )

    def supplier(self, request: HttpRequest, pk: UUID) -> InvoiceSupplier:
        """The supplier. Raises Http404 alike for a foreign one and a missing one."""
        self.look(request)
        found = InvoiceSupplier.objects.select_related("merged_into", "created_by").filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def changed(self, request: HttpRequest, pk: UUID) -> InvoiceSupplier:
        supplier = self.supplier(request, pk)
        if not self.has_change_permission(request):
            raise PermissionDenied
        return supplier

    def supplier_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What is known of a supplier, and what it has sent."""
        supplier = self.supplier(request, pk)
        invoices = of_supplier(Invoice.objects.select_related("validation").defer("metadata", "notes"), str(pk))
        rows = Paginator(invoices.order_by("-invoice_date", "-created_at"), _PER_PAGE)
        return self.page(
            request,
            "supplier",
            title=_("Supplier"),
            supplier=supplier,
            sent=_sent([pk])[pk],
            rows=rows.get_page(request.GET.get("page", "1")),
            merged=InvoiceSupplier.objects.filter(merged_into=supplier).only("name", "tax_id"),
            form=MergeForm(supplier=supplier),
            may_change=self.has_change_permission(request),
        )

    def edit_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The form with what is known; only what is changed is written."""
        supplier = self.changed(request, pk)
        form = SupplierForm(request.POST or None, initial={name: getattr(supplier, name) for name in _FACTS})
        if form.is_valid():
            try:
                editing.update_supplier(supplier_id=pk, **form.changes)
            except Refused as refused:
                form.add_error(None, display.refusal(refused))
            else:
                self.message_user(request, _("The supplier was changed."))
                return redirect(_ONE, pk)
        status = _INVALID if form.errors else 200
        return self.page(request, "form", status=status, title=_("Change the supplier"), supplier=supplier, form=form)

    def merge_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What would happen if a supplier were another one; a POST says that it is."""
        supplier = self.changed(request, pk)
        form = MergeForm(request.POST if request.method == "POST" else request.GET, supplier=supplier)
        if not form.is_valid():
            return self.page(
                request, "choose", status=_INVALID, title=_("Merge suppliers"), supplier=supplier, form=form
            )
        into = form.cleaned_data["into"]
        if request.method == "POST":
            return self.merged(request, supplier, into)
        moving = Invoice.objects.filter(supplier=supplier).defer("metadata", "notes").order_by("-created_at")
        staying = Q(accepted_at__isnull=False) | Q(status=Invoice.Status.CANCELLED)
        return self.page(
            request,
            "merge",
            title=_("Merge suppliers"),
            supplier=supplier,
            into=into,
            count=moving.exclude(staying).count(),
            moving=moving.exclude(staying)[:_MOST_SHOWN],
            staying=moving.filter(staying).count(),
            collisions=editing.collisions(from_id=pk, into_id=into.pk)[:_MOST_SHOWN],
            is_taken=supplier.merged_into_id or InvoiceSupplier.objects.filter(merged_into=supplier).exists(),
        )

    def merged(self, request: HttpRequest, supplier: InvoiceSupplier, into: InvoiceSupplier) -> HttpResponse:
        try:
            count = editing.merge_suppliers(from_id=supplier.pk, into_id=into.pk)
        except Refused as refused:
            self.message_user(request, display.refusal(refused), messages.ERROR)
            return redirect(_ONE, supplier.pk)
        done = format_html(gettext("{} is the same as {} now."), office.words(supplier.name), office.words(into.name))
        self.message_user(request, format_html("{} {}", done, _moved(count)))
        return redirect(_ONE, into.pk)

    def part_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take a merge back."""
        if request.method != "POST":
            raise Http404
        supplier = self.changed(request, pk)
        try:
            count = editing.part_supplier(supplier_id=pk)
        except Refused as refused:
            self.message_user(request, display.refusal(refused), messages.ERROR)
        else:
            done = format_html(gettext("{} stands by itself again."), office.words(supplier.name))
            self.message_user(request, format_html("{} {}", done, _moved(count)))
        return redirect(_ONE, pk)


def _moved(count: int) -> str:
    return ngettext("%(n)s invoice moved with it.", "%(n)s invoices moved with it.", count) % {"n": count}


def _sent(keys: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """How many invoices each supplier sent, what they come to, and when the last one; the merged ones' with its own."""
    leads = dict(InvoiceSupplier.objects.filter(merged_into__in=keys).values_list("pk", "merged_into_id"))
    leads |= {key: key for key in keys}
    told: dict[UUID, dict[str, Any]] = {key: {"n": 0, "total": None, "last": None} for key in keys}
    counts = ~Q(status=Invoice.Status.CANCELLED) & Q(currency="ILS")
    sums = Invoice.objects.filter(supplier__in=list(leads)).order_by().values("supplier_id")
    for row in sums.annotate(n=Count("pk"), total=Sum("total_amount", filter=counts), last=Max("invoice_date")):
        one = told[leads[row["supplier_id"]] or row["supplier_id"]]
        one["n"] += row["n"]
        one["total"] = row["total"] if one["total"] is None else one["total"] + (row["total"] or 0)
        one["last"] = max(filter(None, (one["last"], row["last"])), default=None)
    return told
