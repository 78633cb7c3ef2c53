"""What the lists of invoices are narrowed by on their pages."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from intake import figures
from invoices.models import Invoice, InvoiceQuerySet, InvoiceSupplier, SupplierQuerySet

_MOST = 12


class SupplierFilter(admin.SimpleListFilter):
    """A supplier with those that were merged into it, of those that send most, or the one that the page asks for."""

    title = _("supplier")
    parameter_name = "supplier"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        invoices = Invoice.objects.filter(supplier__isnull=False).order_by()
        most = invoices.values_list("supplier_id").annotate(n=Count("pk")).order_by("-n", "supplier_id")[:_MOST]
        keys = {str(key) for key, _n in most} | {request.GET.get(self.parameter_name, "")}
        standing = InvoiceSupplier.objects.standing().filter(pk__in=[key for key in keys if _is_key(key)])
        return [(str(supplier.pk), supplier.name) for supplier in standing.only("name").order_by("name")]

    def queryset(self, request: HttpRequest, rows: InvoiceQuerySet) -> InvoiceQuerySet:  # type: ignore[override]
        key = self.value() or ""
        if not key:
            return rows
        return of_supplier(rows, key) if _is_key(key) else rows.none()


class DifferingFilter(admin.SimpleListFilter):
    """Whether the sums of an invoice agree."""

    title = _("difference")
    parameter_name = "differs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("1", _("sums differ")), ("0", _("sums agree"))]

    def queryset(self, request: HttpRequest, rows: InvoiceQuerySet) -> InvoiceQuerySet:  # type: ignore[override]
        if self.value() == "1":
            return rows.differing()
        return rows.filter(validation__is_valid=True) if self.value() == "0" else rows


class CaselessFilter(admin.SimpleListFilter):
    """Whether its case is known."""

    title = _("case")
    parameter_name = "case"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("none", _("without a case")), ("known", _("with a case"))]

    def queryset(self, request: HttpRequest, rows: InvoiceQuerySet) -> InvoiceQuerySet:  # type: ignore[override]
        if self.value() in {"none", "known"}:
            return rows.filter(case__isnull=self.value() == "none")
        return rows


class WorkFilter(admin.SimpleListFilter):
    """What is to be done with an invoice next."""

    title = _("to do")
    parameter_name = "todo"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("assign", _("to assign")), ("accept", _("to accept"))]

    def queryset(self, request: HttpRequest, rows: InvoiceQuerySet) -> InvoiceQuerySet:  # type: ignore[override]
        if self.value() == "assign":
            return rows.waiting()
        return rows.filter(status=Invoice.Status.ASSIGNED) if self.value() == "accept" else rows


class AlikeFilter(admin.SimpleListFilter):
    """Invoices that may be one, and came twice."""

    title = _("duplicates")
    parameter_name = "alike"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("1", _("suspected to be there twice"))]

    def queryset(self, request: HttpRequest, rows: InvoiceQuerySet) -> InvoiceQuerySet:  # type: ignore[override]
        return rows.alike() if self.value() == "1" else rows


class CaseStatusFilter(admin.SimpleListFilter):
    """The status of the case that an invoice belongs to."""

    title = _("status of the case")
    parameter_name = "case_status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Case.Status.choices

    def queryset(self, request: HttpRequest, rows: InvoiceQuerySet) -> InvoiceQuerySet:  # type: ignore[override]
        return rows.filter(case__status=self.value()) if self.value() else rows


class DaysFilter(admin.ListFilter):
    """From one day to another, each with itself, typed or chosen."""

    title = _("invoice date")
    template = "admin/invoices/days_filter.html"
    names = ("from_day", "to_day")

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.names:
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return list(self.names)

    def choices(self, changelist: Any) -> Any:
        others = [(key, value) for key, value in changelist.get_filters_params().items() if key not in self.names]
        kept = [(key, one) for key, value in others for one in (value if isinstance(value, list) else [value])]
        days = {name: self.used_parameters.get(name, "") for name in self.names}
        yield {
            "kept": kept,
            "query": changelist.query,
            "days": days,
            "without": changelist.get_query_string(remove=list(self.names)),
        }

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        first, last = (figures.day(self.used_parameters.get(name)) for name in self.names)
        rows = rows.filter(invoice_date__gte=first) if first else rows
        return rows.filter(invoice_date__lte=last) if last else rows


class PlateFilter(admin.SimpleListFilter):
    """The vehicle that a page leads here for; it offers none by itself."""

    title = _("plate")
    parameter_name = "plate"

    def has_output(self) -> bool:
        return bool(self.value())

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(asked, asked)] if (asked := request.GET.get("plate", "")[:40]) else [("", "")]

    def queryset(self, request: HttpRequest, rows: InvoiceQuerySet) -> InvoiceQuerySet:  # type: ignore[override]
        return rows.of_plate(self.value() or "") if self.value() else rows


class MergedFilter(admin.SimpleListFilter):
    """Suppliers that stand by themselves, unless those are asked for that turned out to be another one."""

    title = _("state")
    parameter_name = "merged"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("1", _("merged into another one"))]

    def queryset(self, request: HttpRequest, rows: SupplierQuerySet) -> SupplierQuerySet:  # type: ignore[override]
        return rows.filter(merged_into__isnull=False) if self.value() == "1" else rows.standing()


def of_supplier(rows: InvoiceQuerySet, key: str) -> InvoiceQuerySet:
    """The invoices of a supplier, and of those that were merged into it."""
    same = InvoiceSupplier.objects.filter(Q(pk=key) | Q(merged_into=key))
    return rows.filter(supplier__in=list(same.values_list("pk", flat=True)))


def _is_key(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
