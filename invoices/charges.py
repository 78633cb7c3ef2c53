"""What an invoice charges for a row of a damage center, and the row as it reads then; pure, on values of core.exact."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from core.exact import MISSING
from intake import figures
from invoices.centers import Center, Row
from invoices.models import Invoice, InvoiceLine, InvoiceMapping

_AGORA = Decimal("0.01")
_HUNDRED = Decimal(100)
_REDUCTION = ("reduction_percentage", "reduction")
_WEAR = ("wear_percentage", "wear")
SOURCE = "invoice"

RowValue = dict[str, Any]


@dataclass(frozen=True)
class Charge:
    """A line's money that belongs to one center; `amount` in shekels before VAT."""

    invoice: Invoice
    line: InvoiceLine
    mapping: InvoiceMapping
    amount: Decimal
    price: Decimal
    pieces: Decimal
    at: datetime


def worth(line: InvoiceLine) -> Decimal | None:
    """What a line comes to, in shekels before VAT; None where neither a total nor a price stands in it."""
    total: Decimal | None = line.line_total
    if total is not None:
        return total
    if line.unit_price is None:
        return None
    return _agorot(line.quantity * line.unit_price * (1 - (line.discount_percent or Decimal(0)) / _HUNDRED))


def charge_of(invoice: Invoice, line: InvoiceLine, mapping: InvoiceMapping, at: datetime) -> Charge | None:
    """The line's money for this mapping, as price and pieces; None where there is none."""
    whole = worth(line)
    amount = whole if mapping.amount is None else mapping.amount
    if amount is None:
        return None
    price, pieces = _price_and_pieces(line, amount, is_whole=amount == whole)
    return Charge(invoice, line, mapping, amount, price, pieces, at)


def is_overdrawn(line: InvoiceLine, amounts: list[Decimal | None]) -> bool:
    """Whether the amounts of a line's centers come to more than the line, or point the other way."""
    whole = worth(line)
    given = [amount for amount in amounts if amount is not None]
    if whole is None or not given:
        return False
    sign = -1 if whole < 0 else 1
    return any(amount * sign < 0 for amount in given) or sum(given) * sign > whole * sign


def with_charge(row: RowValue, kind: str, charge: Charge) -> tuple[RowValue, bool]:
    """The row with what was charged for it; False where a reduction or wear in it could not be read as a percent."""
    row = dict(row)
    if kind != "part":
        _put(row, "cost", charge.amount)
        return row, True
    factor, readable = _factor(row)
    updated = _agorot(charge.price * factor)
    _put(row, "price_per_unit", charge.price, "price", "מחיר")
    _put(row, "quantity", charge.pieces, "qty", "כמות")
    _put(row, "updated_price", updated)
    _put(row, "total_cost", _agorot(updated * charge.pieces), "cost")
    if charge.invoice.supplier_name:
        for name in ("supplier_name", *(twin for twin in ("supplier", "ספק") if twin in row)):
            row[name] = charge.invoice.supplier_name
    return row, readable


def new_row(kind: str, center: Center, siblings: list[Row], charge: Charge) -> RowValue:
    """A row for what nobody had planned, with the names that its list's last row has."""
    known = {"part": _new_part, "work": _new_work, "repair": _new_repair}[kind](center, charge)
    shape = siblings[-1].value if siblings else _PLAIN[kind]
    row = {name: known[name] for name in shape if name in known}
    return row | {"source": SOURCE} if len(row) > 1 else {name: known[name] for name in _PLAIN[kind]}


def moment(at: datetime) -> str:
    """A time as the screens write it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def digits(number: Decimal) -> bytes:
    """A number as it stands in a helper; a whole one without the noughts behind its point."""
    return (f"{int(number)}" if number == number.to_integral_value() else f"{number:f}").encode()


_PLAIN: dict[str, tuple[str, ...]] = {
    "part": (
        "row_uuid", "case_id", "damage_center_code", "plate", "part", "name", "part_name", "pcode", "catalog_code",
        "oem", "desc", "description", "supplier", "supplier_name", "price_per_unit", "price", "reduction_percentage",
        "reduction", "wear_percentage", "wear", "updated_price", "total_cost", "cost", "source", "quantity", "qty",
        "updated_at",
    ),
    "work": ("category", "cost", "comments", "added_at", "source"),
    "repair": ("name", "cost", "description", "added_at", "source"),
}  # fmt: skip


def _new_part(center: Center, charge: Charge) -> RowValue:
    line = charge.line
    name, code, supplier = line.description or "", line.catalog_code or "", charge.invoice.supplier_name or ""
    price, pieces = digits(charge.price), digits(charge.pieces)
    total = digits(_agorot(charge.price * charge.pieces))
    return {
        "row_uuid": str(uuid.uuid5(charge.mapping.pk, "row_uuid")),
        "case_id": str(line.case_id),
        "damage_center_code": center.code,
        "plate": line.plate or "",
        **dict.fromkeys(("part", "name", "part_name", "desc", "description", "תיאור"), name),
        **dict.fromkeys(("pcode", "catalog_code", "oem", "מספר OEM"), code),
        **dict.fromkeys(("supplier", "supplier_name", "ספק"), supplier),
        **dict.fromkeys(("price_per_unit", "price", "updated_price"), price),
        **dict.fromkeys((*_REDUCTION, *_WEAR), b"0"),
        **dict.fromkeys(("total_cost", "cost"), total),
        **dict.fromkeys(("quantity", "qty", "כמות"), pieces),
        "מחיר": f"₪{price.decode()}",
        "סוג חלק": line.source or "",
        **dict.fromkeys(("מיקום", "הערות", "זמינות"), ""),
        "source": SOURCE,
        "updated_at": moment(charge.at),
    }


def _new_work(center: Center, charge: Charge) -> RowValue:
    known = {"category": charge.line.description or "", "comments": "", "cost": digits(charge.amount)}
    return {**known, "added_at": moment(charge.at), "source": SOURCE}


def _new_repair(center: Center, charge: Charge) -> RowValue:
    known = {"name": charge.line.description or "", "description": "", "cost": digits(charge.amount)}
    return {**known, "added_at": moment(charge.at), "source": SOURCE}


def _price_and_pieces(line: InvoiceLine, amount: Decimal, *, is_whole: bool) -> tuple[Decimal, Decimal]:
    unit, pieces = line.unit_price, line.quantity
    if is_whole:
        if unit is not None and _agorot(unit * pieces) == amount:
            return unit, pieces
        # After a discount, or where only the total was written.
        return (_agorot(amount / pieces), pieces) if pieces > 0 else (amount, Decimal(1))
    if unit and amount % unit == 0 and amount / unit > 0:
        return unit, amount / unit
    return amount, Decimal(1)


def _factor(row: RowValue) -> tuple[Decimal, bool]:
    factor, readable = Decimal(1), True
    for names in (_REDUCTION, _WEAR):
        said = next((row[name] for name in names if row.get(name) not in (None, "")), b"0")
        percent = _number(said)
        if percent is None or not 0 <= percent <= _HUNDRED:
            readable = False
        else:
            factor *= 1 - percent / _HUNDRED
    return factor, readable


def _put(row: RowValue, name: str, number: Decimal, *twins: str) -> None:
    """Write a number under its name, and under those of its other names that the row has already."""
    for key in (name, *(twin for twin in twins if twin in row)):
        row[key] = _like(row.get(key, MISSING), number)


def _like(old: Any, number: Decimal) -> Any:
    """The number in the way the old one was written; the old one itself where it is the same."""
    if isinstance(old, (str, bytes)) and _number(old) == number:
        return old
    if isinstance(old, str) and old:
        return f"{'₪' if '₪' in old else ''}{digits(number).decode()}"
    return digits(number)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bytes):
        try:
            found = Decimal(value.decode())
        except InvalidOperation:
            return None
        return found if -20 < found.adjusted() < 20 else None
    return figures.number(value)


def _agorot(amount: Decimal) -> Decimal:
    return amount.quantize(_AGORA, ROUND_HALF_UP)
