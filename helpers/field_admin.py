"""One field over all versions, and in which of them a text stood."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _

from core import exact
from helpers import bodies, history, labels, places, pointers, wording
from helpers.history import FieldHistory, Span
from helpers.models import CaseHelper
from helpers.version_pages import VersionPages
from helpers.wording import Step

LONGEST_QUESTION = 200
# A longer value is told by its size; one reads it in the tree of its version.
_MOST_BYTES = 20_000
_SHORT_TEXT = 160
_PLACES = 20
# A text that came and went more often than this is told without its places.
_SPANS_WITH_PLACES = 10


@dataclass(frozen=True)
class Stay:
    """A value or a text that stayed from one version to another; `ended` is the version that no longer had it."""

    began: CaseHelper
    until: CaseHelper
    ended: CaseHelper | None
    is_there: bool


@dataclass(frozen=True)
class Value:
    """What one field said for a while; `whole` where that is longer than a table bears."""

    stay: Stay
    words: str
    summary: str = ""
    whole: str = ""
    size_bytes: int = 0


@dataclass(frozen=True)
class Place:
    """Where a text stands."""

    pointer: str
    trail: list[Step]


class FieldPages(VersionPages):
    """Reading across versions; nothing here changes anything."""

    def field_urls(self) -> list[URLPattern]:
        return [
            self.address("<uuid:pk>/field/", self.field_view, "field"),
            self.address("<uuid:pk>/find/", self.find_view, "find"),
        ]

    def field_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Every value that one place of the helper ever had."""
        version = self.version(request, pk)
        pointer = request.GET.get("at", "")
        found = _history(version, pointer)
        path = pointers.read(pointer)
        document = exact.read(bodies.section_of(version, path[0]))
        stays = _stays(version.case_id, found.spans)
        return self.page(
            request,
            "field",
            version,
            title=_("When did it change?"),
            trail=wording.trail(document, tuple(path)),
            pointer=pointer,
            values=[_value(stay, span) for stay, span in zip(stays, found.spans, strict=True)],
            followed=[(labels.field(name) or name, value) for name, value in _followed(found)],
            by_place=_by_place(document, path, found.steps),
        )

    def find_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """From which version until which a text stood in the case, and where."""
        version = self.version(request, pk)
        asked = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
        # Postgres keeps no NUL, so it stands in no version.
        spans = history.of_text(version.case_id, asked) if asked and "\0" not in asked else []
        stays = [stay for stay in _stays(version.case_id, spans) if stay.is_there]
        told = [
            (stay, _places(stay.until, asked) if place < _SPANS_WITH_PLACES else []) for place, stay in enumerate(stays)
        ]
        title = _("In which version did it appear?")
        return self.page(request, "find", version, title=title, asked=asked, told=told, most=_PLACES)


def _history(version: CaseHelper, pointer: str) -> FieldHistory:
    """Raises Http404 for a place that no version of the case has."""
    try:
        found = history.of_field(version.case_id, pointer, version=version.version, most_bytes=_MOST_BYTES)
    except ValueError:
        raise Http404 from None
    if not pointer or not found.spans:
        raise Http404
    return found


def _stays(case_id: UUID, spans: list[Span]) -> list[Stay]:
    """The spans, newest first, with the rows of the versions they name; one round trip."""
    numbers = {number for span in spans for number in (span.version, span.until_version)}
    rows = {row.version: row for row in CaseHelper.objects.of_case(case_id).filter(version__in=numbers)}
    ended: CaseHelper | None = None
    stays = []
    for span in spans:
        stays.append(Stay(rows[span.version], rows[span.until_version], ended, span.is_there))
        ended = rows[span.version]
    return stays


def _value(stay: Stay, span: Span) -> Value:
    if not span.is_there:
        return Value(stay, "")
    if span.value is None:
        return Value(stay, "", size_bytes=span.size_bytes or 0)
    value = exact.read(span.value)
    words = wording.value_words(value)
    if isinstance(value, (dict, list)):
        return Value(stay, words, summary=_summary(value))
    return Value(stay, words[:_SHORT_TEXT], whole=words if len(words) > _SHORT_TEXT else "")


def _summary(value: Any) -> str:
    rows: Iterable[Any] = value if isinstance(value, list) else [value]
    named = (name for row in rows if (name := wording.row_summary(row) if isinstance(row, dict) and row else ""))
    return ", ".join(islice(named, 3))


def _followed(found: FieldHistory) -> Iterator[tuple[str, str]]:
    """By what the rows on the way were known again in other versions."""
    for step in found.steps:
        if isinstance(step, dict):
            yield step["name"], wording.value_words(step["value"])


def _by_place(document: Any, path: list[str], steps: list[Any]) -> bool:
    """Whether a row on the way has nothing that identifies it, and is whatever stands at its place."""
    lists = (isinstance(pointers.look(document, path[:at]), list) for at in range(len(path)))
    return any(is_list and isinstance(step, str) for is_list, step in zip(lists, steps, strict=True))


def _places(version: CaseHelper, text: str) -> list[Place]:
    document = exact.read(bodies.text_of(version))
    document = {section: document[section] for section in sorted(document, key=labels.sort_key)}
    paths = islice(places.holding(document, text), _PLACES)
    return [Place(pointers.write(path), wording.trail(document, path)) for path in paths]
