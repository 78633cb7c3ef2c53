"""Which file is a report."""

from uuid import UUID

from core.errors import NotFound
from files.models import Report


def document_of(report_id: UUID) -> UUID:
    """The document that holds a report. Raises NotFound."""
    found = Report.objects.filter(pk=report_id).values_list("document_id", flat=True).first()
    if found is None:
        raise NotFound
    return found
