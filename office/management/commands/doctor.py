"""`manage.py doctor`: the checks of the health board in the terminal. What this machine lacks, `dev.py doctor` says."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Org
from core import terminal
from core.errors import Refused
from office import check_words, checking, repairs
from office.checks import CHECKS, Check
from office.findings import SHOWN, Desk, Finding
from office.models import CheckRun

WELL, FOUND, COULD_NOT = 0, 1, 2
_SIGNS = {CheckRun.State.WELL: "✓", CheckRun.State.FINDINGS: "✗", CheckRun.State.UNKNOWN: "?"}
_LISTED = 5


class Command(BaseCommand):
    """Exit code 0: all is well. 1: something was found. 2: nothing was found, and not everything could be looked at."""

    help = "Runs the checks of the health board; dev.py doctor looks at this machine instead."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
        parser.add_argument("--check", action="append", choices=sorted(CHECKS), help="only this one; may be repeated")
        parser.add_argument("--repair", choices=sorted(repairs.REPAIRS), help="put right what this check finds")
        parser.add_argument("--yes", action="store_true", help="repair without asking")
        parser.add_argument("--office", help="only this office, by its name")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(terminal.language()):
            try:
                code = self.repair(options) if options["repair"] else self.report(options)
            except DatabaseError as exc:
                words = _("The database does not answer: %(kind)s") % {"kind": type(exc).__name__}
                raise CommandError(words, returncode=COULD_NOT) from None
        if code:
            raise SystemExit(code)

    def report(self, options: dict[str, Any]) -> int:
        """Run the checks and print what came of them."""
        offices = _offices(options["office"])
        checks = [CHECKS[name] for name in options["check"]] if options["check"] else list(CHECKS.values())
        runs = list(_runs(checks, offices))
        if options["json"]:
            self.stdout.write(json.dumps([_told(run, offices) for run in runs], ensure_ascii=False, indent=1))
        else:
            for run in runs:
                self.line(run, offices)
        return _exit(run.state for run in runs)

    def line(self, run: CheckRun, offices: dict[UUID, str]) -> None:
        label = str(CHECKS[run.name].label)
        where = f" ({offices[run.org_id]})" if run.org_id else ""
        self.stdout.write(f"{_SIGNS[CheckRun.State(run.state)]} {label}{where}: {_summary(run)}")
        for one in _findings(run)[:_LISTED]:
            self.stdout.write(f"    {one.plate or one.id or ''} {check_words.said(run.name, one)}".rstrip())

    def repair(self, options: dict[str, Any]) -> int:
        """Show what would be changed, ask, change it, and look again."""
        name, left = options["repair"], 0
        for office, title in _offices(options["office"]).items():
            desk = Desk(office, checking.as_service)
            planned = repairs.planned(name, desk)
            self.stdout.write(f"{title}: {len(planned)} · {repairs.REPAIRS[name].change}")
            for one in planned[:SHOWN]:
                self.stdout.write(f"    {one.plate or one.id or ''} {check_words.said(name, one)}".rstrip())
            if planned and (options["yes"] or self.agreed()):
                left += self.mend(name, desk)
            else:
                left += len(planned)
        return FOUND if left else WELL

    def agreed(self) -> bool:
        return input(_("Repair now? [y/N] ")).strip().lower() in {"y", "yes", "כ", "כן"}

    def mend(self, name: str, desk: Desk) -> int:
        try:
            done, after = repairs.carry_out(name, desk)
        except Refused as refusal:
            raise CommandError(f"{refusal.message} {refusal.hint}", returncode=COULD_NOT) from None
        self.stdout.write(_("Mended: %(done)s, left: %(left)s") % {"done": done, "left": after.found})
        return after.found


def _runs(checks: list[Check], offices: dict[UUID, str]) -> Iterator[CheckRun]:
    for check in checks:
        for office in [None] if check.is_of_system else offices:
            yield checking.run(check, Desk(office, checking.as_service))


def _offices(name: str | None) -> dict[UUID, str]:
    with checking.as_service():
        found = dict(Org.objects.filter(**({"name": name} if name else {})).order_by("name").values_list("pk", "name"))
    if not found and name:
        raise CommandError(_("There is no office of this name."), returncode=COULD_NOT)
    return found


def _exit(states: Iterable[str]) -> int:
    """What was found counts before what could not be looked at."""
    all_of_them = set(states)
    if CheckRun.State.FINDINGS in all_of_them:
        return FOUND
    return COULD_NOT if CheckRun.State.UNKNOWN in all_of_them else WELL


def _findings(run: CheckRun) -> list[Finding]:
    return [Finding.of_json(one) for one in run.findings]


def _summary(run: CheckRun) -> str:
    if run.state == CheckRun.State.FINDINGS:
        return str(run.found)
    known = check_words.reason(run.reason) if run.state == CheckRun.State.UNKNOWN else check_words.measured(run)
    return known or str(CheckRun.State(run.state).label)


def _told(run: CheckRun, offices: dict[UUID, str]) -> dict[str, Any]:
    shown = {"check": run.name, "office": offices.get(run.org_id) if run.org_id else None, "state": run.state}
    counted = {"found": run.found, "reason": run.reason, "ms": run.ms, "measured": run.measured}
    return {**shown, **counted, "findings": run.findings}
