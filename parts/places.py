"""Whose a search is: a case's, a vehicle's, a search's, or the office's in general."""

from typing import NamedTuple
from uuid import UUID

from cases.models import Case
from cases.search import digits
from core.errors import Invalid, NotFound
from parts.models import PartsSearchSession


class Place(NamedTuple):
    """Where found parts belong; `key` is what the same row twice is the same row in."""

    case_id: UUID | None = None
    plate: str | None = None
    session_id: UUID | None = None
    org_id: UUID | None = None

    @property
    def key(self) -> str:
        if self.case_id:
            return f"case:{self.case_id}"
        return f"plate:{self.plate}" if self.plate else f"session:{self.session_id}" if self.session_id else "general"


def place_of(
    *, case_id: UUID | None = None, plate: str | None = None, session_id: UUID | None = None, org_id: UUID | None = None
) -> Place:
    """A plate is its open case, or itself where it has none; a search is what it was for.

    Raises NotFound for what the caller does not see, and Invalid for a plate that more than one office has.
    """
    if case_id:
        found = Case.objects.filter(pk=case_id, **_given(plate=plate, org_id=org_id)).values_list("pk", "plate").first()
        if found is None:
            raise NotFound
        return Place(found[0], found[1], session_id, org_id)
    if plate and len(digits(plate)) in {7, 8}:
        cases = list(
            Case.objects.open().of_plate(plate).filter(**_given(org_id=org_id)).values_list("pk", flat=True)[:2]
        )
        if len(cases) > 1:
            raise Invalid.at("/case_id", "more than one office has this plate: name the case")
        return Place(cases[0] if cases else None, digits(plate), session_id, org_id)
    if session_id:
        of_search = PartsSearchSession.objects.filter(pk=session_id).values_list("case_id", "plate").first()
        if of_search is None:
            raise NotFound
        return Place(of_search[0], of_search[1], session_id, org_id)
    return Place(org_id=org_id)


def _given(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value is not None}
