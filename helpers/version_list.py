"""The list of a case's versions: a line for each, and one line for a run of folded ones; a page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.core.paginator import Paginator
from django.utils import timezone

from helpers.models import CaseHelper

# A page is full of lines, or of the versions in them; a fold that does not fit goes on as a line of the next page.
LINES, VERSIONS = 50, 150


class Mark(NamedTuple):
    """What a version needs to find its page."""

    pk: UUID
    version: int
    folded: bool


@dataclass(frozen=True)
class Line:
    """A version, or a run of folded ones, newest first."""

    versions: list[CaseHelper]

    @property
    def newest(self) -> CaseHelper:
        return self.versions[0]

    @property
    def oldest(self) -> CaseHelper:
        return self.versions[-1]

    @property
    def is_fold(self) -> bool:
        return len(self.versions) > 1


@dataclass(frozen=True)
class VersionPage:
    """A page of the list."""

    lines: list[Line]
    number: int
    pages: int
    total: int
    first: int
    current: Mark | None

    @property
    def chosen(self) -> tuple[int, int]:
        """The two newest that stand open on the page, the older one first."""
        rows = [line.newest.version for line in self.lines if not line.is_fold]
        rows += [version.version for line in self.lines for version in line.versions if line.is_fold]
        newer, older = rows[0], rows[min(1, len(rows) - 1)]
        return older, newer

    @property
    def before_today(self) -> CaseHelper | None:
        """How the case stood when the day began; none where nothing was saved today, or too much to find it here."""
        began = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
        versions = [version for line in self.lines for version in line.versions]
        if not versions or self.current is None or versions[0].version != self.current.version:
            return None
        return next((old for old in versions if old.saved_at < began), None) if versions[0].saved_at >= began else None


def page_of(case_id: UUID, asked: str) -> VersionPage:
    """A page of a case's versions, without bodies, in two questions however many there are."""
    versions = CaseHelper.objects.of_case(case_id)
    marks = [Mark(*row) for row in versions.order_by("-version").values_list("pk", "version", "folded")]
    page = Paginator(cut(marks), 1).get_page(asked)
    shown = page.object_list[0] if page.object_list else []
    rows = versions.filter(version__in=[mark.version for mark in shown])
    return VersionPage(
        lines=lines(rows),
        number=page.number,
        pages=page.paginator.num_pages,
        total=len(marks),
        first=marks[-1].version if marks else 0,
        current=marks[0] if marks else None,
    )


def cut(marks: Iterable[Mark]) -> list[list[Mark]]:
    """The versions of each page, newest first."""
    pages: list[list[Mark]] = []
    count, before = 0, False
    for mark in marks:
        count += not (mark.folded and before)
        if not pages or count > LINES or len(pages[-1]) == VERSIONS:
            pages.append([])
            count = 1
        pages[-1].append(mark)
        before = mark.folded
    return pages


def lines(versions: Iterable[CaseHelper]) -> list[Line]:
    """Folded neighbours together, every other version by itself."""
    found: list[Line] = []
    for folded, run in groupby(versions, lambda version: version.folded):
        alike = list(run)
        found += [Line(alike)] if folded else [Line([version]) for version in alike]
    return found
