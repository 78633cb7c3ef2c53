"""What the car was worth, step by step from the price list's base price; and the value that damage takes."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from files.paper.facts import Fact
from files.paper.finding import at, first, mapping, one_of, rows, worth
from files.paper.written import DASH, day, money, number, percent, text

# In the order of the price list's own sheet.
_STEPS = {
    "features": "מאפיינים",
    "registration": "עליה לכביש",
    "ownership_type": "סוג בעלות",
    "mileage": "מס' ק\"מ",
    "ownership_history": "מספר בעלים",
}
_FURTHER = {**_STEPS, "usage": "שימוש", "additional": "התאמה נוספת"}


class Step(NamedTuple):
    """One adjustment of a price."""

    label: str
    value: str
    percent: str
    amount: str
    cumulative: str


@dataclass(frozen=True)
class Levi:
    """The Levi Yitzhak report as the helper keeps it."""

    facts: list[Fact]
    base: str
    steps: list[Step]
    final: str


def levi(helper: dict[str, Any]) -> Levi:
    """Base price, adjustments and final price."""
    valuation, summary = mapping(helper.get("valuation")), mapping(helper.get("levisummary"))
    summary = summary or mapping(at(helper, "expertise", "levi_report"))
    day_ = first(valuation.get("levi_report_date"), valuation.get("report_date"), summary.get("report_date"))
    code = first(valuation.get("levi_code"), summary.get("model_code"), at(helper, "vehicle", "model_code"))
    base = worth(
        valuation.get("base_price"),
        summary.get("base_price"),
        at(helper, "calculations", "base_price"),
        at(helper, "vehicle", "base_price"),
    )
    return Levi(
        facts=[
            Fact('תאריך דו"ח לוי יצחק', day(day_)),
            Fact("קוד דגם", text(code) or DASH),
            Fact("דגם", text(first(summary.get("full_model"), at(helper, "vehicle", "full_model_name"))) or DASH),
        ],
        base=money(base),
        steps=[
            _step(label, at(valuation, "adjustments", key), at(summary, "adjustments", key))
            for key, label in _STEPS.items()
        ],
        final=money(worth(valuation.get("final_price"), summary.get("final_price"))),
    )


def _step(label: str, here: Any, there: Any) -> Step:
    value = here if isinstance(here, dict) else {"amount": here}
    other = mapping(there)
    said = first(value.get("value"), other.get("description"), one_of(value, "owner_count", "km_value", "type", "date"))
    return Step(
        label,
        text(said) or DASH,
        percent(first(value.get("percent"), other.get("percent"))),
        money(first(value.get("amount"), other.get("amount"))),
        money(first(value.get("cumulative"), other.get("cumulative"))),
    )


def adjusted(*places: Any) -> list[Step]:
    """The rows an appraiser added by hand, from the first place that has any."""
    for place in places:
        found = [
            Step(
                label,
                text(one_of(row, "description", "value", "name")) or DASH,
                percent(row.get("percent")),
                _signed(row),
                money(one_of(row, "row_cumulative", "cumulative")),
            )
            for key, label in _FURTHER.items()
            for row in rows(at(place, key))
            if isinstance(at(place, key), list)
        ]
        if found:
            return found
    return []


def _signed(row: dict[str, Any]) -> str:
    """An amount whose sign stands apart from it."""
    amount = number(row.get("amount"))
    if amount is not None and amount > 0 and text(row.get("type")) in {"minus", "-"}:
        return money(str(-amount))
    return money(row.get("amount"))


def market_value(helper: dict[str, Any]) -> str:
    """The value of the car, from the report that was decided last."""
    return money(
        worth(
            at(helper, "final_report", "summary", "sumMarketValue"),
            at(helper, "final_report", "summary", "market_value"),
            at(helper, "estimate", "calculations", "full_market_value"),
            at(helper, "calculations", "market_value"),
            at(helper, "calculations", "full_market_value"),
            at(helper, "valuation", "final_price"),
            at(helper, "levisummary", "final_price"),
            at(helper, "vehicle", "market_value"),
        )
    )


class Fall(NamedTuple):
    """The value that one damaged part takes."""

    center: str
    part: str
    repair: str
    percent: str
    value: str


@dataclass(frozen=True)
class Loss:
    """The loss of value: as a whole, and part by part."""

    percent: str
    value: str
    days: str
    rows: list[Fall]

    @property
    def is_said(self) -> bool:
        return bool(self.rows) or self.value != DASH or self.percent != DASH


def loss(*places: Any) -> Loss:
    """The loss of value of the first form that was filled in."""
    forms = [mapping(place) for place in places]
    chosen = next((form for form in forms if _filled(form)), {})
    return Loss(
        percent=percent(worth(chosen.get("globalDep1"), chosen.get("global_percentage"))),
        value=money(worth(chosen.get("globalDepValue"), chosen.get("global_amount"), chosen.get("total_depreciation"))),
        days=text(worth(chosen.get("garageDays"), chosen.get("work_days_impact"))) or DASH,
        rows=[
            Fall(
                text(row.get("center_number")) or DASH,
                text(one_of(row, "damaged_part", "name")) or DASH,
                text(row.get("repair_type")) or DASH,
                percent(row.get("percent")),
                money(row.get("value")),
            )
            for row in rows(chosen.get("bulk_items"))
        ],
    )


def _filled(form: dict[str, Any]) -> bool:
    keys = ("globalDep1", "globalDepValue", "global_percentage", "global_amount", "total_depreciation")
    return bool(worth(*(form.get(key) for key in keys)) or rows(form.get("bulk_items")))
