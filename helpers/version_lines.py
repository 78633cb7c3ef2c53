"""The history of a case as the JSON text that goes out: what never changes of a version is written once a process.

Writing a line takes Postgres longer than finding it. Whoever asks finds the rows under the policies each time;
only the text of a row that was found is kept.
"""

import json
from collections import OrderedDict
from functools import lru_cache
from threading import Lock
from uuid import UUID

from django.db import connection

_MOST_LINES = 20_000
# What may be another one tomorrow, and whether the rest is final: changes are counted after the save. A row for all
# versions that have the same marks, because a thousand rows take the driver longer than the text they are put behind.
_MARKS = """select m.is_current, m.folded, p.name, m.is_final, m.versions from (
  select s.is_current, s.folded, s.saved_by, s.is_final, array_agg(s.version) as versions from (
    select h.version, h.is_current, h.folded, h.saved_by, h.changes is not null as is_final
    from public.case_helper h where h.case_id = %s order by h.version desc limit %s offset %s) s
  group by s.is_current, s.folded, s.saved_by, s.is_final) m
left join public.profiles p on p.user_id = m.saved_by"""
# With the marks, the columns of VersionRow.
_LINES = """select h.version, row_to_json(v)::text from public.case_helper h cross join lateral (
  select h.case_id, h.version, h.helper_name, h.source,
    to_char(h.saved_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as date,
    h.saved_by, h.saved_from, h.label, h.trigger, h.size_bytes, h.changes, h.changed_sections, h.restored_from) v
where h.case_id = %s and h.version = any (%s)"""


class _Kept:
    """The lines of the cases that were asked for last, by version; each without its closing brace."""

    def __init__(self) -> None:
        self._cases: OrderedDict[UUID, dict[int, str]] = OrderedDict()
        self._lines = 0
        self._lock = Lock()

    def of(self, case_id: UUID) -> dict[int, str]:
        with self._lock:
            if case_id in self._cases:
                self._cases.move_to_end(case_id)
            return self._cases.get(case_id, {})

    def add(self, case_id: UUID, lines: dict[int, str]) -> None:
        with self._lock:
            known = self._cases.get(case_id, {})
            # A new one: another thread may be reading the old one.
            self._cases[case_id] = {**known, **lines}
            self._lines += len(self._cases[case_id]) - len(known)
            while self._lines > _MOST_LINES and len(self._cases) > 1:
                _, dropped = self._cases.popitem(last=False)
                self._lines -= len(dropped)


_kept = _Kept()


def read(case_id: UUID, limit: int, offset: int) -> list[str]:
    """The versions of a case, newest first, each as JSON text."""
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, [case_id, limit, offset])
        marks = cursor.fetchall()
    lines = _kept.of(case_id)
    missing = {one: is_final for *_mark, is_final, versions in marks for one in versions if one not in lines}
    if missing:
        written = _written(case_id, list(missing))
        _kept.add(case_id, {version: line for version, line in written.items() if missing[version]})
        lines = {**lines, **written}
    found: dict[int, str] = {}
    for is_current, folded, name, _is_final, versions in marks:
        end = _end(is_current, folded, name)
        found.update((version, lines[version] + end) for version in versions if version in lines)
    return [found[version] for version in sorted(found, reverse=True)]


def _written(case_id: UUID, versions: list[int]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [case_id, versions])
        return {version: line[:-1] for version, line in cursor.fetchall()}


@lru_cache(maxsize=256)
def _end(is_current: bool, folded: bool, saved_by_name: str | None) -> str:
    marks = {"is_current": is_current, "folded": folded, "saved_by_name": saved_by_name}
    return f",{json.dumps(marks, ensure_ascii=False, separators=(',', ':'))[1:]}"
