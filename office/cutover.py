"""Moving a module from Make to us and back: how each stands, what must be so before, and the two verbs."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from cases.models import Case, FeatureFlag
from core import rpc
from office import checking
from office.checks import CHECKS
from office.findings import Desk
from office.models import CutoverStep
from office.score import lives

MAKE, DUAL, OURS = (value for value, _word in FeatureFlag.WRITER)
_WRITER = "writer."
MODULES = tuple(name.removeprefix(_WRITER) for name in FeatureFlag.Name.values if name.startswith(_WRITER))

# Health checks that a module leans on; those of everybody first.
_OF_ALL = ("current_version", "versions", "plates", "mirror", "deliveries", "workers", "jobs", "migrations", "schema")
_OF_MODULE: dict[str, tuple[str, ...]] = {
    "vehicle": ("search_rows",),
    "levi": ("tracking_rows",),
    "damage": ("centers",),
    "parts": ("centers",),
    "invoices": ("centers", "invoice_lines"),
    "reports": ("reports", "files", "onedrive"),
    "tracking": ("tracking_rows",),
    "helper": ("search_rows", "tracking_rows", "centers"),
}
_CONDITIONS = "select * from private.cutover_conditions(%s, %s, %s, %s)"
_SWITCH, _BACK = "private.cutover_switch", "private.cutover_back"


@dataclass(frozen=True)
class Condition:
    """One precondition: the number that is, the one that is wanted at least or at most."""

    name: str
    number: Any
    wanted: Any
    rule: str
    is_met: bool
    detail: dict[str, Any]

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> "Condition":
        name, number, wanted, rule, is_met, detail = row
        return cls(name, number, wanted, rule, is_met, json.loads(detail))

    @classmethod
    def of_json(cls, told: dict[str, Any]) -> "Condition":
        return cls(**told)


@dataclass(frozen=True)
class Standing:
    """A module as it stands for an office: who writes it, the cases that stand otherwise, and the last step."""

    module: str
    row: FeatureFlag | None
    pilots: list[FeatureFlag]
    last: CutoverStep | None

    @property
    def writer(self) -> str:
        return self.row.value if self.row else MAKE

    @property
    def is_pilot(self) -> bool:
        return any(pilot.value != self.writer for pilot in self.pilots)

    @property
    def has_moved(self) -> bool:
        """Whether there is a way back to go."""
        return self.writer != MAKE or any(pilot.value != MAKE for pilot in self.pilots)

    @property
    def next(self) -> list[str]:
        """What the office as a whole can be moved on to."""
        return [value for value in (DUAL, OURS) if value != self.writer]


def standings(org_id: UUID) -> list[Standing]:
    """Every module as it stands for the office."""
    rows = list(FeatureFlag.objects.for_office(org_id).filter(name__startswith=_WRITER))
    steps = CutoverStep.objects.last_of_each(org_id)
    return [_standing(module, rows, steps.get(module)) for module in MODULES]


def standing(org_id: UUID, module: str) -> Standing:
    """One module as it stands for the office."""
    return next(one for one in standings(org_id) if one.module == module)


def _standing(module: str, rows: list[FeatureFlag], last: CutoverStep | None) -> Standing:
    mine = [row for row in rows if row.name == _WRITER + module]
    # The office's own counts before everybody's.
    wide = sorted((row for row in mine if row.case_id is None), key=lambda row: row.org_id is None)
    return Standing(module, wide[0] if wide else None, [row for row in mine if row.case_id], last)


def checks_of(module: str) -> list[str]:
    """The health checks that a module leans on."""
    return [*_OF_ALL, *(name for name in _OF_MODULE[module] if name not in _OF_ALL)]


def conditions(org_id: UUID, module: str) -> list[Condition]:
    """Every precondition with its number, as it stands now."""
    asked: list[Any] = [org_id, module, *_measures(module)]
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_CONDITIONS, asked)
        return [Condition.of_row(row) for row in cursor.fetchall()]


def look_again(org_id: UUID, module: str, desk: Desk) -> None:
    """Run the quick ones of the health checks a module leans on; those that read every helper run at night."""
    for name in checks_of(module):
        if CHECKS[name].is_quick:
            checking.run(CHECKS[name], desk)


class _TakenBack(Exception):
    """A rehearsal is over."""


def switch(
    *,
    org_id: UUID,
    module: str,
    to: str,
    case_ids: Collection[UUID] | None = None,
    reason: str = "",
    even_so: bool = False,
    rehearse: bool = False,
) -> CutoverStep:
    """Move a module on, for the office or for some of its cases; a rehearsal does it and takes it back.

    Raises Conflict `cutover_not_ready` with the preconditions that are not met, `cutover_stands` where nothing would
    change, Refused `forbidden` for whoever may not, NotFound for another office's case, Invalid.
    """
    limits, checks = _measures(module)
    asked = {"to": to, "limits": limits, "checks": checks, "case_ids": None if case_ids is None else list(case_ids)}
    return _step(_SWITCH, rehearse, org_id=org_id, module=module, **asked, reason=reason, even_so=even_so)


def back(*, org_id: UUID, module: str, to: str = MAKE, reason: str = "", rehearse: bool = False) -> CutoverStep:
    """Give a module back to Make at once, pilots too, and queue for Make what was written here meanwhile.

    Raises Conflict `cutover_stands` where nothing would change, and Refused `forbidden` for whoever may not.
    """
    return _step(_BACK, rehearse, org_id=org_id, module=module, to=to, reason=reason)


def cases_of(
    org_id: UUID, *, plates: Collection[str] = (), people: Collection[UUID] = ()
) -> tuple[list[UUID], list[str]]:
    """The cases a pilot is for, and plates the office has no case of.

    Of a plate its open case, else the newest; of a person the open cases of this moment, and none that come later.
    """
    found, unknown = [], []
    for plate in plates:
        cases = Case.objects.of_plate(plate).filter(org_id=org_id)
        case = cases.open().first() or cases.order_by("-created_at").first()
        found.append(case.pk) if case else unknown.append(plate)
    theirs = Case.objects.filter(org_id=org_id, assigned_to__in=people).open() if people else Case.objects.none()
    return list(dict.fromkeys([*found, *theirs.order_by("pk").values_list("pk", flat=True)])), unknown


def _step(function: str, rehearse: bool, /, **asked: Any) -> CutoverStep:
    try:
        with transaction.atomic():
            taken = rpc.record(function, ("id",), **asked)
            step = CutoverStep.objects.select_related("done_by").get(pk=taken["id"])
            if rehearse:
                raise _TakenBack
    except _TakenBack:
        pass
    return step


def _measures(module: str) -> tuple[Jsonb, Jsonb]:
    """From where on a precondition is met, and how old a health check's answer may be."""
    ages = {name: lives(CHECKS[name]) // timedelta(minutes=1) for name in checks_of(module)}
    return Jsonb(settings.CUTOVER_LIMITS), Jsonb(ages)
