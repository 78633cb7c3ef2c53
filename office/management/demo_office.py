"""One office of the demo, and who acts in it."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from cases.models import Case
from core import acting, exact
from helpers.models import CaseHelper


@dataclass(frozen=True)
class Office:
    """An office with its appraiser and its manager."""

    id: UUID
    appraiser: UUID
    manager: UUID

    def as_appraiser(self) -> AbstractContextManager[None]:
        return acting.acting(acting.PERSON, {"sub": str(self.appraiser), "role": acting.PERSON})

    def as_manager(self) -> AbstractContextManager[None]:
        return acting.acting(acting.PERSON, {"sub": str(self.manager), "role": acting.PERSON})

    @cached_property
    def cases(self) -> dict[str, UUID]:
        """The id of each plate's case."""
        with acting.acting(acting.SERVICE):
            return dict(Case.objects.filter(org_id=self.id).order_by("created_at").values_list("plate", "pk"))

    def of(self, told: list[Any]) -> list[Any]:
        """What is told of cases that this office has; the first word of each is its plate."""
        return [one for one in told if one[0] in self.cases]


def helper(case_id: UUID) -> dict[str, Any]:
    """A case's helper, its numbers as they are written."""
    text = CaseHelper.objects.current(case_id).values_list("helper_json", flat=True).first()
    return dict(exact.read(text.encode())) if text else {}


def centers(case_id: UUID) -> list[dict[str, Any]]:
    """The damage centers of a case."""
    return list(helper(case_id).get("centers") or [])


def needed(center: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of the parts that a damage center needs."""
    return list(center.get("Parts", {}).get("parts_required") or [])
