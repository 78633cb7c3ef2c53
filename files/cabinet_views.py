"""A case's file cabinet as one ZIP over HTTP: asking for it, how far it is, and stopping it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases import jobs
from cases.models import JobRun
from core.api import CallerView, shown, uuid_or_404
from core.errors import NotFound
from files import cabinet, cabinet_tasks


class CabinetJob(serializers.ModelSerializer[JobRun]):
    """The packing of a file cabinet; once it is done, `sign-url` opens `file_id`."""

    job_id = serializers.UUIDField(source="id")
    file_id = serializers.UUIDField(source="result.document_id", default=None, allow_null=True)
    files = serializers.IntegerField(source="result.files", default=None, allow_null=True)
    left_out = serializers.IntegerField(source="result.left_out", default=None, allow_null=True)

    class Meta:
        model = JobRun
        fields = (
            *("job_id", "state", "done", "total", "file_id", "files", "left_out", "error", "started_at"),
            "finished_at",
        )


class CabinetView(CallerView):
    """Asking for a case's cabinet."""

    @extend_schema(operation_id="cabinet_pack", request=None, responses={202: CabinetJob})
    def post(self, request: Request, case_id: str) -> Response:
        caller: Any = request.user
        case = uuid_or_404(case_id)
        job = cabinet.begin(case, started_by=caller.user_id)
        cabinet_tasks.soon(job.pk, case)
        address = f"/api/v1/cases/{case}/archive/{job.pk}"
        return Response(shown(CabinetJob, job), status=202, headers={"Location": address})


class CabinetJobView(CallerView):
    """How far one is."""

    @extend_schema(operation_id="cabinet_read", responses=CabinetJob)
    def get(self, request: Request, case_id: str, job_id: str) -> Response:
        return Response(shown(CabinetJob, _job(case_id, job_id)))


class CancelCabinetView(CallerView):
    """Stopping it at its next file."""

    @extend_schema(operation_id="cabinet_cancel", request=None, responses=CabinetJob)
    def post(self, request: Request, case_id: str, job_id: str) -> Response:
        return Response(shown(CabinetJob, jobs.cancel(job_id=_job(case_id, job_id).pk)))


def _job(case_id: str, job_id: str) -> JobRun:
    job = cabinet.of_case(uuid_or_404(case_id)).filter(pk=uuid_or_404(job_id)).first()
    if job is None:
        raise NotFound
    return job
