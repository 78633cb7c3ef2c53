"""What each row of a file would do to the invoices: nothing, add or change one, or why not; nothing is written."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from cases.models import Case
from cases.search import digits
from core import cells, rpc
from core.rpc import JsonText
from core.table import Table
from intake.fields import Fields
from intake.ocr import INVOICE
from intake.reader import written
from invoices import spelled
from invoices.editing import NEXT
from invoices.export import HEADS, STATUSES, TOLD, TYPES
from invoices.models import Invoice

NEW, CHANGED, SAME, REFUSED = "new", "changed", "same", "refused"
# What a file may change, in the order in which a page shows it; a case is found on the invoice's own page.
FACTS = tuple(name for name in HEADS if name not in {"id", "plate"})
_WORDS = {"invoice_type": TYPES, "status": STATUSES}
_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": (HEADS["id"], "id"),
    "vat_rate": (HEADS["vat_rate"], "שיעור מעמ", "אחוז מעמ", "tax_rate", *INVOICE["tax_rate"]),
    "tax_amount": (HEADS["tax_amount"], 'מע"מ בש"ח', *INVOICE["tax_amount"]),
    "total_before_tax": (HEADS["total_before_tax"], 'לפני מע"מ', 'סכום לפני מע"מ', *INVOICE["total_before_tax"]),
    "total_amount": (HEADS["total_amount"], 'סה"כ', 'כולל מע"מ', "סכום כולל", *INVOICE["total_amount"]),
    "invoice_type": (HEADS["invoice_type"], "סוג"),
    "status": (HEADS["status"], "מצב"),
    "due_date": (HEADS["due_date"], "לתשלום עד"),
    "currency": (HEADS["currency"],),
}
_OPEN = (Invoice.Status.DRAFT, Invoice.Status.PENDING, Invoice.Status.ASSIGNED)
_MATCHED = "select place, invoice_id from private.invoices_matched(%s)"


@dataclass
class Planned:
    """One row: what it would do, to which invoice as it stood then, and each change with before and after."""

    place: int
    what: str
    raw: list[str]
    reason: str = ""
    invoice_id: str | None = None
    seen: str | None = None
    facts: dict[str, str] = field(default_factory=dict)
    changes: list[list[str]] = field(default_factory=list)

    @property
    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Unfit(Exception):
    """Why a row cannot be written, for who sent it."""


class Line(NamedTuple):
    """A row of a file: its place, its cells, and what they say by our columns."""

    place: int
    raw: list[str]
    said: Mapping[str, str]


def unknown_heads(table: Table) -> list[str]:
    """The heads that nobody reads, so that the page can say so."""
    known = Fields(dict.fromkeys(table.heads, ""))
    for name, theirs in _names().items():
        known.take(name, *theirs)
    known.take(*TOLD.values())
    return [head for head in known.left if head]


def plan(table: Table) -> list[Planned]:
    """Every row of a file with what it would do now; the number of questions to the database does not grow with it."""
    lines = [Line(place, row, _said(table.heads, row)) for place, row in table.rows]
    planned, taken = [], set()
    for found in _all_planned(lines):
        key = found.invoice_id or _key(found)
        if found.what != REFUSED and key in taken:
            found = Planned(found.place, REFUSED, found.raw, _("Another row of this file is the same invoice."))
        taken.add(key)
        planned.append(found)
    return planned


def again(one: Planned) -> Planned:
    """What a planned row would do by now."""
    said = {**one.facts, **({"id": one.invoice_id} if one.invoice_id else {})}
    return _all_planned([Line(one.place, one.raw, said)])[0]


def _all_planned(lines: list[Line]) -> list[Planned]:
    matched, cases = _matched(lines), _cases(lines)
    return [_planned(line, matched.get(line.place, []), cases) for line in lines]


def _names() -> dict[str, tuple[str, ...]]:
    return {name: _NAMES.get(name, (HEADS[name], *INVOICE.get(name, ()))) for name in HEADS}


def _said(heads: list[str], row: list[str]) -> dict[str, str]:
    """What a row says, by our columns; an empty cell says nothing."""
    fields = Fields({head: value for head, value in zip(heads, row, strict=True) if head and value.strip()})
    found = {name: fields.take(name, *theirs) for name, theirs in _names().items()}
    return {name: value for name, value in found.items() if value is not None}


def _matched(lines: list[Line]) -> dict[int, list[dict[str, Any]]]:
    """place -> the invoices that this row means, as they stand."""
    asked = [{"place": Decimal(line.place), **who} for line in lines if (who := _who(line.said))]
    if not asked:
        return {}
    with rpc.in_our_words(), connection.cursor() as cursor:
        given: Any = JsonText(written(asked))
        cursor.execute(_MATCHED, [given])
        pairs: list[tuple[int, UUID]] = cursor.fetchall()
    columns = [*HEADS, "updated_at", "accepted_at"]
    rows = {row["id"]: row for row in Invoice.objects.filter(pk__in={key for _p, key in pairs}).values(*columns)}
    found: dict[int, list[dict[str, Any]]] = {}
    for place, key in pairs:
        if key in rows:
            found.setdefault(place, []).append(rows[key])
    return found


def _who(said: Mapping[str, str]) -> dict[str, Any]:
    """What says which invoice is meant: its id, or else its number and supplier; nothing where nothing does."""
    if "id" in said:
        key = _uuid(said["id"])
        return {"id": key} if key else {}
    names = ("invoice_number", "supplier_name", "supplier_tax_id")
    found = {name: said[name].strip().replace("\0", "") for name in names if name in said}
    return found if found.get("invoice_number") else {}


def _cases(lines: list[Line]) -> dict[str, UUID]:
    """plate -> its open case, else its newest."""
    plates = {digits(line.said["plate"]) for line in lines if line.said.get("plate")}
    if not plates:
        return {}
    rows = Case.objects.filter(plate__in=plates).order_by("created_at")
    return dict(rows.values_list("plate", "pk")) | dict(rows.open().values_list("plate", "pk"))


def _planned(line: Line, found: list[dict[str, Any]], cases: Mapping[str, UUID]) -> Planned:
    try:
        if "id" in line.said and not found:
            raise Unfit(_("There is no invoice with this id."))
        if len(found) > 1:
            raise Unfit(_("More than one invoice has this number: name the supplier, or the id."))
        return _change(line, found[0]) if found else _addition(line, cases)
    except Unfit as unfit:
        return Planned(line.place, REFUSED, line.raw, str(unfit))


def _change(line: Line, stands: dict[str, Any]) -> Planned:
    said = line.said
    if "plate" in said and not same("plate", said["plate"], stands["plate"]):
        raise Unfit(_("The case of an invoice is not changed by a file; do that on its page."))
    differing = {name: said[name] for name in FACTS if name in said and not same(name, said[name], stands[name])}
    facts = {name: text for name, text in _parsed(differing).items() if text != cells.text(stands[name])}
    _may_change(facts, stands)
    changes = [[name, _shown(name, stands[name]), _shown(name, text)] for name, text in facts.items()]
    seen = stands["updated_at"].isoformat()
    what = CHANGED if facts else SAME
    return Planned(line.place, what, line.raw, "", str(stands["id"]), seen, facts, changes)


def _may_change(facts: Mapping[str, str], stands: Mapping[str, Any]) -> None:
    """Raises Unfit for what a button alone may do, or what was accepted or cancelled."""
    is_open = stands["status"] in _OPEN and stands["accepted_at"] is None
    if set(facts) - {"status"} and not is_open:
        words = _("The invoice is %(status)s: what stands on it is not changed any more.")
        raise Unfit(words % {"status": STATUSES[stands["status"]]})
    if "status" in facts and facts["status"] not in NEXT[stands["status"]]:
        raise Unfit(
            _("From “%(now)s” an invoice does not become “%(then)s” by a file.")
            % {"now": STATUSES[stands["status"]], "then": STATUSES[facts["status"]]}
        )


def _addition(line: Line, cases: Mapping[str, UUID]) -> Planned:
    facts = _parsed({name: line.said[name] for name in FACTS if name in line.said})
    if not facts.get("invoice_number") or not facts.get("supplier_name"):
        raise Unfit(_("A new invoice needs a number and a supplier."))
    if facts.get("status", "DRAFT") not in {"DRAFT", "PENDING"}:
        raise Unfit(_("A new invoice begins as a draft or waiting."))
    if plate := line.said.get("plate"):
        if digits(plate) not in cases:
            raise Unfit(_("There is no case of this plate."))
        facts["plate"] = digits(plate)
    changes = [[name, "", _shown(name, text)] for name, text in facts.items()]
    return Planned(line.place, NEW, line.raw, "", None, None, facts, changes)


def case_of(plate: str) -> UUID | None:
    """The case of a plate that a new invoice belongs to."""
    return _cases([Line(0, [], {"plate": plate})]).get(plate)


def _parsed(said: Mapping[str, str]) -> dict[str, str]:
    """The same as texts that the database reads. Raises Unfit for what says nothing we know."""
    head = spelled.head_of({name: _code_of(name, text) for name, text in said.items()})
    found = {name: cells.text(head.row[name]) for name in FACTS if name in head.row}
    # An amount under the rate's name is the amount.
    read = set(found) | ({"vat_rate"} if "tax_amount" in found and "tax_amount" not in said else set())
    lost = [name for name in said if name in head.unread or (name not in read and not _says_nothing(said[name]))]
    if lost:
        raise Unfit(_("Could not be read: %(names)s.") % {"names": ", ".join(HEADS[name] for name in lost)})
    return found


def _says_nothing(text: str) -> bool:
    return text.strip() in {"", "-", "—"}


def _code_of(name: str, text: str) -> str:
    words = {word: code for code, word in _WORDS.get(name, {}).items()}
    return words.get(text.strip(), text)


def same(name: str, text: str, stands: Any) -> bool:
    """Whether a cell says what stands there, in any spelling that a file makes of it."""
    now = _WORDS.get(name, {}).get(stands, stands)
    if text == cells.text(now):
        return True
    if name == "plate":
        return digits(text) == (stands or "")
    if isinstance(now, Decimal):
        try:
            return Decimal(text) == now
        except InvalidOperation:
            return False
    return isinstance(now, str) and _lines(text) == _lines(now)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _shown(name: str, value: Any) -> str:
    text = cells.text(value)
    if isinstance(value, date) or name in {"invoice_date", "due_date"}:
        parts = text[:10].split("-")
        return f"{int(parts[2])}.{int(parts[1])}.{parts[0]}" if len(parts) == 3 else text
    return _WORDS.get(name, {}).get(text, text)


def _key(one: Planned) -> str:
    facts = one.facts
    return "/".join((facts.get("invoice_number", ""), facts.get("supplier_tax_id") or facts.get("supplier_name", "")))


def _uuid(text: str | None) -> str | None:
    try:
        return str(UUID((text or "").strip()))
    except ValueError:
        return None
