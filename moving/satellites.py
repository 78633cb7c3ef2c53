"""The rows around a plate's cases, or around none: searches, parts, invoices, reminders, files, pictures, knowledge."""

import json
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError, transaction

from core import errors
from moving import rows
from moving.asking import ask
from moving.ground import Ground
from moving.said import filing_of, uuid_of
from moving.tables import SATELLITES

_INVOICE = "select id from public.invoices_upsert(%s::jsonb, %s, null, %s, %s)"
_BECAME = """
select row_id from public.import_sources
where org_id = %s and table_name = %s and place = %s and row_id is not null"""
_IS_NEW = """
select i.created_at = now() and not exists (select from public.import_sources s where s.row_id = %s)
from public.invoices i where i.id = %s"""
# The same part at the same damage center, asked for the same number of times at the same price, is one part.
_DOUBLED = """
select case_id, sum(n)::integer, sum(n - 1)::integer from (
  select case_id, count(*) as n from public.parts_required
  where org_id = %s and plate = %s and status <> 'CANCELLED'
    and id in (select row_id from public.import_sources where table_name = 'parts_required' and row_id is not null)
  group by case_id, damage_center_code, part_name, pcode, oem, description, price_per_unit, quantity, supplier_name
  having count(*) > 1) twins
group by case_id"""
# As an invoice finds its supplier.
_SUPPLIER = """
select coalesce(s.merged_into, s.id) from public.invoice_suppliers s,
  (select private.supplier_key(%s) as name_key, nullif(regexp_replace(%s, '[^0-9]', '', 'g'), '') as tax_id) said
where s.org_id = %s
  and (s.tax_id = said.tax_id or (s.name_key = said.name_key and (s.tax_id is null or said.tax_id is null)))
order by s.tax_id = said.tax_id desc nulls last, s.merged_into is not null, s.created_at limit 1"""
_FILLED = """
update public.invoice_suppliers s set tax_id = coalesce(s.tax_id, r.tax_id), phone = coalesce(s.phone, r.phone),
  business_number = coalesce(s.business_number, r.business_number), email = coalesce(s.email, r.email),
  address = coalesce(s.address, r.address), city = coalesce(s.city, r.city),
  postal_code = coalesce(s.postal_code, r.postal_code), website = coalesce(s.website, r.website),
  category = coalesce(s.category, r.category), notes = coalesce(s.notes, r.notes)
from jsonb_populate_record(null::public.invoice_suppliers, %s::jsonb - 'id') r where s.id = %s"""
_TEXT = """
select id, title = %s and body = %s from public.kb_docs
where org_id = %s and source = %s and deleted_at is null"""
# What was put away there is put away here, and pictures keep the order they had among themselves.
_PUT_AWAY = "update public.images set deleted_at = clock_timestamp() where id = %s and deleted_at is null"
_ORDERED = """
update public.images i set display_order = o.place from (
  select i.id, row_number() over (partition by i.case_id, i.damage_center_id
    order by s.id is not null, (s.about ->> 'display_order')::numeric nulls last, i.display_order) as place
  from public.images i
  left join lateral (
    select s.id, s.about from public.import_sources s where s.row_id = i.id and s.table_name = 'images'
      and coalesce(s.about ->> 'display_order', '0') ~ '^[0-9]{1,9}$' limit 1) s on true
  where i.org_id = %s and i.plate = %s and i.case_id is not null and i.deleted_at is null) o
where o.id = i.id and o.place <> i.display_order"""
_HAS_PICTURE = """
select 1 from public.import_sources s join public.images i on i.id = s.row_id
where s.table_name = 'images' and i.document_id = %s"""
_NEEDS_CASE = {"parts_required", "payment_tracking", "fee_invoices", "case_collaborators"}
# Which row of the export another one names: the column, whose table, and whether it is nothing without it.
_LINKS = {
    "invoice_lines": ("invoice_id", "invoices", True),
    "invoice_documents": ("invoice_id", "invoices", True),
    "parts_search_results": ("session_id", "parts_search_sessions", False),
    "fee_invoices": ("payment_tracking_id", "payment_tracking", False),
    "images": ("document_id", "documents", False),
}


class _Alone(Exception):
    """A row names another that did not come; its column is said."""


class Satellites(Ground):
    """What lies around the cases of one plate; its cases are all there, and stay as they are meanwhile."""

    @cached_property
    def there(self) -> list[tuple[Any, ...]]:
        """The plate's cases, asked for once and not for each row."""
        return self.cases_there()

    @cached_property
    def _meant(self) -> dict[UUID, UUID]:
        return {}

    def write(self) -> None:
        """Every row that waits, those first that others name. Runs inside `importing`."""
        for table in SATELLITES:
            self.rows(table)
        self.doubled_parts()

    def rows(self, table: str) -> None:
        """The rows of a table, each by itself: one that does not fit stands in no other's way."""
        waiting = self.waiting(table)
        for pk, about, key in waiting:
            try:
                with transaction.atomic():
                    self.row(table, pk, about, key)
            except rows.Unknown as unknown:
                self.unfit(pk, "unknown_word", str(unknown))
            except _Alone as alone:
                self.unfit(pk, "no_invoice", str(alone))
            except DatabaseError as wrong:
                refusal = errors.from_database(wrong)
                if refusal is None or refusal.code == "dependency_down":
                    raise
                self.unfit(pk, refusal.code, "")
        if table == "images" and waiting and self.plate is not None:
            ask(_ORDERED, self.org_id, self.plate)

    def row(self, table: str, pk: UUID, about: dict[str, Any], key: UUID | None) -> None:
        """One row: by its own verb where its table has a rule of its own, else as it stands."""
        row = rows.cleaned(table, about)
        case_id = self.case_of_row(about, key)
        if table in _NEEDS_CASE and case_id is None:
            self.settle(pk, "KEPT", "no_case")
            self.found("no_case", f"source:{pk}", "leave_it", source_id=pk, table=table)
        elif table == "invoices":
            self.invoice(pk, row | {"plate": self.plate}, case_id)
        elif table == "invoice_suppliers":
            self.supplier(pk, row)
        elif table == "kb_docs":
            self.text(pk, row)
        else:
            row |= {"case_id": str(case_id) if case_id else None, "plate": self.plate}
            made = self.keep(table, pk, row | self.linked(table, about), case_id)
            if table == "images" and made and about.get("deleted_at"):
                ask(_PUT_AWAY, made)

    def keep(self, table: str, pk: UUID, row: dict[str, Any], case_id: UUID | None) -> UUID | None:
        """Make the row; None where it, or another of its key, is there already."""
        row = {name: value for name, value in row.items() if value is not None} | {"org_id": str(self.org_id)}
        if row.get("id") and ask(f"select 1 from public.{table} where id = %s", row["id"]):  # noqa: S608 - one of ours
            self.settle(pk, "SAME", "already_there", case_id=case_id, row_id=UUID(str(row["id"])))
            return None
        [(made,)] = ask("select private.import_row(%s, %s, %s::jsonb, %s::text[])", pk, table, json.dumps(row),
                        rows.whole(row))  # fmt: skip
        if made is None:
            self.found("row_repeated", f"source:{pk}", "leave_it", source_id=pk, case_id=case_id, table=table)
        return made  # type: ignore[no-any-return]

    def linked(self, table: str, about: dict[str, Any]) -> dict[str, Any]:
        """The columns by which a row belongs to another of the export. Raises _Alone."""
        if table not in _LINKS:
            return {}
        column, of, is_needed = _LINKS[table]
        found = self.row_of(of, about.get(column))
        if found is None and is_needed:
            raise _Alone(column)
        if found and of in {"invoices", "parts_search_sessions"}:
            whose = self.whose(of, found)
            # It goes with what it belongs to, whatever it says itself; a search without a case is nobody's.
            return {column: found, **(whose if is_needed or whose["case_id"] else {})}
        if found and table == "images" and ask(_HAS_PICTURE, found):
            # A file of ours is one picture; a second row of it stands for itself.
            found = None
        return {column: found}

    def whose(self, table: str, row_id: str) -> dict[str, Any]:
        [(case_id, plate)] = ask(f"select case_id, plate from public.{table} where id = %s", row_id)  # noqa: S608
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

    def supplier(self, pk: UUID, row: dict[str, Any]) -> None:
        """Once by name or number: of one that is there, what it lacks is filled in."""
        there = ask(_SUPPLIER, str(row.get("name") or "")[:300], str(row.get("tax_id") or ""), self.org_id)
        if not there or str(there[0][0]) == row.get("id"):
            self.keep("invoice_suppliers", pk, row, None)
            return
        ask(_FILLED, json.dumps(row), there[0][0])
        self.settle(pk, "SAME", "repeated", row_id=there[0][0])
        self.found("supplier_repeated", f"source:{pk}", "leave_it", source_id=pk)

    def text(self, pk: UUID, row: dict[str, Any]) -> None:
        """A source has one text here: another text of it comes in under its source and its own id."""
        source = row.get("source")
        there = ask(_TEXT, row.get("title"), row.get("body", ""), self.org_id, source) if source else []
        if not there or str(there[0][0]) == row.get("id"):
            self.keep("kb_docs", pk, row, None)
        elif there[0][1]:
            self.settle(pk, "SAME", "repeated", row_id=there[0][0])
        else:
            row["source"] = f"{str(source)[:450]} ({row.get('id') or pk})"
            if self.keep("kb_docs", pk, row, None):
                self.found("source_repeated", f"source:{pk}", "leave_it", source_id=pk)

    def case_of_row(self, about: dict[str, Any], key: UUID | None) -> UUID | None:
        """By the id, else by a filing number where an id belongs, else the plate's open or newest case."""
        if self.plate is None:
            return None
        meant = self.meant(key)
        filing = filing_of(about.get("case_id")) or filing_of(about.get("filing_case_id"))
        by = [row for row in self.there if row[0] == meant] or [
            row for row in self.there if filing and row[1] == filing
        ]
        by = by or self.there
        return by[0][0] if by else None

    def meant(self, key: UUID | None) -> UUID | None:
        """The case of an id of the source; an id that means none yet may come to mean one by another row."""
        if key is None or key in self._meant:
            return self._meant[key] if key else None
        found = self.moved(key)
        if found and any(row[0] == found for row in self.there):
            self._meant[key] = found
        return found

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
