"""Levi Yitzhak's answer -> the sections of the helper that the UI fills from it; values stay as they came."""

from typing import Any

from intake import levi
from intake.fields import Fields, said


def patch_of(fields: Fields, plate: str) -> tuple[dict[str, Any], str | None]:
    """The sections to merge, and the plate the answer is about.

    Amounts stay text, so `calculations`, which holds numbers, and `levisummary.is_automatic`, which is true or false,
    are left to the UI.
    """
    about = fields.take(*levi.PLATE)
    groups, listed = levi.adjustments(fields)
    facts = {name: fields.take(*names) for name, names in levi.FACTS.items()}
    summary = _summary(facts, groups, listed)
    patch = said(
        {
            "vehicle": _vehicle(fields, facts, groups),
            "valuation": {
                "base_price": facts["base_price"],
                "final_price": facts["final_price"],
                "levi_code": facts["model_code"],
                "levi_report_date": facts["report_date"],
                "adjustments": _adjustments(groups, listed),
            },
            "levisummary": summary,
            "expertise": {"levi_report": summary},
        }
    )
    if patch:
        patch["meta"] = {"last_webhook_update": "SUBMIT_LEVI_REPORT", "levi_report_available": True}
    return patch, about


def _vehicle(fields: Fields, facts: dict[str, Any], groups: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        **{name: fields.take(*names) for name, names in levi.VEHICLE.items()},
        "model": facts["full_model"],
        "full_model_name": facts["full_model"],
        "model_code": facts["model_code"],
        "category": facts["category"],
        "km": groups["mileage"]["value"],
        "market_value": facts["final_price"],
    }


def _adjustments(groups: dict[str, dict[str, Any]], listed: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        name: {
            "percent": group["percent"],
            "amount": group["amount"],
            "cumulative": group["cumulative"],
            "description": group["description"],
            "value": group["value"],
        }
        for name, group in groups.items()
    }
    made["features"]["תיאור מאפיינים"] = listed
    return made


def _summary(facts: dict[str, Any], groups: dict[str, dict[str, Any]], listed: Any) -> dict[str, Any]:
    return {
        **facts,
        "features": listed,
        "registration_date": groups["registration"]["value"],
        "owner_count": groups["ownership_history"]["value"],
        "km": groups["mileage"]["value"],
        "adjustments": {
            name: {
                "description": group["value"],
                "percent": group["percent"],
                "amount": group["amount"],
                "cumulative": group["cumulative"],
            }
            for name, group in groups.items()
        },
    }
