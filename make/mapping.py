"""What an answer of one source writes into the helper."""

from collections.abc import Callable
from typing import Any, NamedTuple

from core.errors import Refused
from helpers.unwrap import SECTIONS
from intake import answers
from intake.answers import Answer, Kind
from intake.fields import Fields, plate_digits
from make import car_details, levi, submission

_SOURCES: dict[str, Callable[[Fields, str], tuple[dict[str, Any], str | None]]] = {
    "levi": levi.patch_of,
    "car_details": car_details.patch_of,
    "expertise": submission.patch_of,
}
# Whose switch decides whether a source may write at all; the rest writes what belongs to no module.
_MODULES = {
    "levi": "levi",
    "car_details": "vehicle",
    "expertise": "damage",
    "parts_search": "parts",
    "invoice_ocr": "invoices",
    "estimate": "reports",
    "final_report": "reports",
}
_SECTIONS = SECTIONS | {
    *("levi_data", "levi_report", "levi", "current_damage_center", "expertise_snapshot", "damage_info"),
    *("general_info", "current_invoice", "assistant_history", "estimate_snapshot", "centers_archive"),
}


class Mapped(NamedTuple):
    """The patch, the keys of the answer that went nowhere, and what a person should know."""

    patch: dict[str, Any]
    unmapped: list[str]
    warnings: list[dict[str, str]]


def module_of(source: str) -> str:
    return _MODULES.get(source, "helper")


def map_answer(source: str, answer: Answer, plate: str) -> Mapped:
    """The sections that an answer of `source` brings for the case of `plate`.

    An answer whose keys are the helper's own, or that no mapping knows, is the patch itself: the database says what
    of it the source may write. Raises Refused `unreadable_answer` and `duplicate_key`.
    """
    if answer.kind in answers.WITHOUT_DATA:
        return Mapped({}, [], [])
    if answer.broken:
        raise Refused("unreadable_answer", details={"line": answer.broken.line, "column": answer.broken.column})
    if not isinstance(answer.value, dict):
        raise Refused("unreadable_answer", details={"form": answer.kind})
    if (source == "expertise" and "helper" in answer.value) or _is_shaped(answer.value):
        return _as_it_is(source, answer)
    if answer.failure:
        raise Refused("unreadable_answer", details={"form": answer.kind, "failure": answer.failure})
    if source in _SOURCES:
        fields = Fields(answers.spread(answer.value))
        patch, about = _SOURCES[source](fields, plate)
        if patch:
            return Mapped(patch, fields.left, _warnings(about, plate))
    if answer.kind in {Kind.TEXT, Kind.BODY}:
        raise Refused("unreadable_answer", details={"form": answer.kind})
    return _as_it_is(source, answer)


def _as_it_is(source: str, answer: Answer) -> Mapped:
    if answer.repeated:
        raise Refused("duplicate_key", details={"pointer": answer.repeated[0]})
    if source == "expertise":
        return Mapped(*submission.without_envelope(answer.value), [])
    return Mapped(answer.value, [], [])


def _is_shaped(value: dict[str, Any]) -> bool:
    return any(key in _SECTIONS and isinstance(inner, (dict, list)) for key, inner in value.items())


def _warnings(about: Any, plate: str) -> list[dict[str, str]]:
    if about is None or plate_digits(about) == plate:
        return []
    return [{"pointer": "/payload", "reason": "the answer is about another plate"}]
