"""Saving over a version that somebody else has saved over meanwhile: merged where both sides' changes have room."""

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection

from core import body, exact, rpc
from core.errors import Conflict, Invalid
from core.rpc import JsonText
from helpers import counting, merge, pointers, services
from helpers.models import CaseHelper
from helpers.pointers import Path

# A whole helper, or sections that take the place of those in the version that was read.
_MEETING = """
select m.only_mine, m.only_theirs, m.shared, m.base, m.theirs, m.mine
from public.case_helper b
cross join lateral private.helper_meeting(
  b.case_id, b.version, %s, coalesce(b.helper_json - %s::text[], '{}') || (%s #> %s::text[])) m
where b.case_id = %s and b.version = %s
"""
# Characters of all pointers together that a refusal names; only a hostile document has more.
_TOLD = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Mine:
    """What a caller made of the version that was read: a whole helper, or what became of some sections of it."""

    case_id: UUID
    read: int
    helper: JsonText
    sections: list[str] | None = None
    label: str | None = None
    trigger: str | None = None


class Outcome(NamedTuple):
    """The version that holds what the caller wants."""

    saved: CaseHelper
    is_unchanged: bool
    is_merged: bool = False


def save(mine: Mine, *, merging: bool) -> Outcome:
    """Save over the version that was read, or merge with what was saved since; no save comes between.

    Raises NotFound, Conflict `version_conflict` with each place that both sides changed, and Invalid for a version
    the case never had.
    """
    current = services.queue(case_id=mine.case_id, plate=None)[1] if merging else None
    if current is not None and mine.read < current:
        return _met(mine, current)
    saved = _saved_over(mine)
    return Outcome(saved, saved.version == mine.read)


def within_limits(saved: CaseHelper) -> CaseHelper:
    """The version that was just saved, if it is none that a plain save would have refused; refusing takes it back.

    Raises Refused `invalid` or `body_too_large`.
    """
    # As it is stored, a value takes 4 bytes at least, and no character takes less than a sixth of what is written.
    if saved.size_bytes > min(settings.HELPER_MAX_NODES * 4, settings.HELPER_MAX_BYTES // 6):
        text = CaseHelper.objects.values_list("helper_json", flat=True).get(pk=saved.pk)
        body.checked_json(text.encode())
    return saved


def _saved_over(mine: Mine) -> CaseHelper:
    if mine.sections is not None:
        return _saved(mine, current=mine.read, only_mine=[], shared=mine.sections, merged=mine.helper)
    return services.save_full(
        case_id=mine.case_id,
        helper_json=mine.helper,
        expected_version=mine.read,
        label=mine.label,
        trigger=mine.trigger,
    )


def _met(mine: Mine, current: int) -> Outcome:
    values: list[Any] = [current, mine.sections, mine.helper, list(mine.helper.path), mine.case_id, mine.read]
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_MEETING, values)
        row = cursor.fetchone()
    if row is None:
        raise Invalid.at("/version", "this case has no such version")
    only_mine, only_theirs, shared, *texts = row
    merged = merge.merge(*map(exact.read, texts))
    if merged.conflicts:
        raise Conflict("version_conflict", details=_overlap(mine, current, [*only_theirs, *shared], merged.conflicts))
    text = JsonText(exact.write(merged.value).encode())
    saved = _saved(mine, current=current, only_mine=only_mine, shared=shared, merged=text)
    return Outcome(saved, saved.version == current, is_merged=True)


def _saved(mine: Mine, **sections: Any) -> CaseHelper:
    saved = rpc.row(
        CaseHelper,
        "private.case_helper_save_merged",
        without=("helper_json",),
        case_id=mine.case_id,
        helper_json=mine.helper,
        label=mine.label,
        trigger=mine.trigger,
        **sections,
    )
    return counting.counted(within_limits(saved))


def _overlap(mine: Mine, current: int, theirs: list[str], conflicts: list[merge.Conflict]) -> dict[str, Any]:
    """Each place that both sides changed, and where either side's value is to be read; never the values."""
    told: list[dict[str, str | None]] = []
    room = _TOLD
    for conflict in conflicts:
        places = {
            "pointer": pointers.write(conflict.path),
            "base_pointer": _pointer(conflict.base),
            "current_pointer": _pointer(conflict.theirs),
            "your_pointer": _pointer(conflict.mine),
        }
        room -= sum(len(pointer or "") for pointer in places.values())
        if told and room < 0:
            break
        told.append(places)
    left_out = len(conflicts) - len(told)
    return {
        "current_version": current,
        "your_version": mine.read,
        "changed_sections": sorted(theirs),
        "conflicting_pointers": [places["pointer"] for places in told],
        "conflicts": told,
        **({"conflicts_left_out": left_out} if left_out else {}),
        "compare": f"/api/v1/cases/{mine.case_id}/helper/compare?from={mine.read}&to={current}",
    }


def _pointer(path: Path | None) -> str | None:
    return None if path is None else pointers.write(path)
