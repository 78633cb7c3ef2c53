"""The verbs of files: everything that writes them."""

from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from core import rpc
from core.errors import NotFound, Refused
from files import kinds, names, printing
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


def update(*, document_id: UUID, **changes: Any) -> None:
    """Change what people say of a file: category, filename, notes. Raises NotFound."""
    if "filename" in changes:
        mime_type = Document.objects.filter(pk=document_id).values_list("mime_type", flat=True).first()
        changes["filename"] = names.shown_name(changes["filename"], kinds.OF_TYPE.get(mime_type or ""))
    _write(document_id, **changes)


def put_away(*, document_id: UUID) -> None:
    """Take a file out of the lists; its bytes stay, and its links end. Raises NotFound."""
    with rpc.in_our_words():
        if not Document.objects.standing().filter(pk=document_id).update(deleted_at=Now()):
            raise NotFound


def bring_back(*, document_id: UUID) -> None:
    """Put a file that was put away back; one that stands stays as it is.

    Raises NotFound, and Conflict where the same content came again meanwhile.
    """
    _write(document_id, deleted_at=None)


def read(*, document_id: UUID) -> Document:
    """Where a file lies, for who reads it now; that is an event.

    Raises NotFound, and Conflict for a file that lies on OneDrive alone.
    """
    return rpc.row(Document, "private.file_read", document_id=document_id)


def _write(document_id: UUID, **changes: Any) -> None:
    with rpc.in_our_words():
        # Filtered alike whether anything changes or not: a foreign file is not there.
        found = Document.objects.filter(pk=document_id)
        if not (found.update(**changes) if changes else found.exists()):
            raise NotFound
