"""The parts that cases need, in the admin: a list, and their status for many at once."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.pages import OwnPages
from accounts.templatetags import office
from parts import services
from parts.list_filters import PlateFilter
from parts.models import PartRequired, RequiredQuerySet
from parts.pool_admin import codes, plate_link
from parts.templatetags import parts

_Chosen = QuerySet[PartRequired]


@admin.register(PartRequired)
class RequiredAdmin(OwnPages):
    """Nothing is deleted here: what is not needed any more is cancelled."""

    list_display = (
        "part_shown",
        "status_shown",
        "codes_shown",
        "centers_shown",
        "pieces_shown",
        "total_shown",
        "plate_shown",
        "moment_shown",
    )
    list_display_links = None
    list_filter = ("status", PlateFilter, ("updated_at", admin.DateFieldListFilter))
    search_fields = ("part_name", "description", "oem", "pcode", "supplier_name")
    search_help_text = _("Part, OEM or catalogue number, or supplier.")
    actions = ("mark_ordered", "mark_received", "mark_waiting", "mark_cancelled")
    change_list_template = "admin/parts/list.html"

    def get_urls(self) -> list[URLPattern]:
        return [self.address("", self.changelist_view, "changelist")]

    def get_queryset(self, request: HttpRequest) -> RequiredQuerySet:
        return PartRequired.objects.defer("metadata").order_by("-updated_at", "id")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {"title": _("Required parts"), "lead": _("The parts that cases need, and how far each has come.")}
        return super().changelist_view(request, shown | (extra_context or {}))

    @admin.display(description=_("part"), ordering="part_name")
    def part_shown(self, part: PartRequired) -> SafeString:
        name = office.words(part.part_name or part.description or "—")
        supplier = format_html('<span class="also quiet">{}</span>', office.words(part.supplier_name or ""))
        return format_html("{}{}", name, supplier if part.supplier_name else "")

    @admin.display(description=_("status"), ordering="status")
    def status_shown(self, part: PartRequired) -> SafeString:
        return parts.required_pill(part)

    @admin.display(description=_("OEM and catalogue number"))
    def codes_shown(self, part: PartRequired) -> SafeString:
        return codes(part.oem, part.pcode)

    @admin.display(description=_("damage centers"))
    def centers_shown(self, part: PartRequired) -> SafeString:
        named = format_html_join(", ", "{}", ((office.words(code),) for code in part.damage_center_codes))
        return named or SafeString("—")

    @admin.display(description=_("quantity and unit price"), ordering="price_per_unit")
    def pieces_shown(self, part: PartRequired) -> SafeString:
        return office.code(format_html("{} × {}", parts.pieces(part.quantity), parts.shekels(part.price_per_unit)))

    @admin.display(description=_("total"), ordering="total_cost")
    def total_shown(self, part: PartRequired) -> SafeString:
        return parts.shekels(part.total_cost)

    @admin.display(description=_("plate"), ordering="plate")
    def plate_shown(self, part: PartRequired) -> SafeString:
        return plate_link(part.case_id, part.plate)

    @admin.display(description=_("last update"), ordering="updated_at")
    def moment_shown(self, part: PartRequired) -> SafeString:
        return office.moment(part.updated_at)

    @admin.action(description=_("Mark as ordered"), permissions=["change"])
    def mark_ordered(self, request: HttpRequest, chosen: _Chosen) -> None:
        self.turned(request, chosen, PartRequired.Status.ORDERED)

    @admin.action(description=_("Mark as received"), permissions=["change"])
    def mark_received(self, request: HttpRequest, chosen: _Chosen) -> None:
        self.turned(request, chosen, PartRequired.Status.RECEIVED)

    @admin.action(description=_("Mark as waiting again"), permissions=["change"])
    def mark_waiting(self, request: HttpRequest, chosen: _Chosen) -> None:
        self.turned(request, chosen, PartRequired.Status.PENDING)

    @admin.action(description=_("Cancel the chosen parts"), permissions=["change"])
    def mark_cancelled(self, request: HttpRequest, chosen: _Chosen) -> None:
        self.turned(request, chosen, PartRequired.Status.CANCELLED)

    def turned(self, request: HttpRequest, chosen: _Chosen, status: PartRequired.Status) -> None:
        """Give them the status, and say how many had another one."""
        count = services.turn_required(ids=chosen.values_list("pk", flat=True), status=status)
        words = ngettext("%(n)s part is now: %(status)s.", "%(n)s parts are now: %(status)s.", count)
        self.message_user(request, words % {"n": count, "status": status.label})
