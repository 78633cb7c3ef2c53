"""Writing answers: each is kept once, and only a case may still be found for it."""

from typing import Any, TypeVar
from uuid import UUID, uuid4

from cases.models import Case
from core import rpc
from core.errors import Invalid, NotFound
from intake import evidence, reading
from intake.envelope import Came
from intake.models import KeptAnswer, LeviReport, OcrResult, VehicleDetails
from intake.reader import Read

A = TypeVar("A", bound=KeptAnswer)

_LEVI = ("report_date", "base_price", "final_price")
_VEHICLE = ("vin", "manufacturer", "model", "trim", "model_code", "year", "engine_size", "fuel_type", "color",
            "ownership_type", "registration_date")  # fmt: skip


def case_of(*, case_id: UUID | None, plate: str | None, org_id: UUID | None = None) -> UUID | None:
    """The case that is meant: by id, or the open one of a plate; None for a plate without one.

    Raises NotFound for an id that is not seen, and Invalid for a plate that more than one office has.
    """
    cases = Case.objects.filter(org_id=org_id) if org_id else Case.objects.all()
    if plate:
        cases = cases.of_plate(plate)
    found = cases.filter(pk=case_id) if case_id else cases.open()
    ids = list(found.values_list("pk", flat=True)[:2])
    if case_id and not ids:
        raise NotFound
    if len(ids) > 1:
        raise Invalid.at("/case_id", "more than one office has this plate: name the case")
    return ids[0] if ids else None


def keep_levi(came: Came, **where: Any) -> LeviReport:
    """Keep an answer of Levi Yitzhak's; the same one again is the same row, with `created` False."""
    text = evidence.of_text(came.text)
    read = reading.levi_report(text.text)
    return _keep(LeviReport, "levi_upsert", text, came, read, **_columns(read, _LEVI), **where)


def keep_vehicle(came: Came, **where: Any) -> VehicleDetails:
    """Keep what was fetched about a vehicle; the same answer again is the same row, with `created` False."""
    text = evidence.of_text(came.text)
    read = reading.vehicle_details(text.text)
    return _keep(VehicleDetails, "vehicle_upsert", text, came, read, **_columns(read, _VEHICLE), **where)


def keep_document(came: Came, *, kind: str, **where: Any) -> OcrResult:
    """Keep what was read from a document; the same reading again is the same row, with `created` False."""
    text = evidence.of_text(came.text)
    return _keep(OcrResult, "ocr_add", text, came, reading.document(kind, text.text), kind=kind, **where)


def _keep(model: type[A], verb: str, text: evidence.Evidence, came: Came, read: Read, /, **facts: Any) -> A:
    ours = uuid4()
    needs_text = came.is_text or not text.is_all_in_json
    bodies = {model.RAW: text.json, model.PARSED: read.json, "raw_text": text.text if needs_text else None}
    kept = rpc.row(
        model,
        verb,
        without=tuple(bodies),
        id=ours,
        raw_sha256=text.sha256,
        unread=read.unread,
        **bodies,
        **{"case_id": None, **{name: value for name, value in facts.items() if value is not None}},
    )
    kept.created = kept.pk == ours  # type: ignore[attr-defined]
    return kept


def _columns(read: Read, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: read.parsed.get(name) for name in names}


def assign(*, model: type[A], answer_id: UUID, case_id: UUID) -> None:
    """Say whose case an answer is that had none.

    Raises NotFound for an answer or a case that is not seen, Conflict for an answer of another case, or where the
    case has the very same answer already.
    """
    with rpc.in_our_words():
        if not model.objects.filter(pk=answer_id).update(case_id=case_id):
            raise NotFound
