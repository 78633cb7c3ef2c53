"""The kinds of reports: what each is called, what it opens with, and which figures it closes with."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from files.paper.centers import Sums
from files.paper.finding import at, worth
from files.paper.valuing import loss, market_value
from files.paper.written import DASH, money, percent

ALIASES = {"opinion": "opinion_private", "final_report": "opinion_private"}
NATURES = {"draft": "טיוטה", "final": "סופי"}


class Row(NamedTuple):
    """One figure of the closing table; the last one that counts is printed strong."""

    label: str
    value: str
    is_strong: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of report."""

    name: str
    template: str
    lead: str = ""


KINDS = {
    "expertise": Kind("אקספירטיזה", "expertise", "ממצאי בדיקת הרכב: מוקדי הנזק, העבודות, החלקים והתיקונים המתוכננים."),
    "estimate": Kind("אומדן", "estimate", "אומדן עלות תיקון הרכב לפי מוקדי הנזק שנמצאו בבדיקה."),
    "opinion_private": Kind("חוות דעת פרטית", "opinion", "הערכת הנזק לרכב לפי מוקדי הנזק, ירידת הערך וסכום התביעה."),
    "opinion_global": Kind(
        "חוות דעת גלובלית", "opinion", "הערכת הנזק לרכב בסכום גלובלי, לפני הפרשים ואחריהם, ובתוספת ירידת ערך."
    ),
    "opinion_damaged_sale": Kind(
        "חוות דעת – מכירה במצבו הניזוק", "opinion", "הערכת שווי הרכב ומכירתו במצבו הניזוק, ללא תיקון."
    ),
    "opinion_total_loss": Kind(
        "חוות דעת – טוטאלוס (אובדן גמור)", "opinion", "הערכת שווי הרכב וערך השרידים ברכב שנקבע כאובדן גמור."
    ),
    "opinion_legal_loss": Kind(
        "חוות דעת – אובדן להלכה", "opinion", "הערכת שווי הרכב וערך השרידים ברכב שנקבע כאובדן להלכה."
    ),
    "invoice": Kind("חשבוניות המוסך", "invoice", "חשבוניות המוסך בתיק, שורה אחר שורה, כפי שנקלטו."),
    "parts": Kind("רשימת חלקים", "parts", "כל החלקים הנדרשים לתיקון הרכב."),
}


def kind_of(report_type: str) -> Kind:
    """The kind by its name or another name of it. Raises KeyError for one that is none."""
    return KINDS[ALIASES.get(report_type, report_type)]


def estimate_result(helper: dict[str, Any], sums: Sums) -> list[Row]:
    """What the estimate comes to."""
    said = at(helper, "estimate", "calculations")
    summary = at(helper, "estimate", "summary")
    gross = worth(
        at(said, "gross_market_value"),
        at(helper, "calculations", "gross_market_value"),
        at(helper, "calculations", "vehicle_value_gross"),
    )
    share = worth(
        at(said, "gross_damage_percentage"),
        at(helper, "claims_data", "gross_percent"),
        at(helper, "calculations", "damage_percent_gross"),
    )
    claim = worth(
        at(summary, "sum_claim"),
        at(helper, "claims_data", "total_claim"),
        at(said, "authorized_claim"),
        at(helper, "calculations", "authorized_claim"),
    )
    lost = loss(at(helper, "estimate", "depreciation"), helper.get("depreciation"))
    return [
        Row("ערך שוק של הרכב", market_value(helper)),
        Row("ערך לנזק גולמי", money(gross)),
        Row('סה"כ נזק כולל מע"מ', money(sums.with_vat)),
        Row("אחוז נזק גולמי", percent(share)),
        Row("ירידת ערך", lost.value),
        *_if_said("ערך שרידים", at(summary, "salvage_value"), at(helper, "claims_data", "salvage_value")),
        *_if_said("פיצוי בגין ירידת ערך", at(summary, "depreciation_compensation")),
        *_if_said("סכום סופי", at(summary, "final_total")),
        Row("סכום לתביעה", money(claim), is_strong=True),
    ]


def opinion_result(report_type: str, helper: dict[str, Any], sums: Sums) -> list[Row]:
    """What an opinion of this kind comes to."""
    return [
        Row("ערך שוק של הרכב", market_value(helper)),
        *_RESULTS[ALIASES.get(report_type, report_type)](helper, sums),
        *_reduced(helper),
    ]


def _private(helper: dict[str, Any], sums: Sums) -> list[Row]:
    return [
        *_damage(helper, sums),
        _lost(helper),
        Row("סכום לתביעה", _claim(helper, "private_total"), is_strong=True),
    ]


def _global(helper: dict[str, Any], sums: Sums) -> list[Row]:
    return [
        *_damage(helper, sums),
        Row("נזק גלובלי לפני הפרשים", money(_summed(helper, "global_before_differentials"))),
        Row("נזק גלובלי אחרי הפרשים", money(_summed(helper, "global_after_differentials"))),
        _lost(helper),
        Row("סכום לתביעה", _claim(helper), is_strong=True),
    ]


def _damaged_sale(helper: dict[str, Any], sums: Sums) -> list[Row]:
    return [
        *_damage(helper, sums),
        _lost(helper),
        *_if_said("סכום לתביעה", _claimed(helper)),
        Row("פיצוי לאחר מכירה במצבו הניזוק", money(_summed(helper, "total_after_sale_damage")), is_strong=True),
    ]


def _total_loss(helper: dict[str, Any], sums: Sums) -> list[Row]:
    return [
        *_damage(helper, sums),
        Row("ערך שרידים", _salvage(helper)),
        *_if_said("סכום לתביעה", _claimed(helper)),
        Row("פיצוי לאחר ניכוי שרידים", money(_summed(helper, "total_after_salvage_total")), is_strong=True),
    ]


def _legal_loss(helper: dict[str, Any], sums: Sums) -> list[Row]:
    return [
        *_damage(helper, sums),
        Row("ערך שרידים", _salvage(helper, "salvageValueLegal")),
        *_if_said("סכום לתביעה", _claimed(helper)),
        Row("פיצוי לאחר ניכוי שרידים", money(_summed(helper, "total_after_salvage_legal")), is_strong=True),
    ]


_RESULTS = {
    "opinion_private": _private,
    "opinion_global": _global,
    "opinion_damaged_sale": _damaged_sale,
    "opinion_total_loss": _total_loss,
    "opinion_legal_loss": _legal_loss,
}


def _damage(helper: dict[str, Any], sums: Sums) -> list[Row]:
    """Gross and net damage: before and after what is taken off for parts, wear and invoices."""
    share = worth(at(helper, "claims_data", "gross_percent"), at(helper, "calculations", "damage_percent_gross"))
    off = worth(
        at(helper, "final_report", "differential", "grand_total", "with_vat"),
        at(helper, "damage_assessment", "totals", "Total differentials value"),
    )
    return [
        Row('נזק גולמי כולל מע"מ', money(sums.with_vat)),
        Row("אחוז נזק גולמי", percent(share)),
        *_if_said("הפרשים", off),
        *_if_said("נזק נקי", at(helper, "claims_data", "net_claim")),
    ]


def _lost(helper: dict[str, Any]) -> Row:
    said = _summed(helper, "depCompensation", "dep_compensation")
    value = loss(at(helper, "final_report", "depreciation"), helper.get("depreciation")).value
    return Row("ירידת ערך", value if said is None else money(said))


def _salvage(helper: dict[str, Any], *keys: str) -> str:
    return money(
        worth(
            _summed(helper, *keys),
            at(helper, "claims_data", "salvage_value"),
            at(helper, "estimate", "summary", "salvage_value"),
            at(helper, "financials", "totals", "salvage_value"),
        )
    )


def _claim(helper: dict[str, Any], *keys: str) -> str:
    return money(worth(_summed(helper, *keys), _claimed(helper)))


def _claimed(helper: dict[str, Any]) -> Any:
    """The claim as such: no figure of it is what is left after a sale or a salvage value."""
    return worth(
        _summed(helper, "sumClaim", "total_claim"),
        at(helper, "claims_data", "total_claim"),
        at(helper, "calculations", "total_claim"),
    )


def _summed(helper: dict[str, Any], *keys: str) -> Any:
    return worth(*(at(helper, "final_report", "summary", key) for key in keys))


def _reduced(helper: dict[str, Any]) -> list[Row]:
    return _if_said("סכום לתביעה לאחר הפחתה כוללת", at(helper, "claims_data", "total_claim_after_case_reduction"))


def _if_said(label: str, *places: Any) -> list[Row]:
    said = worth(*places)
    return [] if said is None else [Row(label, money(said))]


def printed(rows: list[Row]) -> list[str]:
    """The figures that stand there."""
    return [row.value for row in rows if row.value != DASH]
