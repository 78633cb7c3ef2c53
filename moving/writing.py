"""Writing one plate: its cases, their versions oldest first, and the rows around them; all of it or nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError, connection, transaction

from cases.models import Case
from core import acting, errors
from moving import ordering, rows, statuses
from moving.ordering import Document, Group, Order
from moving.said import filing_of, uuid_of

_QUEUE = "select private.plate_queue(%s, %s)"
_WAITING = """
select id, place, canonical, case_key, filing_case_id, number, said_at, said_by, reason, about ->> 'is_current',
  coalesce(about ->> 'saved_by', about ->> 'updated_by'), about ->> 'other_plate', (about -> 'details')::text
from public.import_sources
where seen_in = %s and plate is not distinct from %s and kind = 'HELPER' and state = 'FOUND' order by place"""
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
_FOUND = """
insert into public.import_findings (org_id, run_id, source_id, case_id, kind, key, plate, details, proposed)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict on constraint import_findings_once do nothing"""
_NEW_CASE = "select id, status from private.import_case(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_VERSION = "select private.import_version(%s, %s, %s, %s)"
_SETTLE = (
    "update public.import_sources set state = %s, reason = %s, case_id = %s, version = %s, row_id = %s where id = %s"
)
_INVOICE = "select id from public.invoices_upsert(%s::jsonb, %s, null, %s, %s)"
_BECAME = """
select row_id from public.import_sources
where org_id = %s and table_name = %s and place = %s and row_id is not null"""
_IS_NEW = """
select i.created_at = now() and not exists (select from public.import_sources s where s.row_id = %s)
from public.invoices i where i.id = %s"""
_FACTS = "select (about -> 'facts')::text from public.import_sources where id = %s"


@contextmanager
def importing() -> Iterator[None]:
    """Act as the import: a door of its own, whose news stay at home."""
    with acting.acting(acting.SERVICE):
        ask("select set_config('backoffice.importing', 'on', true), set_config('backoffice.import_moment', '', true)")
        yield


def ask(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def ask_named(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


class Unit:
    """One plate of an office on its way in, or what has none."""

    def __init__(self, org_id: UUID, run_id: UUID, plate: str | None) -> None:
        self.org_id, self.run_id, self.plate = org_id, run_id, plate

    def write(self) -> None:
        """Everything of this plate that waits. Runs inside `importing`."""
        if self.plate is not None:
            ask(_QUEUE, self.org_id, self.plate)
            self.cases()
        self.histories()
        for table in ("parts_required", "selected_parts", "invoices", "invoice_lines", "reminders", "payment_tracking",
                      "fee_invoices", "documents"):  # fmt: skip
            self.rows(table)
        self.doubled_parts()

    # Cases

    def cases(self) -> None:
        """The rows of cases: of several open ones the one worked on last stays open."""
        waiting = [(pk, json.loads(about)) for pk, about, _key in ask(_ROWS, self.run_id, self.plate, "cases")]
        told = [(pk, about, statuses.of_case(about.get("status"))) for pk, about in waiting]
        told.sort(key=lambda one: str(one[1].get("updated_at") or one[1].get("created_at") or ""), reverse=True)
        for pk, about, status in told:
            key = uuid_of(about.get("id"))
            [there] = ask("select (select id from public.cases where id = %s and org_id = %s)", key, self.org_id)
            if there[0]:
                self.settle(pk, "SAME", "already_there", case_id=there[0])
                continue
            case_id, became = self.new_case(key, status, about)
            self.settle(pk, "ROW", None, case_id=case_id, row_id=case_id)
            if status is None:
                self.found("status_unknown", f"case:{case_id}", "leave_it", case_id=case_id, source_id=pk,
                           said=str(about.get("status"))[:60])  # fmt: skip
            if became != (status or "אחר"):
                self.found("several_open", f"case:{case_id}", "leave_closed", case_id=case_id, source_id=pk, was=status)

    def new_case(self, key: UUID | None, status: str | None, about: dict[str, Any]) -> tuple[UUID, str]:
        filing = filing_of(about.get("filing_case_id")) or filing_of(about.get("case_number"))
        return ask(
            _NEW_CASE, self.org_id, self.plate, key, status or "אחר", about.get("owner_name") or None,
            about.get("inspection_location") or None, filing, rows.opened_at(about), rows.person(about, "assigned_to"),
            rows.person(about, "created_by"),
        )[0]  # fmt: skip

    # Histories

    def histories(self) -> None:
        documents = []
        for row in ask(_WAITING, self.run_id, self.plate):
            pk, place, canonical, key, filing, number, at, said_by, problem, current, who, other, details = row
            if other:
                self.found("plates_differ", f"source:{pk}", "leave_it", source_id=pk, other=other)
            if problem:
                self.settle(pk, "KEPT", problem)
                self.found(problem, f"source:{pk}", "leave_it", source_id=pk, **json.loads(details or "{}"))
                continue
            mark = {"true": True, "false": False, "t": True, "f": False}.get(str(current).lower())
            documents.append(Document(pk, place, canonical, key, filing, number, at, said_by, mark, uuid_of(who)))
        groups = [(group, ordering.ordered(group.documents)) for group in ordering.grouped(documents)]
        # The case that was worked on last comes first, so that it is the one that stays open.
        last_first = sorted(groups, key=lambda one: ordering.newest(one[1]), reverse=True)
        cases = {group.key: self.case_of(group, order, is_alone=len(groups) == 1) for group, order in last_first}
        for group, order in groups:
            self.history(group, order, *cases[group.key])

    def history(self, group: Group, order: Order, case_id: UUID, newest_at: Any, has_versions: bool) -> None:
        became: dict[UUID, int] = {}
        for one in order.documents:
            version = self.known(one, case_id) if has_versions else None
            if version is not None:
                self.settle(one.id, "SAME", "already_there", case_id=case_id, version=version)
            elif has_versions and not self.is_newer(one, newest_at):
                self.settle(one.id, "KEPT", "late_history", case_id=case_id)
                self.found("late_history", f"source:{one.id}", "leave_it", case_id=case_id, source_id=one.id)
                continue
            else:
                [(version,)] = ask(_VERSION, one.id, case_id, f"by_{order.by}", one.saved_by)
            became[one.id] = version
        for pk, first in order.repeats.items():
            while first in order.repeats:
                first = order.repeats[first]
            self.settle(pk, "SAME" if first in became else "KEPT", "repeated" if first in became else "late_history",
                        case_id=case_id, version=became.get(first))  # fmt: skip
        self.doubts(group, order, case_id)

    def case_of(self, group: Group, order: Order, *, is_alone: bool) -> tuple[UUID, Any, bool]:
        """The case these documents go to; a new one where none is meant."""
        there = ask(_CASES, self.org_id, self.plate)
        known = dict(ask(_MOVED, self.org_id, self.plate, self.org_id, self.plate))
        meant = known.get(group.key, group.key)
        filing = next((one.filing for one in reversed(order.documents) if one.filing), None)
        chosen = next((row for row in there if row[0] == meant), None)
        if chosen is None and is_alone:
            # Ours was perhaps opened under an id of its own; an ended case under another id is another case.
            by_number = [row for row in there if filing and row[1] == filing]
            meant_here = there if group.key is None else [row for row in there if row[2] not in Case.ENDED]
            chosen = next(iter([*by_number, *meant_here]), None)
        if chosen:
            return chosen[0], chosen[4], chosen[3] is not None
        return self.case_of_helper(group.key, order, filing), None, False

    def case_of_helper(self, key: UUID | None, order: Order, filing: str | None) -> UUID:
        """Open a case with what its newest helper says of it."""
        newest = order.documents[-1]
        [(facts,)] = ask(_FACTS, newest.id)
        facts = json.loads(facts or "{}")
        status = statuses.of_case(facts.get("status"))
        moments = [one.at for one in order.documents if one.at]
        about = {
            "owner_name": facts.get("owner_name"),
            "inspection_location": facts.get("place"),
            "filing_case_id": filing,
            "created_at": min(moments).isoformat() if moments else None,
        }
        case_id, became = self.new_case(key, status, about)
        if status is None:
            self.found("status_unknown", f"case:{case_id}", "leave_it", case_id=case_id, said=facts["status"][:60])
        if became != (status or "אחר"):
            self.found("several_open", f"case:{case_id}", "leave_closed", case_id=case_id, was=status)
        return case_id

    def known(self, one: Document, case_id: UUID) -> int | None:
        return ask("select private.import_known(%s, %s)", one.id, case_id)[0][0]  # type: ignore[no-any-return]

    def is_newer(self, one: Document, newest_at: Any) -> bool:
        """Only what was certainly saved after everything that is there may come on top of it."""
        return one.at is not None and one.said_by != "touched" and newest_at is not None and one.at > newest_at

    def doubts(self, group: Group, order: Order, case_id: UUID) -> None:
        """What a person should look at, though nothing was lost by it."""
        if not order.is_sure:
            self.found("order_unsure", f"case:{case_id}", "leave_it", case_id=case_id, documents=len(order.documents))
        for one in group.guessed:
            self.found("which_case", f"source:{one.id}", "leave_it", case_id=case_id, source_id=one.id)
        marks = [one.is_current for one in group.documents if one.is_current is not None]
        if marks and sum(marks) != 1:
            self.found(
                "current_unclear", f"case:{case_id}", "leave_it", case_id=case_id, current=sum(marks), of=len(marks)
            )
        elif marks and not any(one.is_current for one in order.documents[-1:]):
            marked = next(one for one in group.documents if one.is_current)
            if order.repeats.get(marked.id) != order.documents[-1].id:
                self.found("current_not_last", f"case:{case_id}", "leave_it", case_id=case_id, source_id=marked.id)

    # Rows

    def rows(self, table: str) -> None:
        for pk, about, key in ask(_ROWS, self.run_id, self.plate, table):
            try:
                with transaction.atomic():
                    self.row(table, pk, json.loads(about), key)
            except rows.Unknown as unknown:
                self.unfit(pk, "unknown_word", str(unknown))
            except DatabaseError as wrong:
                refusal = errors.from_database(wrong)
                if refusal is None or refusal.code == "dependency_down":
                    raise
                self.unfit(pk, refusal.code, "")

    def row(self, table: str, pk: UUID, about: dict[str, Any], key: UUID | None) -> None:
        row = rows.cleaned(table, about)
        case_id = self.case_of_row(about, key)
        if table in {"parts_required", "payment_tracking", "fee_invoices"} and case_id is None:
            self.settle(pk, "KEPT", "no_case")
            self.found("no_case", f"source:{pk}", "leave_it", source_id=pk, table=table)
            return
        if table == "invoices":
            self.invoice(pk, row | {"plate": self.plate}, case_id)
            return
        row |= {"org_id": str(self.org_id), "case_id": str(case_id) if case_id else None, "plate": self.plate}
        if table == "invoice_lines":
            invoice_id = self.row_of("invoices", about.get("invoice_id"))
            if invoice_id is None:
                self.unfit(pk, "no_invoice", "invoice_id")
                return
            # A line goes with its invoice, whatever it says itself.
            row |= {"invoice_id": invoice_id, **self.whose_invoice(invoice_id)}
        if table == "fee_invoices":
            row["payment_tracking_id"] = self.row_of("payment_tracking", about.get("payment_tracking_id"))
        row = {name: value for name, value in row.items() if value is not None}
        if row.get("id") and ask(f"select 1 from public.{table} where id = %s", row["id"]):  # noqa: S608 - one of ours
            self.settle(pk, "SAME", "already_there", case_id=case_id, row_id=UUID(str(row["id"])))
            return
        ask("select private.import_row(%s, %s, %s::jsonb)", pk, table, json.dumps(row))

    def whose_invoice(self, invoice_id: str) -> dict[str, Any]:
        [(case_id, plate)] = ask("select case_id, plate from public.invoices where id = %s", invoice_id)
        return {"case_id": str(case_id) if case_id else None, "plate": plate}

    def invoice(self, pk: UUID, row: dict[str, Any], case_id: UUID | None) -> None:
        """Once by supplier and number: a phantom is the invoice that is there, a number two garages use is two."""
        own = uuid_of(row.pop("id", None))
        if own and ask("select 1 from public.invoices where id = %s", own):
            self.settle(pk, "SAME", "already_there", case_id=case_id, row_id=own)
            return
        row.setdefault("source", "import")
        [(made,)] = ask(_INVOICE, json.dumps(row), case_id, self.org_id, own or uuid4())
        [(is_new,)] = ask(_IS_NEW, made, made)
        self.settle(pk, "ROW" if is_new else "SAME", None if is_new else "repeated", case_id=case_id, row_id=made)
        if not is_new:
            self.found("invoice_repeated", f"source:{pk}", "leave_it", source_id=pk, case_id=case_id,
                       number=str(row.get("invoice_number", ""))[:60])  # fmt: skip

    def case_of_row(self, about: dict[str, Any], key: UUID | None) -> UUID | None:
        """By the id, else by a filing number where an id belongs, else the plate's open or newest case."""
        if self.plate is None:
            return None
        there = ask(_CASES, self.org_id, self.plate)
        known = dict(ask(_MOVED, self.org_id, self.plate, self.org_id, self.plate))
        meant = known.get(key, key)
        filing = filing_of(about.get("case_id")) or filing_of(about.get("filing_case_id"))
        by = [row for row in there if row[0] == meant] or [row for row in there if filing and row[1] == filing] or there
        return by[0][0] if by else None

    def row_of(self, table: str, source_id: Any) -> str | None:
        """What a row of the export became here."""
        found = ask(_BECAME, self.org_id, table, f"{table}/{source_id}")
        return str(found[0][0]) if found else None

    def doubled_parts(self) -> None:
        """Rows that a save wrote again under another row_uuid: all come in, and a person is asked."""
        if self.plate is None:
            return
        for case_id, rows_, extra in ask(_DOUBLED, self.org_id, self.plate):
            self.found("parts_repeated", f"case:{case_id}", "cancel_copies", case_id=case_id, rows=rows_, copies=extra)

    def unfit(self, pk: UUID, code: str, column: str) -> None:
        self.settle(pk, "KEPT", "row_unfit")
        self.found("row_unfit", f"source:{pk}", "leave_it", source_id=pk, code=code, column=column)

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
        ask(_SETTLE, state, reason, case_id, version, row_id, pk)

    def found(self, kind: str, key: str, proposed: str, *, case_id: UUID | None = None, source_id: UUID | None = None,
              **details: Any) -> None:  # fmt: skip
        told = json.dumps({name: value for name, value in details.items() if value is not None})
        ask(_FOUND, self.org_id, self.run_id, source_id, case_id, kind, key, self.plate, told, proposed)


# The same part at the same damage center, asked for the same number of times at the same price, is one part.
_DOUBLED = """
select case_id, sum(n)::integer, sum(n - 1)::integer from (
  select case_id, count(*) as n from public.parts_required
  where org_id = %s and plate = %s and status <> 'CANCELLED'
    and id in (select row_id from public.import_sources where table_name = 'parts_required' and row_id is not null)
  group by case_id, damage_center_code, part_name, pcode, oem, description, price_per_unit, quantity, supplier_name
  having count(*) > 1) twins
group by case_id"""
