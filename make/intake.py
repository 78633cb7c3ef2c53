"""The way in besides the gateway: what a source answered, a patch, and the shadow mirror's write."""

import json
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from cases import flags
from cases.models import Case
from core import jsontext, rpc, strict
from core.body import limits
from core.errors import Invalid
from core.rpc import JsonText
from helpers import counting
from helpers.models import CaseHelper
from intake import answers
from intake.envelope import Came, answer_in
from intake.services import keep_levi, keep_vehicle
from make import bodies
from make.bodies import Sent
from make.keeping import keep_raw, kept_if_refused
from make.mapping import Mapped, map_answer, module_of

_SYNC = "select public.sync_helper(%s, %s::jsonb #> %s::text[], %s)"


class Envelope(NamedTuple):
    """A body whose payload is kept as it came: the body taken apart, and the payload's own text."""

    sent: Sent
    came: Came


class Ingested(NamedTuple):
    """The version that holds what came, and what became of the answer."""

    saved: CaseHelper
    is_unchanged: bool
    kind: str
    raw_id: UUID
    mapped: Mapped
    repeated: list[str]
    sections_refused: list[str]

    @property
    def changed_sections(self) -> list[str]:
        return [] if self.is_unchanged else self.saved.changed_sections


def open_envelope(raw: bytes) -> Envelope:
    """Take a body apart whose payload may repeat keys, as Make's answers do. Raises Refused as intake.envelope does."""
    sent = bodies.around_an_answer(raw)
    return Envelope(
        sent, answer_in(raw, sent.fields, "payload") if "payload" in sent.fields else Came("", is_text=True)
    )


def ingest(*, case_id: UUID, version: int | None, source: str, envelope: Envelope, by_make: bool) -> Ingested:
    """Merge what `source` answered into the helper of a case that is queued, and keep the answer as it came.

    Raises RefusedButKept around Refused `unreadable_answer`, `module_moved`, `duplicate_key` and Invalid.
    """
    text = envelope.came.text
    with kept_if_refused(text, source=source, case_id=case_id, also=lambda: _keep_beside(source, envelope, case_id)):
        try:
            answer = answers.of_value(envelope.sent.fields["payload"], text)
            mapped = map_answer(source, answer, Case.objects.values_list("plate", flat=True).get(pk=case_id))
            refused = _moved(case_id, source, mapped.patch) if by_make else []
            sections = {key: value for key, value in mapped.patch.items() if key not in refused}
            patch = jsontext.write(sections).encode()
        except RecursionError:
            raise Invalid.at("/payload", f"nested deeper than {limits().depth}") from None
        strict.check(patch, limits())
        saved = merge(
            case_id=case_id,
            patch=JsonText(patch),
            sections=sections,
            source=source,
            trigger=f"ingest:{source}",
            null_removes=False,
            by_make=by_make,
        )
        raw_id = keep_raw(text, source=source, case_id=case_id)
        _keep_beside(source, envelope, case_id)
    return Ingested(saved, saved.version == version, answer.kind, raw_id, mapped, answer.repeated, refused)


def _keep_beside(source: str, envelope: Envelope, case_id: UUID) -> None:
    """Keep the answer where its own op would: every door leaves the same evidence."""
    if source == "levi":
        keep_levi(envelope.came, case_id=case_id)
    elif source == "car_details":
        keep_vehicle(envelope.came, case_id=case_id, source=source)


def _moved(case_id: UUID, source: str, patch: dict[str, Any]) -> list[str]:
    """Sections of other modules that have moved to us: an answer of a source that has not still brings the rest.

    Raises Conflict `module_moved` where the source's own module has moved, or nothing would be left.
    """
    found = flags.moved(case_id, list(patch))
    if module_of(source) in found.values() or (found and len(found) == len(patch)):
        flags.refuse_moved(case_id, list(patch))
    return sorted(found)


def merge(
    *,
    case_id: UUID,
    patch: JsonText,
    sections: dict[str, Any],
    source: str | None,
    trigger: str,
    null_removes: bool,
    by_make: bool,
    expected_version: int | None = None,
) -> CaseHelper:
    """Merge a patch of these sections into the current helper; nothing new comes of what changes nothing.

    Raises NotFound, Conflict `version_conflict` or `module_moved`, and Invalid for what the source may not write.
    """
    if by_make:
        flags.refuse_moved(case_id, list(sections))
    saved = rpc.row(
        CaseHelper,
        "case_helper_ingest",
        without=("helper_json",),
        case_id=case_id,
        patch=patch,
        source=source,
        expected_version=expected_version,
        null_removes=null_removes,
        trigger=trigger,
    )
    return counting.counted(saved)


def sync(*, case_id: str, helper_json: JsonText, source: str) -> dict[str, Any]:
    """Take a helper as Make holds it: a version, or kept where we are in trouble; `status` says which.

    Raises NotFound, and Invalid for what is no helper.
    """
    values: list[Any] = [case_id, helper_json, list(helper_json.path), source]
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_SYNC, values)
        answer: dict[str, Any] = json.loads(cursor.fetchone()[0])
    return answer
