"""What lists of invoices may be narrowed by, and ordered by."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter

from core.errors import Invalid
from invoices.models import (
    Invoice,
    InvoiceLine,
    InvoiceQuerySet,
    InvoiceSupplier,
    LineQuerySet,
    SupplierQuerySet,
    VatRate,
    VatRateQuerySet,
)

_YES_OR_NO = [("true", "true"), ("false", "false")]
_MOST = 200
# asked name -> column; nothing a client sends becomes a lookup
_ORDERS = {
    name: name
    for name in ("created_at", "updated_at", "invoice_date", "due_date", "invoice_number", "supplier_name", "status",
                 "total_amount")
}  # fmt: skip


def described(shape: type[filters.FilterSet]) -> list[OpenApiParameter]:
    """The parameters of a list, for the OpenAPI document."""
    kinds = {filters.UUIDFilter: UUID, filters.DateFilter: date}
    return [
        OpenApiParameter(
            name,
            kinds.get(type(one), str),
            description=str(one.label or ""),
            enum=[value for value, _word in one.extra["choices"]] if "choices" in one.extra else None,
            many=isinstance(one, filters.MultipleChoiceFilter),
        )
        for name, one in shape.base_filters.items()
    ] + [OpenApiParameter(name, int) for name in ("limit", "offset")]


class InvoiceFilter(filters.FilterSet):
    """The query string of `GET /invoices`."""

    case_id = filters.UUIDFilter(field_name="case_id")
    has_case = filters.ChoiceFilter(method="by_having_a_case", choices=_YES_OR_NO, label="false: those without a case.")
    plate = filters.CharFilter(method="by_plate", label="A plate in any spelling.", max_length=40)
    status = filters.MultipleChoiceFilter(choices=Invoice.Status.choices, label="One or more statuses.")
    invoice_type = filters.MultipleChoiceFilter(choices=Invoice.Type.choices, label="One or more kinds.")
    supplier_id = filters.UUIDFilter(field_name="supplier_id")
    differing = filters.ChoiceFilter(
        method="by_difference", choices=_YES_OR_NO, label="true: those whose sums differ by more than the tolerance."
    )
    source = filters.CharFilter(field_name="source", max_length=100, label="Where it came from, such as ocr.")
    q = filters.CharFilter(method="by_words", max_length=_MOST, label="Words of number, supplier and plate; any order.")
    date_from = filters.DateFilter(field_name="invoice_date", lookup_expr="gte", label="The first invoice date.")
    date_to = filters.DateFilter(field_name="invoice_date", lookup_expr="lte", label="The last invoice date.")
    updated_since = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")
    order = filters.CharFilter(
        method="by_order",
        max_length=_MOST,
        label=f"column.asc or column.desc of {', '.join(_ORDERS)}; comma separated.",
    )

    class Meta:
        model = Invoice
        fields: list[str] = []

    def by_having_a_case(self, invoices: InvoiceQuerySet, name: str, value: str) -> InvoiceQuerySet:
        return invoices.filter(case__isnull=value == "false")

    def by_plate(self, invoices: InvoiceQuerySet, name: str, value: str) -> InvoiceQuerySet:
        return invoices.of_plate(value)

    def by_difference(self, invoices: InvoiceQuerySet, name: str, value: str) -> InvoiceQuerySet:
        return invoices.differing() if value == "true" else invoices.filter(validation__is_valid=True)

    def by_words(self, invoices: InvoiceQuerySet, name: str, value: str) -> InvoiceQuerySet:
        return invoices.worded(value)

    def by_order(self, invoices: InvoiceQuerySet, name: str, value: str) -> QuerySet[Any]:
        columns = []
        for part in value.split(","):
            asked, _, direction = part.strip().partition(".")
            if asked not in _ORDERS or direction not in {"", "asc", "desc"}:
                raise Invalid.at("/order", f"order by one of {', '.join(_ORDERS)}, .asc or .desc")
            columns.append(("-" if direction == "desc" else "") + _ORDERS[asked])
        return invoices.order_by(*columns, "id")


class LineFilter(filters.FilterSet):
    """The query string of `GET /invoices/{id}/lines`."""

    item_category = filters.MultipleChoiceFilter(choices=InvoiceLine.Category.choices, label="One or more categories.")
    removed = filters.ChoiceFilter(
        method="by_being_removed", choices=_YES_OR_NO, label="true: those that were taken off. Without it: the others."
    )

    class Meta:
        model = InvoiceLine
        fields: list[str] = []

    def by_being_removed(self, lines: LineQuerySet, name: str, value: str) -> LineQuerySet:
        return lines.filter(removed_at__isnull=value == "false")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found: QuerySet[Any] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["removed"] else found.filter(removed_at__isnull=True)


class SupplierFilter(filters.FilterSet):
    """The query string of `GET /invoice-suppliers`."""

    q = filters.CharFilter(method="by_words", max_length=_MOST, label="Words of the name, or a tax id.")
    preferred = filters.ChoiceFilter(method="by_preference", choices=_YES_OR_NO)

    class Meta:
        model = InvoiceSupplier
        fields: list[str] = []

    def by_words(self, suppliers: SupplierQuerySet, name: str, value: str) -> SupplierQuerySet:
        return suppliers.worded(value)

    def by_preference(self, suppliers: SupplierQuerySet, name: str, value: str) -> SupplierQuerySet:
        return suppliers.filter(is_preferred=value == "true")


class RateFilter(filters.FilterSet):
    """The query string of `GET /vat-rates`."""

    on = filters.DateFilter(method="by_day", label="Only the rate that counts on this day.")

    class Meta:
        model = VatRate
        fields: list[str] = []

    def by_day(self, rates: VatRateQuerySet, name: str, value: date) -> VatRateQuerySet:
        return rates.counting_on(value)
