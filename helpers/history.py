"""Reading the history of a case: two versions side by side, one field over all of them, where a text stood."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from core import exact
from core.errors import NotFound
from core.rpc import JsonText
from helpers import diff, pointers, rows
from helpers.diff import Change
from helpers.models import CaseHelper

_BETWEEN = "select before, after, changed, unchanged from private.helper_difference(%s, %s, %s)"
_RESTORE = "select before, after, changed, unchanged from private.helper_restore_difference(%s, %s, %s, %s::text[], %s)"
_FIELD = """select version, until_version, helper_name, saved_at, saved_by, p.name, saved_from, label, is_there,
  value::text
from private.field_history(%s, %s) left join public.profiles p on p.user_id = saved_by order by version desc"""
_TEXT = """select version, until_version, helper_name, saved_at, saved_by, p.name, saved_from, label, holds, null
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
    changes: list[Change] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes", diff.compare(self.before, self.after))

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
    value: str | None  # as Postgres writes it


@dataclass(frozen=True)
class FieldHistory:
    """Every value of one place, newest first, and by which rows the place was followed."""

    pointer: str
    steps: list[Any]  # values of core.exact: a key, or the name and value of a row's identity
    spans: list[Span]


def between(case_id: UUID, before: int | None, after: int) -> Comparison:
    """What changed from one version of a case to another; None is from nothing. Raises NotFound."""
    return _comparison(_BETWEEN, [case_id, before, after])


def of_restore(
    case_id: UUID, current: int, old: int, *, sections: list[str] | None = None, mode: str | None = None
) -> Comparison:
    """What restoring the old version, or these parts of it, would change. Raises NotFound."""
    return _comparison(_RESTORE, [case_id, current, old, sections, mode])


def of_field(case_id: UUID, pointer: str, *, version: int | None = None) -> FieldHistory:
    """Every value the place had, in two round trips however many versions there are.

    A row of a list is followed by its identity, as the row stands in `version` (None: the current one), wherever in
    the list it stood in other versions. Raises NotFound for a case or version that is not there, ValueError for what
    is no pointer.
    """
    keys = pointers.read(pointer)
    steps = _followed(case_id, keys, version)
    return FieldHistory(pointer, steps, _spans(_FIELD, [case_id, JsonText(exact.write(steps).encode())]))


def of_text(case_id: UUID, text: str) -> list[Span]:
    """From which version until which a text stood anywhere in the helper, newest first; capitals do not matter."""
    return _spans(_TEXT, [case_id, text])


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
    text = chosen.values_list("helper_json", flat=True).first() if keys else "null"
    if text is None:
        raise NotFound
    return list(_steps(exact.read(text), keys)) if any(key.isdigit() for key in keys) else list(keys)


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
