"""The file that a paper of an invoice is: stored under the paper's own place, or in its case under its name."""

from typing import Any

from django.db.models import Q

from files import links
from files.kinds import PREVIEWED
from files.models import Document, DocumentLink
from invoices.models import Invoice, InvoiceDocument

_LOOKING_SECONDS = 300


def file_of(invoice: Invoice, paper: InvoiceDocument) -> Document | None:
    """The newest one that fits; None where no file is with us."""
    here = Q(storage_key=paper.storage_path, bucket_name=paper.storage_bucket) if paper.storage_path else Q(pk=None)
    if paper.filename and invoice.case_id:
        here |= Q(filename=paper.filename, case_id=invoice.case_id)
    return Document.objects.standing().filter(here).order_by("-created_at").first()


def look_into(file: Document) -> str | None:
    """A link for the moment to a file that a browser may show; None for any other."""
    if file.upload_status != Document.UploadStatus.STORED or file.mime_type not in PREVIEWED:
        return None
    metadata: dict[str, Any] = file.file_metadata or {}
    return None if metadata.get("active") else links.make(file.pk, DocumentLink.Purpose.PREVIEW, _LOOKING_SECONDS).url
