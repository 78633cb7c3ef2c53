"""How well an office is, in one number; the weights stand with the checks."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from office.checks import CHECKS, DATA, Check
from office.findings import Finding
from office.models import CheckRun

_KEPT = 24
# Twice the pace and a little: what was not looked at for so long is not known any more.
_QUICK_FOR, _NIGHTLY_FOR = timedelta(minutes=15), timedelta(hours=50)
WIDTH, HEIGHT = 96, 24


def lives(check: Check) -> timedelta:
    """For how long an answer of a check is known."""
    return _QUICK_FOR if check.is_quick else _NIGHTLY_FOR


class Tick(NamedTuple):
    """A bar of a line's small drawing."""

    x: float
    y: float
    width: float
    height: float
    looks: str


@dataclass(frozen=True)
class Line:
    """A check with its runs, the newest first."""

    check: Check
    runs: list[CheckRun]

    @property
    def last(self) -> CheckRun | None:
        return self.runs[0] if self.runs else None

    @property
    def reason(self) -> str | None:
        """Why nothing is known."""
        if self.last is None:
            return "never"
        return "stale" if self._is_stale else self.last.reason

    @property
    def _is_stale(self) -> bool:
        return self.last is not None and timezone.now() - self.last.finished_at > lives(self.check)

    @property
    def state(self) -> str:
        if self.last is None:
            return CheckRun.State.UNKNOWN
        # What was found stays found until somebody looks again.
        is_old = self._is_stale and self.last.state == CheckRun.State.WELL
        return CheckRun.State.UNKNOWN if is_old else self.last.state

    @property
    def is_well(self) -> bool:
        return self.state == CheckRun.State.WELL

    @property
    def is_red(self) -> bool:
        return self.state == CheckRun.State.FINDINGS

    @property
    def findings(self) -> list[Finding]:
        return [Finding.of_json(one) for one in self.last.findings] if self.last else []

    @property
    def ticks(self) -> list[Tick]:
        """Its runs as bars; time runs as the page is read, the newest at its end on the left."""
        most = max((run.found for run in self.runs), default=0) or 1
        step = WIDTH / _KEPT
        return [
            Tick(n * step, HEIGHT - height, step * 0.75, height, _LOOKS[CheckRun.State(run.state)])
            for n, run in enumerate(self.runs)
            for height in [max(HEIGHT * run.found / most, 4)]
        ]


_LOOKS = {CheckRun.State.WELL: "good", CheckRun.State.FINDINGS: "bad", CheckRun.State.UNKNOWN: "none"}
_ORDER = {CheckRun.State.FINDINGS: 0, CheckRun.State.UNKNOWN: 1, CheckRun.State.WELL: 2}


@dataclass(frozen=True)
class Board:
    """All checks of an office and of the system, the worst first."""

    lines: list[Line]

    @property
    def score(self) -> int:
        """The weight of what is well in a hundred parts of all; rounded down, so that 100 means all of it."""
        well = sum(line.check.weight for line in self.lines if line.is_well)
        return 100 * well // sum(line.check.weight for line in self.lines)

    @property
    def red(self) -> list[Line]:
        return [line for line in self.lines if line.is_red]

    @property
    def unknown(self) -> list[Line]:
        return [line for line in self.lines if not line.is_red and not line.is_well]

    @property
    def well(self) -> list[Line]:
        return [line for line in self.lines if line.is_well]

    @property
    def looks(self) -> str:
        """How the number is drawn; the words beside it say the same."""
        if any(line.check.weight == DATA for line in self.red):
            return "bad"
        return "done" if self.score == 100 else "waits"


def board(org_id: UUID | None) -> Board:
    """How an office is, by the runs that are kept; nothing is run."""
    runs = CheckRun.objects.of(org_id).newest(_KEPT).select_related("started_by")
    of_each = {name: list(some) for name, some in groupby(runs, key=lambda run: run.name)}
    lines = [Line(check, of_each.get(name, [])) for name, check in CHECKS.items()]
    return Board(sorted(lines, key=lambda line: (_ORDER[CheckRun.State(line.state)], -line.check.weight)))
