"""What the final report keeps of assigned lines, under the names its own screens use; pure, on values of core.exact."""

from collections import defaultdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.exact import MISSING
from invoices.centers import Center
from invoices.charges import Charge, digits, moment, worth

SECTION = "final_report"
LIST = "invoice_assignments"
# What is counted from the list; never merged, always counted anew.
TOTALS = ("total_assignments", "total_assigned_cost", "last_assignment_at", "assignments_by_center")
_COUNTS = {"part": "parts_count", "work": "works_count", "repair": "repairs_count"}

Entry = dict[str, Any]


def entry(center: Center, charge: Charge, by: UUID | None) -> Entry:
    """A line that was assigned and accepted, as the screens keep it."""
    mapping, supplier = charge.mapping, charge.invoice.supplier_name or ""
    return {
        "assignment_id": str(mapping.pk),
        "invoice_line_id": str(charge.line.pk),
        "invoice_id": str(charge.invoice.pk),
        "damage_center_id": center.id,
        "damage_center_name": center.screen_name,
        "field_type": mapping.field_type,
        "catalog_code": charge.line.catalog_code or "",
        "supplier_name": supplier,
        "garage_name": supplier,
        "invoice_line": _line(charge),
        "assigned_at": moment(mapping.updated_at),
        "assigned_by": str(mapping.mapped_by_id) if mapping.mapped_by_id else None,
        "assignment_status": "applied",
        "applied_at": moment(charge.at),
        "applied_by": str(by) if by else None,
    }


def added(section: Any, entries: list[Entry]) -> tuple[Any, str]:
    """The section with these entries, each once, and its totals; where that cannot be, as it was and the place why."""
    if section is MISSING or section is None:
        section = {}
    if not isinstance(section, dict):
        return section, ""
    listed = section.get(LIST)
    if listed is not None and not isinstance(listed, list):
        return section, f"/{LIST}"
    found = list(listed or [])
    for one in entries:
        at = next((at for at, row in enumerate(found) if _is_same(row, one)), None)
        if at is None:
            found.append(one)
        else:
            # The screens put it there while it waited: its id and who assigned it stay.
            kept = {
                name: found[at][name] for name in ("assignment_id", "assigned_at", "assigned_by") if name in found[at]
            }
            found[at] = {**found[at], **one, **kept}
    return counted({**section, LIST: found}), ""


def counted(section: dict[str, Any]) -> dict[str, Any]:
    """The section with its totals as its list has them; a total of another kind than ours stays as it is."""
    listed = [row for row in section[LIST] if isinstance(row, dict)]
    times = [
        time for time in (row.get("applied_at") or row.get("assigned_at") for row in listed) if isinstance(time, str)
    ]
    totals: dict[str, Any] = {
        "total_assignments": digits(Decimal(len(section[LIST]))),
        "total_assigned_cost": digits(sum(map(_cost, listed), Decimal(0))),
        "last_assignment_at": max(times, default=None),
    }
    found = dict(section)
    for name, value in totals.items():
        if section.get(name) is None or value is None or isinstance(section[name], type(value)):
            found[name] = value
    if isinstance(old := section.get("assignments_by_center"), dict):
        found["assignments_by_center"] = _by_center(old, listed)
    return found


def _by_center(before: dict[str, Any], listed: list[Entry]) -> dict[str, Any]:
    """The counts of each center, where they are kept in the one shape we know; another means we do not know what."""
    of_center: defaultdict[str, list[Entry]] = defaultdict(list)
    for row in listed:
        if isinstance(name := row.get("damage_center_id"), str):
            of_center[name].append(row)
    if not before or not all(isinstance(row, dict) and "total_cost" in row for row in before.values()):
        return before
    return {
        **before,
        **{name: {**before.get(name, {}), **_of_center(of_center[name])} for name in {*before, *of_center}},
    }


def _of_center(rows: list[Entry]) -> dict[str, Any]:
    counts = {name: b"%d" % sum(row.get("field_type") == kind for row in rows) for kind, name in _COUNTS.items()}
    return {**counts, "total_cost": digits(sum(map(_cost, rows), Decimal(0)))}


def _is_same(row: Any, one: Entry) -> bool:
    if not isinstance(row, dict):
        return False
    keys = ("invoice_line_id", "damage_center_id", "field_type")
    return row.get("assignment_id") == one["assignment_id"] or all(row.get(key) == one[key] for key in keys)


def _cost(row: Entry) -> Decimal:
    line = row.get("invoice_line")
    said = line.get("line_total") if isinstance(line, dict) else None
    return Decimal(said.decode()) if isinstance(said, bytes) else Decimal(0)


def _line(charge: Charge) -> dict[str, Any]:
    """The line as it stands on the invoice; of a line that is shared, this center's share."""
    line = charge.line
    is_whole = charge.amount == worth(line)
    price = line.unit_price if is_whole else charge.price
    return {
        "id": str(line.pk),
        "invoice_id": str(charge.invoice.pk),
        "line_number": b"%d" % line.line_number,
        "description": line.description or "",
        "quantity": digits(line.quantity if is_whole else charge.pieces),
        "unit_price": None if price is None else digits(price),
        "line_total": digits(charge.amount),
        "discount_percent": digits((line.discount_percent if is_whole else None) or Decimal(0)),
        "item_category": line.item_category,
        "category_confidence": None if line.category_confidence is None else digits(line.category_confidence),
        "category_method": line.category_method,
        "source": line.source or "",
        "catalog_code": line.catalog_code or "",
    }
