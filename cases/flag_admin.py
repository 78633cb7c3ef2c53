"""The switches of the cutover, all on one page: what counts now, since when, and one press to turn it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import AuditEntry, Profile
from accounts.pages import OwnPages, is_manager, managers_only, person
from accounts.templatetags import office
from cases import services
from cases.forms import PilotForm, TurnForm
from cases.models import Case, FeatureFlag

_PAGE = "admin:cases_featureflag_changelist"
_HISTORY = 50


@dataclass(frozen=True)
class Switch:
    """One switch as it stands for an office, and the rows it comes from."""

    name: FeatureFlag.Name
    ours: FeatureFlag | None
    everybodys: FeatureFlag | None

    @property
    def row(self) -> FeatureFlag | None:
        return self.ours or self.everybodys

    @property
    def value(self) -> str:
        return self.row.value if self.row else FeatureFlag.default_of(self.name)

    @property
    def others(self) -> list[tuple[str, Any]]:
        return [(value, word) for value, word in FeatureFlag.values_of(self.name) if value != self.value]


@admin.register(FeatureFlag)
class FeatureFlagAdmin(OwnPages):
    """The page shows; each button on it is a POST, and the service turns the switch."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.switches_view, "changelist"),
            self.address("turn/", self.turn_view, "turn"),
            self.address("pilot/", self.pilot_view, "pilot"),
            self.address("<uuid:pk>/remove/", self.remove_view, "remove"),
        ]

    def switches_view(
        self, request: HttpRequest, pilot: PilotForm | None = None, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every switch as it stands for the office, the pilots, and what was changed."""
        self.look(request)
        who = person(request)
        rows = list(FeatureFlag.objects.for_office(who.org_id if who else None))
        pilots = [row for row in rows if row.case_id]
        return self.page(
            request,
            "switches",
            status=200 if pilot is None else 422,
            title=_("Switches"),
            switches=[_standing(name, rows) for name in FeatureFlag.Name if not name.startswith("writer.")],
            writers=[_standing(name, rows) for name in FeatureFlag.Name if name.startswith("writer.")],
            pilots=pilots,
            pilot_form=pilot or PilotForm(),
            may_turn=is_manager(request) and self.has_change_permission(request),
            history=_with_places(AuditEntry.objects.about("feature_flags")[:_HISTORY]),
        )

    def manager(self, request: HttpRequest) -> Profile:
        if request.method != "POST":
            raise Http404
        if not self.has_change_permission(request):
            raise PermissionDenied
        return managers_only(request)

    def turn_view(self, request: HttpRequest) -> HttpResponse:
        """Turn a switch for the office; where the value is empty, everybody's counts again."""
        who = self.manager(request)
        form = TurnForm(request.POST)
        if not form.is_valid():
            raise Http404
        name, value = form.cleaned_data["name"], form.cleaned_data["value"]
        self.did(
            request,
            lambda: services.turn_switch(name=name, value=value, org_id=who.org_id, note=form.cleaned_data["note"]),
            format_html(_("The switch {} was turned: {}"), office.code(name), FeatureFlag.word_of(value)),
        )
        return redirect(_PAGE)

    def pilot_view(self, request: HttpRequest) -> HttpResponse:
        """Turn a switch for one case alone."""
        who = self.manager(request)
        form = PilotForm(request.POST)
        case = self.chosen(form)
        if case is None:
            return self.switches_view(request, pilot=form)
        name, value, note = (form.cleaned_data[field] for field in ("name", "value", "note"))
        self.did(
            request,
            lambda: services.turn_switch(name=name, value=value, org_id=who.org_id, case_id=case.pk, note=note),
            self.pilot_words(case, name, value),
        )
        return redirect(_PAGE)

    def chosen(self, form: PilotForm) -> Case | None:
        """The open case of the plate, else its newest; none where the form is wrong."""
        if not form.is_valid():
            return None
        cases = Case.objects.of_plate(form.cleaned_data["plate"])
        case = cases.open().first() or cases.order_by("-created_at").first()
        if case is None:
            form.add_error("plate", _("This office has no case of this plate."))
        return case

    def pilot_words(self, case: Case, name: str, value: str) -> SafeString:
        return format_html(
            _("For the case {} the switch {} now says: {}"),
            office.code(office.plate(case.plate)),
            office.code(name),
            FeatureFlag.word_of(value),
        )

    def remove_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take a pilot away, or the office's own setting: the wider one counts again."""
        self.manager(request)
        row = FeatureFlag.objects.filter(pk=pk, org__isnull=False).first()
        if row is None:
            raise Http404
        words = format_html(_("The setting of {} was taken away; the wider one counts again."), office.code(row.name))
        self.did(request, lambda: services.forget_switch(switch_id=row.pk), words)
        return redirect(_PAGE)


def _standing(name: FeatureFlag.Name, rows: list[FeatureFlag]) -> Switch:
    def found(of_office: bool) -> FeatureFlag | None:
        mine = (r for r in rows if r.name == name and r.case_id is None and (r.org_id is not None) == of_office)
        return next(mine, None)

    return Switch(name, found(True), found(False))


def _with_places(entries: Any) -> list[AuditEntry]:
    """Each line with the plate it was for, where it was a pilot."""
    lines = list(entries)
    ids = {row.get("case_id") for line in lines for row in (line.new_values or line.old_values,)} - {None}
    plates = dict(Case.objects.filter(pk__in=ids).values_list("pk", "plate"))
    for line in lines:
        key = (line.new_values or line.old_values).get("case_id")
        line.place = office.plate(plates.get(UUID(key))) if key else ""
    return lines
