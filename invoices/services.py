"""Writing invoices, their lines and their suppliers."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone

from core import rpc
from core.errors import Invalid, NotFound
from core.rpc import JsonText
from intake.reader import written
from invoices.models import Invoice, InvoiceLine, InvoiceSupplier
from invoices.spelled import Row

Told = dict[str, Any]

_UPSERT = """select i.id from public.invoices_upsert(%s, p_case_id => %s, p_org_id => %s, p_id => %s) i"""
# The invoice first: the lines are called for what it is.
_WITH_LINES = """
select i.id, l.line_number, l.id, l.created
from public.invoices_upsert(%s, p_case_id => %s, p_org_id => %s, p_id => %s) i
left join lateral public.invoice_lines_bulk_upsert(i.id, %s, %s) l on true
"""
_LINES = "select line_number, id, created from public.invoice_lines_bulk_upsert(%s, %s, %s)"

_Kept = dict[int, tuple[UUID, bool]]


class Upserted(NamedTuple):
    """An invoice that was kept, whether it is new, and what became of its lines."""

    id: UUID
    created: bool
    lines: list[Told]


class Placed(NamedTuple):
    """A line in the table's columns, or why it is none, and where it stands in the body."""

    row: Row | str
    pointer: str


def upsert(
    *,
    row: Row,
    case_id: UUID | None,
    lines: list[Placed] | None = None,
    replace: bool = False,
    org_id: UUID | None = None,
) -> Upserted:
    """Keep an invoice, once by its supplier and number, and lines of it; what is not named stays as it was.

    Raises NotFound, Conflict.
    """
    ours = uuid4()
    asked: list[Any] = [JsonText(written(row)), case_id, org_id, ours]
    if lines is None:
        [(kept_id,)] = _found(_UPSERT, asked)
        return Upserted(kept_id, kept_id == ours, [])
    found = _found(_WITH_LINES, [*asked, _text(lines), replace])
    kept = {number: (line_id, created) for _, number, line_id, created in found if number is not None}
    return Upserted(found[0][0], found[0][0] == ours, _told(lines, kept))


def lines_bulk_upsert(*, invoice_id: UUID, lines: list[Placed], replace: bool = False) -> list[Told]:
    """Keep lines of an invoice, each once by its number and told at its place; with `replace` the others are taken off.

    Raises NotFound, Conflict for an invoice that was accepted or cancelled.
    """
    found = _found(_LINES, [invoice_id, _text(lines), replace])
    return _told(lines, {number: (line_id, created) for number, line_id, created in found})


def update(*, invoice_id: UUID, **changes: Any) -> None:
    """Change what is said of an invoice, its status included. Raises NotFound, Conflict."""
    supplier = changes.get("supplier_id")
    if supplier and not InvoiceSupplier.objects.filter(pk=supplier).exists():
        raise Invalid.at("/supplier_id", "there is no such supplier")
    _update(Invoice.objects.filter(pk=invoice_id), changes)


def update_line(*, invoice_id: UUID, line_number: int, removed: bool | None = None, **changes: Any) -> None:
    """Change a line, or take it off and put it back. Raises NotFound, Conflict."""
    lines = InvoiceLine.objects.filter(invoice_id=invoice_id, line_number=line_number)
    if removed is not None:
        changes["removed_at"] = timezone.now() if removed else None
    _update(lines, changes)


def update_supplier(*, supplier_id: UUID, **changes: Any) -> None:
    """Change what is said of a supplier. Raises NotFound, Conflict where another one is called so."""
    _update(InvoiceSupplier.objects.filter(pk=supplier_id), changes)


def _update(rows: Any, changes: dict[str, Any]) -> None:
    with rpc.in_our_words():
        if changes and not rows.update(**changes):
            raise NotFound


def _found(statement: str, values: list[Any]) -> list[Any]:
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _text(lines: Iterable[Placed]) -> JsonText:
    return JsonText(written([line.row for line in lines if isinstance(line.row, dict)]))


def _told(lines: list[Placed], kept: _Kept) -> list[Told]:
    """What each line is answered, at its place in the body."""
    return [_of_line(line, kept) for line in lines]


def _of_line(line: Placed, kept: _Kept) -> Told:
    if isinstance(line.row, str):
        error = {"pointer": line.pointer, "reason": line.row}
        return {"line_number": None, "id": None, "created": False, "unread": [], "error": error}
    number = line.row["line_number"]
    line_id, created = kept[number]
    unread = line.row.get("unread", [])
    return {"line_number": number, "id": line_id, "created": created, "unread": unread, "error": None}
