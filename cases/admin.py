"""Cases in the admin: the list, the case's page with its versions, and opening a case."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.lists import SomeList
from accounts.templatetags import office
from cases import flag_admin as flag_admin  # registers the switches' page
from cases import services
from cases.forms import CaseForm, OpenCaseForm
from cases.found import FoundCases
from cases.models import Case, CaseQuerySet
from cases.sharing_admin import SharingPages
from cases.templatetags import catalogue
from core.errors import Refused

# What the page needs besides the case; versions and story are drawn by whoever knows them.
_SHOWN: dict[str, Any] = {
    "title": _("Case page"),
    "subtitle": None,
    "show_save_and_add_another": False,
    "show_save_and_continue": False,
}
# What the list's own links ask for, and how the search calls it.
_FILTERS = {"status__exact": "status", "assigned_to__user_id__exact": "assigned_to"}
_IN_HAND = "open"
_IDS = {"pk", "id"}
_SORTED = {"updated_at", "plate", "status", "owner_name", "filing_case_id", *_IDS}


class InHandFilter(admin.SimpleListFilter):
    """Work in hand, or what is over."""

    title = _("work")
    parameter_name = _IN_HAND

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("1", _("in hand")), ("0", _("ended"))]

    def queryset(self, request: HttpRequest, cases: Any) -> Any:
        return cases.filter(status__in=statuses) if (statuses := _of_work(self.value())) else cases


def _of_work(asked: str | None) -> list[str]:
    """The statuses that are meant; none for what was not asked."""
    ended = [str(status) for status in Case.ENDED]
    return {"1": [one for one in Case.Status.values if one not in ended], "0": ended}.get(asked or "", [])


class CaseList(SomeList):
    """The list as the search gives it: the same words find the same cases in the same order as at the other doors."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        # Also where it is not used: it says what is no filter.
        queryset = super().get_queryset(request, exclude_parameters)
        chosen = dict(self.get_filters_params())
        order = (
            [str(one) for one in self.get_ordering(request, Case.objects.none())] if self.params.get(ORDER_VAR) else []
        )
        if statuses := _of_work(chosen.pop(_IN_HAND, [""])[-1]):
            if "status__exact" in chosen:
                return queryset
            chosen["status__exact"] = statuses
        if set(chosen) - set(_FILTERS) or {one.lstrip("-") for one in order} - _SORTED:
            return queryset
        asked = {_FILTERS[name]: values if name == "status__exact" else values[-1] for name, values in chosen.items()}
        return FoundCases({**asked, "q": self.query, "order": [one for one in order if one.lstrip("-") not in _IDS]})


@admin.register(Case)
class CaseAdmin(SharingPages):
    """The catalogue: a GET shows, a POST does, the service decides."""

    list_display = (
        "plate_shown",
        "filing_shown",
        "owner_name",
        "status_shown",
        "version_shown",
        "assigned_to",
        "updated",
    )
    list_display_links = ("plate_shown",)
    list_filter = (InHandFilter, "status", "assigned_to")
    search_fields = ("plate",)
    search_help_text = _("Any part of a plate in any spelling, owner, make, garage, claim or filing number.")
    actions = ("pass_on",)
    form = CaseForm
    formfield_overrides = {models.TextField: {"widget": forms.TextInput(attrs={"maxlength": 200, "dir": "auto"})}}
    change_form_template = "admin/cases/case/change_form.html"

    def get_queryset(self, request: HttpRequest) -> CaseQuerySet:
        return Case.objects.with_facts()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Case], search_term: str
    ) -> tuple[QuerySet[Case], bool]:
        # A case has one search row, so nothing is found twice.
        return (FoundCases({"q": search_term}).within(queryset) if search_term else queryset), False

    def get_changelist(self, request: HttpRequest, **more: Any) -> type[ChangeList]:
        return CaseList

    @admin.display(description=_("plate"), ordering="plate")
    def plate_shown(self, case: Case) -> SafeString:
        return office.code(office.plate(case.plate))

    @admin.display(description=_("filing number"), ordering="filing_case_id")
    def filing_shown(self, case: Case) -> SafeString:
        return office.code(case.filing_case_id)

    @admin.display(description=_("status"), ordering="status")
    def status_shown(self, case: Case) -> SafeString:
        return catalogue.status_pill(case)

    @admin.display(description=_("current version"))
    def version_shown(self, case: Case) -> SafeString:
        return office.code(case.helper_name)  # type: ignore[attr-defined]

    @admin.display(description=_("last update"), ordering="updated_at")
    def updated(self, case: Case) -> SafeString:
        return office.moment(case.updated_at)

    def get_urls(self) -> list[URLPattern]:
        find = path("find/", self.admin_site.admin_view(self.find_view), name="cases_case_find")
        return [find, *self.sharing_urls(), *super().get_urls()]

    def response_action(self, request: HttpRequest, queryset: Any, *where: Any, **more: Any) -> HttpResponse | None:
        # What the search finds is no queryset; the action asks for the ticked ones by itself.
        return super().response_action(request, Case.objects.all(), *where, **more)

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """The box on every page: straight to the case where there is only one."""
        asked = request.GET.get("q", "")[:200].replace("\0", "").strip()
        if asked and self.has_view_permission(request):
            found = FoundCases({"q": asked})[:2]
            if len(found) == 1:
                return redirect("admin:cases_case_change", found[0].pk)
        return redirect(f"{reverse('admin:cases_case_changelist')}?{urlencode({'q': asked})}")

    def has_delete_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        return False

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        # Django would go home and name the id; a foreign id and a missing one get the same page from us.
        raise Http404

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Cases")} | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        _uuid_or_404(object_id)
        try:
            return super().change_view(request, object_id, form_url, _SHOWN | (extra_context or {}))
        except Refused as refusal:
            self.message_user(request, f"{refusal.message} {refusal.hint}", messages.ERROR)
            return redirect("admin:cases_case_change", object_id)

    def save_model(self, request: HttpRequest, obj: Case, form: Any, change: bool) -> None:
        """Write only the fields that were changed, through the service; a case ends on a page of its own.

        Raises Refused in the words of the table's triggers.
        """
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        if self.is_ending(form):
            del changes["status"]
        services.update(case_id=obj.pk, **changes)

    def is_ending(self, form: Any) -> bool:
        return "status" in form.changed_data and form.cleaned_data["status"] in Case.ENDED

    def response_change(self, request: HttpRequest, obj: Case) -> HttpResponse:
        if obj.has_ended and obj.status != Case.objects.values_list("status", flat=True).get(pk=obj.pk):
            wanted = urlencode({"status": obj.status})
            return HttpResponseRedirect(f"{reverse('admin:cases_case_end', args=[obj.pk])}?{wanted}")
        return super().response_change(request, obj)

    def response_post_save_change(self, request: HttpRequest, obj: Case) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:cases_case_change", args=[obj.pk]))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Open a case, with its first version."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = OpenCaseForm(request.POST or None, request.FILES or None)
        if form.is_valid() and (opened := self.opened(request, form)):
            return opened
        context = {
            **self.admin_site.each_context(request),
            "title": _("Open a new case"),
            "form": form,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/cases/case/open.html", context)

    def opened(self, request: HttpRequest, form: OpenCaseForm) -> HttpResponse | None:
        given = form.cleaned_data
        try:
            opened = services.open_case(
                plate=given["plate"],
                helper_json=given["helper"],
                owner_name=given["owner_name"] or None,
                inspection_location=given["inspection_location"] or None,
            )
        except Refused as refusal:
            form.add_error("plate", self.refusal_words(refusal))
            return None
        case = Case.objects.get(pk=opened["case_id"])
        self.log_addition(request, case, [{"added": {}}])
        self.message_user(request, format_html(gettext("The case was opened: {}"), office.code(opened["helper_name"])))
        return redirect("admin:cases_case_change", case.pk)


def _uuid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
