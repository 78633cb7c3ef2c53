"""The mirror's log in the admin: what came and what went, how well, and where Make's helper and ours differ."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncHour
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.pages import OwnPages
from accounts.templatetags import office
from cases.search import digits
from helpers.models import HelperSync, HelperSyncQuerySet
from helpers.templatetags import versions

_LOOKS = {HelperSync.Status.SUCCESS: "done", HelperSync.Status.PARTIAL: "waits", HelperSync.Status.FAILED: "bad"}
_HOURS = 24
_BAR, _HEIGHT = 24, 60
_SECTIONS = 6
_MOST_DRIFTED = 200


@admin.register(HelperSync)
class HelperSyncAdmin(OwnPages):
    """The log is only looked at."""

    list_display = ("moment_shown", "direction", "status_shown", "plate_shown", "source_shown", "told")
    list_display_links = None
    list_filter = ("sync_direction", "sync_status", ("created_at", admin.DateFieldListFilter))
    search_fields = ("case__plate",)
    search_help_text = _("A plate in any spelling.")
    sortable_by = ()
    actions = None
    change_list_template = "admin/helpers/helpersync/list.html"

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.changelist_view, "changelist"),
            self.address("drift/", self.drift_view, "drift"),
        ]

    def get_queryset(self, request: HttpRequest) -> HelperSyncQuerySet:
        return HelperSync.objects.select_related("case")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[HelperSync], search_term: str
    ) -> tuple[QuerySet[HelperSync], bool]:
        return (queryset.filter(case__plate__contains=digits(search_term)) if search_term else queryset), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {"title": _("Mirror log"), "hours": hours(timezone.now())}
        return super().changelist_view(request, shown | (extra_context or {}))

    def drift_view(self, request: HttpRequest) -> HttpResponse:
        """Case by case: what Make sent last, beside what we have now."""
        self.look(request)
        rows = HelperSync.objects.drift(_MOST_DRIFTED)
        return self.page(request, "drift", title=_("Drift report"), rows=rows, most=_MOST_DRIFTED)

    @admin.display(description=_("time"))
    def moment_shown(self, line: HelperSync) -> SafeString:
        return office.moment(line.created_at)

    @admin.display(description=_("direction"))
    def direction(self, line: HelperSync) -> str:
        return line.get_sync_direction_display()

    @admin.display(description=_("status"))
    def status_shown(self, line: HelperSync) -> SafeString:
        looks = _LOOKS.get(HelperSync.Status(line.sync_status), "ended")
        return format_html('<span class="pill pill-{}">{}</span>', looks, line.get_sync_status_display())

    @admin.display(description=_("plate"))
    def plate_shown(self, line: HelperSync) -> SafeString:
        return office.code(office.plate(line.case.plate) if line.case else "—")

    @admin.display(description=_("source"))
    def source_shown(self, line: HelperSync) -> SafeString:
        version = f" v{line.version}" if line.version else ""
        return office.code(f"{line.source or '—'}{version}")

    @admin.display(description=_("sections"))
    def told(self, line: HelperSync) -> SafeString:
        """What was kept as ours, or what failed; else how much was taken."""
        if line.sections_refused:
            return format_html(gettext("kept as ours: {}"), _named(line.sections_refused))
        if line.error_details:
            details = line.error_details
            said = next(
                (details[name] for name in ("error", "code", "sqlstate", "http_status") if details.get(name)), "—"
            )
            return office.code(said)
        return _named(line.sections_synced)


def _named(sections: list[str]) -> SafeString:
    names = [versions.section(key) for key in versions.in_order(sections)[:_SECTIONS]]
    more = f" +{len(sections) - _SECTIONS}" if len(sections) > _SECTIONS else ""
    return format_html("{}{}", SafeString(", ").join(map(_escaped, names)), more)


def _escaped(name: str) -> SafeString:
    return format_html("{}", name)


def hours(now: datetime) -> dict[str, Any]:
    """The last day hour by hour: how many were taken whole, in part, or failed, and a bar for each."""
    this_hour = timezone.localtime(now).replace(minute=0, second=0, microsecond=0)
    first = this_hour - timedelta(hours=_HOURS - 1)
    of = {status: Count("pk", filter=Q(sync_status=status)) for status in HelperSync.Status.values}
    counted = (
        HelperSync.objects.filter(created_at__gte=first)
        .order_by()
        .annotate(hour=TruncHour("created_at"))
        .values("hour")
    )
    found = {
        hour: dict(zip(of, counts, strict=True)) for hour, *counts in counted.annotate(**of).values_list("hour", *of)
    }
    rows = [_hour(first + timedelta(hours=n), found, n) for n in range(_HOURS)]
    total, good = sum(row["total"] for row in rows), sum(row["good"] for row in rows)
    return {
        "rows": rows,
        "total": total,
        "rate": round(100 * good / total) if total else None,
        "width": _BAR * _HOURS,
        "height": _HEIGHT,
    }


def _hour(at: datetime, found: dict[datetime, dict[str, int]], place: int) -> dict[str, Any]:
    row = found.get(at, {})
    total = sum(row.values())
    good, part = row.get(HelperSync.Status.SUCCESS, 0), row.get(HelperSync.Status.PARTIAL, 0)
    tall = {"good": _HEIGHT * good // total, "part": _HEIGHT * part // total} if total else {"good": 0, "part": 0}
    bad_height = _HEIGHT - tall["good"] - tall["part"] if total else 0
    return {
        "at": at,
        "total": total,
        "good": good,
        "part": part,
        "bad": total - good - part,
        "rate": round(100 * good / total) if total else None,
        "x": place * _BAR,
        "good_bar": (_HEIGHT - tall["good"], tall["good"]),
        "part_bar": (bad_height, tall["part"]),
        "bad_bar": (0, bad_height),
    }
