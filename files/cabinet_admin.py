"""Packing a case's file cabinet from its page in the admin."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext

from accounts.pages import OwnPages, person
from cases import jobs
from cases.models import JobRun
from files import cabinet, cabinet_tasks


class CabinetPages(OwnPages):
    """Two buttons: pack, and stop."""

    def cabinet_urls(self) -> list[URLPattern]:
        return [
            self.address("cabinet/<uuid:case_id>/pack/", self.pack_view, "pack"),
            self.address("cabinet/<uuid:case_id>/stop/", self.stop_view, "stop_packing"),
        ]

    def pack_view(self, request: HttpRequest, case_id: UUID) -> HttpResponse:
        """Have a worker pack it; while one is at it, that one is followed."""
        self.asked(request)
        who = person(request)
        begun: list[JobRun] = []
        started_by = who.pk if who else None
        told = gettext("The files are being packed.")
        if self.did(request, lambda: begun.append(cabinet.begin(case_id, started_by=started_by)), told):
            cabinet_tasks.soon(begun[0].pk, case_id)
        return _back(case_id)

    def stop_view(self, request: HttpRequest, case_id: UUID) -> HttpResponse:
        """Stop it at its next file."""
        self.asked(request)
        job = cabinet.of_case(case_id).filter(state=JobRun.State.RUNNING).first()
        if job is None:
            raise Http404
        self.did(request, lambda: jobs.cancel(job_id=job.pk), gettext("The job stops at its next step."))
        return _back(case_id)

    def asked(self, request: HttpRequest) -> None:
        if request.method != "POST":
            raise Http404
        if not request.user.has_perm("files.view_document"):
            raise PermissionDenied


def _back(case_id: UUID) -> HttpResponse:
    return redirect(f"{reverse('admin:cases_case_change', args=[case_id])}#cabinet")
