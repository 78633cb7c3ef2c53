"""The verbs of files: everything that writes them."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models.functions import Now

from core import rpc
from files.models import Document
from files.onedrive_finding import Found


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


def put_away(*, document_ids: Iterable[UUID]) -> int:
    """Put these files away; return how many were not yet."""
    with rpc.in_our_words():
        return Document.objects.standing().filter(pk__in=list(document_ids)).update(deleted_at=Now())
