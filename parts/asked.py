"""What a request about parts asks for, its numbers to the last digit."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from core import exact, strict
from core.body import limits
from core.errors import Invalid, NotFound, Refused
from parts import answers, services
from parts.places import place_of
from parts.services import Told
from parts.spelled import Row, text_of

_Named = tuple[str, str]
_NOWHERE: _Named = ("", "")


def answer_of(asked: dict[str, Any], tree: Row) -> dict[str, Any]:
    """The arguments of services.keep_answer: `asked` was checked, `tree` is the same body read with core.exact.

    Raises Invalid for a body without an answer, NotFound for a case or search that is not there.
    """
    answer = answers.read({**tree, "answer": _parsed(tree["answer"])} if "answer" in tree else tree)
    if answer is None:
        raise Invalid.at("/answer", "no results of a parts search are in it")
    named = {name: asked.get(name) for name in ("case_id", "plate", "session_id", "org_id")}
    place = place_of(**({**named, "plate": answer.plate} if _is_nowhere(named) else named))
    searched = asked.get("session")
    return {
        "answer": answer,
        "place": place,
        "data_source": asked.get("data_source"),
        "session": None if searched is None else session_of(dict(searched), tree["session"]),
    }


def session_of(facts: dict[str, Any], tree: Row) -> dict[str, Any]:
    """The facts of a search, its context as it came."""
    said = {name: value for name, value in facts.items() if value is not None}
    return {**said, "search_context": tree["search_context"]} if "search_context" in said else said


def required_of(tree: Any) -> list[Told]:
    """Keep the rows of a body: one, a list of them, or `rows` of a case; each is told at its own place.

    Raises NotFound, and Invalid for a row that names no case.
    """
    head: Row = tree if isinstance(tree, dict) else {}
    sent = _placed(tree)
    cases: dict[_Named, UUID] = {}
    by_case: dict[UUID, list[int]] = {}
    for place, (row, pointer) in enumerate(sent):
        named = _named(head) or _named(row) or _NOWHERE
        cases[named] = cases.get(named) or _case_of(named, pointer)
        by_case.setdefault(cases[named], []).append(place)
    told: dict[int, Told] = {}
    for case_id, places in by_case.items():
        rows, pointers = zip(*(sent[place] for place in places), strict=True)
        told |= zip(places, services.required_bulk_upsert(case_id=case_id, rows=rows, at=pointers), strict=True)
    return [told[place] for place in range(len(sent))]


def _placed(tree: Any) -> list[tuple[Any, str]]:
    """Each row with its pointer."""
    if isinstance(tree, dict) and isinstance(tree.get("rows"), list):
        return [(row, f"/rows/{place}") for place, row in enumerate(tree["rows"])]
    return [(row, f"/{place}") for place, row in enumerate(tree)] if isinstance(tree, list) else [(tree, "")]


def _named(row: Any) -> _Named | None:
    """The case and the plate a row names; None where it names neither."""
    if not isinstance(row, dict):
        return None
    named = (text_of(row.get("case_id")) or "", text_of(row.get("plate")) or "")
    return named if any(named) else None


def _case_of(named: _Named, pointer: str) -> UUID:
    """Raises NotFound, and Invalid where no case is named, or the plate has none open."""
    case_id, plate = named
    key: UUID | None = None
    # The screens write the filing number here too; then the plate beside it says which case.
    with suppress(ValueError):
        key = UUID(case_id)
    if key is None and not plate:
        raise Invalid.at(f"{pointer}/case_id", "name the case by its id, or its plate")
    place = place_of(case_id=key, plate=None if key else plate)
    if place.case_id is None:
        raise NotFound
    return place.case_id


def _is_nowhere(named: dict[str, Any]) -> bool:
    return not (named["case_id"] or named["plate"] or named["session_id"])


def _parsed(value: Any) -> Any:
    """An answer that came as text, read; anything else as it is. Raises Refused with what core.strict says of it."""
    if not isinstance(value, str):
        return value
    raw = value.encode()
    try:
        strict.check(raw, limits())
    except Refused as refusal:
        if isinstance(refusal.details, dict):
            refusal.details = {**refusal.details, "pointer": "/answer" + refusal.details.get("pointer", "")}
        raise
    return exact.read(raw)
