"""What writing a plate stands on: saying what became of a source, and which cases are there."""

import json
from typing import Any
from uuid import UUID

from moving.asking import ask

_SETTLE = (
    "update public.import_sources set state = %s, reason = %s, case_id = %s, version = %s, row_id = %s where id = %s"
)
_FOUND = """
insert into public.import_findings (org_id, run_id, source_id, case_id, kind, key, plate, details, proposed)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict on constraint import_findings_once do nothing"""
_ROWS = """
select id, about::text, case_key from public.import_sources
where seen_in = %s and plate is not distinct from %s and kind = 'ROW' and state = 'FOUND' and table_name = %s
order by created_at, place"""
_CASES = """
select c.id, c.filing_case_id, c.status, c.current_version,
  (select max(h.saved_at) from public.case_helper h where h.case_id = c.id) from public.cases c
where c.org_id = %s and c.plate = %s order by (c.status in ('CLOSED', 'ARCHIVED')), c.created_at desc, c.id"""
_MOVED = """
select case_key, case_id from public.import_sources
where org_id = %s and plate = %s and case_key is not null and case_id is not null
union
select (about ->> 'id')::uuid, case_id from public.import_sources
where org_id = %s and plate = %s and table_name = 'cases' and case_id is not null
  and about ->> 'id' ~ '^[0-9a-f-]{36}$'"""


class Ground:
    """One plate of an office on its way in, or what has none."""

    def __init__(self, org_id: UUID, run_id: UUID, plate: str | None) -> None:
        self.org_id, self.run_id, self.plate = org_id, run_id, plate

    def waiting(self, table: str) -> list[tuple[UUID, dict[str, Any], UUID | None]]:
        """The rows of a table that nothing became of yet: id, columns, the id of their case where they name one."""
        return [(pk, json.loads(about), key) for pk, about, key in ask(_ROWS, self.run_id, self.plate, table)]

    def cases_there(self) -> list[tuple[Any, ...]]:
        """The plate's cases, open and newest first: id, filing number, status, version, last saved."""
        return ask(_CASES, self.org_id, self.plate)

    def moved(self, key: UUID | None) -> UUID | None:
        """The id here of a case that has this one in the source."""
        known: dict[UUID, UUID] = dict(ask(_MOVED, self.org_id, self.plate, self.org_id, self.plate))
        return known.get(key, key) if key else None

    def settle(
        self,
        pk: UUID,
        state: str,
        reason: str | None,
        *,
        case_id: UUID | None = None,
        version: int | None = None,
        row_id: UUID | None = None,
    ) -> None:
        """Say what became of a source."""
        ask(_SETTLE, state, reason, case_id, version, row_id, pk)

    def found(self, kind: str, key: str, proposed: str, *, case_id: UUID | None = None, source_id: UUID | None = None,
              **details: Any) -> None:  # fmt: skip
        """Leave a question to a person, once."""
        told = json.dumps({name: value for name, value in details.items() if value is not None})
        ask(_FOUND, self.org_id, self.run_id, source_id, case_id, kind, key, self.plate, told, proposed)

    def unfit(self, pk: UUID, code: str, column: str) -> None:
        """Keep a row that its table would not take."""
        self.settle(pk, "KEPT", "row_unfit")
        self.found("row_unfit", f"source:{pk}", "leave_it", source_id=pk, code=code, column=column)
