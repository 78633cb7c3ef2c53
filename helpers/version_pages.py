"""What every page about versions needs: the version itself, and the frame around the page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from helpers.models import CaseHelper


class VersionPages(admin.ModelAdmin):  # type: ignore[type-arg]
    """A version never changes, so there is nothing to edit: its pages show it, and one restores it."""

    def address(self, route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        page: URLPattern = path(route, self.admin_site.admin_view(view), name=f"helpers_casehelper_{name}")
        return page

    def has_restore_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("helpers.restore_casehelper"))

    def version(self, request: HttpRequest, pk: UUID) -> CaseHelper:
        """The version, without its body. Raises Http404 alike for a foreign and a missing one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        versions = CaseHelper.objects.without_body().select_related("saved_by", "case")
        found = versions.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def page(
        self, request: HttpRequest, template: str, version: CaseHelper, *, status: int = 200, **shown: Any
    ) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "version": version,
            "case": version.case,
            # What the page is compared with while it stays open; who read only a part of the case names it.
            "newest": shown.get("newest") or version.case.current_version,
            "may_restore": self.has_restore_permission(request),
            **shown,
        }
        return TemplateResponse(request, f"admin/helpers/casehelper/{template}.html", context, status=status)
