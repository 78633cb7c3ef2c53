"""The knowledge base in the admin: found, read, written, taken away and brought back."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models.functions import Length, Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.pages import OwnPages
from core.errors import Conflict, Refused
from knowledge import services
from knowledge.forms import LANGUAGES, DocForm
from knowledge.models import MOST_FOUND, KbDoc
from knowledge.serializers import MOST_LETTERS

_LIST, _ONE = "admin:knowledge_kbdoc_changelist", "admin:knowledge_kbdoc_change"
_PER_PAGE, _MOST_TAGS, _SHOWN = 50, 100, 200_000
_INVALID = 422


@admin.register(KbDoc)
class KbDocAdmin(OwnPages):
    """A list with the same search as the API, a page for each document, and a button for each verb."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.list_view, "changelist"),
            self.address("add/", self.add_page, "add"),
            self.address("<uuid:pk>/", self.doc_view, "change"),
            self.address("<uuid:pk>/edit/", self.edit_view, "edit"),
            self.address("<uuid:pk>/remove/", self.remove_view, "remove"),
            self.address("<uuid:pk>/restore/", self.restore_view, "restore"),
        ]

    def doc(self, request: HttpRequest, pk: UUID, *, is_removed: bool | None = False) -> KbDoc:
        """The document without its text. Raises Http404 alike for a foreign, a removed and a missing one."""
        self.look(request)
        found = KbDoc.objects.without_bodies().select_related("case", "created_by", "updated_by").filter(pk=pk).first()
        if found is None or (is_removed is not None and (found.deleted_at is not None) != is_removed):
            raise Http404
        return found

    def changed(self, request: HttpRequest, pk: UUID, *, is_removed: bool = False) -> KbDoc:
        doc = self.doc(request, pk, is_removed=is_removed)
        if not self.has_change_permission(request):
            raise PermissionDenied
        return doc

    def list_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What a question finds, with its passages; without one every document, the last changed first."""
        self.look(request)
        asked = {name: request.GET.get(name, "").replace("\0", "").strip() for name in ("q", "tag", "removed")}
        tags = [asked["tag"]] if asked["tag"] else []
        shown: dict[str, Any] = {"asked": asked, "tags": KbDoc.objects.kept().tags(_MOST_TAGS)}
        if asked["q"] and not asked["removed"]:
            shown["rows"] = KbDoc.objects.search(asked["q"][:MOST_LETTERS], tags=tags, most=MOST_FOUND)
        else:
            docs = KbDoc.objects.removed() if asked["removed"] else KbDoc.objects.kept()
            docs = docs.filter(title__icontains=asked["q"]) if asked["q"] else docs
            listed = docs.tagged(tags).without_bodies().order_by("-updated_at", "id")
            shown["rows"] = Paginator(listed, _PER_PAGE).get_page(request.GET.get("page", "1"))
        return self.page(request, "list", title=_("Knowledge base"), may_add=self.has_add_permission(request), **shown)

    def doc_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One document: what is known of it, and its text as text."""
        doc = self.doc(request, pk, is_removed=None)
        beginning = KbDoc.objects.annotate(shown=Substr("body", 1, _SHOWN), length=Length("body"))
        text, length = beginning.values_list("shown", "length").get(pk=pk)
        return self.page(
            request,
            "doc",
            title=_("Document"),
            doc=doc,
            language=dict(LANGUAGES).get(doc.lang, doc.lang),
            text=text,
            is_whole=length <= _SHOWN,
            may_change=self.has_change_permission(request),
        )

    def add_page(self, request: HttpRequest) -> HttpResponse:
        """An empty form; after it, the document's page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = DocForm(request.POST or None, initial={"lang": "he"})
        if form.is_valid():
            try:
                made = services.add(**form.changes)
            except Refused as refusal:
                form.add_error(None, refusal.message)
            else:
                self.message_user(request, _("The document was added."))
                return redirect(_ONE, made.pk)
        return self.form_page(request, form, title=_("Add a document"))

    def edit_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The form with what stands; somebody else's change in between is told and not written over."""
        doc = self.changed(request, pk)
        now = doc.updated_at.isoformat()
        form = DocForm(request.POST or None, initial=_standing(doc, now))
        if form.is_valid() and form.cleaned_data["seen"] != now:
            form.add_error(None, _("Somebody changed this document meanwhile; copy your text and open it again."))
        if form.is_valid() and self.did(
            request, lambda: services.update(doc_id=pk, **form.changes), _("The document was changed.")
        ):
            return redirect(_ONE, pk)
        return self.form_page(request, form, title=_("Change the document"), doc=doc)

    def form_page(self, request: HttpRequest, form: DocForm, **shown: Any) -> HttpResponse:
        return self.page(request, "form", status=_INVALID if form.errors else 200, form=form, **shown)

    def remove_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What a removal will do; a POST does it."""
        doc = self.changed(request, pk)
        if request.method != "POST":
            return self.page(request, "remove", title=_("Remove the document"), doc=doc)
        words = format_html(_("{} was removed; it can be brought back."), doc.title)
        self.did(request, lambda: services.remove(doc_id=pk), words)
        return redirect(_LIST)

    def restore_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Bring a removed document back."""
        if request.method != "POST":
            raise Http404
        doc = self.changed(request, pk, is_removed=True)
        try:
            services.restore(doc_id=pk)
        except Conflict:
            words = _("Another document came from the same source meanwhile; remove that one first.")
            self.message_user(request, words, messages.ERROR)
        else:
            self.message_user(request, format_html(_("{} is back."), doc.title))
        return redirect(_ONE, pk)


def _standing(doc: KbDoc, now: str) -> dict[str, str]:
    return {"title": doc.title, "tags": ", ".join(doc.tags), "lang": doc.lang, "body": doc.body, "seen": now}
