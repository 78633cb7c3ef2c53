"""Two versions side by side, and the way from one pair of versions to the next."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _

from helpers import history, reading
from helpers.history import Comparison
from helpers.models import CaseHelper
from helpers.reading import Reading
from helpers.version_pages import VersionPages

_MOST = 2**31 - 1
# What the page says of a version.
_SHOWN = (
    *("case__plate", "version", "helper_name", "is_current", "saved_at", "saved_by__name", "saved_from", "label"),
    *("trigger", "restored_from"),
)


class ComparePages(VersionPages):
    """A GET shows what differs; nothing here changes anything."""

    def compare_urls(self) -> list[URLPattern]:
        return [
            self.address("compare/", self.compare_view, "compare"),
            self.address("<uuid:pk>/compare/", self.compare_with_view, "compare_with"),
        ]

    def compare_view(self, request: HttpRequest) -> HttpResponse:
        """What changed from one version of a case to another; from 0 is from nothing."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        case_id, start, end = _asked(request.GET)
        if end is None or start is None:
            return redirect("admin:helpers_casehelper_compare_with", _there(case_id, end))
        before, after = _both(case_id, start, end)
        comparison = history.between(case_id, start or None, end)
        return self.page(
            request,
            "compare",
            after,
            title=_("What changed"),
            before=before,
            is_backwards=start > end,
            reading=read(request.GET, comparison),
            section=request.GET.get("section", ""),
            whole=compare_address(case_id, start, end),
            before_id=before and before.pk,
            after_id=after.pk,
            **_ways(case_id, start, end),
        )

    def compare_with_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A short way to the comparison of one version with the one before it, or with the current one."""
        version = self.version(request, pk)
        around = CaseHelper.objects.around(version.case_id, version.version, version.version)
        if request.GET.get("base") == "current" and not version.is_current:
            return redirect(compare_address(version.case_id, version.version, around.current))
        return redirect(compare_address(version.case_id, around.earlier or 0, version.version))


def read(asked: QueryDict, comparison: Comparison) -> Reading:
    """The comparison for people: all of it, or the asked page of one section. Raises Http404 for another section."""
    section, page = asked.get("section"), asked.get("page", "1")
    if not section:
        return reading.read(comparison)
    if section not in comparison.changed:
        raise Http404
    return reading.read_section(comparison, section, max(1, _number(page) or 1))


def compare_address(case_id: UUID, start: int, end: int) -> str:
    return f"{reverse('admin:helpers_casehelper_compare')}?{urlencode({'case': case_id, 'from': start, 'to': end})}"


def _asked(asked: QueryDict) -> tuple[UUID, int | None, int | None]:
    """The case and the two versions; None for a version that is not named. Raises Http404 for what is none."""
    try:
        case_id = UUID(asked.get("case", ""))
    except ValueError:
        raise Http404 from None
    return case_id, _version(asked.get("from", "")), _version(asked.get("to", ""))


def _version(text: str) -> int | None:
    """The number of a version; None for a blank. Raises Http404 for what is no number."""
    number = _number(text)
    if text and number is None:
        raise Http404
    return number


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= _MOST else None


def _there(case_id: UUID, number: int | None) -> UUID:
    """The row of a version, of the current one where none is named. Raises Http404."""
    wanted = Q(is_current=True) if number is None else Q(version=number)
    found = CaseHelper.objects.filter(wanted, case_id=case_id).values_list("pk", flat=True).first()
    if found is None:
        raise Http404
    return found


def _both(case_id: UUID, start: int, end: int) -> tuple[CaseHelper | None, CaseHelper]:
    """Both versions in one question; None for version 0. Raises Http404 where one is missing."""
    wanted = CaseHelper.objects.filter(case_id=case_id, version__in={start, end})
    found = {version.version: version for version in wanted.select_related("saved_by", "case").only(*_SHOWN)}
    if end not in found or (start and start not in found):
        raise Http404
    return found.get(start), found[end]


def _ways(case_id: UUID, start: int, end: int) -> dict[str, Any]:
    """Where one may go from a pair: the other base, the other direction, the pair before and the pair after."""
    low, high = min(start, end), max(start, end)
    around = CaseHelper.objects.around(case_id, low, high)
    before_high, current = around.before or 0, around.current

    def to(start: int, end: int) -> str:
        return compare_address(case_id, start, end)

    return {
        "swapped": to(end, start) if low else None,
        "with_previous": to(before_high, high) if (start, end) != (before_high, high) else None,
        "with_current": to(high, current) if high != current else None,
        "step_back": to(around.earlier or 0, low) if low else None,
        "step_on": to(high, around.later) if around.later else None,
    }
