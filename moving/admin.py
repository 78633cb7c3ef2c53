"""What was moved in, in the admin: the reports, and the questions they left, each with a proposal."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.pages import OwnPages, managers_only
from cases.models import Case
from core import csvtext
from core.errors import Refused
from moving import deciding, words
from moving.models import ImportFinding, ImportRun, ImportSource
from moving.report import lines

_LIST, _KIND = "admin:moving_importrun_changelist", "admin:moving_importrun_kind"
_PER_PAGE = 50
_COLUMNS = (
    *("place", "line", "table_name", "source_name", "plate", "said_at", "size_bytes", "sha256", "canonical"),
    *("state", "reason", "case_id", "version", "row_id"),
)


@admin.register(ImportRun)
class ImportRunAdmin(OwnPages):
    """A GET shows, a POST decides; managers alone look in, as what came holds every case."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.runs_view, "changelist"),
            self.address("questions/<slug:kind>/", self.kind_view, "kind"),
            self.address("questions/<slug:kind>/accept/", self.accept_view, "accept"),
            self.address("question/<uuid:pk>/", self.decide_view, "decide"),
            self.address("question/<uuid:pk>/back/", self.back_view, "back"),
            self.address("source/<uuid:pk>/", self.source_view, "source"),
            self.address("<uuid:pk>/", self.run_view, "change"),
            self.address("<uuid:pk>/report/", self.report_view, "report"),
            self.address("<uuid:pk>/documents/", self.documents_view, "documents"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def runs_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The imports, newest first, and the questions they left by kind."""
        self.manager(request)
        return self.page(
            request,
            "runs",
            title=_("Imports of existing data"),
            runs=list(ImportRun.objects.all()[:_PER_PAGE]),
            kinds=_kinds(),
        )

    def run_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The report of one import."""
        self.manager(request)
        run = get_object_or_404(ImportRun, pk=pk)
        report = run.report
        return self.page(
            request,
            "run",
            title=_("Report of an import"),
            run=run,
            report=report,
            sections=[
                (_("What became of them"), _said(words.STATES, report.get("states"))),
                (_("By table"), _by_table(report.get("tables"))),
                (_("How versions were put in order, oldest first"), _said(words.HOW, report.get("how"))),
                (_("Read back"), _said(words.PROOF, report.get("proof"))),
            ],
            kinds=[(kind, words.QUESTIONS[kind].title, many) for kind, many in run.findings.by_kind()],
        )

    def report_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The report as the command printed it."""
        self.manager(request)
        run = get_object_or_404(ImportRun, pk=pk, state=ImportRun.State.DONE)
        answer = HttpResponse("\n".join(lines(run.report)) + "\n", content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="import-report.txt"'
        return answer

    def documents_view(self, request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
        """Every document of an import with its hashes and what became of it, as CSV."""
        self.manager(request)
        run = get_object_or_404(ImportRun, pk=pk)
        found = ImportSource.objects.filter(seen_in=run).order_by("place").values_list(*_COLUMNS)
        # Read while we are who we are: the pieces leave after this transaction.
        return csvtext.download(iter(list(csvtext.lines(_COLUMNS, found))), "import-documents.csv")

    def source_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A document as it came, byte for byte."""
        self.manager(request)
        source = get_object_or_404(ImportSource, pk=pk)
        answer = HttpResponse(bytes(source.raw), content_type="application/octet-stream")
        answer["Content-Disposition"] = f'attachment; filename="{source.sha256[:12]}.json"'
        answer["Cache-Control"] = "no-store"
        return answer

    def kind_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The questions of one kind: those that wait first, then those that were decided."""
        self.manager(request)
        question = words.QUESTIONS.get(kind)
        if question is None:
            raise Http404
        found = ImportFinding.objects.filter(kind=kind).select_related("case", "source", "decided_by", "run")
        rows = found.defer("source__raw", "source__about").order_by("-decided_at", "plate", "created_at")
        page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page", "1"))
        for row in page:
            row.undoable = deciding.can_undo(row)  # type: ignore[attr-defined]
            row.told = _told(row)  # type: ignore[attr-defined]
            row.decided_words = words.OPTIONS.get(row.decision or "")  # type: ignore[attr-defined]
        return self.page(
            request,
            "kind",
            title=question.title,
            kind=kind,
            question=question,
            proposal=words.OPTIONS[question.options[0]],
            options=[(name, words.OPTIONS[name]) for name in question.options],
            rows=page,
            waiting=found.waiting().count(),
        )

    def decide_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Do what a person chose for one question."""
        finding, who = self.asked(request, pk)
        chosen, plate = request.POST.get("decision", ""), request.POST.get("plate", "")[:40]
        self.did(
            request,
            lambda: deciding.decide(finding_id=pk, decision=chosen, decided_by=who, plate=plate),
            _("Decided: %(what)s") % {"what": words.OPTIONS.get(chosen, "")},
        )
        return redirect(_KIND, finding.kind)

    def back_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Take a decision back."""
        finding, _who = self.asked(request, pk)
        self.did(request, lambda: deciding.take_back(finding_id=pk), _("The decision was taken back."))
        return redirect(_KIND, finding.kind)

    def accept_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Accept the proposal for the questions that the page showed, each by itself."""
        who = managers_only(request).pk
        if request.method != "POST" or kind not in words.QUESTIONS:
            raise Http404
        shown = [one for one in request.POST.getlist("shown") if _is_uuid(one)][:_PER_PAGE]
        done = 0
        for pk, proposed in (
            ImportFinding.objects.waiting().filter(kind=kind, pk__in=shown).values_list("pk", "proposed")
        ):
            try:
                deciding.decide(finding_id=pk, decision=proposed, decided_by=who)
                done += 1
            except Refused as refusal:
                self.message_user(request, f"{refusal.message} {refusal.hint}", messages.ERROR)
        told = ngettext("%(n)s proposal was accepted.", "%(n)s proposals were accepted.", done) % {"n": done}
        self.message_user(request, told)
        return redirect(_KIND, kind)

    def asked(self, request: HttpRequest, pk: UUID) -> tuple[ImportFinding, UUID]:
        who = self.manager(request)
        if request.method != "POST":
            raise Http404
        return get_object_or_404(ImportFinding, pk=pk), who

    def manager(self, request: HttpRequest) -> UUID:
        self.look(request)
        if request.method == "POST" and not self.has_change_permission(request):
            raise PermissionDenied
        return managers_only(request).pk


def _kinds() -> list[tuple[str, Promise, int, int]]:
    waiting = dict(ImportFinding.objects.waiting().by_kind())
    return [
        (kind, words.QUESTIONS[kind].title, waiting.get(kind, 0), many)
        for kind, many in ImportFinding.objects.all().by_kind()
    ]


def _said(known: dict[str, Promise], counted: dict[str, int] | None) -> list[tuple[Promise | str, int]]:
    return [(known.get(name, name), many) for name, many in sorted((counted or {}).items()) if many]


def _by_table(counted: dict[str, int] | None) -> list[tuple[Promise | str, int]]:
    found = [(name.split(" "), many) for name, many in sorted((counted or {}).items()) if many]
    return [(f"{table}: {words.STATES.get(state, state)}", many) for (table, state), many in found]


def _told(finding: ImportFinding) -> list[tuple[Promise | str, Any]]:
    said = dict(finding.details)
    if said.get("was") in Case.Status.values:
        said["was"] = Case.Status(said["was"]).label
    known: dict[str, Promise | str] = {**words.DETAILS}
    return [(known.get(str(name), str(name)), value) for name, value in said.items()]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
