"""The tracking tables in the admin: lists that nobody writes, as a file too, and a button that derives them anew."""

import time
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.templatetags import office
from cases.export_admin import ExportPages, export_links
from cases.listed import Listed
from cases.models import Case
from cases.sheets import SHEETS
from cases.templatetags import catalogue
from cases.tracking import TrackingExpertise, TrackingFinalReport, TrackingGeneral
from office import csvfile, list_tasks, services
from office.services import Rebuilt
from office.templatetags import tracked
from office.views import cases_at
from parts.list_filters import PlateFilter
from parts.pool_admin import plate_link

_AT_ONCE, _SECONDS = 20, 5.0


class WarnedFilter(admin.SimpleListFilter):
    """Cases whose helper holds what could not be read."""

    title = _("warnings")
    parameter_name = "warned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("yes", _("with warnings"))]

    def queryset(self, request: HttpRequest, rows: Any) -> Any:
        return rows.warned() if self.value() else rows


class SheetAdmin(ExportPages):
    """A list with buttons that give it as a file."""

    sheet = ""
    actions: Any = None
    list_display_links: Any = None
    change_list_template = "admin/office/list.html"

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.changelist_view, "changelist"),
            self.address("csv/", self.csv_view, "csv"),
            *self.export_urls(),
        ]

    def listed_as(self, request: HttpRequest) -> Listed:
        return list_tasks.sheet(self.sheet, cases_at(request))

    def get_queryset(self, request: HttpRequest) -> Any:
        return SHEETS[self.sheet].rows(cases_at(request))

    def get_ordering(self, request: HttpRequest) -> Any:
        return ("-updated_at", *self.model.WITHIN)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"export_query": export_links(request)} | (extra_context or {}))

    def csv_view(self, request: HttpRequest) -> Any:
        """The rows of the list as it is narrowed, as a file."""
        self.look(request)
        rows: Any = self.get_changelist_instance(request).get_queryset(request)
        rows = rows.newest_first()
        return csvfile.answer(SHEETS[self.sheet], rows, f"tracking_{self.sheet}")

    @admin.display(description=_("plate"), ordering="plate")
    def plate_shown(self, row: Any) -> SafeString:
        return plate_link(row.case_id, row.plate)

    @admin.display(description=_("last update"), ordering="updated_at")
    def moment_shown(self, row: Any) -> SafeString:
        return office.moment(row.updated_at)


class TrackedAdmin(SheetAdmin):
    """A tracking table: what stands in it is the database's own."""

    named: Any = ""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {
            "title": self.named,
            "lead": _("Derived from the case data at every save; read only."),
            "may_rebuild": may_rebuild(request),
        }
        return super().changelist_view(request, shown | (extra_context or {}))


def may_rebuild(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("cases.change_trackinggeneral"))


@admin.register(TrackingGeneral)
class GeneralAdmin(TrackedAdmin):
    """One row a case."""

    sheet = "general"
    named = _("tracking: general")
    list_display = (
        *("plate_shown", "status_shown", "owner_shown", "vehicle_shown", "value_shown", "garage_shown"),
        *("received_shown", "inspection_shown", "warnings_shown", "moment_shown"),
    )
    list_filter = (WarnedFilter, "invoice_received", "payment_received", "case_in_claim", PlateFilter)
    search_fields = ("plate", "owner_name", "garage", "case_number")
    search_help_text = _("Plate, owner, garage or filing number.")

    def get_urls(self) -> list[URLPattern]:
        return [*super().get_urls(), self.address("rebuild/", self.rebuild_view, "rebuild")]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("case")

    def rebuild_view(self, request: HttpRequest) -> HttpResponse:
        """Derive one case's rows anew, or every case's: as many as a few seconds hold, and the button goes on."""
        if request.method != "POST":
            raise Http404
        if not may_rebuild(request):
            raise PermissionDenied
        if case := request.POST.get("case"):
            key = _uuid_or_404(case)
            if not Case.objects.filter(pk=key).exists():
                raise Http404
            self.message_user(request, _told(services.rebuild([key])))
            return redirect("admin:cases_case_change", key)
        told, after = self.rebuilt(_uuid_or_404(behind) if (behind := request.POST.get("after")) else None)
        self.message_user(request, _told(told))
        if after is None:
            return redirect("admin:cases_trackinggeneral_changelist")
        self.message_user(request, _("Not all cases were reached yet: press the button again."), messages.WARNING)
        return self.changelist_view(_as_read(request), {"after": after})

    def rebuilt(self, after: UUID | None) -> tuple[Rebuilt, UUID | None]:
        """What changed, and behind which case to go on; None when all were reached."""
        changed = warned = 0
        until = time.monotonic() + _SECONDS
        cases = Case.objects.order_by("pk").values_list("pk", flat=True)
        while batch := list((cases.filter(pk__gt=after) if after else cases)[:_AT_ONCE]):
            told = services.rebuild(batch)
            changed, warned, after = changed + told.changed, warned + told.warned, batch[-1]
            if len(batch) == _AT_ONCE and time.monotonic() > until:
                return Rebuilt(changed, warned), after
        return Rebuilt(changed, warned), None

    @admin.display(description=_("status"), ordering="general_status")
    def status_shown(self, row: TrackingGeneral) -> SafeString:
        return catalogue.status_pill(row.case)

    @admin.display(description=_("owner"), ordering="owner_name")
    def owner_shown(self, row: TrackingGeneral) -> SafeString:
        phone = format_html('<div class="quiet">{}</div>', office.code(row.phone))
        return format_html("{}{}", office.words(row.owner_name or "—"), phone if row.phone else "")

    @admin.display(description=_("vehicle"), ordering="manufacturer")
    def vehicle_shown(self, row: TrackingGeneral) -> SafeString:
        return format_html("{} {}", office.words(row.manufacturer or "—"), office.code(row.year_of_manufacture))

    @admin.display(description=_("vehicle value"), ordering="vehicle_value")
    def value_shown(self, row: TrackingGeneral) -> SafeString:
        return tracked.shekels(row.vehicle_value)

    @admin.display(description=_("garage"), ordering="garage")
    def garage_shown(self, row: TrackingGeneral) -> SafeString:
        return office.words(row.garage or "—")

    @admin.display(description=_("received"))
    def received_shown(self, row: TrackingGeneral) -> SafeString:
        named = [_("invoice")] * row.invoice_received + [_("payment")] * row.payment_received
        return format_html_join(", ", "{}", ((word,) for word in named)) or SafeString("—")

    @admin.display(description=_("inspection date"), ordering="inspection_date")
    def inspection_shown(self, row: TrackingGeneral) -> SafeString:
        return _day(row.inspection_date)

    @admin.display(description=_("warnings"))
    def warnings_shown(self, row: TrackingGeneral) -> SafeString:
        if not row.warnings:
            return SafeString("—")
        told = ngettext("%(n)s warning", "%(n)s warnings", len(row.warnings)) % {"n": len(row.warnings)}
        return format_html(
            '<details><summary><span class="pill pill-waits">{}</span></summary>{}</details>',
            told,
            format_html_join("", "<p>{}</p>", ((tracked.warning_words(place),) for place in row.warnings)),
        )


class CenterAdmin(TrackedAdmin):
    """One row a damage center."""

    @admin.display(description=_("damage center"), ordering="damage_center_name")
    def center_shown(self, row: Any) -> SafeString:
        of_all = office.code(f"{row.damage_center_index} / {row.damage_center_count}")
        return format_html('{}<div class="quiet">{}</div>', office.words(row.damage_center_name or "—"), of_all)

    @admin.display(description=_("status"), ordering="status")
    def status_shown(self, row: Any) -> SafeString:
        looks = "done" if row.status == "final" else "waits"
        return format_html('<span class="pill pill-{}">{}</span>', looks, row.get_status_display())


@admin.register(TrackingExpertise)
class ExpertiseAdmin(CenterAdmin):
    """Damage centers as they were planned."""

    sheet = "expertise"
    named = _("tracking: expertise")
    list_display = (
        *("plate_shown", "center_shown", "status_shown", "work_shown", "parts_shown", "repairs_shown"),
        *("guidance_shown", "moment_shown"),
    )
    list_filter = ("status", PlateFilter)
    search_fields = ("plate", "case_number", "damage_center_name")
    search_help_text = _("Plate, filing number or damage center.")

    @admin.display(description=_("planned works"))
    def work_shown(self, row: TrackingExpertise) -> SafeString:
        return office.words(row.planned_work or "—")

    @admin.display(description=_("planned parts"))
    def parts_shown(self, row: TrackingExpertise) -> SafeString:
        return office.words(row.planned_parts or "—")

    @admin.display(description=_("planned repairs"))
    def repairs_shown(self, row: TrackingExpertise) -> SafeString:
        return office.words(row.planned_repairs or "—")

    @admin.display(description=_("directive"))
    def guidance_shown(self, row: TrackingExpertise) -> SafeString:
        return office.words(row.guidance or "—")


@admin.register(TrackingFinalReport)
class FinalReportAdmin(CenterAdmin):
    """Damage centers as they were estimated or reported."""

    sheet = "final_report"
    named = _("tracking: final report")
    list_display = (
        *("plate_shown", "center_shown", "report_type", "status_shown", "parts_shown", "work_shown", "claim_shown"),
        *("less_shown", "final_shown", "moment_shown"),
    )
    list_filter = ("status", "report_type", PlateFilter)
    search_fields = ("plate", "case_number", "damage_center_name")
    search_help_text = _("Plate, filing number or damage center.")

    @admin.display(description=_("parts in total"), ordering="total_parts")
    def parts_shown(self, row: TrackingFinalReport) -> SafeString:
        return tracked.shekels(row.total_parts)

    @admin.display(description=_("works in total"), ordering="total_work")
    def work_shown(self, row: TrackingFinalReport) -> SafeString:
        return tracked.shekels(row.total_work)

    @admin.display(description=_("amount to claim"), ordering="claim_amount")
    def claim_shown(self, row: TrackingFinalReport) -> SafeString:
        return tracked.shekels(row.claim_amount)

    @admin.display(description=_("loss of value"), ordering="depreciation")
    def less_shown(self, row: TrackingFinalReport) -> SafeString:
        return tracked.shekels(row.depreciation)

    @admin.display(description=_("final compensation"), ordering="final_compensation")
    def final_shown(self, row: TrackingFinalReport) -> SafeString:
        return tracked.shekels(row.final_compensation)


def _told(told: Rebuilt) -> str:
    changed = ngettext("%(n)s row changed", "%(n)s rows changed", told.changed) % {"n": told.changed}
    warned = ngettext("%(n)s case with warnings", "%(n)s cases with warnings", told.warned) % {"n": told.warned}
    return f"{changed}, {warned}."


def _day(day: Any) -> SafeString:
    return office.code(f"{day.day}.{day.month}.{day.year}" if day else "—")


def _as_read(request: HttpRequest) -> HttpRequest:
    """The request as if it only asked for the page: the list takes a POST for one of its own."""
    request.method = "GET"
    return request


def _uuid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
