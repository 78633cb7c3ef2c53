"""What staff do to invoices by hand: write and mend them, turn their status, join suppliers, set the office's terms."""

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Org
from core import exact, rpc
from core.errors import NotFound
from core.rpc import JsonText
from intake import services as intake
from intake.models import OcrResult
from invoices.models import Invoice, InvoiceLine, InvoiceSupplier, VatRate

_S = Invoice.Status
# status -> where it may go by a button alone; private.invoice_rules() says so too. Assigning, accepting and taking
# that back write more than a status, and have pages of their own.
NEXT: dict[str, tuple[Invoice.Status, ...]] = {
    _S.DRAFT: (_S.PENDING, _S.CANCELLED),
    _S.PENDING: (_S.DRAFT, _S.CANCELLED),
    _S.ASSIGNED: (_S.PENDING, _S.CANCELLED),
    _S.ACCEPTED: (_S.SENT, _S.PAID),
    _S.SENT: (_S.PAID, _S.ACCEPTED),
    _S.PAID: (_S.SENT, _S.ACCEPTED),
    _S.CANCELLED: (_S.DRAFT,),
}

_ADD_LINE = "select id from public.invoice_lines_bulk_upsert(%s, %s)"
_ADD_RATE = "insert into public.vat_rates (org_id, starts_on, rate) values (%s, %s, %s)"
_READING = """select private.invoice_row_of(r)::text, coalesce(private.invoice_lines_of(r), '[]')::text
from public.ocr_results r join public.invoice_documents d on d.ocr_result_id = r.id
where r.id = %s and d.invoice_id = %s"""


def add_invoice(**facts: Any) -> UUID:
    """Write a new invoice by hand; a number that its supplier has already is refused. Raises Conflict, NotFound."""
    with rpc.in_our_words():
        return Invoice.objects.create(**facts, source="admin").pk


def update_invoice(*, invoice_id: UUID, **changes: Any) -> None:
    """Change what stands on an invoice. Raises NotFound, and Conflict once it was accepted or cancelled."""
    with rpc.in_our_words():
        if changes and not Invoice.objects.filter(pk=invoice_id).update(**changes):
            raise NotFound


def assign_case(*, invoice_id: UUID, case_id: UUID) -> None:
    """Say whose case an invoice is that had none, and with it the readings of its papers.

    Raises NotFound, also for an invoice that has a case.
    """
    with rpc.in_our_words():
        if not Invoice.objects.filter(pk=invoice_id, case__isnull=True).update(case_id=case_id):
            raise NotFound
        waiting = OcrResult.objects.filter(case__isnull=True, pk__in=_readings(invoice_id))
        for answer_id in list(waiting.values_list("pk", flat=True)):
            intake.assign(model=OcrResult, answer_id=answer_id, case_id=case_id)


def turn(*, ids: Iterable[UUID], status: Invoice.Status) -> int:
    """Give a status to those of these invoices that may have it next; return how many there were."""
    before = [name for name, following in NEXT.items() if status in following]
    with rpc.in_our_words():
        return Invoice.objects.filter(pk__in=list(ids), status__in=before).update(status=status)


def turn_one(*, invoice_id: UUID, status: str) -> None:
    """Give an invoice a status. Raises NotFound, and Conflict for one that is not next."""
    update_invoice(invoice_id=invoice_id, status=status)


def add_line(*, invoice_id: UUID, **facts: Any) -> UUID:
    """Write a further line at the end of an invoice. Raises NotFound, Conflict, Invalid."""
    with rpc.in_our_words(), transaction.atomic(), connection.cursor() as cursor:
        # Two who add a line at once queue here, or both would take the same number.
        if not Invoice.objects.select_for_update().filter(pk=invoice_id).values_list("pk", flat=True).first():
            raise NotFound
        last = InvoiceLine.objects.filter(invoice_id=invoice_id).aggregate(last=Max("line_number"))["last"] or 0
        row = {name: str(getattr(value, "pk", value)) for name, value in facts.items() if value is not None}
        given: Any = JsonText(json.dumps([{**row, "line_number": last + 1}]).encode())
        cursor.execute(_ADD_LINE, [invoice_id, given])
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


def update_line(*, line_id: UUID, **changes: Any) -> None:
    """Change what stands in a line. Raises NotFound, and Conflict once its invoice was accepted or cancelled."""
    with rpc.in_our_words():
        if changes and not InvoiceLine.objects.filter(pk=line_id).update(**changes):
            raise NotFound


def remove_line(*, line_id: UUID, is_removed: bool) -> None:
    """Take a line off its invoice, or bring it back; its row stays. Raises NotFound, Conflict."""
    update_line(line_id=line_id, removed_at=timezone.now() if is_removed else None)


def reading(*, invoice_id: UUID, ocr_result_id: UUID) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What a reading says of its invoice and of its lines, numbers as the bytes they were written with.

    Raises NotFound.
    """
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_READING, [ocr_result_id, invoice_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound
    return exact.read(row[0]), exact.read(row[1])


def take_reading(*, invoice_id: UUID, ocr_result_id: UUID) -> None:
    """Fill an invoice from one reading of its papers. Raises NotFound, and Conflict for one that is assigned."""
    rpc.record("private.invoice_take_reading", ("id",), invoice_id=invoice_id, ocr_result_id=ocr_result_id)


def update_supplier(*, supplier_id: UUID, **changes: Any) -> None:
    """Change what is known of a supplier. Raises NotFound, and Conflict for the name and tax id of another one."""
    with rpc.in_our_words():
        if changes and not InvoiceSupplier.objects.filter(pk=supplier_id).update(**changes):
            raise NotFound


def collisions(*, from_id: UUID, into_id: UUID) -> list[tuple[str, UUID, UUID]]:
    """The numbers that two suppliers both have, each with the one's invoice and the other's."""
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute("select * from private.supplier_collisions(%s, %s)", [from_id, into_id])
        found: list[tuple[str, UUID, UUID]] = cursor.fetchall()
        return found


def merge_suppliers(*, from_id: UUID, into_id: UUID) -> int:
    """Say that a supplier is another one; return how many invoices moved. Raises NotFound, Conflict."""
    return _count("private.supplier_merge", **{"from": from_id, "into": into_id})


def merge_several(*, from_ids: Iterable[UUID], into_id: UUID) -> int:
    """Say that suppliers are all another one, or none of them; return how many invoices moved. Raises as one merge."""
    with rpc.in_our_words(), transaction.atomic():
        return sum(merge_suppliers(from_id=key, into_id=into_id) for key in from_ids)


def part_supplier(*, supplier_id: UUID) -> int:
    """Take a merge back; return how many invoices came back. Raises NotFound."""
    return _count("private.supplier_part", supplier_id=supplier_id)


def add_rate(*, org_id: UUID, starts_on: date, rate: Decimal) -> None:
    """Set an office's own VAT rate from a day on. Raises Refused `forbidden`, Conflict for a day that has one."""
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_ADD_RATE, [org_id, starts_on, rate])


def update_rate(*, rate_id: UUID, **changes: Any) -> None:
    """Mend an office's own VAT rate. Raises NotFound, Conflict."""
    with rpc.in_our_words():
        if changes and not VatRate.objects.filter(pk=rate_id, org__isnull=False).update(**changes):
            raise NotFound


def set_tolerance(*, org_id: UUID, tolerance: Decimal) -> None:
    """Set by how many shekels an office's invoices may differ before they are marked. Raises NotFound, Refused."""
    with rpc.in_our_words():
        if not Org.objects.filter(pk=org_id).update(invoice_tolerance=tolerance):
            raise NotFound


def _readings(invoice_id: UUID) -> list[UUID]:
    from_papers = Invoice.objects.filter(pk=invoice_id).values_list("documents__ocr_result_id", flat=True)
    return [key for key in from_papers if key is not None]


def _count(function: str, **arguments: UUID) -> int:
    name = function.split(".")[1]
    return int(rpc.record(function, (name,), **arguments)[name])
