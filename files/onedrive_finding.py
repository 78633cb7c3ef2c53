"""Whose case a file from OneDrive belongs to: by what was said of it, else by the plate it is named after."""

from typing import NamedTuple
from uuid import UUID

from cases.models import Case, CaseQuerySet
from core.errors import Invalid, NotFound
from files.onedrive_plates import Spotted, spotted


class Found(NamedTuple):
    """A case and what it was found by; without one, the plate the file seems to be about."""

    case_id: UUID | None = None
    plate: str | None = None
    by: str | None = None

    @property
    def is_named(self) -> bool:
        """Whether the caller named it, and nothing was made out from names."""
        return self.by in {"case_id", "plate", "filing_number"}


def find(
    *,
    case_id: UUID | None = None,
    plate: str | None = None,
    filing_number: str | None = None,
    path: str = "",
    filename: str = "",
    org_id: UUID | None = None,
) -> Found:
    """The case a file belongs to; none where nothing says so, or two things say two.

    Raises NotFound for a case that was named and is not seen, and Invalid for a plate of two offices.
    """
    cases = Case.objects.filter(org_id=org_id) if org_id else Case.objects.all()
    if case_id is not None:
        return _by_id(cases.of_plate(plate) if plate else cases, case_id)
    if plate:
        case = open_first(cases.of_plate(plate))
        return Found(case.pk, plate, "plate") if case else Found(plate=plate)
    if filing_number:
        only = _one(cases.filter(filing_case_id__iexact=filing_number.strip()))
        if only:
            return Found(only, by="filing_number")
    return _by_names(cases, spotted(path, filename))


def open_first(cases: CaseQuerySet) -> Case | None:
    """The open case of a plate, else its newest. Raises Invalid where two offices have it."""
    if len(set(cases.values_list("org_id", flat=True)[:50])) > 1:
        raise Invalid.at("/org_id", "more than one office has this plate: name the office")
    return cases.open().first() or cases.order_by("-created_at").first()


def _by_id(cases: CaseQuerySet, case_id: UUID) -> Found:
    case = cases.filter(pk=case_id).first()
    if case is None:
        raise NotFound
    return Found(case.pk, case.plate, "case_id")


def _one(cases: CaseQuerySet) -> UUID | None:
    """The only case, or the only open one; two are none."""
    for among in (cases, cases.open()):
        ids = list(among.values_list("pk", flat=True)[:2])
        if len(ids) == 1:
            return ids[0]
    return None


def _by_names(cases: CaseQuerySet, numbers: list[Spotted]) -> Found:
    plates = [one for one in numbers if not one.is_date]
    sure = {one.digits for one in plates if one.is_sure}
    known = set(cases.filter(plate__in=[one.digits for one in plates]).values_list("plate", flat=True))
    # What is surely a plate speaks against a case of another plate, also where it has no case itself.
    if len(known) == 1 and sure <= known:
        plate = known.pop()
        case = open_first(cases.of_plate(plate))
        by = next(one.place for one in plates if one.digits == plate)
        return Found(case.pk if case else None, plate, by)
    return Found(plate=sure.pop()) if len(sure) == 1 and not known else Found()
