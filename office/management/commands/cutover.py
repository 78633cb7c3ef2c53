"""`manage.py cutover`: how each module stands, what its switch waits for, the switch, and the way back."""

from argparse import ArgumentParser
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Org, Profile, User
from core import acting, terminal
from core.errors import Refused
from office import checking, cutover, cutover_words
from office.cutover import DUAL, MAKE, MODULES, OURS, Condition
from office.findings import Desk
from office.models import CutoverStep

READY, NOT_READY = 0, 1
_SIGNS = {True: "✓", False: "✗"}


class Command(BaseCommand):
    """Exit code of check: 0 when every precondition is met, 1 when not. switch and back say what they did."""

    help = "Moves a module from Make to us, with proof before and a way back after."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        status = verbs.add_parser("status", help="every module of every office")
        check = verbs.add_parser("check", help="each precondition with number and limit")
        switch = verbs.add_parser("switch", help="move a module on, if every precondition is met")
        back = verbs.add_parser("back", help="give a module back to Make, at once")
        for verb in (status, check, switch, back):
            verb.add_argument("--office", help="only this office, by its name")
        for verb in (check, switch, back):
            verb.add_argument("--module", choices=MODULES, required=True)
        check.add_argument("--kept", action="store_true", help="the health checks as they ran last, not anew")
        switch.add_argument("--to", choices=[DUAL, OURS], default=OURS, help="%(default)s")
        switch.add_argument("--case", action="append", default=[], metavar="PLATE", help="a pilot; may be repeated")
        switch.add_argument(
            "--person", action="append", default=[], metavar="NAME", help="a pilot: open cases of theirs"
        )
        switch.add_argument("--even-so", metavar="REASON", help="whatever is not met; kept with the step")
        switch.add_argument("--kept", action="store_true", help="the health checks as they ran last, not anew")
        back.add_argument("--to", choices=[MAKE, DUAL], default=MAKE, help="%(default)s")
        for verb in (switch, back):
            verb.add_argument("--by", metavar="LOGIN", help="the manager in whose name it is done")
            verb.add_argument("--reason", default="", help="why; kept with the step")
            verb.add_argument("--dry-run", action="store_true", help="do it and take it back; says what it would do")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        with translation.override(terminal.language()):
            try:
                code = getattr(self, f"on_{verb}")(options)
            except Refused as refusal:
                raise CommandError(f"{refusal.message} {refusal.hint} {refusal.details or ''}".strip()) from None
        if code:
            raise SystemExit(code)

    def on_status(self, options: dict[str, Any]) -> int:
        for office in _offices(options["office"]):
            self.stdout.write(office.name)
            with checking.as_service():
                standings = cutover.standings(office.pk)
            for one in standings:
                pilots = " · " + _("pilots") + f": {len(one.pilots)}" if one.pilots else ""
                self.stdout.write(
                    f"  {one.module:<9} {one.writer:<9} {cutover_words.phase(one)}{pilots}{_last(one.last)}"
                )
        return READY

    def on_check(self, options: dict[str, Any]) -> int:
        office = _the_office(options["office"])
        found = _conditions(office, options)
        self.table(found)
        return READY if all(one.is_met for one in found) else NOT_READY

    def table(self, found: list[Condition]) -> None:
        for one in found:
            behind = f" · {more}" if (more := cutover_words.more(one)) else ""
            number = cutover_words.plain(one.number)
            self.stdout.write(
                f"{_SIGNS[one.is_met]} {cutover_words.label(one)}: {number} ({cutover_words.wanted(one)}){behind}"
            )
            if not one.is_met:
                self.stdout.write(f"    {cutover_words.cure(one)}")

    def on_switch(self, options: dict[str, Any]) -> int:
        office = _the_office(options["office"])
        if not options["kept"]:
            cutover.look_again(office.pk, options["module"], Desk(office.pk, checking.as_service))
        asked = {"module": options["module"], "to": options["to"], "rehearse": options["dry_run"]}
        reasons = {"reason": options["even_so"] or options["reason"], "even_so": options["even_so"] is not None}
        try:
            with _as(options["by"]):
                step = cutover.switch(org_id=office.pk, case_ids=_pilots(office, options), **asked, **reasons)
        except Refused as refusal:
            if refusal.code != "cutover_not_ready":
                raise
            self.table(_conditions(office, {**options, "kept": True}))
            self.stderr.write(f"{refusal.message} {refusal.hint}")
            return NOT_READY
        self.table([Condition.of_json(told) for told in step.conditions])
        self.told(step, is_rehearsal=options["dry_run"])
        return READY

    def on_back(self, options: dict[str, Any]) -> int:
        office = _the_office(options["office"])
        with _as(options["by"]):
            step = cutover.back(
                org_id=office.pk,
                module=options["module"],
                to=options["to"],
                reason=options["reason"],
                rehearse=options["dry_run"],
            )
            self.told(step, is_rehearsal=options["dry_run"])
            self.meanwhile(step)
        return READY

    def told(self, step: CutoverStep, *, is_rehearsal: bool) -> None:
        where = _("cases: %(n)s") % {"n": len(step.case_ids)} if step.case_ids else _("the whole office")
        tried = _("A rehearsal, nothing was changed") if is_rehearsal else _("Done")
        self.stdout.write(f"{tried}: {step.module} {step.from_value} → {step.to_value} · {where}")

    def meanwhile(self, step: CutoverStep) -> None:
        """What was written here while the module was ours, by whom, and what Make is told of it."""
        told = step.written
        names = dict(Profile.objects.filter(pk__in=[one["saved_by"] for one in told["by"]]).values_list("pk", "name"))
        self.stdout.write(
            _("Written here meanwhile: %(versions)s versions of %(cases)s cases")
            % {"versions": told["versions"], "cases": told["cases"]}
        )
        for one in told["by"]:
            who = names.get(UUID(one["saved_by"])) if one["saved_by"] else None
            self.stdout.write(f"  {who or one['saved_from']}: {one['versions']} ({one['saved_from']})")
        self.stdout.write(
            _("Queued for Make: %(queued)s, sent again: %(again)s, heard by nobody: %(unheard)s")
            % {name: told[name] for name in ("queued", "again", "unheard")}
        )


def _offices(name: str | None) -> list[Org]:
    with checking.as_service():
        found = list(Org.objects.filter(**({"name": name} if name else {})).order_by("name"))
    if not found:
        raise CommandError(_("There is no office of this name."))
    return found


def _the_office(name: str | None) -> Org:
    found = _offices(name)
    if len(found) > 1:
        raise CommandError(_("There are more offices: name one with --office."))
    return found[0]


def _conditions(office: Org, options: dict[str, Any]) -> list[Condition]:
    if not options["kept"]:
        cutover.look_again(office.pk, options["module"], Desk(office.pk, checking.as_service))
    with checking.as_service():
        return cutover.conditions(office.pk, options["module"])


def _as(login: str | None) -> AbstractContextManager[None]:
    """In the name of a manager's login; without one in the name of whoever sits at this machine."""
    if login is None:
        return acting.acting(acting.SERVICE)
    user = User.objects.filter(username=login, is_active=True).first()
    if user is None or user.profile_id is None:
        raise CommandError(_("There is no such login, or it stands for no person."))
    return acting.acting(acting.STAFF, {"sub": str(user.profile_id), "role": acting.STAFF})


def _pilots(office: Org, options: dict[str, Any]) -> list[UUID] | None:
    """The cases that are named, by plate or by who works on them; None for the whole office."""
    if not (options["case"] or options["person"]):
        return None
    people = dict(Profile.objects.filter(org_id=office.pk, name__in=options["person"]).values_list("name", "pk"))
    found, unknown = cutover.cases_of(office.pk, plates=options["case"], people=list(people.values()))
    unknown += [name for name in options["person"] if name not in people]
    if unknown or not found:
        raise CommandError(_("Not found in this office: %(names)s") % {"names": ", ".join(unknown) or "—"})
    return found


def _last(step: CutoverStep | None) -> str:
    if step is None:
        return ""
    who = step.done_by.name if step.done_by else step.door.lower()
    return f" · {timezone.localtime(step.created_at):%Y-%m-%d %H:%M} {who}{' !' if step.is_forced else ''}"
