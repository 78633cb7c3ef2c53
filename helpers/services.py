"""Writing helpers: save, restore, import. Each call makes a version, or says that nothing changed."""

import json
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from core import rpc
from core.errors import NotFound, Refused
from core.rpc import JsonText
from helpers import counting
from helpers.models import CaseHelper, HelperSource

_BODY = ("helper_json",)
_RECEIVED = "select private.sync_log_add(%s, 'TO_SUPABASE', 'SUCCESS', %s::text[], p_source => %s, p_version => %s)"
_REFUSED = """
select private.sync_log_add(c.id, 'TO_SUPABASE', 'FAILED', '{}', %s::text[], %s::jsonb, %s,
  p_raw_id => private.raw_answer_add(null, c.id, %s, c.helper::text, c.helper, %s))
from (select private.case_of(%s, %s) as id, %s #> %s::text[] as helper) c
"""


def save_full(
    *,
    case_id: UUID,
    helper_json: JsonText,
    expected_version: int | None,
    label: str | None = None,
    trigger: str | None = None,
    saved_by: UUID | None = None,
) -> CaseHelper:
    """Save a whole helper over `expected_version`; the row it returns has that version when nothing changed.

    Raises NotFound, Conflict `version_conflict`, and Invalid for a version the case never had.
    """
    saved = rpc.row(
        CaseHelper,
        "case_helper_save_full",
        without=_BODY,
        case_id=case_id,
        helper_json=helper_json,
        expected_version=expected_version,
        label=label,
        trigger=trigger,
        saved_by=saved_by,
    )
    return counting.counted(saved)


def restore(
    *,
    case_id: UUID,
    version: int | None,
    expected_version: int,
    reason: str | None = None,
    saved_by: UUID | None = None,
    sections: list[str] | None = None,
    mode: str | None = None,
) -> CaseHelper:
    """Put `version` (None: the one before the current) on top as a new version.

    `sections` brings back only those; mode "fill_missing" only what the current version says nothing about. Where
    that changes nothing, the row it returns is the current version.

    Raises NotFound, Conflict `version_conflict`, and Invalid for a version the case never had.
    """
    saved = rpc.row(
        CaseHelper,
        "case_helper_restore",
        without=_BODY,
        case_id=case_id,
        version=version,
        expected_version=expected_version,
        reason=reason,
        saved_by=saved_by,
        sections=sections,
        mode=mode,
    )
    return counting.counted(saved)


def import_helper(
    *, plate: str, helper_json: JsonText, label: str | None = None, org_id: UUID | None = None, preview: bool = False
) -> CaseHelper:
    """Take a helper as the next version of the plate's open case, or open one; a preview leaves no trace.

    The preview is the import itself, taken back: it cannot promise what the import would not do.
    """
    with transaction.atomic():
        saved = rpc.row(
            CaseHelper,
            "case_helper_import",
            without=_BODY,
            plate=plate,
            helper_json=helper_json,
            label=label,
            org_id=org_id,
        )
        counting.counted(saved)
        transaction.set_rollback(preview)
    return saved


def export(*, case_id: UUID, reason: str | None = None) -> dict[str, Any]:
    """Queue HELPER_EXPORT for the current version; `queued` is false when it was before, or Make's copy has ended.

    Raises NotFound.
    """
    columns = ("case_id", "version", "helper_name", "queued")
    return rpc.record("case_helper_export", columns, case_id=case_id, reason=reason)


def allow_source(*, org_id: UUID, source: str, pointer: str, note: str = "") -> None:
    """Let a source write a place of the office's helpers.

    Raises Conflict where it may already, and Refused `forbidden` for whoever is no manager.
    """
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(
            "insert into public.helper_sources (org_id, source, pointer, note) values (%s, %s, %s, %s)",
            [org_id, source, pointer, note or None],
        )


def forbid_source(*, source_id: UUID) -> None:
    """Take a place away from a source. Raises NotFound, also for what is not the caller's."""
    with rpc.in_our_words():
        if not HelperSource.objects.filter(pk=source_id).delete()[0]:
            raise NotFound


def queue(*, case_id: UUID | None, plate: str | None, org_id: UUID | None = None) -> tuple[UUID, int | None]:
    """The case that is meant, by id or as the plate's open one, and its version; nobody saves over it before we do.

    Raises NotFound, and Invalid for a plate that more than one office has.
    """
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute("select case_id, version from private.case_queued(%s, %s, %s)", [case_id, plate, org_id])
        return cursor.fetchone()  # type: ignore[no-any-return]


def log_received(*, case_id: UUID, version: int, sections: list[str], source: str | None) -> None:
    """Write into the mirror's log that a helper of Make's was taken whole."""
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_RECEIVED, [case_id, sections, source, version])


def log_refused(
    *, case_id: UUID | None, plate: str | None, helper_json: JsonText, refusal: Refused, op: str, source: str | None
) -> None:
    """Write into the mirror's log that a helper of Make's was refused, and keep it. Raises NotFound."""
    sections = refusal.details.get("sections", []) if isinstance(refusal.details, dict) else []
    said = [sections, json.dumps({"code": refusal.code}), source, op, refusal.code]
    received: list[Any] = [case_id, plate, helper_json, list(helper_json.path)]
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_REFUSED, [*said, *received])
