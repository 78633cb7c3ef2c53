"""The gateway's ops about invoices."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

import intake.services
from core import jsontext
from core.api import shown
from core.errors import Invalid, NotFound
from intake.answers import object_in
from intake.ocr import INVOICE
from invoices import services, spelled
from invoices.models import Invoice
from invoices.serializers import InvoiceKept, LinesKept
from invoices.services import Placed
from invoices.spelled import LIST_NAMES, Listed, Row, Unusable
from make.bodies import Sent, without_extras
from make.calls import Call
from make.serializers import FromMake, OfCase

_HEBREW = re.compile(r"[א-ת]")
_OF_THE_CALL = {"idempotency_key", "org_id", "case_id", "answer", "replace"}
_REPLACE = "true: the lines that are not named are taken off; so it is without a word where a reading brings its lists."


@extend_schema_field({"description": "As people, scenarios and OCR write it.", "nullable": True})
class Said(serializers.Field):  # type: ignore[type-arg]
    """A value that is read tolerantly; what cannot be read is named in `unread`."""

    def to_internal_value(self, data: Any) -> Any:
        return data

    def to_representation(self, value: Any) -> Any:
        return value


def _said() -> Said:
    return Said(required=False, allow_null=True)


class UpsertInvoice(OfCase):
    """The body of `invoices.upsert`: an invoice in our fields or in those of a reading, Hebrew ones in any quote sign.

    The reading may also stand in `answer`, as an object or as text. A plate stands for its open case; without one
    the invoice waits until somebody finds it a case.
    """

    also = {"payload": "answer", "data": "answer"}

    invoice_number = _said()
    supplier_name, supplier_tax_id = _said(), _said()
    invoice_type, status = _said(), _said()
    invoice_date, issue_date, due_date = _said(), _said(), _said()
    total_before_tax, vat_rate, tax_amount, total_amount = _said(), _said(), _said(), _said()
    currency, notes, metadata = _said(), _said(), _said()
    source = _said()  # type: ignore[assignment]
    lines = serializers.ListField(required=False, allow_null=True)
    replace = serializers.BooleanField(required=False, allow_null=True, help_text=_REPLACE)
    answer = _said()

    def to_internal_value(self, data: Any) -> Any:
        asked = super().to_internal_value({name: value for name, value in data.items() if not _is_of_a_reading(name)})
        if not asked.get("plate"):
            asked["plate"] = next((found for found in map(_plate_in, _readings(data)) if found), None)
        return asked


class UpsertInvoiceLines(FromMake):
    """The body of `invoice_lines.bulk_upsert`: lines of one invoice, named by its id, or its number and supplier.

    A line without a number has that of its place.
    """

    also = {"rows": "lines", "items": "lines"}

    invoice_id = serializers.UUIDField(required=False, allow_null=True)
    invoice_number = serializers.CharField(max_length=100, required=False, allow_null=True)
    supplier_name = serializers.CharField(max_length=300, required=False, allow_null=True)
    supplier_tax_id = serializers.CharField(max_length=50, required=False, allow_null=True)
    lines = serializers.ListField()
    replace = serializers.BooleanField(required=False, allow_null=True, help_text=_REPLACE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("invoice_id") and not attrs.get("invoice_number"):
            raise serializers.ValidationError({"invoice_id": ["name the invoice, or its number and supplier"]})
        return attrs


def keep_invoice(call: Call) -> dict[str, Any]:
    """Keep the invoice of a call, and the lines that came with it."""
    said, at = _invoice_in(call.sent, UpsertInvoice.also)
    head, listed = spelled.head_of(said), spelled.lines_in(said)
    if "invoice_number" not in head.row:
        raise Invalid.at(f"{at}/invoice_number", "an invoice without a number cannot be told from others: use ocr.add")
    case_id = intake.services.case_of(
        case_id=call.asked.get("case_id"), plate=call.asked.get("plate"), org_id=call.org_id
    )
    kept = services.upsert(
        row={**head.row, **({"plate": call.asked["plate"]} if call.asked.get("plate") else {})},
        case_id=case_id,
        lines=_placed(listed, at) if listed else None,
        replace=_replaces(call, listed),
        org_id=call.org_id,
    )
    invoice = Invoice.objects.select_related("validation").defer("metadata", "notes").get(pk=kept.id)
    for name, value in {"created": kept.created, "unread": head.unread}.items():
        setattr(invoice, name, value)
    told: dict[str, Any] = shown(InvoiceKept, _Kept(invoice, kept.lines))
    return told


def keep_lines(call: Call) -> dict[str, Any]:
    """Keep the lines of a call."""
    invoice_id = _invoice_of(call)
    tree = _tree(call.sent, UpsertInvoiceLines.also)
    name = next(name for name in ("lines", *UpsertInvoiceLines.also) if name in call.sent.fields)
    listed = [Listed(row, f"/{name}/{place}") for place, row in enumerate(tree["lines"])]
    told = services.lines_bulk_upsert(invoice_id=invoice_id, lines=_placed(listed), replace=_replaces(call, listed))
    validation = Invoice.objects.select_related("validation").only("validation").get(pk=invoice_id).validation
    answer: dict[str, Any] = shown(LinesKept, {"invoice_id": invoice_id, "lines": told, "validation": validation})
    return answer


class _Kept:
    """An invoice with what became of the lines of one call."""

    def __init__(self, invoice: Invoice, lines: list[services.Told]) -> None:
        self._invoice, self.lines = invoice, lines

    def __getattr__(self, name: str) -> Any:
        return getattr(self._invoice, name)


def _invoice_of(call: Call) -> UUID:
    """The invoice that is meant. Raises NotFound, and Invalid where more than one has this number."""
    asked = call.asked
    found = Invoice.objects.all() if call.org_id is None else Invoice.objects.filter(org_id=call.org_id)
    if asked.get("invoice_id"):
        found = found.filter(pk=asked["invoice_id"])
    else:
        found = found.named(asked["invoice_number"], asked.get("supplier_name"), asked.get("supplier_tax_id"))
    ids = list(found.values_list("pk", flat=True)[:2])
    if not ids:
        raise NotFound
    if len(ids) > 1:
        raise Invalid.at("/supplier_tax_id", "more than one supplier has this number: name the supplier")
    return ids[0]


def _placed(listed: Iterable[Listed], at: str = "") -> list[Placed]:
    """The lines as they are read, each with its number and its place in the body."""
    rows = spelled.numbered(map(_line_or_why, listed))
    return [Placed(row, at + line.pointer) for row, line in zip(rows, listed, strict=True)]


def _line_or_why(listed: Listed) -> Row | str:
    try:
        return spelled.line_of(listed)
    except Unusable as why:
        return str(why)


def _replaces(call: Call, listed: list[Listed]) -> bool:
    """As it was asked; a reading brings all of the lines."""
    said = call.asked.get("replace")
    return bool(said) if said is not None else any(line.category for line in listed)


def _invoice_in(sent: Sent, also: dict[str, str]) -> tuple[Row, str]:
    """The invoice of a body to the last digit, what stands in `answer` under what stands beside it, and where it is."""
    body = _tree(sent, also)
    beside = {name: value for name, value in body.items() if name not in _OF_THE_CALL}
    name = next((name for name in ("answer", *also) if name in sent.fields), "answer")
    inner = object_in(body.get("answer"))
    return ({**inner, **beside}, f"/{name}") if isinstance(inner, dict) else (beside, "")


def _tree(sent: Sent, also: dict[str, str]) -> Row:
    """The body with its numbers as they were written, its fields under our names."""
    tree = jsontext.read(sent.raw.decode())
    for step in sent.path:
        tree = tree[int(step)]
    return {also.get(name, name): value for name, value in without_extras(tree).items()}


def _is_of_a_reading(name: str) -> bool:
    return bool(_HEBREW.search(name)) or (name not in UpsertInvoice._declared_fields and name in _READING)


def _readings(data: Any) -> list[Any]:
    return [data, *(object_in(data[name]) for name in ("answer", *UpsertInvoice.also) if name in data)]


def _plate_in(said: Any) -> str | None:
    return spelled.plate_of(said) if isinstance(said, dict) else None


_READING = {*INVOICE, *LIST_NAMES, "body"}
