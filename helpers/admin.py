"""Versions in the admin: looking into one, and downloading it; the other pages stand in modules of their own."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _

from core import exact
from helpers import bodies, facts, labels, pointers, tree, wording
from helpers import source_admin as source_admin  # registers its pages
from helpers import sync_admin as sync_admin  # registers its pages
from helpers.compare_admin import ComparePages
from helpers.field_admin import FieldPages
from helpers.models import CaseHelper
from helpers.restore_admin import RestorePages
from helpers.space_admin import SpacePages


@admin.register(CaseHelper)
class CaseHelperAdmin(ComparePages, RestorePages, FieldPages, SpacePages):
    """The pages about versions; one finds them through the case."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.address("", self.changelist_view, "changelist"),
            self.address("<uuid:pk>/", self.version_view, "change"),
            self.address("<uuid:pk>/tree/", self.tree_view, "tree"),
            self.address("<uuid:pk>/download/", self.download_view, "download"),
            self.address("newest/<uuid:case_id>/", self.newest_view, "newest"),
            *self.compare_urls(),
            *self.restore_urls(),
            *self.field_urls(),
            *self.space_urls(),
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        # Versions are reached through their case.
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("admin:cases_case_changelist")

    def version_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The facts of a version, and its tree from one place on; without scripts each place is a page."""
        version = self.version(request, pk)
        level = self.level(request, version)
        return self.page(
            request,
            "version",
            version,
            title=_("What was in the case"),
            level=level,
            trail=_trail(version, pointers.read(level.pointer)),
            facts=facts.of_version(version),
        )

    def tree_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """One level of the tree, for a branch that is being opened."""
        version = self.version(request, pk)
        return self.page(request, "level", version, level=self.level(request, version))

    def level(self, request: HttpRequest, version: CaseHelper) -> tree.Level:
        """The asked place of the version's document. Raises Http404 where it has none."""
        pointer, start = request.GET.get("at", ""), request.GET.get("from", "0")
        try:
            path = pointers.read(pointer)
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

    def newest_view(self, request: HttpRequest, case_id: UUID) -> HttpResponse:
        """The number and age of a case's current version; 304 where the page that asks knows it already."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        newest = CaseHelper.objects.filter(case_id=case_id, is_current=True).values_list("version", "saved_at").first()
        if newest is None:
            raise Http404
        version, saved_at = newest
        tag = f'"v{version}"'
        if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
            return HttpResponse(status=304, headers={"ETag": tag})
        age = max((timezone.now() - saved_at).total_seconds(), 0)
        headers = {"ETag": tag, "Cache-Control": "private, no-store"}
        return JsonResponse({"version": version, "seconds": round(age)}, headers=headers)


def _trail(version: CaseHelper, path: list[str]) -> list[tuple[wording.Step, str]]:
    """Each step down to a place, in words and with its pointer."""
    if not path:
        return []
    steps = wording.trail(exact.read(bodies.section_of(version, path[0])), tuple(path))
    return [(step, pointers.write(tuple(path[: place + 1]))) for place, step in enumerate(steps)]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
