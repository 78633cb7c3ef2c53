"""What a check is told and what it answers."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from core.errors import NotFound
from office.models import CheckRun

# More of one kind nobody counts, and nobody repairs at once.
MOST = 10_000
SHOWN = 50


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: a code, a row, and how much; never what a helper says."""

    what: str
    about: str = ""
    id: UUID | None = None
    case_id: UUID | None = None
    plate: str | None = None
    number: int | None = None
    detail: str | None = None

    @classmethod
    def of_row(cls, row: Iterable[Any]) -> "Finding":
        what, about, pk, case_id, plate, number, detail = row
        return cls(what, about, pk, case_id, plate, None if number is None else int(number), detail)

    @classmethod
    def of_json(cls, told: dict[str, Any]) -> "Finding":
        return cls(**told)

    def as_json(self) -> dict[str, Any]:
        kept = {key: value for key, value in asdict(self).items() if value is not None}
        return {key: str(value) if isinstance(value, UUID) else value for key, value in kept.items()}


@dataclass(frozen=True)
class Seen:
    """What a check saw. A reason says why it could not look, or not at all of it."""

    found: int = 0
    findings: list[Finding] = field(default_factory=list)
    measured: dict[str, Any] = field(default_factory=dict)
    reason: str | None = None

    @classmethod
    def all_of(cls, findings: list[Finding], measured: dict[str, Any] | None = None) -> "Seen":
        return cls(len(findings), findings, measured or {})

    @property
    def state(self) -> str:
        if self.found:
            return CheckRun.State.FINDINGS
        return CheckRun.State.UNKNOWN if self.reason else CheckRun.State.WELL


def _nobody_counts(done: int, total: int) -> None:
    """For who does not want to hear how far it is."""


@dataclass(frozen=True)
class Desk:
    """For whom a check looks: the office, who asks, how many findings are wanted, and who hears how far it is.

    `caller` opens a transaction as who asks; within a page of the admin there is one already.
    """

    org_id: UUID | None
    caller: Callable[[], AbstractContextManager[Any]] = nullcontext
    shown: int = SHOWN
    step: Callable[[int, int], None] = _nobody_counts

    @property
    def office(self) -> UUID:
        """The office, for what cannot do without one. Raises NotFound."""
        if self.org_id is None:
            raise NotFound
        return self.org_id


Look = Callable[[Desk], Seen]
