"""Writing helpers: save, restore, import. Each call makes a version, or says that nothing changed."""

from uuid import UUID

from django.db import transaction

from core import rpc
from core.rpc import JsonText
from helpers.models import CaseHelper

_BODY = ("helper_json",)


def save_full(
    *,
    case_id: UUID,
    helper_json: JsonText,
    expected_version: int,
    label: str | None = None,
    trigger: str | None = None,
    saved_by: UUID | None = None,
) -> CaseHelper:
    """Save a whole helper over `expected_version`; the row it returns has that version when nothing changed.

    Raises NotFound, Conflict `version_conflict`, and Invalid for a version the case never had.
    """
    return rpc.row(
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


def restore(
    *,
    case_id: UUID,
    version: int | None,
    expected_version: int,
    reason: str | None = None,
    saved_by: UUID | None = None,
) -> CaseHelper:
    """Put `version` (None: the one before the current) on top as a new version.

    Raises NotFound, Conflict `version_conflict`, and Invalid for a version the case never had.
    """
    return rpc.row(
        CaseHelper,
        "case_helper_restore",
        without=_BODY,
        case_id=case_id,
        version=version,
        expected_version=expected_version,
        reason=reason,
        saved_by=saved_by,
    )


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
        transaction.set_rollback(preview)
    return saved
