"""The verbs of files: everything that writes them."""

from typing import Any
from uuid import UUID

from core import rpc
from files.models import Document


def keep(*, document_id: UUID, bucket: str, key: str, **facts: Any) -> Document:
    """Register bytes that were stored; the same content in one case is the row that has it already.

    `facts` are filename, mime_type, size_bytes and checksum, and as wanted case_id, plate, org_id, category, notes
    and file_metadata. Raises NotFound for a case that is not there.
    """
    return rpc.row(Document, "file_keep", id=document_id, bucket_name=bucket, storage_key=key, **facts)
