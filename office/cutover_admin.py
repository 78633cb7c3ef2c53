"""The cutover in the admin: how each module stands, its preconditions as a table, the switch, and the way back."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import Profile
from accounts.pages import OwnPages, managers_only
from cases.models import Case, FeatureFlag
from core.errors import Refused
from office import cutover, cutover_words
from office.cutover_form import SwitchForm
from office.findings import Desk
from office.models import CutoverStep

_BOARD = "admin:office_cutoverstep_changelist"
_PAGE = "admin:office_cutoverstep_module"
_STEPS = 20
_CASES = 50


@admin.register(CutoverStep)
class CutoverStepAdmin(OwnPages):
    """Only who may turn switches sees these pages; each button is a POST."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.board_view, "changelist"),
            self.address("<slug:module>/", self.module_view, "module"),
            self.address("<slug:module>/check/", self.check_view, "check"),
            self.address("<slug:module>/switch/", self.switch_view, "switch"),
            self.address("<slug:module>/back/", self.back_view, "back"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def board_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Each module with its phase, its pilots and its last step."""
        who = self.manager(request)
        return self.page(request, "board", title=_("Cutover"), standings=cutover.standings(who.org_id))

    def module_view(
        self, request: HttpRequest, module: str, form: SwitchForm | None = None, status: int = 200
    ) -> HttpResponse:
        """The preconditions as they stand, what can be done, and the steps so far."""
        who, module = self.manager(request), self.known(module)
        standing = cutover.standing(who.org_id, module)
        found = cutover.conditions(who.org_id, module)
        return self.page(
            request,
            "module",
            status=status,
            title=cutover_words.MODULES[module],
            module=module,
            standing=standing,
            conditions=found,
            is_ready=all(one.is_met for one in found),
            form=form or self.asked_form(request, who),
            steps=list(CutoverStep.objects.of(who.org_id, module)[:_STEPS]),
            people=_people(who),
        )

    def check_view(self, request: HttpRequest, module: str) -> HttpResponse:
        """Run the health checks the module leans on, and look again."""
        who, module = self.posted(request), self.known(module)
        cutover.look_again(who.org_id, module, Desk(who.org_id))
        self.message_user(request, _("The quick checks were run."))
        return redirect(_PAGE, module)

    def switch_view(self, request: HttpRequest, module: str) -> HttpResponse:
        """The first POST rehearses and shows what would be; the second, from that page, turns it."""
        who, module = self.posted(request), self.known(module)
        form = self.asked_form(request, who, request.POST)
        if not form.is_valid():
            return self.module_view(request, module, form, 422)
        asked = {name: form.cleaned_data[name] for name in ("to", "case_ids", "reason")}
        asked["even_so"] = form.cleaned_data.get("even_so", False)
        is_rehearsal = "confirmed" not in request.POST
        try:
            step = cutover.switch(org_id=who.org_id, module=module, rehearse=is_rehearsal, **asked)
        except Refused as refusal:
            self.message_user(request, f"{refusal.message} {refusal.hint}", messages.ERROR)
            return self.module_view(request, module, form, refusal.status)
        if is_rehearsal:
            return self.confirm_page(request, module, form, step)
        words = _("The module {} was moved on: {}")
        self.message_user(
            request, format_html(words, cutover_words.MODULES[module], FeatureFlag.word_of(step.to_value))
        )
        return redirect(_PAGE, module)

    def confirm_page(self, request: HttpRequest, module: str, form: SwitchForm, step: CutoverStep) -> HttpResponse:
        cases = Case.objects.filter(pk__in=step.case_ids or []).order_by("plate")
        return self.page(
            request,
            "confirm",
            title=cutover_words.MODULES[module],
            module=module,
            step=step,
            said=[(name, value) for name in form.fields for value in request.POST.getlist(name)],
            cases=cases[:_CASES],
            count=len(step.case_ids or []),
            unmet=[one for one in map(cutover.Condition.of_json, step.conditions) if not one.is_met],
        )

    def back_view(self, request: HttpRequest, module: str) -> HttpResponse:
        """Make writes again from this moment on; the page says what was written here meanwhile."""
        who, module = self.posted(request), self.known(module)
        try:
            step = cutover.back(org_id=who.org_id, module=module, reason=request.POST.get("reason", "")[:500])
        except Refused as refusal:
            self.message_user(request, f"{refusal.message} {refusal.hint}", messages.ERROR)
        else:
            words = _(
                "Make writes %(module)s again. Written here meanwhile: %(versions)s; queued for Make: %(queued)s."
            )
            shown = {name: step.written[name] for name in ("versions", "queued")}
            self.message_user(request, words % {"module": cutover_words.MODULES[module], **shown})
        return redirect(_PAGE, module)

    def asked_form(self, request: HttpRequest, who: Profile, data: Any = None) -> SwitchForm:
        return SwitchForm(data, org_id=who.org_id, is_owner=who.role == Profile.Role.ADMIN)

    def manager(self, request: HttpRequest) -> Profile:
        """Raises PermissionDenied for whoever may not turn switches."""
        self.look(request)
        if not request.user.has_perm("cases.change_featureflag"):
            raise PermissionDenied
        return managers_only(request)

    def posted(self, request: HttpRequest) -> Profile:
        who = self.manager(request)
        if request.method != "POST":
            raise Http404
        return who

    def known(self, module: str) -> str:
        if module not in cutover.MODULES:
            raise Http404
        return module


def _people(who: Profile) -> dict[str, str]:
    """The names behind the ids of a step."""
    return {str(pk): name for pk, name in Profile.objects.filter(org_id=who.org_id).values_list("pk", "name")}
