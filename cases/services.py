"""Writing the catalogue."""

from typing import Any
from uuid import UUID

from cases.models import Case
from core import rpc
from core.errors import NotFound
from core.rpc import JsonText

_OPENED = ("case_id", "plate", "version", "helper_name")


def open_case(
    *,
    plate: str,
    helper_json: JsonText,
    owner_name: str | None = None,
    inspection_location: str | None = None,
    status: str | None = None,
    assigned_to: UUID | None = None,
    filing_number: str | None = None,
    org_id: UUID | None = None,
) -> dict[str, Any]:
    """Open a case with its first helper version; return case_id, plate, version and helper_name.

    Raises Conflict `open_case_exists` with the open case's id.
    """
    return rpc.record(
        "case_open",
        _OPENED,
        plate=plate,
        helper_json=helper_json,
        owner_name=owner_name,
        inspection_location=inspection_location,
        status=status,
        assigned_to=assigned_to,
        filing_case_id=filing_number,
        org_id=org_id,
    )


def update(*, case_id: UUID, **changes: Any) -> None:
    """Change status, owner, place, filing number or assignment of a case.

    Raises NotFound, and Conflict `plate_immutable` or `open_case_exists` in the words of the table's triggers.
    """
    with rpc.in_our_words():
        if changes and not Case.objects.filter(pk=case_id).update(**changes):
            raise NotFound
