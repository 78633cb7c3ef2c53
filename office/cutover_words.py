"""The cutover as people say it: modules, phases, and preconditions with what to do about them."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from office.checks import CHECKS
from office.cutover import DUAL, MAKE, OURS, Condition, Standing
from office.models import CutoverStep

MODULES = dict(CutoverStep.Module.choices)
PHASES: dict[str, Promise] = {
    MAKE: _("shadow mirror: Make writes, we record"),
    DUAL: _("dual-write: both write"),
    OURS: _("single-writer: we alone write"),
}
_PILOT = _("pilot: some cases stand otherwise")

# name -> what it is called, and what to do where it is not met
CONDITIONS: dict[str, tuple[Promise, Promise]] = {
    "drift_now": (
        _("Cases in which something of the module is ours alone"),
        _("Look at the drift report: let Make send its helper again, or export ours."),
    ),
    "drift_days": (
        _("Days without such a case"),
        _("Wait. The days count from the last difference, and from the first helper that Make sent."),
    ),
    "calls": (_("Calls by which Make wrote"), _("Too few to tell a rate. Let the scenarios run, or wait.")),
    "calls_rate": (
        _("Of them went well, in percent"),
        _("Look at the mirror log and at the raw answers, and put the scenario right."),
    ),
    "deliveries": (_("Deliveries that came to an end"), _("Too few to tell a rate. Let the outbox run, or wait.")),
    "deliveries_rate": (
        _("Of them reached Make, in percent"),
        _("Look at the deliveries that were given up, and send them again."),
    ),
    "backup_hours": (
        _("Hours since the last verified backup"),
        _("Make a backup and verify it. One that nobody verified is none."),
    ),
    "checks": (
        _("Health checks that are not known to be well"),
        _("Open the health board: mend what is red, and run what has not run for too long."),
    ),
    "outbox": (_("Endpoints whose news wait too long"), _("See that a worker runs, and that no endpoint is paused.")),
    "conflicts": (
        _("Cases whose last word from Make was refused"),
        _("Look at the mirror log; what came is kept. Send it again from Make once it is put right."),
    ),
    "way_back": (
        _("Endpoints that hear the whole helper"),
        _("Give one endpoint the event helper.export: by it Make is brought up to date after a way back."),
    ),
}
_RULES = {"least": _("at least %(n)s"), "most": _("at most %(n)s")}


def phase(standing: Standing) -> str:
    """Where a module stands."""
    return str(_PILOT if standing.is_pilot else PHASES[standing.writer])


def label(condition: Condition) -> str:
    return str(CONDITIONS[condition.name][0])


def cure(condition: Condition) -> str:
    return str(CONDITIONS[condition.name][1])


def wanted(condition: Condition) -> str:
    return str(_RULES[condition.rule]) % {"n": plain(condition.wanted)}


def plain(number: Any) -> str:
    """A number without zeros behind its point; none is a dash."""
    if number is None:
        return "—"
    text = str(number)
    return text.rstrip("0").rstrip(".") if "." in text else text


def more(condition: Condition) -> str:
    """What stands behind a number, where there is more to say."""
    told = condition.detail
    match condition.name:
        case "drift_now":
            return gettext("cases that Make mirrors: %(n)s") % {"n": told["mirrored"]}
        case "calls_rate" | "deliveries_rate":
            shown = {"good": told["good"], "total": told["total"], "days": told["days"]}
            return gettext("%(good)s of %(total)s in %(days)s days") % shown
        case "checks":
            return ", ".join(str(CHECKS[name].label) for name in told["open"] if name in CHECKS)
        case "outbox" if told["seconds"]:
            return gettext("the oldest news wait for %(seconds)s seconds") % {"seconds": told["seconds"]}
        case "backup_hours" if told["at"] is None:
            return gettext("never")
    return ""
