"""Background jobs in the admin: what each last did, and a button to start it now."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

from accounts.pages import OwnPages, person
from cases import jobs
from cases.models import JobRun
from core.errors import Refused
from office import beat

_LIST = "admin:cases_jobrun_changelist"
_RECENT = 30


@admin.register(JobRun)
class JobRunAdmin(OwnPages):
    """A line for each job of the schedule, and the last runs of all work."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.list_view, "changelist"),
            self.address("<slug:name>/run/", self.run_view, "run"),
            self.address("<uuid:pk>/", self.one_view, "one"),
            self.address("<uuid:pk>/cancel/", self.cancel_view, "cancel"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def may_run(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("cases.run_jobrun"))

    def list_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """How each job stands."""
        self.look(request)
        return self.page(
            request,
            "list",
            title=_("Background jobs"),
            jobs=beat.jobs(),
            recent=JobRun.objects.select_related("started_by")[:_RECENT],
            may_run=self.may_run(request),
        )

    def one_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """How far one run is; the page asks again by itself until it has ended."""
        self.look(request)
        run = JobRun.objects.select_related("started_by").filter(pk=pk).first()
        if run is None:
            raise Http404
        is_at_it = run.state == JobRun.State.RUNNING and not run.is_lost
        return self.page(request, "run", title=beat.words_of(run.kind), run=run, is_at_it=is_at_it, back=reverse(_LIST))

    def posted(self, request: HttpRequest) -> None:
        self.look(request)
        if request.method != "POST":
            raise Http404
        if not self.may_run(request):
            raise PermissionDenied

    def run_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Hand a job to a worker now; one that is at work is not begun again."""
        self.posted(request)
        job = next((job for job in beat.jobs() if job.name == name), None)
        if job is None:
            raise Http404
        who = person(request)
        try:
            beat.start(job, who.pk if who else None)
        except OperationalError:
            self.message_user(request, _("No worker can be reached just now; nothing was started."), messages.ERROR)
        else:
            self.message_user(request, _("The job was handed to a worker; look again in a moment."))
        return redirect(_LIST)

    def cancel_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask a run to stop at its next step: one's own, or any for who may start and stop them."""
        if request.method != "POST":
            raise Http404
        who = person(request)
        if not self.may_run(request) and not (who and JobRun.objects.filter(pk=pk, started_by=who).exists()):
            raise PermissionDenied
        try:
            jobs.cancel(job_id=pk)
        except Refused as refusal:
            if refusal.status == 404:
                raise Http404 from None
            self.message_user(request, f"{refusal.message} {refusal.hint}", messages.ERROR)
        else:
            self.message_user(request, _("The job stops at its next step."))
        there = request.POST.get("next", "")
        return redirect(there if url_has_allowed_host_and_scheme(there, None) else _LIST)
