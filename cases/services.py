"""Writing the catalogue."""

from typing import Any
from uuid import UUID

from django.db import connection

from cases.models import Case, FeatureFlag
from core import rpc
from core.errors import NotFound
from core.rpc import JsonText

# Only these columns are ours to give; who and when is the trigger's.
_TURN = """
insert into public.feature_flags (name, org_id, case_id, value, note) values (%s, %s, %s, %s, %s)
on conflict on constraint feature_flags_scope do update set value = excluded.value, note = excluded.note
"""
_OPENED = ("case_id", "plate", "version", "helper_name")
_EVENT = ("id", "case_id", "type", "at", "door", "version", "request_id", "data")


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


def upsert(
    *,
    plate: str,
    helper_json: JsonText | None = None,
    owner_name: str | None = None,
    inspection_location: str | None = None,
    status: str | None = None,
    assigned_to: UUID | None = None,
    filing_case_id: str | None = None,
    org_id: UUID | None = None,
) -> dict[str, Any]:
    """Open a case, or bring the facts of the plate's open one up to date; what is None stays as it is.

    The answer says whether it was `created`, and which `changed_sections` the helper brought.
    """
    return rpc.record(
        "case_upsert",
        (*_OPENED, "created", "changed_sections"),
        plate=plate,
        helper_json=helper_json,
        owner_name=owner_name,
        inspection_location=inspection_location,
        status=status,
        assigned_to=assigned_to,
        filing_case_id=filing_case_id,
        org_id=org_id,
    )


def add_event(
    *, type: str, case_id: UUID | None, data: JsonText, version: int | None, text: str | None = None
) -> dict[str, Any]:
    """Write what happened outside into a case's story, in the words of `text`; `data` of the answer is JSON text.

    Raises NotFound, and Invalid for a type that is our own news.
    """
    return rpc.record("events_add", _EVENT, type=type, case_id=case_id, data=data, version=version, text=text)


def update(*, case_id: UUID, **changes: Any) -> None:
    """Change status, owner, place, filing number or assignment of a case.

    Raises NotFound, and Conflict `plate_immutable` or `open_case_exists` in the words of the table's triggers.
    """
    with rpc.in_our_words():
        if changes and not Case.objects.filter(pk=case_id).update(**changes):
            raise NotFound


def turn_switch(
    *, name: str, value: str, org_id: UUID | None, case_id: UUID | None = None, note: str | None = None
) -> None:
    """Set a switch for an office, for one case of it, or for everybody; it counts from the next request on.

    Raises Refused `forbidden` for whoever is no manager of that office, and Invalid for a value it does not know.
    """
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_TURN, [name, org_id, case_id, value, note or None])


def forget_switch(*, switch_id: UUID) -> None:
    """Take a setting away, so that the wider one counts again. Raises NotFound, also for what is not the caller's."""
    with rpc.in_our_words():
        if not FeatureFlag.objects.filter(pk=switch_id).delete()[0]:
            raise NotFound
