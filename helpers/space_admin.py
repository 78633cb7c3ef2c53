"""How much room the versions take, case by case."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _

from helpers import space
from helpers.version_pages import VersionPages

_CASES = 50
_MOST_DIGITS = 9


class SpacePages(VersionPages):
    """Only looked at: versions are never deleted."""

    def space_urls(self) -> list[URLPattern]:
        return [self.address("space/", self.space_view, "space")]

    def space_view(self, request: HttpRequest) -> HttpResponse:
        """The cases of the office by the room their versions take, a page at a time."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = _number(request.GET.get("page", ""))
        used = space.used(_CASES, (number - 1) * _CASES)
        if number > 1 and not used.rows:
            return redirect("admin:helpers_casehelper_space")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("How much room the versions take"),
            "space": used,
            "number": number,
            "pages": -(-used.cases // _CASES),
        }
        return TemplateResponse(request, "admin/helpers/casehelper/space.html", context)


def _number(text: str) -> int:
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 1
