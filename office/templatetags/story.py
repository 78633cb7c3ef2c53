"""What pages show of what happened."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.templatetags import office
from cases.models import Case
from office import kinds, leading, timeline
from office.telling import Entry, sentence

register = template.Library()

_STEP, _MOST = 40, 400


class Line(NamedTuple):
    """An entry as a page shows it."""

    entry: Entry
    sentence: SafeString
    address: str | None


class Day(NamedTuple):
    """A day with its lines, the newest first."""

    head: str | SafeString
    lines: list[Line]


class Story(NamedTuple):
    """A case's story as far as it is asked for."""

    days: list[Day]
    kinds: Mapping[str, Any]
    kind: str
    more: int


@register.simple_tag(takes_context=True)
def case_story(context: Any, case: Case) -> Story:
    """The newest entries of a case, by days; `kind` and `shown` of the query string say which and how many."""
    request = context["request"]
    kind = request.GET.get("kind", "")
    asked = request.GET.get("shown", "")
    shown = min(int(asked), _MOST) if asked.isascii() and asked.isdigit() and len(asked) < 6 else _STEP
    found = timeline.of_case(case.pk, timeline.Asked(kinds.types_of(kind)), limit=shown + 1)
    entries = [replace(entry, plate=case.plate) for entry in found[:shown]]
    more = shown + _STEP if len(found) > shown and shown < _MOST else 0
    return Story(days_of(timeline.folded(entries), request.user), kinds.of_case(), kind, more)


def days_of(entries: list[Entry], user: Any) -> list[Day]:
    """The entries under the heads of their days."""
    people = timeline.people_in(entries)
    lines = [Line(entry, sentence(entry, people).__html__(), leading.address(entry, user)) for entry in entries]
    return [Day(_head(list_of[0]), list_of) for list_of in (list(of) for _day, of in groupby(lines, _day))]


def _day(line: Line) -> date:
    return timezone.localtime(line.entry.at).date()


def _head(line: Line) -> str | SafeString:
    return office.day(timezone.localtime(line.entry.at))


@register.filter
def hour(entry: Entry) -> SafeString:
    """The time of day of an entry."""
    return office.code(f"{timezone.localtime(entry.at):%H:%M}")
