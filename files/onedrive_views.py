"""OneDrive over HTTP: asking for copies, and finding a waiting file its case."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import CallerView, checked, shown, uuid_or_404
from core.body import json_object
from core.errors import NotFound
from files import onedrive, onedrive_examples, services
from files.models import OnedriveSync
from files.onedrive_finding import find
from files.onedrive_serializers import AskOnedrive, AssignFile, CopiesAsked, FileAssigned

_FACTS = ("status", "reason", "attempts", "last_requested_at", "onedrive_web_url")


class SyncView(CallerView):
    """Asking Make to copy files to OneDrive."""

    @extend_schema(
        operation_id="onedrive_request",
        request=AskOnedrive,
        responses={202: CopiesAsked},
        examples=onedrive_examples.ASK,
    )
    def post(self, request: Request) -> Response:
        asked = onedrive.request(**checked(AskOnedrive(data=json_object(request._request).value)))
        known = onedrive.rows_of(list(asked))
        files = [_copy(file_id, was_asked, known.get(file_id)) for file_id, was_asked in asked.items()]
        return Response(shown(CopiesAsked, {"asked": sum(asked.values()), "files": files}), status=202)


class AssignView(CallerView):
    """Finding a waiting file its case."""

    @extend_schema(
        operation_id="files_assign", request=AssignFile, responses=FileAssigned, examples=onedrive_examples.ASSIGN
    )
    def post(self, request: Request, file_id: str) -> Response:
        key = uuid_or_404(file_id)
        found = find(**checked(AssignFile(data=json_object(request._request).value)))
        if found.case_id is None:
            raise NotFound
        return Response(shown(FileAssigned, services.assign(document_id=key, case_id=found.case_id)))


def _copy(file_id: UUID, asked: bool, row: OnedriveSync | None) -> dict[str, Any]:
    facts = {name: getattr(row, name, None) for name in _FACTS}
    attempts = row.attempts if row else 0
    return {"file_id": file_id, "asked": asked, "sync_id": row and row.pk, **facts, "attempts": attempts}
