"""PATCH: places of the helper changed by RFC 7396 or RFC 6902, over the version that was read."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from cases.models import Case
from core import body, exact, rpc
from core.body import JsonBody
from core.errors import Invalid, NotFound
from core.exact import MISSING
from core.rpc import JsonText
from helpers import counting, meeting, operations, pointers, services
from helpers.meeting import Mine, Outcome
from helpers.models import CaseHelper, HelperSource
from helpers.operations import Operation

MERGE, OPERATIONS = "application/merge-patch+json", "application/json-patch+json"

_CHECK = "select private.patch_check(%s, %s, %s)"
_PATCHED = """
select private.json_merge(
  h.helper_json - array(select k from jsonb_object_keys(h.helper_json) k where not p.patch ? k), p.patch, true)::text
from public.case_helper h, (select %s::jsonb as patch) p where h.case_id = %s and h.version = %s
"""
_SECTIONS = """
select (case when %(sections)s::text[] is null then h.helper_json else h.helper_json
  - array(select k from jsonb_object_keys(h.helper_json) k where k <> all (%(sections)s::text[])) end)::text
from public.case_helper h where h.case_id = %(case)s and h.version = %(version)s
"""


@dataclass(frozen=True, kw_only=True)
class Patch:
    """A patch as it was sent, the version it is meant for, and how to save what comes of it."""

    case_id: UUID
    sent: JsonBody
    read: int
    merging: bool = False
    source: str | None = None
    label: str | None = None
    trigger: str | None = None

    def mine(self, helper: JsonText, sections: list[str] | None) -> Mine:
        return Mine(
            case_id=self.case_id,
            read=self.read,
            helper=helper,
            sections=sections,
            label=self.label,
            trigger=self.trigger or self.source,
        )


def merge_patch(patch: Patch) -> Outcome:
    """Change what the patch names; null removes, and a list is replaced whole (RFC 7396).

    Raises NotFound, Conflict `version_conflict`, and Invalid for what may not be written here.
    """
    if not isinstance(patch.sent.value, dict):
        raise Invalid.at("", "an object is expected")
    if patch.merging and patch.read < (services.queue(case_id=patch.case_id, plate=None)[1] or 0):
        return meeting.save(patch.mine(_merged_over_read(patch), list(patch.sent.value)), merging=True)
    saved = rpc.row(
        CaseHelper,
        "case_helper_ingest",
        without=("helper_json",),
        case_id=patch.case_id,
        patch=JsonText(patch.sent.raw),
        source=patch.source,
        expected_version=patch.read,
        null_removes=True,
        trigger=patch.trigger,
        label=patch.label,
    )
    return Outcome(counting.counted(meeting.within_limits(saved)), saved.version == patch.read)


def json_patch(patch: Patch) -> Outcome:
    """Do the operations one after the other, all of them or none (RFC 6902).

    Raises NotFound, Conflict `version_conflict`, `conflict` where a test fails, and Invalid for what cannot be done.
    """
    asked = operations.read(exact.read(patch.sent.raw))
    sections = operations.touched(asked)
    text = _asked(patch, _SECTIONS, {"sections": sections, "case": patch.case_id, "version": patch.read})
    if patch.source is not None:
        _refuse_outside(patch.case_id, patch.source, asked)
    result = _result(text, asked)
    after = body.checked_json(result).value
    if not isinstance(after, dict):
        raise Invalid.at("", "a helper is an object")
    _check(patch.case_id, _effect(exact.read(text), exact.read(result)), None)
    return meeting.save(patch.mine(JsonText(result), sections), merging=patch.merging)


def _merged_over_read(patch: Patch) -> JsonText:
    raw = JsonText(patch.sent.raw)
    _check(patch.case_id, raw, patch.source)
    return JsonText(_asked(patch, _PATCHED, [raw, patch.case_id, patch.read]).encode())


def _asked(patch: Patch, statement: str, values: Any) -> str:
    """The text that a statement reads from the version. Raises NotFound, and Invalid where the case has no such one."""
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    if row is None:
        if not Case.objects.filter(pk=patch.case_id).exists():
            raise NotFound
        raise Invalid.at("/version", "this case has no such version")
    return str(row[0])


def _result(text: str, asked: list[Operation]) -> bytes:
    limits = body.limits()
    try:
        after = operations.applied(exact.read(text), asked, limits, settings.HELPER_MAX_BYTES)
        return exact.write(after).encode()
    except RecursionError:
        # Each move may bury what stands there one step deeper.
        raise Invalid.at("", f"nested deeper than {limits.depth}") from None


def _refuse_outside(case_id: UUID, source: str, asked: list[Operation]) -> None:
    office = Case.objects.filter(pk=case_id).values("org_id")
    allowed = list(HelperSource.objects.filter(org_id__in=office, source=source).values_list("pointer", flat=True))
    if not allowed:
        raise Invalid.at("/source", "no such source")
    places = dict.fromkeys(pointers.write(tuple(place)) for one in asked for place in one.changes)
    if outside := [place for place in places if not any(f"{place}/".startswith(f"{one}/") for one in allowed)]:
        raise Invalid(details=[{"pointer": place, "reason": "this place may not be written here"} for place in outside])


def _effect(before: dict[str, Any], after: dict[str, Any]) -> JsonText:
    """The patch that says of what identifies case and version whether it changed."""
    keys = [key for key in before.keys() | after.keys() if before.get(key, MISSING) != after.get(key, MISSING)]
    changed: dict[str, Any] = dict.fromkeys(keys)
    plate = pointers.look(after, ["meta", "plate"])
    if plate not in (MISSING, pointers.look(before, ["meta", "plate"])):
        changed["meta"] = {"plate": plate}
    return JsonText(exact.write(changed).encode())


def _check(case_id: UUID, patch: JsonText, source: str | None) -> None:
    values: list[Any] = [case_id, patch, source]
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_CHECK, values)
