"""Versions in the admin: looking into one, downloading it, and putting it on top again."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.templatetags.office import code
from cases.models import Case
from core.errors import Refused
from helpers import bodies, labels, naming, services, tree
from helpers import source_admin as source_admin  # registers its pages
from helpers import sync_admin as sync_admin  # registers its pages
from helpers.forms import RestoreForm
from helpers.models import CaseHelper

_SHOWN_BETWEEN = 20
_CONFLICT = 409


@admin.register(CaseHelper)
class CaseHelperAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A version never changes, so there is nothing to edit: a page that shows it, and one that restores it."""

    def get_urls(self) -> list[URLPattern]:
        def page(address: str, view: Any, name: str) -> URLPattern:
            address_of: URLPattern = path(address, self.admin_site.admin_view(view), name=f"helpers_casehelper_{name}")
            return address_of

        return [
            page("", self.changelist_view, "changelist"),
            page("<uuid:pk>/", self.version_view, "change"),
            page("<uuid:pk>/tree/", self.tree_view, "tree"),
            page("<uuid:pk>/download/", self.download_view, "download"),
            page("<uuid:pk>/restore/", self.restore_view, "restore"),
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        # Versions are reached through their case.
        return False

    def has_restore_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("helpers.restore_casehelper"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("admin:cases_case_changelist")

    def version(self, request: HttpRequest, pk: UUID) -> CaseHelper:
        """The version, without its body. Raises Http404 alike for a foreign and a missing one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        versions = CaseHelper.objects.without_body().select_related("saved_by", "case")
        found = versions.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def page(self, request: HttpRequest, template: str, version: CaseHelper, **shown: Any) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "version": version,
            "case": version.case,
            "may_restore": self.has_restore_permission(request),
            **shown,
        }
        return TemplateResponse(request, f"admin/helpers/casehelper/{template}.html", context)

    def version_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The facts of a version, and its tree from one place on; without scripts each place is a page."""
        version = self.version(request, pk)
        level = self.level(request, version)
        path = tree.steps(level.pointer)
        trail = [(step, tree.join(path[: place + 1])) for place, step in enumerate(path)]
        return self.page(request, "version", version, title=_("What was in the case"), level=level, trail=trail)

    def tree_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One level of the tree, for a branch that is being opened."""
        version = self.version(request, pk)
        return self.page(request, "level", version, level=self.level(request, version))

    def level(self, request: HttpRequest, version: CaseHelper) -> tree.Level:
        """The asked place of the version's document. Raises Http404 where it has none."""
        pointer, start = request.GET.get("at", ""), request.GET.get("from", "0")
        try:
            path = tree.steps(pointer)
        except ValueError:
            raise Http404 from None
        if not path:
            return tree.level(bodies.text_of(version).decode(), start=_number(start), order=labels.sort_key)
        text = CaseHelper.objects.filter(pk=version.pk).text_at(path)
        if text is None:
            raise Http404
        return tree.level(text, pointer, _number(start))

    def download_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The document, byte for byte as the database writes it."""
        version = self.version(request, pk)
        headers = {
            "Content-Disposition": f'attachment; filename="{version.helper_name}.json"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return HttpResponse(bodies.text_of(version), content_type="application/json", headers=headers)

    def restore_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """What a restore will do; a POST does it."""
        old = self.version(request, pk)
        if not self.has_restore_permission(request):
            raise PermissionDenied
        if old.is_current:
            self.message_user(request, _("This is the current version already."), messages.WARNING)
            return redirect("admin:cases_case_change", old.case_id)
        form = RestoreForm(request.POST or None)
        if not form.is_valid():
            return self.restore_page(request, old, form)
        try:
            saved = services.restore(case_id=old.case_id, version=old.version, **form.cleaned_data)
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
            again = RestoreForm(initial={"reason": form.cleaned_data["reason"]})
            return self.restore_page(request, old, again, moved=True)
        self.tell(request, old, saved, form.cleaned_data["reason"])
        return redirect("admin:cases_case_change", old.case_id)

    def restore_page(
        self, request: HttpRequest, old: CaseHelper, form: RestoreForm, *, moved: bool = False
    ) -> HttpResponse:
        since = CaseHelper.objects.of_case(old.case_id).filter(version__gt=old.version)
        # Numbers count per plate, over all its cases.
        top = Case.objects.filter(org_id=old.org_id, plate=old.plate).aggregate(top=Max("current_version"))["top"]
        current = since.filter(is_current=True).get()
        if not form.is_bound:
            form.initial["expected_version"] = current.version
        response = self.page(
            request,
            "restore",
            old,
            title=_("Back to this date"),
            form=form,
            current=current,
            next_name=naming.write(old.plate, top + 1),
            since=since[:_SHOWN_BETWEEN],
            since_count=since.count(),
            sections=CaseHelper.objects.filter(pk=old.pk).sections_unlike_current(),
        )
        response.status_code = _CONFLICT if moved else 200
        return response

    def tell(self, request: HttpRequest, old: CaseHelper, saved: CaseHelper, reason: str) -> None:
        """The message on the next page, and the line in the admin's log."""
        done = _("{} was restored as {}.")
        note = _("{what} Reason: {why}").format(what=done.format(old.helper_name, saved.helper_name), why=reason)
        user: User = request.user  # type: ignore[assignment]
        LogEntry.objects.log_actions(user.pk, [old.case], CHANGE, note, single_object=True)
        self.message_user(request, format_html(done, code(old.helper_name), code(saved.helper_name)))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
