"""What a person decides about an import's findings, and taking it back; as the person, in the request's transaction."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

import cases.services
import helpers.services
from cases.models import Case
from core import rpc
from core.errors import Conflict, Invalid, NotFound
from core.rpc import JsonText
from moving.models import ImportFinding, ImportSource
from moving.said import plate_of
from moving.words import QUESTIONS
from parts.models import PartRequired

Undo = dict[str, Any]


def decide(*, finding_id: UUID, decision: str, decided_by: UUID, plate: str = "") -> None:
    """Do what was decided, and remember how things stood before.

    Raises NotFound, Invalid for what this kind does not offer, and Conflict for what was decided already.
    """
    finding = _found(finding_id)
    if finding.decision is not None:
        raise Conflict
    if decision not in QUESTIONS[finding.kind].options:
        raise Invalid.at("/decision", "not offered for this kind")
    with rpc.in_our_words():
        before = _ACTS[decision](finding, plate) if decision in _ACTS else {}
        _write(finding, decision=decision, decided_by_id=decided_by, decided_at=timezone.now(), undo=before)


def take_back(*, finding_id: UUID) -> None:
    """Put things back as they stood before the decision. Raises NotFound, and Conflict where that cannot be."""
    finding = _found(finding_id)
    if finding.decision is None or not can_undo(finding):
        raise Conflict
    with rpc.in_our_words():
        if finding.decision in _BACK:
            _BACK[finding.decision](finding, finding.undo or {})
        _write(finding, decision=None, decided_by_id=None, decided_at=None, undo=None)


def can_undo(finding: ImportFinding) -> bool:
    """The first version of a case that was there already stays: nothing was there before to go back to."""
    undo = finding.undo or {}
    is_first = "made" in undo and undo["version"] is None and not undo.get("opened")
    return finding.decision is not None and not is_first


def _found(finding_id: UUID) -> ImportFinding:
    # The row itself is locked: two people who decide at once queue here.
    found = ImportFinding.objects.select_for_update(of=("self",)).select_related("source", "case")
    finding = found.defer("source__raw").filter(pk=finding_id).first()
    if finding is None:
        raise NotFound
    return finding


def _write(finding: ImportFinding, **changes: Any) -> None:
    ImportFinding.objects.filter(pk=finding.pk).update(**changes)


def _open_this(finding: ImportFinding, _plate: str) -> Undo:
    case = _case(finding)
    if not case.has_ended:
        return {}
    other = Case.objects.filter(org_id=case.org_id, plate=case.plate).open().first()
    before: Undo = {"status": case.status, "other": str(other.pk) if other else None}
    if other:
        before["other_status"] = other.status
        cases.services.update(case_id=other.pk, status=Case.Status.CLOSED)
    was = finding.details.get("was")
    cases.services.update(case_id=case.pk, status=was if was in Case.Status.values else Case.Status.OPEN)
    return before


def _close_again(finding: ImportFinding, before: Undo) -> None:
    if before:
        cases.services.update(case_id=_case(finding).pk, status=before["status"])
    if before.get("other"):
        cases.services.update(case_id=UUID(before["other"]), status=before["other_status"])


def _put_on_top(finding: ImportFinding, _plate: str) -> Undo:
    """A version like any other: by a person, with today's number, announced to whoever listens."""
    case = _case(finding)
    saved = helpers.services.save_full(
        case_id=case.pk,
        helper_json=_helper(finding),
        expected_version=case.current_version,
        label=(finding.source.source_name if finding.source else None),
        trigger="import",
    )
    _became(finding, case.pk, saved.version)
    return {"version": case.current_version, "made": saved.version}


def _take_from_top(finding: ImportFinding, before: Undo) -> None:
    case = _case(finding)
    if case.current_version != before["made"]:
        # Somebody worked on since; what they did is not undone with it.
        raise Conflict
    if before["made"] != before["version"]:
        helpers.services.restore(
            case_id=case.pk, version=before["version"], expected_version=before["made"], reason=None
        )


def _give_plate(finding: ImportFinding, plate: str) -> Undo:
    digits = plate_of(plate)
    if digits is None or finding.source is None:
        raise Invalid.at("/plate", "a plate has 7 or 8 digits")
    there = Case.objects.filter(org_id=finding.org_id, plate=digits).open().first()
    saved = helpers.services.import_helper(plate=digits, helper_json=_helper(finding), label=finding.source.source_name)
    _became(finding, saved.case_id, saved.version)
    return {"opened": there is None, "version": there.current_version if there else None, "made": saved.version,
            "case": str(saved.case_id)}  # fmt: skip


def _take_plate(finding: ImportFinding, before: Undo) -> None:
    """A case that the decision opened is put away, one that was there gets its helper back; the question is open."""
    if finding.source is None:
        raise Conflict
    case = Case.objects.get(pk=before["case"])
    if case.current_version != before["made"]:
        # Somebody worked on since; what they did is not undone with it.
        raise Conflict
    if before["opened"]:
        cases.services.update(case_id=case.pk, status=Case.Status.ARCHIVED)
    elif before["made"] != before["version"]:
        helpers.services.restore(
            case_id=case.pk, version=before["version"], expected_version=before["made"], reason=None
        )
    ImportSource.objects.filter(pk=finding.source.pk).update(
        state=ImportSource.State.KEPT, case_id=None, version=None, reason="no_plate"
    )


def _cancel_copies(finding: ImportFinding, _plate: str) -> Undo:
    """Of each part the row written last stays."""
    seen: set[tuple[Any, ...]] = set()
    cancelled: dict[str, str] = {}
    rows = PartRequired.objects.filter(case=_case(finding)).exclude(status="CANCELLED").order_by("-created_at", "id")
    for row in rows:
        mark = (row.damage_center_code, row.part_name, row.pcode, row.oem, row.description, row.price_per_unit,
                row.quantity, row.supplier_name)  # fmt: skip
        if mark in seen:
            cancelled[str(row.pk)] = row.status
        seen.add(mark)
    PartRequired.objects.filter(pk__in=list(cancelled)).update(status="CANCELLED")
    return {"statuses": cancelled}


def _bring_copies_back(_finding: ImportFinding, before: Undo) -> None:
    for status in set(before["statuses"].values()):
        rows = [pk for pk, was in before["statuses"].items() if was == status]
        PartRequired.objects.filter(pk__in=rows, status="CANCELLED").update(status=status)


def _helper(finding: ImportFinding) -> JsonText:
    if finding.source is None:
        raise Conflict
    with connection.cursor() as cursor:
        cursor.execute("select private.import_helper_of(%s)::text", [finding.source.pk])
        return JsonText(cursor.fetchone()[0].encode())


def _became(finding: ImportFinding, case_id: UUID, version: int) -> None:
    if finding.source is None:
        raise Conflict
    ImportSource.objects.filter(pk=finding.source.pk).update(
        state=ImportSource.State.VERSION, case_id=case_id, version=version, reason="by_hand"
    )


def _case(finding: ImportFinding) -> Case:
    if finding.case is None:
        raise Conflict
    return finding.case


_ACTS = {
    "open_this": _open_this,
    "put_on_top": _put_on_top,
    "give_plate": _give_plate,
    "cancel_copies": _cancel_copies,
}
_BACK = {
    "open_this": _close_again,
    "put_on_top": _take_from_top,
    "give_plate": _take_plate,
    "cancel_copies": _bring_copies_back,
}
