"""The inbox: files from OneDrive that wait for a case, what is proposed for them, and working on several at once."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
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
from core.errors import Refused
from files import inbox, services
from files.inbox_forms import CategoryForm, PlateForm
from files.models import WaitingDocument
from files.onedrive_finding import open_first
from files.templatetags import onedrive as cards

_INVALID, _MOST = 422, 50
_LIST = "admin:files_waitingdocument_changelist"


@admin.register(WaitingDocument)
class InboxAdmin(OwnPages):
    """The list is Django's, the page of one or several is ours: a case, a category, or away with them."""

    list_display = ("file_shown", "category_shown", "plate_shown", "folder_shown", "moment_shown")
    list_display_links = ("file_shown",)
    list_filter: ClassVar[Any] = ("category", ("created_at", admin.DateFieldListFilter))
    search_fields = ("filename",)
    search_help_text = _("A plate in any spelling, or a part of a file's name or folder.")
    list_per_page = _MOST
    list_max_show_all = _MOST
    sortable_by = ()
    ordering = ("-created_at", "-pk")
    actions = ("work_on",)
    change_list_template = "admin/files/onedrive_list.html"

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.changelist_view, "changelist"),
            self.address("several/", self.several_view, "several"),
            self.address("<uuid:pk>/", self.one_view, "change"),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[WaitingDocument]:
        return WaitingDocument.objects.waiting()  # type: ignore[return-value]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[WaitingDocument], search_term: str
    ) -> tuple[QuerySet[WaitingDocument], bool]:
        if not search_term:
            return queryset, False
        found = queryset.filter(filename__icontains=search_term) | queryset.filter(onedrive_path__icontains=search_term)
        plate = digits(search_term)
        return (found | queryset.filter(plate__contains=plate) if plate else found), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Files without a case")} | (extra_context or {}))

    @admin.action(description=_("Work on the chosen ones"), permissions=["change"])
    def work_on(self, request: HttpRequest, chosen: QuerySet[WaitingDocument]) -> HttpResponse:
        asked = QueryDict(mutable=True)
        asked.setlist("id", [str(pk) for pk in chosen.values_list("pk", flat=True)[:_MOST]])
        return redirect(f"several/?{asked.urlencode()}")

    def one_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One file with the cases that are proposed."""
        files = self.waiting(request, [str(pk)])
        return self.work(request, files, inbox.proposals(files[0]) if files else [])

    def several_view(self, request: HttpRequest) -> HttpResponse:
        """Several files, for all of which the same is said."""
        return self.work(request, self.waiting(request, request.GET.getlist("id")[:_MOST]), [])

    def waiting(self, request: HttpRequest, ids: list[str]) -> list[WaitingDocument]:
        """The files that are meant. Raises Http404 where none of them waits."""
        self.look(request)
        files = list(self.get_queryset(request).filter(pk__in=[key for key in map(_uuid, ids) if key]))
        if not files:
            raise Http404
        return files

    def work(self, request: HttpRequest, files: list[WaitingDocument], proposed: list[inbox.Proposal]) -> HttpResponse:
        if request.method == "POST" and not self.has_change_permission(request):
            raise PermissionDenied
        said = request.POST if request.method == "POST" else None
        deed = said.get("do") if said else None
        plate = PlateForm(said if deed == "assign" else None, initial={"plate": office.plate(files[0].plate)})
        category = CategoryForm(said if deed == "category" else None, initial={"category": files[0].category})
        try:
            with transaction.atomic():
                done = self.did_it(request, files, deed, plate, category)
        except Refused as refusal:
            # All of them or none.
            self.message_user(request, f"{refusal.message} {refusal.hint}", messages.ERROR)
            done = False
        if done:
            return redirect(_LIST)
        title = _("File without a case") if len(files) == 1 else _("Files without a case")
        return self.page(
            request,
            "work",
            status=_INVALID if plate.errors or category.errors else 200,
            title=title,
            files=files,
            proposals=proposed,
            plate_form=plate,
            category_form=category,
            may_change=self.has_change_permission(request),
        )

    def did_it(
        self,
        request: HttpRequest,
        files: list[WaitingDocument],
        deed: str | None,
        plate: PlateForm,
        category: CategoryForm,
    ) -> bool:
        ids = [file.pk for file in files]
        if deed == "assign" and plate.is_valid():
            return self.assigned(request, ids, plate)
        if deed == "category" and category.is_valid():
            services.set_category(document_ids=ids, category=category.cleaned_data["category"])
            words = ngettext("%(n)s file has its category.", "%(n)s files have their category.", len(ids))
        elif deed == "away":
            services.put_away_all(document_ids=ids)
            words = ngettext("%(n)s file was put away.", "%(n)s files were put away.", len(ids))
        else:
            return False
        self.message_user(request, words % {"n": len(ids)})
        return True

    def assigned(self, request: HttpRequest, ids: list[UUID], form: PlateForm) -> bool:
        case = open_first(Case.objects.of_plate(form.cleaned_data["plate"]))
        if case is None:
            form.add_error("plate", gettext("There is no case of this plate."))
            return False
        for key in ids:
            services.assign(document_id=key, case_id=case.pk)
        words = ngettext(
            "%(n)s file belongs to the case %(case)s now.", "%(n)s files belong to the case %(case)s now.", len(ids)
        )
        self.message_user(
            request, format_html(words % {"n": len(ids), "case": "{}"}, office.code(office.plate(case.plate)))
        )
        return True

    @admin.display(description=_("file name"))
    def file_shown(self, file: WaitingDocument) -> SafeString:
        return office.words(file.filename)

    @admin.display(description=_("category"))
    def category_shown(self, file: WaitingDocument) -> SafeString:
        reason = cards.category_reason(file)
        return format_html('{} <span class="quiet">{}</span>', file.get_category_display(), reason)

    @admin.display(description=_("plate"))
    def plate_shown(self, file: WaitingDocument) -> SafeString:
        return office.code(office.plate(file.plate) or "—")

    @admin.display(description=_("folder"))
    def folder_shown(self, file: WaitingDocument) -> SafeString:
        return office.code((file.onedrive_path or "").rpartition("/")[0] or "—")

    @admin.display(description=_("found"))
    def moment_shown(self, file: WaitingDocument) -> SafeString:
        return office.moment(file.created_at)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
