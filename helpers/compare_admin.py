"""Two versions side by side, and the way from one pair of versions to the next."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _

from helpers import history, reading
from helpers.addresses import of_comparison
from helpers.history import Comparison
from helpers.models import Around, CaseHelper
from helpers.pairs import pair
from helpers.reading import Reading
from helpers.version_pages import VersionPages

_MOST = 2**31 - 1


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
        found, around = pair(case_id, min(start, end), max(start, end))
        if around is None or end not in found or (start and start not in found):
            raise Http404
        before, after = found.get(start), found[end]
        comparison = history.between(case_id, start or None, end)
        return self.page(
            request,
            "compare",
            after,
            title=_("What changed"),
            newest=around.current,
            before=before,
            is_backwards=start > end,
            reading=read(request.GET, comparison),
            section=request.GET.get("section", ""),
            whole=of_comparison(case_id, start, end),
            before_id=before and before.pk,
            after_id=after.pk,
            **_ways(case_id, start, end, around),
        )

    def compare_with_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A short way to the comparison of one version with the one before it, or with the current one."""
        version = self.version(request, pk)
        around = CaseHelper.objects.around(version.case_id, version.version, version.version)
        if request.GET.get("base") == "current" and not version.is_current:
            return redirect(of_comparison(version.case_id, version.version, around.current))
        return redirect(of_comparison(version.case_id, around.earlier or 0, version.version))


def read(asked: QueryDict, comparison: Comparison) -> Reading:
    """The comparison for people: all of it, or the asked page of one section. Raises Http404 for another section."""
    section, page = asked.get("section"), asked.get("page", "1")
    if not section:
        return reading.read(comparison)
    if section not in comparison.changed:
        raise Http404
    return reading.read_section(comparison, section, max(1, _number(page) or 1))


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


def _ways(case_id: UUID, start: int, end: int, around: Around) -> dict[str, Any]:
    """Where one may go from a pair: the other base, the other direction, the pair before and the pair after."""
    low, high = min(start, end), max(start, end)
    before_high, current = around.before or 0, around.current

    return {
        "swapped": of_comparison(case_id, end, start) if low else None,
        "with_previous": of_comparison(case_id, before_high, high) if (start, end) != (before_high, high) else None,
        "with_current": of_comparison(case_id, high, current) if high != current else None,
        "step_back": of_comparison(case_id, around.earlier or 0, low) if low else None,
        "step_on": of_comparison(case_id, high, around.later) if around.later else None,
    }
