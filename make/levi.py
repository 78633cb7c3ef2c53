"""Levi Yitzhak's answer -> the sections of the helper that the UI fills from it; values stay as they came."""

from typing import Any

from make.fields import Fields, said

_FEATURES = "מאפיינים"
# Our name of an adjustment -> the word its five keys are built with.
_GROUPS = {
    "registration": "עליה לכביש",
    "ownership_type": "בעלות",
    "mileage": 'מס ק"מ',
    "ownership_history": "מספר בעלים",
    "features": _FEATURES,
}


def patch_of(fields: Fields, plate: str) -> tuple[dict[str, Any], str | None]:
    """The sections to merge, and the plate the answer is about.

    Amounts stay text, so `calculations`, which holds numbers, and `levisummary.is_automatic`, which is true or false,
    are left to the UI.
    """
    about = fields.take("מספר רישוי", "מספר רכב", "מס' רכב")
    listed = fields.take("תיאור מאפיינים")
    groups = {name: _group(fields, word) for name, word in _GROUPS.items()}
    label = groups["features"]["label"]
    if listed is None and label != _FEATURES:
        # The variant that repeats the key: first the list, later the word itself.
        listed, groups["features"]["label"] = label, None
    facts = _facts(fields)
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


def _facts(fields: Fields) -> dict[str, Any]:
    return {
        "report_date": fields.take("תאריך"),
        "model_code": fields.take("קוד דגם"),
        "full_model": fields.take("שם דגם מלא"),
        "category": fields.take("קטגוריה"),
        "base_price": fields.take("מחיר בסיס"),
        "final_price": fields.take("מחיר סופי לרכב"),
    }


def _group(fields: Fields, word: str) -> dict[str, Any]:
    return {
        "label": fields.take(word),
        "value": fields.take(f"ערך {word}"),
        "percent": fields.take(f"{word} %", f"מחיר {word} %"),
        "amount": fields.take(f'ערך ש"ח {word}'),
        "cumulative": fields.take(f"שווי מצטבר {word}"),
    }


def _vehicle(fields: Fields, facts: dict[str, Any], groups: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "manufacturer": fields.take("יצרן"),
        "model": facts["full_model"],
        "full_model_name": facts["full_model"],
        "model_code": facts["model_code"],
        "vehicle_type": fields.take("סוג רכב"),
        "year": fields.take("שנת יצור", "שנת ייצור"),
        "is_automatic": fields.take("אוטומט"),
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
            "description": group["label"],
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
