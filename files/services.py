"""The verbs of files: everything that writes them."""

from typing import Any
from uuid import UUID

from core import rpc
from core.errors import Refused
from files import printing
from files.models import Document, Report

_RENDERER_SECONDS = 30


def keep(*, document_id: UUID, bucket: str, key: str, **facts: Any) -> Document:
    """Register bytes that were stored; the same content in one case is the row that has it already.

    `facts` are filename, mime_type, size_bytes and checksum, and as wanted case_id, plate, org_id, category, notes
    and file_metadata. Raises NotFound for a case that is not there.
    """
    return rpc.row(Document, "file_keep", id=document_id, bucket_name=bucket, storage_key=key, **facts)


def request_report(
    *,
    case_id: UUID,
    report_type: str,
    nature: str = Report.Nature.DRAFT,
    html: str | None = None,
    version: int | None = None,
) -> Report:
    """Ask for a report of the current helper, of a named version, or of HTML; while the same one waits it is that one.

    Raises NotFound for a case or version that is not there, and Refused `dependency_down` where nothing can print.
    """
    if not printing.can_print():
        raise Refused("dependency_down", retry_after=_RENDERER_SECONDS)
    asked = {"case_id": case_id, "report_type": report_type, "nature": nature, "html": html, "version": version}
    return rpc.row(Report, "report_request", **asked)


def report_again(*, report_id: UUID) -> Report:
    """Ask once more for a report that failed, from the same source.

    Raises NotFound, Conflict for one that did not fail, and Refused `dependency_down` where nothing can print.
    """
    if not printing.can_print():
        raise Refused("dependency_down", retry_after=_RENDERER_SECONDS)
    return rpc.row(Report, "report_again", report_id=report_id)
