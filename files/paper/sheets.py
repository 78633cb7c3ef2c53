"""Everything that one report shows, read from a helper."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from files.paper import centers, facts, garage, kinds, valuing
from files.paper.centers import Center, Part, Sums
from files.paper.facts import Fact
from files.paper.finding import at, first, unwrapped
from files.paper.garage import Invoice
from files.paper.kinds import Kind, Row
from files.paper.valuing import Levi, Loss, Step
from files.paper.written import DASH, day, money, text


@dataclass(frozen=True)
class Sheet:
    """One report's content as it is printed; what a kind does not show stays empty."""

    kind: Kind
    plate: str
    filing_number: str
    day: str
    subtitle: str
    people: list[Fact]
    vehicle: list[Fact]
    inspection: list[Fact]
    signer: list[Fact]
    marks: list[Fact] = field(default_factory=list)
    directive: str = ""
    centers: list[Center] = field(default_factory=list)
    sums: Sums = field(default_factory=Sums)
    levi: Levi | None = None
    adjusted: list[Step] = field(default_factory=list)
    loss: Loss | None = None
    result: list[Row] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    invoiced: tuple[str, str, str] | None = None
    parts: list[Part] = field(default_factory=list)
    parts_total: str = ""
    notes: list[str] = field(default_factory=list)
    legal: str = ""
    attachments: list[str] = field(default_factory=list)


def read(report_type: str, helper: Any, on: date) -> Sheet:
    """What a report of this type shows. Raises KeyError for a type that is none."""
    name = kinds.ALIASES.get(report_type, report_type)
    whole = unwrapped(helper)
    kind = kinds.kind_of(name)
    return _READERS[kind.template](name, whole, _head(kind, whole, on))


def _head(kind: Kind, helper: dict[str, Any], on: date) -> dict[str, Any]:
    return {
        "kind": kind,
        "plate": facts.plate_of(helper),
        "filing_number": facts.filing_number(helper),
        "day": f"{on:%d/%m/%Y}",
        "subtitle": "",
        "people": facts.people(helper),
        "vehicle": facts.vehicle(helper),
        "inspection": facts.inspection(helper),
        "signer": facts.signer(helper),
    }


def _expertise(_: str, helper: dict[str, Any], head: dict[str, Any]) -> Sheet:
    said = at(helper, "expertise", "summary")
    return Sheet(
        **_dated(head, at(said, "submitted_at"), at(said, "completed_at")),
        directive=facts.directive(helper),
        centers=centers.of_case(helper),
        notes=facts.notes(
            at(said, "notes"), at(helper, "car_details", "damage_notes"), at(helper, "case_info", "notes")
        ),
    )


def _estimate(_: str, helper: dict[str, Any], head: dict[str, Any]) -> Sheet:
    said = at(helper, "estimate")
    counted = centers.of_estimate(helper)
    sums = centers.estimated(helper, counted)
    kind = text(at(said, "type")).replace("_", " ")
    return Sheet(
        **_dated(
            {**head, "subtitle": text(at(said, "report_title"))},
            at(said, "estimate_report_date"),
            at(said, "generated_date"),
        ),
        marks=[Fact("סוג האומדן", kind)] if kind else [],
        centers=counted,
        sums=sums,
        levi=valuing.levi(helper),
        adjusted=valuing.adjusted(at(said, "gross_value_adjustments"), at(said, "adjustments")),
        loss=valuing.loss(at(said, "depreciation"), helper.get("depreciation")),
        result=kinds.estimate_result(helper, sums),
        notes=facts.notes(at(said, "summary", "comments"), at(said, "notes")),
        legal=text(first(at(said, "summary", "legal_text"), at(said, "legal_text"))),
        attachments=facts.attachments(at(said, "summary", "attachments"), at(said, "attachments")),
    )


def _opinion(name: str, helper: dict[str, Any], head: dict[str, Any]) -> Sheet:
    said = at(helper, "final_report")
    counted = centers.of_case(helper)
    sums = centers.together(counted)
    return Sheet(
        **_dated(
            {**head, "subtitle": text(at(said, "report_title"))}, at(said, "report_date"), at(said, "generated_date")
        ),
        marks=_agreed(said),
        centers=counted,
        sums=sums,
        levi=valuing.levi(helper),
        adjusted=valuing.adjusted(at(said, "adjustments")),
        loss=valuing.loss(at(said, "depreciation"), helper.get("depreciation"), at(helper, "estimate", "depreciation")),
        result=kinds.opinion_result(name, helper, sums),
        notes=facts.notes(at(said, "notes"), at(said, "comments")),
        legal=text(at(said, "legal_text")),
        attachments=facts.attachments(at(said, "attachments")),
    )


def _agreed(said: Any) -> list[Fact]:
    agreed, company = at(said, "in_agreement"), at(said, "report_for_company")
    marks = []
    if isinstance(agreed, bool):
        marks.append(Fact("הסדר", "בהסדר" if agreed else "לא בהסדר"))
    if company is True:
        marks.append(Fact("נערכה עבור", "חברת הביטוח"))
    if days := text(at(said, "work_days")):
        marks.append(Fact("ימי עבודה", days))
    return marks


def _invoice(_: str, helper: dict[str, Any], head: dict[str, Any]) -> Sheet:
    invoices = garage.of_case(helper)
    return Sheet(**head, invoices=invoices, invoiced=garage.together(invoices))


def _parts(_: str, helper: dict[str, Any], head: dict[str, Any]) -> Sheet:
    parts = centers.parts_list(helper)
    total = centers.added(part.amount for part in parts)
    if total is None:
        # Rows of the oldest kind have no total of their own, but their centers do.
        total = centers.together(centers.of_case(helper)).parts
    return Sheet(**head, parts=parts, parts_total=money(total) if parts else DASH)


_READERS = {"expertise": _expertise, "estimate": _estimate, "opinion": _opinion, "invoice": _invoice, "parts": _parts}


def _dated(head: dict[str, Any], *days: Any) -> dict[str, Any]:
    """With the report's own date where the helper has one."""
    said = first(*days)
    return {**head, "day": day(said)} if said is not None else head


def totals(sheet: Sheet) -> list[str]:
    """The sums that are printed, each once."""
    found = [row.value for row in sheet.result]
    if sheet.kind.template in {"estimate", "opinion"}:
        for sums in (*(center.sums for center in sheet.centers), sheet.sums):
            found += [sums.printed[name] for name in ("before_vat", "vat", "with_vat")]
    found += [invoice.total for invoice in sheet.invoices]
    if len(sheet.invoices) > 1:
        found += sheet.invoiced or ()
    found.append(sheet.parts_total)
    return list(dict.fromkeys(value for value in found if value.endswith((" ₪", "%"))))


def part_numbers(sheet: Sheet) -> list[str]:
    """The codes that are printed, each once; a text in a part number's place is no number."""
    codes = [part.code for center in sheet.centers for part in center.parts]
    codes += [part.code for part in sheet.parts]
    codes += [line.code for invoice in sheet.invoices for line in invoice.lines]
    return [code for code in dict.fromkeys(codes) if code.isascii() and code.isprintable()]
