"""Answers from outside in the admin: as they came beside what was read, and the case of one that has none."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.pages import OwnPages
from accounts.templatetags import office
from cases.models import Case
from cases.search import digits
from intake import display, services
from intake.forms import AssignForm
from intake.models import KeptAnswer, LeviReport, OcrResult, VehicleDetails
from intake.templatetags import intake as cards

_INVALID = 422
_HISTORY = 50


class StateFilter(admin.SimpleListFilter):
    """The newest of each case, the earlier ones, or those that wait for a case."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("newest", _("newest")), ("earlier", _("earlier")), ("waiting", _("without a case"))]

    def queryset(self, request: HttpRequest, answers: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "newest":
                return answers.filter(is_current=True, case__isnull=False)
            case "earlier":
                return answers.filter(is_current=False)
            case "waiting":
                return answers.filter(case__isnull=True)
        return answers


class AnswerAdmin(OwnPages):
    """The list is Django's, the page of one is ours; nothing can be changed but that a case is found."""

    list_display = ("moment_shown", "plate_shown", "says", "state_shown")
    list_display_links = ("moment_shown",)
    list_filter: ClassVar[Any] = (StateFilter, ("created_at", admin.DateFieldListFilter))
    search_fields = ("plate",)
    search_help_text = _("A plate in any spelling, or a part of one.")
    sortable_by = ()
    actions = None
    change_list_template = "admin/intake/list.html"

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.changelist_view, "changelist"),
            self.address("<uuid:pk>/", self.answer_view, "change"),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = self.model.objects.without_bodies()
        return found

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        plate = digits(search_term)
        return (
            queryset.filter(plate__contains=plate) if plate else queryset if not search_term else queryset.none()
        ), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": self.opts.verbose_name_plural} | (extra_context or {}))

    def answer_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One answer; a POST gives it the case it waited for."""
        self.look(request)
        answer = self.model.objects.without_bodies().select_related("created_by").filter(pk=pk).first()
        if answer is None:
            raise Http404
        form = AssignForm(request.POST or None, initial={"plate": office.plate(answer.plate)})
        if request.method == "POST" and self.assigned(request, answer, form):
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", pk)
        return self.page(
            request,
            "answer",
            status=_INVALID if form.errors else 200,
            title=self.opts.verbose_name,
            answer=answer,
            form=form,
            may_assign=answer.case_id is None and self.has_change_permission(request),
            **display.beside(answer),
            **self.story(answer),
        )

    def assigned(self, request: HttpRequest, answer: KeptAnswer, form: AssignForm) -> bool:
        if not self.has_change_permission(request):
            raise PermissionDenied
        if not form.is_valid():
            return False
        # The open case first, else the newest.
        cases = Case.objects.of_plate(form.cleaned_data["plate"]).order_by("-created_at")
        case = cases.open().first() or cases.first()
        if case is None:
            form.add_error("plate", gettext("There is no case of this plate."))
            return False
        words = format_html(gettext("The answer belongs to the case {} now."), office.code(office.plate(case.plate)))
        self.did(request, lambda: services.assign(model=self.model, answer_id=answer.pk, case_id=case.pk), words)
        return True

    def story(self, answer: KeptAnswer) -> dict[str, Any]:
        """The answers of the same case, newest first, and those beside this one."""
        rows = list(self.beside(answer).without_bodies().order_by("-created_at", "-pk")[:_HISTORY])
        at = next((place for place, row in enumerate(rows) if row.pk == answer.pk), None)
        newer = rows[at - 1] if at else None
        older = rows[at + 1] if at is not None and at + 1 < len(rows) else None
        return {"story": rows, "newer": newer, "older": older}

    def beside(self, answer: Any) -> Any:
        return self.model.objects.beside(answer)

    @admin.display(description=_("time"))
    def moment_shown(self, answer: KeptAnswer) -> SafeString:
        return office.moment(answer.created_at)

    @admin.display(description=_("plate"))
    def plate_shown(self, answer: KeptAnswer) -> SafeString:
        return office.code(office.plate(answer.plate) or "—")

    @admin.display(description=_("what it says"))
    def says(self, answer: Any) -> SafeString:
        return cards.says(answer)

    @admin.display(description=_("state"))
    def state_shown(self, answer: KeptAnswer) -> SafeString:
        if not answer.unread or answer.why_nothing:
            return cards.state_pill(answer)
        fields = ngettext("%(n)s field", "%(n)s fields", len(answer.unread)) % {"n": len(answer.unread)}
        words = gettext("could not be read")
        return format_html('{} <span class="quiet">{}: {}</span>', cards.state_pill(answer), words, fields)


@admin.register(LeviReport)
class LeviReportAdmin(AnswerAdmin):
    """Levi Yitzhak's answers."""


@admin.register(VehicleDetails)
class VehicleDetailsAdmin(AnswerAdmin):
    """What was fetched about vehicles."""


@admin.register(OcrResult)
class OcrResultAdmin(AnswerAdmin):
    """What was read from documents; one of each kind has a story of its own."""

    list_filter: ClassVar[Any] = ("kind", *AnswerAdmin.list_filter)

    def beside(self, answer: Any) -> Any:
        return super().beside(answer).filter(kind=answer.kind)
