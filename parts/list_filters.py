"""What the lists of parts are narrowed by on their pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.lists import of_office
from accounts.templatetags.office import code, plate
from cases.search import digits
from parts.models import OfPlateQuerySet, PoolQuerySet

_MOST = 12


class PlateFilter(admin.SimpleListFilter):
    """A vehicle: one of the last, or the one that the page was asked for."""

    title = _("plate")
    parameter_name = "plate"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        chosen = digits(request.GET.get("plate", "")[:40])
        plates = dict.fromkeys(
            [*([chosen] if chosen else []), *of_office(request, model_admin.get_queryset(request)).plates(_MOST)]
        )
        return [(one, code(plate(one))) for one in plates]

    def queryset(self, request: HttpRequest, rows: OfPlateQuerySet) -> OfPlateQuerySet:  # type: ignore[override]
        return rows.of_plate(self.value() or "") if self.value() else rows


class SupplierFilter(admin.SimpleListFilter):
    """A supplier, of those who are named most often."""

    title = _("supplier")
    parameter_name = "supplier"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(name, name) for name in model_admin.get_queryset(request).suppliers(_MOST)]

    def queryset(self, request: HttpRequest, found: PoolQuerySet) -> PoolQuerySet:  # type: ignore[override]
        return found.filter(supplier_name=self.value()) if self.value() else found
