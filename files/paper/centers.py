"""Damage centers of any generation: what is broken, what is to be done, and what it costs."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from files.paper.finding import at, first, mapping, one_of, rows_of
from files.paper.written import DASH, money, number, percent, quantity, text


@dataclass(frozen=True)
class Part:
    """One part as it is printed."""

    center: str
    code: str
    name: str
    supplier: str
    source: str
    quantity: str
    price: str
    reduction: str
    wear: str
    updated: str
    total: str
    amount: Decimal | None


@dataclass(frozen=True)
class Job:
    """One work or repair as it is printed."""

    name: str
    notes: str
    cost: str
    amount: Decimal | None


@dataclass(frozen=True)
class Sums:
    """What centers come to, as the helper says it."""

    parts: Decimal | None = None
    works: Decimal | None = None
    repairs: Decimal | None = None
    before_vat: Decimal | None = None
    vat_rate: Decimal | None = None
    vat: Decimal | None = None
    with_vat: Decimal | None = None

    @property
    def printed(self) -> dict[str, str]:
        """Every sum as it is printed, by its name."""
        told = {name: money(value) for name, value in vars(self).items()}
        return {**told, "vat_rate": "" if self.vat_rate is None else percent(self.vat_rate)}


@dataclass(frozen=True)
class Center:
    """One damage center."""

    number: str
    location: str
    description: str
    nature: str
    rule_389: str
    parts: list[Part]
    works: list[Job]
    repairs: list[Job]
    sums: Sums


def of_case(helper: dict[str, Any]) -> list[Center]:
    """The centers; where there are none, the newest copy of them."""
    return [
        _center(row, place)
        for place, row in enumerate(
            rows_of(
                helper.get("centers"),
                helper.get("damage_centers"),
                at(helper, "expertise", "damage_blocks"),
                at(helper, "expertise_snapshot", "damage_blocks"),
                at(helper, "damage_assessment", "comprehensive", "centers"),
                at(helper, "damage_assessment", "centers"),
                at(helper, "estimate", "damage_centers"),
            ),
            1,
        )
    ]


def of_estimate(helper: dict[str, Any]) -> list[Center]:
    """The centers as the estimate counted them: an invoice taken over later changes the others."""
    found = rows_of(at(helper, "estimate", "damage_centers"), at(helper, "estimate_snapshot", "damage_centers"))
    return [_center(row, place) for place, row in enumerate(found, 1)] or of_case(helper)


def parts_list(helper: dict[str, Any]) -> list[Part]:
    """Every required part of the case once; those of the parts search where the centers have none."""
    found = [part for center in of_case(helper) for part in center.parts]
    return found or [_part(row, text(row.get("damage_center_code")) or DASH) for row in _once(_searched(helper))]


def _searched(helper: dict[str, Any]) -> list[dict[str, Any]]:
    return rows_of(at(helper, "parts_search", "required_parts"), at(helper, "parts_search", "selected_parts"))


def _center(row: dict[str, Any], place: int) -> Center:
    number_ = text(one_of(row, "Damage center Number", "number", "center_number", "damage_center_number")) or str(place)
    parts = rows_of(at(row, "Parts", "parts_required"), row.get("parts"), row.get("parts_items"))
    works = rows_of(at(row, "Works", "works"), row.get("works"), row.get("work_items"))
    repairs = rows_of(at(row, "Repairs", "repairs"), row.get("repairs"), row.get("repairs_items"))
    center = Center(
        number=number_,
        location=text(one_of(row, "Location", "location", "damage_center_name")) or DASH,
        description=text(one_of(row, "Description", "description")) or DASH,
        nature=text(one_of(row, "RepairNature", "repair_nature")),
        rule_389=text(first(at(row, "Works", "takana389"), at(row, "Parts", "takana389"))),
        parts=[_part(part, number_) for part in _once(parts)],
        works=[_job(work) for work in works],
        repairs=[_job(repair) for repair in repairs],
        sums=Sums(),
    )
    return _with_sums(center, row)


def _once(parts: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """The rows without those whose own id came before."""
    seen: set[str] = set()
    for row in parts:
        key = text(row.get("row_uuid"))
        if key not in seen or not key:
            yield row
        seen.add(key)


def _part(row: dict[str, Any], center: str) -> Part:
    name = text(one_of(row, "name", "part_name", "part", "desc", "description", "תיאור"))
    total = one_of(row, "total_cost", "cost", "total")
    return Part(
        center=center,
        code=text(one_of(row, "pcode", "catalog_code", "oem", "מספר OEM", "מספר קטלוגי")) or DASH,
        name=name or DASH,
        supplier=text(one_of(row, "supplier_name", "supplier", "ספק")) or DASH,
        source=text(one_of(row, "source", "סוג חלק")) or DASH,
        quantity=quantity(one_of(row, "quantity", "qty", "כמות")),
        price=money(one_of(row, "price_per_unit", "price", "מחיר")),
        reduction=percent(one_of(row, "reduction_percentage", "reduction")),
        wear=percent(one_of(row, "wear_percentage", "wear")),
        updated=money(row.get("updated_price")),
        total=money(total),
        amount=number(total),
    )


def _job(row: dict[str, Any]) -> Job:
    name = text(one_of(row, "category", "name", "description", "type"))
    notes = (text(row.get(key)) for key in ("description", "comments", "notes"))
    cost = one_of(row, "cost", "total_cost", "total", "price")
    told = dict.fromkeys(note for note in notes if note and note != name)
    return Job(name=name or DASH, notes=" · ".join(told), cost=money(cost), amount=number(cost))


def _with_sums(center: Center, row: dict[str, Any]) -> Center:
    said, costs, old = mapping(row.get("Summary")), mapping(row.get("costs")), mapping(row.get("calculations"))
    before = number(
        first(one_of(said, "Subtotal", "Total without VAT"), costs.get("total_cost"), old.get("subtotal_before_vat"))
    )
    with_vat = number(first(said.get("Total with VAT"), costs.get("total_with_vat"), old.get("total_with_vat")))
    vat = number(first(said.get("VAT amount"), old.get("vat_amount")))
    if vat is None and before is not None and with_vat is not None:
        vat = with_vat - before
    sums = Sums(
        parts=_said_or_added(
            first(
                said.get("Total parts"),
                one_of(costs, "parts_cost"),
                row.get("parts_cost"),
                old.get("parts_subtotal"),
                at(row, "Parts", "parts_meta", "total_cost"),
            ),
            center.parts,
        ),
        works=_said_or_added(
            first(
                said.get("Total works"),
                one_of(costs, "work_cost"),
                row.get("work_cost"),
                old.get("works_subtotal"),
                at(row, "Works", "works_meta", "total_cost"),
            ),
            center.works,
        ),
        repairs=_said_or_added(
            first(
                said.get("Total repairs"),
                one_of(costs, "repairs_cost"),
                row.get("repairs_cost"),
                old.get("repairs_subtotal"),
                at(row, "Repairs", "repairs_meta", "total_cost"),
            ),
            center.repairs,
        ),
        before_vat=before,
        vat_rate=number(said.get("VAT percentage")),
        vat=vat,
        with_vat=with_vat,
    )
    return Center(**{**vars(center), "sums": sums})


def _said_or_added(said: Any, lines: list[Any]) -> Decimal | None:
    found = number(said)
    return added(line.amount for line in lines) if found is None else found


def added(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; None where one of them is not known."""
    total = Decimal(0)
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def together(centers: list[Center]) -> Sums:
    """What all centers come to: their own sums, added."""
    if not centers:
        return Sums()
    rates = {center.sums.vat_rate for center in centers}
    names = ("parts", "works", "repairs", "before_vat", "vat", "with_vat")
    sums = {name: added(getattr(center.sums, name) for center in centers) for name in names}
    return Sums(**sums, vat_rate=rates.pop() if len(rates) == 1 else None)


def estimated(helper: dict[str, Any], centers: list[Center]) -> Sums:
    """What the estimate itself says that its centers come to; else what they do."""
    said = mapping(at(helper, "estimate", "totals", "damage_centers"))
    sums = {name: _valued(said.get(key)) for name, key in _ESTIMATED.items()}
    if all(value is None for value in sums.values()):
        return together(centers)
    rate = number(said.get("vat_rate"))
    if rate is not None and 0 < rate < 1:
        # Only here the rate stands as a fraction.
        rate *= 100
    return Sums(**sums, vat_rate=rate)


_ESTIMATED = {
    "parts": "parts",
    "works": "works",
    "repairs": "repairs",
    "before_vat": "total_before_vat",
    "vat": "vat_amount",
    "with_vat": "total_with_vat",
}


def _valued(said: Any) -> Decimal | None:
    return number(first(at(said, "value"), at(said, "formatted"))) if isinstance(said, dict) else number(said)
