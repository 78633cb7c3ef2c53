"""The verbs of files: everything that writes them."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models.functions import Now

from core import rpc
from core.errors import NotFound, Refused
from files import kinds, names, printing
from files.models import Document, Report
from files.onedrive_finding import Found

_RENDERER_SECONDS = 30


class Kept(NamedTuple):
    """A file of OneDrive's, whether it is new, and else what it was recognised by."""

    document: Document
    created: bool
    recognised_by: str | None


def keep(*, document_id: UUID, bucket: str, key: str, **facts: Any) -> Document:
    """Register bytes that were stored; the same content in one case is the row that has it already.

    `facts` are filename, mime_type, size_bytes and checksum, and as wanted case_id, plate, org_id, category, notes
    and file_metadata. Raises NotFound for a case that is not there.
    """
    return rpc.row(Document, "file_keep", id=document_id, bucket_name=bucket, storage_key=key, **facts)


def upsert(*, item: dict[str, Any], found: Found, org_id: UUID | None = None) -> Kept:
    """Keep a file that lies on OneDrive, once: known by its item, else by its content, else new.

    `item` holds columns of Document. Raises NotFound, and Conflict where a known file belongs to another case than
    the one that was named.
    """
    row = {**item, **({"plate": found.plate} if found.plate else {})}
    told = rpc.record(
        "files_upsert",
        ("id", "created", "recognised_by"),
        row=row,
        case_id=found.case_id,
        org_id=org_id,
        insists=found.is_named,
    )
    return Kept(Document.objects.get(pk=told["id"]), told["created"], told["recognised_by"])


def assign(*, document_id: UUID, case_id: UUID) -> Document:
    """Give a waiting file its case; where the case has this content already, that file is returned.

    Raises NotFound, and Conflict for a file of another case.
    """
    return rpc.row(Document, "file_assign", document_id=document_id, case_id=case_id)


def set_category(*, document_ids: Iterable[UUID], category: str) -> int:
    """Say what these files are; return how many were something else."""
    with rpc.in_our_words():
        return Document.objects.filter(pk__in=list(document_ids)).exclude(category=category).update(category=category)


def put_away_all(*, document_ids: Iterable[UUID]) -> int:
    """Put these files away; return how many were not yet."""
    with rpc.in_our_words():
        return Document.objects.standing().filter(pk__in=list(document_ids)).update(deleted_at=Now())


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
    asked: dict[str, Any] = {"report_type": report_type, "nature": nature, "html": html, "version": version}
    return rpc.row(Report, "report_request", case_id=case_id, **asked)


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
