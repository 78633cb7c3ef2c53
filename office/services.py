"""Writing payments and their fee invoices, and deriving the tracking tables anew."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models.functions import Now

from cases.models import Case
from cases.payments import FeeInvoice, Payment
from core import rpc
from core.errors import Conflict, Invalid, NotFound

_REBUILD = "select changed, warned from private.tracking_rebuild(%s)"


class Rebuilt(NamedTuple):
    """How many rows changed, and how many of the cases have warnings."""

    changed: int
    warned: int


def case_of(*, case_id: UUID | None = None, plate: str | None = None) -> UUID:
    """The case that is meant: by its id, or the plate's open one, else its newest.

    Raises NotFound, and Invalid for a plate that more than one office has.
    """
    if case_id:
        found = Case.objects.filter(pk=case_id, **({"plate": plate} if plate else {}))
    else:
        found = Case.objects.of_plate(plate or "")
        if found.order_by().values("org_id").distinct().count() > 1:
            raise Invalid.at("/case_id", "more than one office has this plate: name the case")
    keys = found.open().order_by("-created_at").values_list("pk", flat=True)
    key = keys.first() or found.order_by("-created_at").values_list("pk", flat=True).first()
    if key is None:
        raise NotFound
    return key


def open_payment(*, case_id: UUID, **facts: Any) -> tuple[UUID, bool]:
    """Make the case's row of payments, or change the one it has; return its id, and whether it is new.

    What is not given is taken from the case when the row is made, and stays as it is afterwards.
    """
    given = {name: value for name, value in facts.items() if value not in (None, "")}
    made = Payment(case_id=case_id, **given)
    with rpc.in_our_words():
        Payment.objects.bulk_create([made], ignore_conflicts=True)
        key = Payment.objects.kept().filter(case_id=case_id).values_list("pk", flat=True).first()
        if key is None:
            raise NotFound
        if key != made.pk and given:
            Payment.objects.filter(pk=key).update(**given)
    return key, key == made.pk


def update_payment(*, payment_id: UUID, stood: Mapping[str, Any] | None = None, **changes: Any) -> None:
    """Change what the office says of a payment; `stood` is what the caller saw where it writes.

    Raises NotFound, and Conflict where something else stands there by now, or the case has another payment.
    """
    rows = Payment.objects.filter(pk=payment_id)
    with rpc.in_our_words():
        if changes and not rows.filter(**(stood or {})).update(**_with_removal(changes)):
            raise Conflict if rows.exists() else NotFound


def mark_paid(*, payment_ids: Iterable[UUID]) -> dict[str, str]:
    """Mark payments as fully paid; return what those were that were not, by their ids, so that it can be taken back."""
    with rpc.in_our_words():
        rows = Payment.objects.kept().filter(pk__in=list(payment_ids)).exclude(payment_status=Payment.Status.PAID)
        before = {
            str(pk): was for pk, was in rows.select_for_update().order_by("pk").values_list("pk", "payment_status")
        }
        Payment.objects.filter(pk__in=before).update(payment_status=Payment.Status.PAID)
    return before


def unmark_paid(*, before: Mapping[str, str]) -> int:
    """Give payments back the status they had; one that is not fully paid any more stays. Return how many there were."""
    count = 0
    with rpc.in_our_words():
        for status in Payment.Status:
            keys = [key for key, was in before.items() if was == status]
            rows = Payment.objects.filter(pk__in=keys, payment_status=Payment.Status.PAID)
            count += rows.update(payment_status=status) if keys else 0
    return count


def contacted(*, payment_id: UUID, note: str | None = None, at: datetime | None = None) -> None:
    """Write down who asked for the payment last, when, and what was said. Raises NotFound."""
    rpc.record("payment_contacted", ("id",), payment_id=payment_id, note=note or None, at=at)


def add_fee_invoice(*, payment_id: UUID, **facts: Any) -> tuple[UUID, bool]:
    """Add an invoice to a payment; the same number again changes the one that is there. Raises NotFound."""
    payment = Payment.objects.kept().filter(pk=payment_id).first()
    if payment is None:
        raise NotFound
    given = {name: value for name, value in facts.items() if value not in (None, "")}
    known = FeeInvoice.objects.of_payment(payment_id).filter(invoice_number=given.get("invoice_number"))
    with rpc.in_our_words():
        if given.get("invoice_number") and (found := known.values_list("pk", flat=True).first()):
            FeeInvoice.objects.filter(pk=found).update(**given)
            return found, False
        made = FeeInvoice(payment_id=payment_id, case_id=payment.case_id, org_id=payment.org_id, **given)
        made.plate = payment.plate
        FeeInvoice.objects.bulk_create([made])
    return made.pk, True


def update_fee_invoice(*, payment_id: UUID, invoice_id: UUID, **changes: Any) -> None:
    """Change or remove a fee invoice. Raises NotFound, and Conflict for a number that is taken."""
    mine = FeeInvoice.objects.filter(pk=invoice_id, payment_id=payment_id)
    with rpc.in_our_words():
        if changes and not mine.update(**_with_removal(changes)):
            raise NotFound


def rebuild(case_ids: Iterable[UUID]) -> Rebuilt:
    """Derive the tracking rows of these cases anew; only what differs is written."""
    with rpc.in_our_words(), connection.cursor() as cursor:
        cursor.execute(_REBUILD, [list(case_ids)])
        return Rebuilt(*cursor.fetchone())


def _with_removal(changes: dict[str, Any]) -> dict[str, Any]:
    told = {name: None if value == "" else value for name, value in changes.items() if name != "removed"}
    if "removed" in changes:
        told["removed_at"] = Now() if changes["removed"] else None
    return told
