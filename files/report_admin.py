"""Reports in the admin: the list, making one, looking at it, sharing it, and why one failed."""

from typing import Any, ClassVar
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.pages import OwnPages
from accounts.templatetags import office
from cases.models import Case
from cases.search import digits
from core.errors import Refused
from files import links, report_tasks, services
from files.models import DocumentLink, Report
from files.report_forms import ReportForm
from files.templatetags import reports

_INVALID = 422
_DAY = 24 * 60 * 60
_EARLIER = 50
_REFRESH_SECONDS = 2


@admin.register(Report)
class ReportAdmin(OwnPages):
    """The list is Django's, the pages are ours; a report itself is never changed."""

    list_display = ("moment_shown", "plate_shown", "report_type", "nature_shown", "version_shown", "state_shown")
    list_display_links = ("moment_shown",)
    list_filter: ClassVar[Any] = ("status", "report_type", "nature", "is_current")
    search_fields = ("plate",)
    search_help_text = _("A plate in any spelling, or a part of one.")
    sortable_by = ()
    actions = None
    change_list_template = "admin/plain_list.html"

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.changelist_view, "changelist"),
            self.address("make/<uuid:case_id>/", self.make_view, "make"),
            self.address("<uuid:pk>/", self.report_view, "change"),
            self.address("<uuid:pk>/pdf/", self.pdf_view, "pdf"),
            self.address("<uuid:pk>/share/", self.share_view, "share"),
            self.address("<uuid:pk>/again/", self.again_view, "again"),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def may_make(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("files.add_report"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        return Report.objects.defer("verified")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        plate = digits(search_term)
        return (
            queryset.filter(plate__contains=plate) if plate else queryset if not search_term else queryset.none()
        ), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": self.opts.verbose_name_plural} | (extra_context or {}))

    def found(self, request: HttpRequest, pk: UUID) -> Report:
        """Raises Http404, and PermissionDenied for a login that may not see reports."""
        self.look(request)
        report = Report.objects.select_related("document", "created_by", "case").filter(pk=pk).first()
        if report is None:
            raise Http404
        return report

    def report_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One report: how far it is, its PDF in a frame, and those before it."""
        return self.shown(request, self.found(request, pk))

    def shown(self, request: HttpRequest, report: Report, shared: links.Made | None = None) -> HttpResponse:
        alike = Report.objects.filter(case_id=report.case_id, report_type=report.report_type, nature=report.nature)
        waits = report.status in {Report.Status.PENDING, Report.Status.RENDERING}
        page = self.page(
            request,
            "report",
            title=self.opts.verbose_name,
            report=report,
            shared=shared and {"url": request.build_absolute_uri(shared.url), "expires_at": shared.expires_at},
            share_days=settings.SHARE_LINK_DAYS,
            waits=waits,
            is_there=report.document is not None and report.document.deleted_at is None,
            alike=alike.exclude(pk=report.pk).order_by("-version")[:_EARLIER],
            may_make=self.may_make(request),
        )
        if waits and request.method == "GET":
            page["Refresh"] = str(_REFRESH_SECONDS)
        frames = [SELF, settings.FILES_ORIGIN] if settings.FILES_ORIGIN else [SELF]
        framed: HttpResponse = csp_update({"frame-src": frames})(lambda asked: page)(request)  # type: ignore[assignment]
        return framed

    def pdf_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A preview link made for who looks, so that the file's own host shows it and each look is noted."""
        report = self.found(request, pk)
        if report.document_id is None:
            raise Http404
        try:
            link = links.make(report.document_id, DocumentLink.Purpose.PREVIEW, settings.LINK_MAX_SECONDS)
        except Refused:
            raise Http404 from None
        answer = redirect(link.url)
        answer["Cache-Control"] = "private, no-store"
        return answer

    def make_view(self, request: HttpRequest, case_id: UUID) -> HttpResponse:
        """Choose the type, draft or final, and the version; a POST asks for the report."""
        self.look(request)
        if not self.may_make(request):
            raise PermissionDenied
        case = Case.objects.filter(pk=case_id).first()
        if case is None:
            raise Http404
        form = ReportForm(case_id, request.POST or None)
        if request.method == "POST" and form.is_valid():
            made = self.asked(request, lambda: services.request_report(case_id=case_id, **form.cleaned_data))
            if made:
                return redirect("admin:files_report_change", made.pk)
        title = gettext("Make a report")
        status = _INVALID if form.errors else 200
        return self.page(request, "make", status=status, title=title, form=form, case=case)

    def again_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask once more for one that failed."""
        report = self.posted(request, pk)
        if not self.may_make(request):
            raise PermissionDenied
        again = self.asked(request, lambda: services.report_again(report_id=report.pk))
        return redirect("admin:files_report_change", (again or report).pk)

    def share_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A link for somebody outside; its address is shown this once."""
        report = self.posted(request, pk)
        made: list[links.Made] = []
        if report.document_id is None:
            raise Http404
        document_id, seconds = report.document_id, settings.SHARE_LINK_DAYS * _DAY
        self.did(
            request,
            lambda: made.append(links.make(document_id, DocumentLink.Purpose.SHARE, seconds)),
            gettext("The link is ready; its address is shown here once."),
        )
        return self.shown(request, report, made[0] if made else None)

    def posted(self, request: HttpRequest, pk: UUID) -> Report:
        if request.method != "POST":
            raise Http404
        return self.found(request, pk)

    def asked(self, request: HttpRequest, ask: Any) -> Report | None:
        """Ask for a report and wake a worker; what is refused is said on the next page."""
        made: list[Report] = []
        if self.did(request, lambda: made.append(ask()), gettext("The report is being made.")):
            report_tasks.soon(made[0].pk)
            return made[0]
        return None

    @admin.display(description=_("time"))
    def moment_shown(self, report: Report) -> SafeString:
        return office.moment(report.created_at)

    @admin.display(description=_("plate"))
    def plate_shown(self, report: Report) -> SafeString:
        return office.code(office.plate(report.plate))

    @admin.display(description=_("nature"))
    def nature_shown(self, report: Report) -> SafeString:
        return reports.nature_pill(report)

    @admin.display(description=_("version"))
    def version_shown(self, report: Report) -> SafeString:
        return office.code(f"v{report.version}")

    @admin.display(description=_("state"))
    def state_shown(self, report: Report) -> SafeString:
        pill, why = reports.report_pill(report), reports.why_not(report)
        return format_html('{} <span class="quiet">{}</span>', pill, why) if why else pill
