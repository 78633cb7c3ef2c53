"""The pool of found parts in the admin: searching it, a part as it came and as it was read, choosing it for a case."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.pages import OwnPages
from accounts.templatetags import office
from core import exact
from core.errors import NotFound, Refused
from parts import services
from parts.forms import ChooseForm
from parts.list_filters import PlateFilter, SupplierFilter
from parts.models import PartsSearchResult, PoolQuerySet, SelectedPart
from parts.places import place_of
from parts.spelled import text_of
from parts.templatetags import parts

_INVALID = 422
_ONE = "admin:parts_partssearchresult_change"
_READ = (
    *("part_name", "part_family", "description", "oem", "pcode", "supplier_name", "part_type", "condition"),
    *("availability", "location", "comments", "quantity", "make", "model", "year_from", "year_to", "vin"),
)


@admin.register(PartsSearchResult)
class PoolAdmin(OwnPages):
    """The list is Django's with the API's search, the page of one part is ours."""

    list_display = (
        "part_shown",
        "codes_shown",
        "price_shown",
        "supplier_shown",
        "plate_shown",
        "data_source",
        "moment_shown",
    )
    list_display_links = ("part_shown",)
    list_filter = ("data_source", PlateFilter, SupplierFilter, ("created_at", admin.DateFieldListFilter))
    search_fields = ("search_text",)
    search_help_text = _("Part, OEM or catalogue number, supplier: in any order, and with one typo.")
    actions = None
    change_list_template = "admin/parts/list.html"

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.changelist_view, "changelist"),
            self.address("<uuid:pk>/", self.found_view, "change"),
            self.address("<uuid:pk>/remove/", self.remove_view, "remove"),
        ]

    def get_queryset(self, request: HttpRequest) -> PoolQuerySet:
        return PartsSearchResult.objects.pool().without_bodies()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[PartsSearchResult], search_term: str
    ) -> tuple[QuerySet[PartsSearchResult], bool]:
        return (queryset.search(search_term) if search_term else queryset), False  # type: ignore[attr-defined]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {"title": _("Parts pool"), "lead": _("Every part that a search has found, of all cases and plates.")}
        return super().changelist_view(request, shown | (extra_context or {}))

    @admin.display(description=_("part"), ordering="part_name")
    def part_shown(self, found: PartsSearchResult) -> SafeString:
        return office.words(found.part_name or found.description or "—")

    @admin.display(description=_("OEM and catalogue number"))
    def codes_shown(self, found: PartsSearchResult) -> SafeString:
        return codes(found.oem, found.pcode)

    @admin.display(description=_("price"), ordering="price")
    def price_shown(self, found: PartsSearchResult) -> SafeString:
        if found.price is None and found.price_text:
            return office.words(found.price_text)
        return parts.shekels(found.price)

    @admin.display(description=_("supplier"), ordering="supplier_name")
    def supplier_shown(self, found: PartsSearchResult) -> SafeString:
        return office.words(found.supplier_name or "—")

    @admin.display(description=_("plate"), ordering="plate")
    def plate_shown(self, found: PartsSearchResult) -> SafeString:
        return plate_link(found.case_id, found.plate)

    @admin.display(description=_("found"), ordering="created_at")
    def moment_shown(self, found: PartsSearchResult) -> SafeString:
        return office.moment(found.created_at)

    def found(self, request: HttpRequest, pk: UUID) -> PartsSearchResult:
        """Raises Http404 alike for a foreign and a missing one."""
        self.look(request)
        found: PartsSearchResult | None = PartsSearchResult.objects.pool().filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def may_choose(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("parts.add_selectedpart"))

    def found_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One found part; a POST chooses it for a case."""
        found = self.found(request, pk)
        form = ChooseForm(request.POST or None, initial={"plate": office.plate(found.plate)})
        if request.method == "POST":
            if not self.may_choose(request):
                raise PermissionDenied
            if form.is_valid() and self.chosen(request, found, form):
                return redirect(_ONE, pk)
        return self.page(
            request,
            "found",
            status=_INVALID if form.errors else 200,
            title=_("Found part"),
            found=found,
            read=_read(found),
            came=_came(found),
            form=form if self.may_choose(request) else None,
            chosen=SelectedPart.objects.filter(search_result=pk)
            .exclude(status=SelectedPart.Status.REMOVED)
            .select_related("case", "selected_by")
            .defer("raw_data"),
        )

    def chosen(self, request: HttpRequest, found: PartsSearchResult, form: ChooseForm) -> bool:
        """Choose it for the case that is named; what is wrong with that is said at the field."""
        given = form.cleaned_data
        try:
            case_id = found.case_id if given["plate"] == found.plate else None
            case_id = case_id or place_of(plate=given["plate"]).case_id
            if case_id is None:
                raise NotFound
            services.select(
                result_id=found.pk,
                case_id=case_id,
                quantity=given["quantity"],
                damage_center_id=given["damage_center_id"] or None,
            )
        except NotFound:
            form.add_error("plate", _("This plate has no open case."))
        except Refused as refusal:
            form.add_error(None, f"{refusal.message} {refusal.hint}")
        else:
            words = format_html(
                gettext("The part was chosen for the case of {}."), office.code(office.plate(given["plate"]))
            )
            self.message_user(request, words)
        return not form.errors

    def remove_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take it off a case's list again; the choice stays in the story as removed."""
        if request.method != "POST":
            raise Http404
        self.found(request, pk)
        if not self.may_choose(request):
            raise PermissionDenied
        chosen = {str(one.pk): one for one in SelectedPart.objects.filter(search_result=pk).defer("raw_data")}
        selected = chosen.get(request.POST.get("selected", ""))
        if selected is None:
            raise Http404
        self.did(
            request,
            lambda: services.unselect(selected_id=selected.pk),
            gettext("The part was taken off the case's list."),
        )
        return redirect(_ONE, pk)


def codes(*numbers: str | None) -> SafeString:
    """Part numbers below one another, each in an island of its own."""
    known = [office.code(number) for number in dict.fromkeys(numbers) if number]
    return format_html("{}" + '<span class="also">{}</span>' * (len(known) - 1), *known) if known else SafeString("—")


def plate_link(case_id: UUID | None, plate: str | None) -> SafeString:
    """The plate, as the way to its case where there is one."""
    shown = office.code(office.plate(plate) or "—")
    return (
        format_html('<a href="{}">{}</a>', reverse("admin:cases_case_change", args=[case_id]), shown)
        if case_id
        else shown
    )


def _read(found: PartsSearchResult) -> list[tuple[Any, Any, bool]]:
    """What was read: the name of each field, its value, and whether it was said but not readable."""
    fields: dict[str, Any] = {name: PartsSearchResult._meta.get_field(name) for name in (*_READ, "price")}
    said = {name: getattr(found, name) for name in fields}
    return [
        (field.verbose_name, parts.shekels(said[name]) if name == "price" else said[name], name in found.unread)
        for name, field in fields.items()
        if said[name] is not None or name in found.unread
    ]


def _came(found: PartsSearchResult) -> list[tuple[str, str]]:
    """The row as it came, field by field and to the last digit."""
    raw = exact.read(found.raw) if found.raw else {}
    if not isinstance(raw, dict):
        return []
    return [(key, exact.write(value) if text_of(value) is None else text_of(value) or "") for key, value in raw.items()]
