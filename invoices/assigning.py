"""Saying which damage center each line of an invoice belongs to, and which of its rows."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core import exact, rpc
from core.errors import Invalid, NotFound
from core.rpc import JsonText
from helpers.models import CaseHelper
from invoices import centers as reading
from invoices import charges, suggesting
from invoices.centers import Center, Row
from invoices.models import Invoice, InvoiceDocument, InvoiceLine, InvoiceMapping
from invoices.suggesting import Suggestion
from parts.models import PartRequired

Wish = dict[str, Any]
Errors = list[dict[str, str]]


@dataclass(frozen=True)
class Desk:
    """An invoice with all that is needed to assign it: its lines, and the damage centers of the current helper."""

    invoice: Invoice
    lines: list[InvoiceLine]
    mappings: list[InvoiceMapping]
    centers: list[Center]
    version: int | None

    @cached_property
    def suggestions(self) -> dict[Any, Suggestion]:
        """By line where it could belong."""
        parts = [line.part_id for line in self.lines if line.part_id]
        keys = dict(PartRequired.objects.filter(pk__in=parts).values_list("pk", "row_uuid"))
        linked = {line.pk: str(keys[line.part_id]) for line in self.lines if line.part_id in keys}
        return suggesting.suggest(self.lines, self.centers, linked=linked, place=_place_said(self.invoice))


def desk(invoice_id: UUID) -> Desk:
    """Raises NotFound."""
    invoice = Invoice.objects.filter(pk=invoice_id).first()
    if invoice is None:
        raise NotFound
    helper, version = current(invoice)
    return Desk(
        invoice,
        list(InvoiceLine.objects.standing().filter(invoice=invoice).defer("metadata", "category_suggestions")),
        mappings_of(invoice),
        [] if helper is None else reading.read(exact.read(helper)),
        version,
    )


def mappings_of(invoice: Invoice) -> list[InvoiceMapping]:
    """The standing mappings in the order of the lines."""
    found = InvoiceMapping.objects.standing().filter(invoice=invoice).select_related("invoice_line")
    return list(found.order_by("invoice_line__line_number", "damage_center_name", "field_type", "id"))


def current(invoice: Invoice) -> tuple[str | None, int | None]:
    """The text and the version of the case's helper; None where there is none."""
    if invoice.case_id is None:
        return None, None
    found = CaseHelper.objects.current(invoice.case_id).values_list("helper_json", "version").first()
    return found or (None, None)


def assign(*, invoice_id: UUID, mappings: list[Wish], suggested: bool = False) -> Invoice:
    """Say where the lines belong, all at once; what is not named belongs nowhere, and nothing named leaves it waiting.

    With `suggested`, a line that is not named goes where it nearly surely belongs. Raises NotFound, Conflict for an
    invoice without a case or one that is accepted, and Invalid with the place of each wrong mapping.
    """
    at = desk(invoice_id)
    wishes = list(mappings)
    if suggested:
        named = {key for wish in wishes for key in (wish.get("invoice_line_id"), wish.get("line_number"))}
        wishes += [_wish(one) for one in at.suggestions.values() if _is_free(one, named)]
    rows = _Checked(at).rows(wishes)
    return rpc.row(
        Invoice,
        "invoice_assign",
        without=("metadata",),
        invoice_id=invoice_id,
        mappings=JsonText(exact.write(rows).encode()),
    )


def _wish(one: Suggestion) -> Wish:
    row = {} if one.row is None else {"row_uuid": one.row.row_uuid, "field_index": one.row.place}
    return {"invoice_line_id": one.line.pk, "damage_center_id": one.center.id, "field_type": one.kind, **row}


def _is_free(one: Suggestion, named: set[Any]) -> bool:
    return one.confidence >= suggesting.SURE and not {one.line.pk, one.line.line_number} & named


class _Checked:
    """Wishes against the lines and the centers that are there."""

    def __init__(self, at: Desk) -> None:
        self.desk = at
        self.lines: dict[Any, InvoiceLine] = {line.pk: line for line in at.lines}
        self.numbers = {line.line_number: line for line in at.lines}
        self.errors: Errors = []

    def rows(self, wishes: list[Wish]) -> list[dict[str, Any]]:
        """What invoice_assign takes. Raises Invalid."""
        found = [(at, wish, self._target(f"/mappings/{at}", wish)) for at, wish in enumerate(wishes)]
        targets = [(at, wish, target) for at, wish, target in found if target is not None]
        self._once(targets)
        self._within(targets)
        if self.errors:
            raise Invalid(details=self.errors)
        return [self._row(wish, *target) for _at, wish, target in targets]

    def _wrong(self, pointer: str, reason: str) -> None:
        self.errors.append({"pointer": pointer, "reason": reason})

    def _target(self, at: str, wish: Wish) -> tuple[InvoiceLine, Center, Row | None] | None:
        line = self._line(at, wish)
        center = reading.find(self.desk.centers, wish["damage_center_id"])
        if center is None:
            self._wrong(f"{at}/damage_center_id", _("the current helper has no such damage center"))
        if line is None or center is None:
            return None
        if center.list_path(wish["field_type"]) is None:
            self._wrong(f"{at}/field_type", _("something else than rows stands there in this damage center"))
            return None
        row = self._helper_row(at, wish, center)
        return None if row is False else (line, center, row)

    def _line(self, at: str, wish: Wish) -> InvoiceLine | None:
        key, number = wish.get("invoice_line_id"), wish.get("line_number")
        line = self.lines.get(key) if key else self.numbers.get(number) if number else None
        if line is None or (number and line.line_number != number):
            self._wrong(f"{at}/{'invoice_line_id' if key else 'line_number'}", _("this invoice has no such line"))
            return None
        return line

    def _helper_row(self, at: str, wish: Wish, center: Center) -> Any:
        """The row that is meant, None for a new one, False where there is no such row."""
        key, place = wish.get("row_uuid"), wish.get("field_index")
        if key is None and place is None:
            return None
        rows = center.rows(wish["field_type"])
        found = [row for row in rows if (key is None or row.row_uuid == str(key)) and place in {None, row.place}]
        # Its uuid means a row wherever it stands; only of two that share one, the place tells which.
        found = found or [row for row in rows if key is not None and row.row_uuid == str(key)]
        if not found:
            self._wrong(f"{at}/{'field_index' if key is None else 'row_uuid'}", _("this damage center has no such row"))
            return False
        return found[0]

    def _once(self, targets: Iterable[tuple[int, Wish, tuple[InvoiceLine, Center, Row | None]]]) -> None:
        seen: set[Any] = set()
        rows: set[Any] = set()
        for at, wish, (line, center, row) in targets:
            key = (line.pk, center.id, wish["field_type"])
            if key in seen:
                self._wrong(f"/mappings/{at}", _("this line is named twice for one damage center"))
            seen.add(key)
            place = (center.id, wish["field_type"], row.place) if row else None
            if place in rows and place is not None:
                self._wrong(f"/mappings/{at}", _("another line of this invoice goes into that row already"))
            rows.add(place)

    def _within(self, targets: Iterable[tuple[int, Wish, tuple[InvoiceLine, Center, Row | None]]]) -> None:
        """Of a line that is shared every share is said, and together they are no more than the line."""
        shares: defaultdict[Any, list[tuple[int, InvoiceLine, Decimal | None]]] = defaultdict(list)
        for at, wish, (line, *_center) in targets:
            shares[line.pk].append((at, line, wish.get("amount")))
        for share in shares.values():
            line, amounts = share[0][1], [one[2] for one in share]
            for at, _line, amount in share:
                if amount is None and (len(share) > 1 or charges.worth(line) is None):
                    self._wrong(f"/mappings/{at}/amount", _("say how much of this line belongs here"))
            if charges.is_overdrawn(line, amounts):
                self._wrong(f"/mappings/{share[-1][0]}/amount", _("the amounts come to more than the line"))

    def _row(self, wish: Wish, line: InvoiceLine, center: Center, row: Row | None) -> dict[str, Any]:
        amount = wish.get("amount")
        return {
            "invoice_line_id": str(line.pk),
            "damage_center_id": center.id,
            "damage_center_name": center.name[:300],
            "field_type": wish["field_type"],
            "field_index": None if row is None else b"%d" % row.place,
            "field_id": row.row_uuid if row else None,
            "amount": None if amount is None else f"{amount:f}".encode(),
            "original_field_data": row.value if row else None,
            "mapping_confidence": self._confidence(line, center, wish["field_type"], row),
        }

    def _confidence(self, line: InvoiceLine, center: Center, kind: str, row: Row | None) -> bytes | None:
        """How sure we had been, where the person took what was proposed."""
        one = self.desk.suggestions.get(line.pk)
        if one is None or (one.center.id, one.kind, one.row) != (center.id, kind, row):
            return None
        return f"{one.confidence:f}".encode()


def _place_said(invoice: Invoice) -> str:
    """What the papers of an invoice call its damage center."""
    read = InvoiceDocument.objects.filter(invoice=invoice, ocr_result__isnull=False)
    for text in read.order_by("-created_at").values_list("ocr_result__parsed", flat=True)[:5]:
        found = exact.read(text) if text else None
        said = found.get("damage_center") if isinstance(found, dict) else None
        if isinstance(said, str) and said.strip():
            return said[:300]
    return ""
