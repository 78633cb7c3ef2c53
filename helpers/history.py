"""Reading the history of a case: two versions side by side, one field over all of them, where a text stood."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from core import exact
from core.errors import NotFound
from core.rpc import JsonText
from helpers import diff, places, pointers, rows
from helpers.diff import Change
from helpers.models import CaseHelper
from helpers.pointers import Path

Named = int | Literal["current", "previous"]

_BETWEEN = "select before, after, changed, unchanged from private.helper_difference(%s, %s, %s)"
_RESTORE = "select before, after, changed, unchanged from private.helper_restore_difference(%s, %s, %s, %s::text[], %s)"
_FIELD = """select version, until_version, helper_name, saved_at, saved_by, p.name, saved_from, label, is_there,
  case when coalesce(octet_length(v.text) <= %s, true) then v.text end, octet_length(v.text)
from private.field_history(%s, %s)
cross join lateral (select value::text as text) v
left join public.profiles p on p.user_id = saved_by order by version desc"""
_TEXT = """select version, until_version, helper_name, saved_at, saved_by, p.name, saved_from, label, holds, null, null
from private.text_history(%s, %s) left join public.profiles p on p.user_id = saved_by order by version desc"""


@dataclass(frozen=True)
class Comparison:
    """What differs between two documents: the sections that do, the sections that do not, and each changed place.

    `before` and `after` hold only the sections that differ, as values of core.exact.
    """

    before: dict[str, Any]
    after: dict[str, Any]
    changed: list[str]
    unchanged: list[str]

    @cached_property
    def changes(self) -> list[Change]:
        """Each changed place, in the order of the document."""
        return diff.compare(self.before, self.after)

    def only(self, section: str) -> "Comparison":
        """The same two documents, as if they had no other section."""
        before, after = ({section: all[section]} if section in all else {} for all in (self.before, self.after))
        return replace(
            self,
            before=before,
            after=after,
            changed=[name for name in self.changed if name == section],
            unchanged=[name for name in self.unchanged if name == section],
        )

    @property
    def per_section(self) -> Counter[str]:
        """How many places changed in each section."""
        return Counter(str(change.path[0]) for change in self.changes)


@dataclass(frozen=True)
class Span:
    """One value a place had, or one time a text was there, from a version until another one."""

    version: int
    until_version: int
    helper_name: str
    saved_at: datetime
    saved_by: UUID | None
    saved_by_name: str | None
    saved_from: str
    label: str | None
    is_there: bool
    value: str | None  # as Postgres writes it; None also where it was left out for its size
    size_bytes: int | None  # of that text


@dataclass(frozen=True)
class FieldHistory:
    """Every value of one place, newest first, and by which rows the place was followed."""

    pointer: str
    steps: list[Any]  # values of core.exact: a key, or the name and value of a row's identity
    spans: list[Span]

    @property
    def identities(self) -> list[str]:
        """The names by which rows were followed, outermost first."""
        return [step["name"] for step in self.steps if isinstance(step, dict)]


def ends(case_id: UUID, start: Named, end: Named) -> tuple[CaseHelper | None, CaseHelper]:
    """The two versions that are meant, without their documents; "previous" is the one before the end.

    The end itself may be "previous": the one before the current version. The start is None where the end has none
    before it. Raises NotFound.
    """
    after = _there(_before(_named(case_id, "current")) if end == "previous" else _named(case_id, end))
    return _before(after) if start == "previous" else _named(case_id, start), after


def between(case_id: UUID, before: int | None, after: int) -> Comparison:
    """What changed from one version of a case to another; None is from nothing. Raises NotFound."""
    return _comparison(_BETWEEN, [case_id, before, after])


def of_restore(
    case_id: UUID, current: int, old: int, *, sections: list[str] | None = None, mode: str | None = None
) -> Comparison:
    """What restoring the old version, or these parts of it, would change. Raises NotFound."""
    return _comparison(_RESTORE, [case_id, current, old, sections, mode])


def of_field(case_id: UUID, pointer: str, *, version: int | None = None, most_bytes: int | None = None) -> FieldHistory:
    """Every value the place had, in two round trips however many versions there are.

    A row of a list is followed by its identity, as the row stands in `version` (None: the current one), wherever in
    the list it stood in other versions. A value whose text is longer than `most_bytes` is left out. Raises NotFound
    for a case or version that is not there, ValueError for what is no pointer.
    """
    keys = pointers.read(pointer)
    steps = _followed(case_id, keys, version)
    return FieldHistory(pointer, steps, _spans(_FIELD, [most_bytes, case_id, JsonText(exact.write(steps).encode())]))


def of_text(case_id: UUID, text: str) -> list[Span]:
    """From which version until which a text stood anywhere in the helper, newest first; capitals do not matter."""
    return _spans(_TEXT, [case_id, text])


def where(case_id: UUID, text: str, numbers: list[int], *, most: int) -> dict[int, list[Path]]:
    """In which places of each of these versions a text stands, the first `most` of them."""
    chosen = CaseHelper.objects.filter(case_id=case_id, version__in=numbers).values_list("version", "helper_json")
    # One document is held at a time.
    return {
        number: list(islice(places.holding(exact.read(helper), text), most))
        for number, helper in chosen.iterator(chunk_size=1)
    }


def _comparison(statement: str, values: list[Any]) -> Comparison:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    before, after, changed, unchanged = row
    return Comparison(exact.read(before), exact.read(after), changed, unchanged)


def _spans(statement: str, values: list[Any]) -> list[Span]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Span(*row) for row in cursor.fetchall()]


def _followed(case_id: UUID, keys: list[str], version: int | None) -> list[Any]:
    """The steps of a path, each place in a list replaced by what identifies its row."""
    versions = CaseHelper.objects.filter(case_id=case_id)
    chosen = versions.filter(is_current=True) if version is None else versions.filter(version=version)
    if not chosen.exists():
        raise NotFound
    if not any(key.isdigit() for key in keys[1:]):
        return list(keys)
    section = chosen.text_at(keys[:1])
    return keys[:1] + list(_steps(exact.MISSING if section is None else exact.read(section), keys[1:]))


def _steps(value: Any, keys: list[str]) -> Iterator[Any]:
    for at, key in enumerate(keys):
        row = pointers.look(value, [key])
        name = rows.identity(row) if isinstance(value, list) else None
        if name is None:
            yield key
        else:
            yield {"name": name[0], "value": name[1]}
        if row is exact.MISSING:
            yield from keys[at + 1 :]
            return
        value = row


def _named(case_id: UUID, name: Named) -> CaseHelper:
    return _there(CaseHelper.objects.head(case_id, name if isinstance(name, int) else None))


def _before(version: CaseHelper) -> CaseHelper | None:
    older = CaseHelper.objects.filter(case_id=version.case_id, version__lt=version.version)
    return older.without_body().order_by("-version").first()


def _there(version: CaseHelper | None) -> CaseHelper:
    if version is None:
        raise NotFound
    return version
