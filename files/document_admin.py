"""Documents in the admin: found, looked at, brought, put away and brought back, and the links to them."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from cases.search import digits
from core import acting
from core.errors import Refused
from files import arriving, links, services
from files.cabinet_admin import CabinetPages
from files.forms import UploadForm
from files.kinds import PREVIEWED
from files.models import Document, DocumentLink

_LIST, _ONE, _ADD = (f"admin:files_document_{name}" for name in ("changelist", "change", "add"))
_PER_PAGE, _MOST_LINKS, _LOOKING_SECONDS = 50, 100, 300


@admin.register(Document)
class DocumentAdmin(CabinetPages):
    """A list, a page for each file, and a button for each verb."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.list_view, "changelist"),
            *self.cabinet_urls(),
            path("add/", self.add_page, name="files_document_add"),
            self.address("<uuid:pk>/", self.file_view, "change"),
            self.address("<uuid:pk>/download/", self.download_view, "download"),
            self.address("<uuid:pk>/put-away/", self.put_away_view, "put_away"),
            self.address("<uuid:pk>/bring-back/", self.bring_back_view, "bring_back"),
            self.address("<uuid:pk>/links/<uuid:link>/revoke/", self.revoke_view, "revoke"),
        ]

    def list_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The files of the office, the newest first."""
        self.look(request)
        names = ("q", "category", "lies", "away")
        asked = {name: request.GET.get(name, "").replace("\0", "").strip()[:200] for name in names}
        rows = Document.objects.newest().filter(deleted_at__isnull=not asked["away"])
        if asked["q"]:
            plate = digits(asked["q"])
            rows = rows.of_plate(plate) if len(plate) in {7, 8} else rows.named(asked["q"])
        if asked["category"] in Document.Category.values:
            rows = rows.filter(category=asked["category"])
        if asked["lies"] in Document.UploadStatus.values:
            rows = rows.filter(upload_status=asked["lies"])
        return self.page(
            request,
            "list",
            title=_("Documents"),
            asked=asked,
            rows=Paginator(rows, _PER_PAGE).get_page(request.GET.get("page", "1")),
            categories=Document.Category.choices,
            places=Document.UploadStatus.choices,
            may_add=self.has_add_permission(request),
        )

    def file_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What is known of a file, a look into it, and its links."""
        file = self.file(request, pk)
        may_look = file.deleted_at is None and file.mime_type in PREVIEWED and not file.file_metadata.get("active")
        seen = self.has_change_permission(request) and may_look and file.upload_status == Document.UploadStatus.STORED
        return self.page(
            request,
            "file",
            title=_("Document"),
            file=file,
            preview=links.make(pk, DocumentLink.Purpose.PREVIEW, _LOOKING_SECONDS).url if seen else None,
            made=DocumentLink.objects.listed(pk)[:_MOST_LINKS],
            may_change=self.has_change_permission(request),
        )

    def file(self, request: HttpRequest, pk: UUID) -> Document:
        """Raises Http404 alike for a foreign and a missing one."""
        self.look(request)
        found = Document.objects.select_related("case", "created_by", "deleted_by").filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def changed(self, request: HttpRequest, pk: UUID) -> Document:
        file = self.file(request, pk)
        if request.method != "POST":
            raise Http404
        if not self.has_change_permission(request):
            raise PermissionDenied
        return file

    def download_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """To the file itself, by a link for the moment."""
        self.file(request, pk)
        try:
            return redirect(links.make(pk, DocumentLink.Purpose.DOWNLOAD, 60).url)
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            return redirect(_ONE, pk)

    def put_away_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.changed(request, pk)
        self.did(request, lambda: services.put_away(document_id=pk), _("The document was put away; its links ended."))
        return redirect(_ONE, pk)

    def bring_back_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        self.changed(request, pk)
        self.did(request, lambda: services.bring_back(document_id=pk), _("The document is back."))
        return redirect(_ONE, pk)

    def revoke_view(self, request: HttpRequest, pk: UUID, link: UUID) -> HttpResponse:
        self.changed(request, pk)
        self.did(request, lambda: links.revoke(link), _("The link was revoked."))
        return redirect(_ONE, pk)

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """A form with a file, which is taken in before the page's own transaction begins."""
        shown = partial(self.add_view_of, brought=self.brought(request))
        page: HttpResponse = self.admin_site.admin_view(shown)(request)
        return page

    def brought(self, request: HttpRequest) -> tuple[UploadForm, arriving.Arrived | None]:
        """The form, and what came of it."""
        may = self.admin_site.has_permission(request) and self.has_add_permission(request)
        if request.method != "POST" or not may:
            return UploadForm(initial={"plate": request.GET.get("plate", "")}), None
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return form, None
        claims = {"role": acting.PERSON, "sub": str(getattr(request.user, "profile_id", None))}
        caller = partial(acting.acting, acting.STAFF, claims, getattr(request, "request_id", ""))
        told = dict(form.cleaned_data)
        content, plate = told.pop("file"), told.pop("plate")
        try:
            arrived = arriving.arrive(
                content,
                filename=content.name,
                place=lambda: arriving.place_of(case_id=None, plate=plate, home=arriving.own_office()),
                caller=caller,
                **told,
            )
        except Refused as refusal:
            form.add_error(None, refusal.reason)
            return form, None
        return form, arrived

    def add_view_of(self, request: HttpRequest, *, brought: tuple[UploadForm, arriving.Arrived | None]) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form, arrived = brought
        if arrived is None:
            return self.page(
                request, "form", status=422 if form.errors else 200, title=_("Bring a document"), form=form
            )
        words = _("This document was here already.") if arrived.is_unchanged else _("The document was kept.")
        self.message_user(request, words)
        return redirect(_ONE, arrived.document.pk)
