"""The health board: how everything is, what each check found, running it again, and putting right what it found."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _

from accounts.models import Profile
from accounts.pages import OwnPages, is_manager, managers_only, person
from cases.models import Case
from core.errors import Refused
from office import checking, health, repairing, repairs, score
from office.checks import CHECKS, Check
from office.findings import SHOWN, Desk
from office.models import CheckRun

_BOARD = "admin:office_checkrun_changelist"
_PAGE = "admin:office_checkrun_check"
# An office with more cases waits for a worker where every helper is read.
_FEW_CASES = 100


@admin.register(CheckRun)
class CheckRunAdmin(OwnPages):
    """One board; what was found is nobody's to change."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.board_view, "changelist"),
            self.address("run/", self.run_quick_view, "run_quick"),
            self.address("<slug:name>/", self.check_view, "check"),
            self.address("<slug:name>/run/", self.run_view, "run"),
            self.address("<slug:name>/repair/", self.repair_view, "repair"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def may_run(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("office.run_checkrun"))

    def board_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The score, and a line for each check."""
        who = self.who(request)
        told = health.hours(who.org_id)
        return self.page(
            request,
            "board",
            title=_("Health board"),
            board=score.board(who.org_id),
            may_run=self.may_run(request),
            bars=health.bars(told),
            troubles=sum(hour.troubles for hour in told),
            width=health.WIDTH,
            height=health.HEIGHT,
            spark=(score.WIDTH, score.HEIGHT),
        )

    def check_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """What a check means, what it found, and what can be done about it."""
        who, check = self.who(request), self.named(name)
        line = next(line for line in score.board(who.org_id).lines if line.check.name == name)
        return self.page(
            request,
            "check",
            title=check.label,
            line=line,
            may_run=self.may_run(request),
            may_repair=name in repairs.REPAIRS and line.is_red and self.may_run(request) and is_manager(request),
            spark=(score.WIDTH, score.HEIGHT),
            shown=SHOWN,
        )

    def run_quick_view(self, request: HttpRequest) -> HttpResponse:
        """Run now what is asked every few minutes."""
        who = self.posted(request)
        for check in checking.quick_ones():
            checking.run(check, Desk(who.org_id))
        self.message_user(request, _("The quick checks were run."))
        return redirect(_BOARD)

    def run_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Run one check now, or hand it to a worker where it must read every helper of a large office."""
        who, check = self.posted(request), self.named(name)
        if self.is_long(check, who.org_id):
            self.handed_over(request, repairing.begin("check_one", name, org_id=who.org_id, user_id=who.pk))
        else:
            run = checking.run(check, Desk(who.org_id))
            self.message_user(
                request, _("The check was run: %(state)s") % {"state": CheckRun.State(run.state).label}, _level(run)
            )
        return redirect(_PAGE, name)

    def repair_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """GET shows exactly what would be changed; POST changes it, tells it, and looks again."""
        who, check = self.manager(request), self.named(name)
        if name not in repairs.REPAIRS:
            raise Http404
        if request.method == "POST":
            return self.repair(request, check, who)
        planned = [] if self.is_long(check, who.org_id) else repairs.planned(name, Desk(who.org_id))
        last = next(line for line in score.board(who.org_id).lines if line.check.name == name)
        return self.page(
            request,
            "repair",
            title=check.label,
            check=check,
            repair=repairs.REPAIRS[name],
            # A large office is not read anew for a look: the last run's findings stand for it.
            planned=(planned or [one for one in last.findings if one.what in repairs.REPAIRS[name].whats])[:SHOWN],
            count=len(planned) or (last.last.found if last.last else 0),
            shown=SHOWN,
        )

    def repair(self, request: HttpRequest, check: Check, who: Profile) -> HttpResponse:
        """As a job where it takes long."""
        if self.is_long(check, who.org_id) or len(repairs.planned(check.name, Desk(who.org_id))) > repairs.SMALL:
            self.handed_over(request, repairing.begin("repair", check.name, org_id=who.org_id, user_id=who.pk))
            return redirect(_PAGE, check.name)
        try:
            done, after = repairs.carry_out(check.name, Desk(who.org_id))
        except Refused as refusal:
            self.message_user(request, f"{refusal.message} {refusal.hint}", messages.ERROR)
        else:
            words = _("Mended: %(done)s. The check was run again; left: %(left)s.")
            self.message_user(request, words % {"done": done, "left": after.found}, _level(after))
        return redirect(_PAGE, check.name)

    def handed_over(self, request: HttpRequest, run_id: UUID | None) -> None:
        words = _("The work was handed to a worker; see background jobs for how far it is.")
        self.message_user(request, words if run_id else _("This work is being done already."))

    def is_long(self, check: Check, org_id: UUID) -> bool:
        """Whether a page would have to wait for it."""
        if check.is_quick:
            return False
        return Case.objects.filter(org_id=org_id).order_by()[: _FEW_CASES + 1].count() > _FEW_CASES

    def named(self, name: str) -> Check:
        if name not in CHECKS:
            raise Http404
        return CHECKS[name]

    def who(self, request: HttpRequest) -> Profile:
        self.look(request)
        found = person(request)
        if found is None:
            raise PermissionDenied
        return found

    def posted(self, request: HttpRequest) -> Profile:
        who = self.who(request)
        if request.method != "POST":
            raise Http404
        if not self.may_run(request):
            raise PermissionDenied
        return who

    def manager(self, request: HttpRequest) -> Profile:
        self.look(request)
        if not self.may_run(request):
            raise PermissionDenied
        return managers_only(request)


def _level(run: CheckRun) -> int:
    return messages.SUCCESS if run.state == CheckRun.State.WELL else messages.WARNING
