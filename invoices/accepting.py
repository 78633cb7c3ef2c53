"""Accepting an assigned invoice: what the helper becomes by it, and doing it."""

import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import flags
from core import exact, rpc
from core.errors import Conflict, NotFound
from core.exact import MISSING
from core.rpc import JsonText
from helpers import counting, meeting, pointers
from helpers.history import Comparison
from helpers.models import CaseHelper
from helpers.pointers import Path
from invoices import centers as reading
from invoices import charges, reported
from invoices.assigning import current, mappings_of
from invoices.centers import Center, Row
from invoices.charges import Charge
from invoices.models import Invoice, InvoiceMapping

OURS = frozenset({"dual", "supabase"})
_MODULE = "invoices"
_LOCK = "select 1 from private.case_lock(%s, %s, null)"
_WHO = "select auth.uid()"


class Left(NamedTuple):
    """A place of the helper that is left as it is, and why."""

    pointer: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """What a turn of an invoice would make of the helper; `text` is None where the helper is not written."""

    invoice: Invoice
    version: int | None
    difference: Comparison
    text: JsonText | None = None
    left: list[Left] = field(default_factory=list)
    is_ours: bool = True

    @property
    def writes(self) -> bool:
        return self.text is not None


def invoice_or_404(invoice_id: UUID, *, lock: bool = False) -> Invoice:
    """Raises NotFound."""
    rows = Invoice.objects.filter(pk=invoice_id)
    with rpc.in_our_words():
        invoice = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if invoice is None:
        raise NotFound
    return invoice


def preview(invoice_id: UUID) -> Plan:
    """What accepting would change, changing nothing. Raises NotFound and Conflict."""
    return _plan(invoice_or_404(invoice_id))


def accept(*, invoice_id: UUID, expected_version: int | None) -> Plan:
    """Accept an invoice: its lines stand in their damage centers, and the version from before is kept.

    Raises NotFound, Conflict `version_conflict` where somebody saved meanwhile, `assign_anew` where a damage center
    or a row is not there any more, `conflict` for an invoice that is not assigned.
    """
    invoice = locked(invoice_id, expected_version)
    plan = _plan(invoice)
    return turned("invoice_accept", plan)


def locked(invoice_id: UUID, expected_version: int | None) -> Invoice:
    """The invoice, and its case's helper as it was read: nobody turns the one or saves the other before we do."""
    invoice = invoice_or_404(invoice_id, lock=True)
    if invoice.case_id:
        with rpc.in_our_words(), connection.cursor() as cursor:
            cursor.execute(_LOCK, [invoice.case_id, expected_version])
    return invoice


def turned(function: str, plan: Plan, **more: Any) -> Plan:
    """The plan carried out, its invoice and version as they are then."""
    invoice = rpc.row(
        Invoice,
        function,
        without=("metadata",),
        invoice_id=plan.invoice.pk,
        expected_version=plan.version,
        helper_json=plan.text,
        **more,
    )
    version = plan.version
    if invoice.case_id:
        saved = CaseHelper.objects.of_case(invoice.case_id).filter(version__gt=plan.version or 0)
        for one in saved.order_by("version"):
            counting.counted(meeting.within_limits(one) if plan.writes else one)
            version = one.version
    return Plan(invoice, version, plan.difference, plan.text, plan.left, plan.is_ours)


def writer_is_ours(case_id: UUID | None) -> bool:
    """Whether our side writes what invoices change in this case's helper."""
    return case_id is not None and flags.standing(case_id)["writers"].get(_MODULE) in OURS


def difference(before: dict[str, Any], after: dict[str, Any]) -> Comparison:
    """What differs between two helpers, of which one need not be saved."""
    names = sorted({*before, *after})
    changed = [name for name in names if before.get(name, MISSING) != after.get(name, MISSING)]
    unchanged = [name for name in names if name not in set(changed)]
    return Comparison(_only(before, changed), _only(after, changed), changed, unchanged)


def _only(helper: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: helper[name] for name in names if name in helper}


def _plan(invoice: Invoice) -> Plan:
    if invoice.status != Invoice.Status.ASSIGNED or invoice.case_id is None:
        raise Conflict(details={"status": invoice.status, "case_id": invoice.case_id and str(invoice.case_id)})
    text, version = current(invoice)
    mappings = mappings_of(invoice)
    if text is None or not mappings:
        return Plan(invoice, version, difference({}, {}))
    helper = exact.read(text)
    if not isinstance(helper, dict):
        return Plan(invoice, version, difference({}, {}), left=[Left("", _("The helper is no object."))])
    entering = _Entering(helper, invoice, timezone.now(), _caller())
    after = entering.all(mappings)
    found = difference(helper, after)
    is_ours = writer_is_ours(invoice.case_id)
    body = JsonText(exact.write(after).encode()) if is_ours and found.changed else None
    return Plan(invoice, version, found, body, entering.left, is_ours)


class _Entering:
    """An invoice on its way into a helper; whatever it does not touch stays the very same value."""

    def __init__(self, helper: dict[str, Any], invoice: Invoice, at: datetime, by: UUID | None) -> None:
        self.helper, self.invoice, self.at, self.by = helper, invoice, at, by
        self.centers = reading.read(helper)
        self.section = str(self.centers[0].path[0]) if self.centers else ""
        self.after = {**helper}
        if self.section:
            self.after[self.section] = copy.deepcopy(helper[self.section])
        self.left: list[Left] = []
        self.stale: list[dict[str, Any]] = []

    def all(self, mappings: list[InvoiceMapping]) -> dict[str, Any]:
        """The helper with every mapped line in it. Raises Conflict `assign_anew`."""
        entries = [one for mapping in mappings if (one := self._entered(mapping)) is not None]
        self._refuse_overdrawn(mappings)
        if self.stale:
            raise Conflict("assign_anew", details={"mappings": self.stale})
        before = self.helper.get(reported.SECTION, MISSING)
        section, why = reported.added(before, entries)
        if entries and isinstance(section, dict) and not why:
            self.after[reported.SECTION] = section
        elif entries:
            self._leave(
                (reported.SECTION, *why.split("/")[1:]), _("Something else than the list of lines stands there.")
            )
        return self.after

    def _entered(self, mapping: InvoiceMapping) -> dict[str, Any] | None:
        center = reading.find(self.centers, mapping.damage_center_id)
        if center is None:
            self._anew(mapping, "damage_center_id")
            return None
        charge = charges.charge_of(self.invoice, mapping.invoice_line, mapping, self.at)
        if charge is None or mapping.invoice_line.removed_at is not None:
            self._anew(mapping, "amount" if charge is None else "invoice_line_id")
            return None
        self._into_center(center, charge)
        return reported.entry(center, charge, self.by)

    def _into_center(self, center: Center, charge: Charge) -> None:
        kind, mapping = charge.mapping.field_type, charge.mapping
        path = center.list_path(kind)
        if path is None:
            self._leave(center.path, _("Something else than rows stands in this damage center."))
            return
        rows = center.rows(kind)
        if mapping.field_index is None:
            self._list(center.path + path).append(charges.new_row(kind, center, rows, charge))
            return
        row = _found(rows, mapping)
        if row is None:
            self._anew(mapping, "row_uuid" if mapping.field_id else "field_index")
            return
        place = (*center.path, *path, row.place)
        value, is_readable = charges.with_charge(row.value, kind, charge)
        self._list(center.path + path)[row.place] = value
        if not is_readable:
            self._leave(place, _("The reduction or wear of this row is no percent; none was counted."))

    def _list(self, path: Path) -> list[Any]:
        """The list at a place of the new helper, made where there is none."""
        value: Any = self.after
        for at, step in enumerate(path):
            if isinstance(value, dict) and value.get(str(step)) is None:
                value[str(step)] = [] if at == len(path) - 1 else {}
            value = value[step]
        found: list[Any] = value
        return found

    def _refuse_overdrawn(self, mappings: list[InvoiceMapping]) -> None:
        """Lines may have changed since they were assigned."""
        for mapping in mappings:
            of_line = [one.amount for one in mappings if one.invoice_line_id == mapping.invoice_line_id]
            if charges.is_overdrawn(mapping.invoice_line, of_line):
                self._anew(mapping, "amount")

    def _leave(self, path: Path, reason: str) -> None:
        self.left.append(Left(pointers.write(path), reason))

    def _anew(self, mapping: InvoiceMapping, what: str) -> None:
        self.stale.append(
            {
                "line_number": mapping.invoice_line.line_number,
                "damage_center_id": mapping.damage_center_id,
                "reason": what,
            }
        )


def _found(rows: list[Row], mapping: InvoiceMapping) -> Row | None:
    """The row that was meant when it was assigned: by its uuid, else the one that still reads the same."""
    if mapping.field_id:
        same = [row for row in rows if row.row_uuid == mapping.field_id]
    else:
        read = exact.read(mapping.original_field_data) if mapping.original_field_data else MISSING
        same = [row for row in rows if row.value == read]
    return next((row for row in same if row.place == mapping.field_index), same[0] if len(same) == 1 else None)


def _caller() -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute(_WHO)
        found: UUID | None = cursor.fetchone()[0]
    return found
