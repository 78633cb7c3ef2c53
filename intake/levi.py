"""Levi Yitzhak's answer: its fields, in Hebrew as they come and in English as the helper has them."""

from typing import Any

from intake import figures
from intake.fields import Fields
from intake.reader import Read, Reader, as_object, opened, text

_FEATURES = "מאפיינים"
# Our name of an adjustment -> the word its five keys are built with.
GROUPS = {
    "registration": "עליה לכביש",
    "ownership_type": "בעלות",
    "mileage": 'מס ק"מ',
    "ownership_history": "מספר בעלים",
    "features": _FEATURES,
}
PLATE = ("מספר רישוי", "מספר רכב", "מס' רכב", "plate")
FACTS: dict[str, tuple[str, ...]] = {
    "report_date": ("תאריך", "report_date", "levi_report_date"),
    "model_code": ("קוד דגם", "model_code", "levi_code"),
    "full_model": ("שם דגם מלא", "full_model", "full_model_name"),
    "category": ("קטגוריה", "category"),
    "base_price": ("מחיר בסיס", "base_price"),
    "final_price": ("מחיר סופי לרכב", "final_price"),
}
VEHICLE: dict[str, tuple[str, ...]] = {
    "manufacturer": ("יצרן", "manufacturer"),
    "vehicle_type": ("סוג רכב", "vehicle_type"),
    "year": ("שנת יצור", "שנת ייצור", "year"),
    "is_automatic": ("אוטומט", "is_automatic"),
}
_SHAPES = ("valuation", "levi_report", "levisummary", "levi_data", "levi")
_NUMBERS = ("percent", "amount", "cumulative")
_AS = {"report_date": figures.day, "base_price": figures.money, "final_price": figures.money, "year": figures.year}


def _group_names(word: str) -> dict[str, tuple[str, ...]]:
    """What the five fields of one adjustment are called."""
    return {
        "description": (word,),
        "value": (f"ערך {word}",),
        "percent": (f"{word} %", f"מחיר {word} %"),
        "amount": (f'ערך ש"ח {word}',),
        "cumulative": (f"שווי מצטבר {word}",),
    }


def adjustments(fields: Fields) -> tuple[dict[str, dict[str, Any]], Any]:
    """The five adjustments as they came, and the list of features."""
    listed = fields.take("תיאור מאפיינים", "features_text")
    groups = {
        name: {ours: fields.take(*theirs) for ours, theirs in _group_names(word).items()}
        for name, word in GROUPS.items()
    }
    label = groups["features"]["description"]
    if listed is None and label != _FEATURES:
        # The variant that repeats the key: first the list, later the word itself.
        listed, groups["features"]["description"] = label, None
    return groups, listed


def read(value: dict[str, Any]) -> Read:
    """The facts, the adjustments with their numbers, and the car as far as Levi names it."""
    reader = Reader(Fields(opened(value, *_SHAPES)))
    return reader.done(_parsed(reader))


def read_document(value: dict[str, Any]) -> Read:
    """The same from a picture, with everything else that stood there under its own name."""
    reader = Reader(Fields(opened(value, *_SHAPES)))
    return reader.done_with_the_rest(_parsed(reader))


def _parsed(reader: Reader) -> dict[str, Any]:
    groups, listed = adjustments(reader.fields)
    ready = as_object(reader.fields.inner("adjustments"))
    return {
        "plate": reader.take("plate", PLATE, text),
        **reader.all(FACTS, _AS),
        **reader.all(VEHICLE, _AS),
        "features": reader.read("features", listed, text),
        "adjustments": {
            name: _adjustment(reader, name, {**as_object(ready.get(name)), **_without_none(group)})
            for name, group in groups.items()
        },
    }


def _adjustment(reader: Reader, name: str, said: dict[str, Any]) -> dict[str, Any]:
    return {
        ours: reader.read(f"adjustments.{name}.{ours}", said.get(ours), figures.number if ours in _NUMBERS else text)
        for ours in (*_NUMBERS, "description", "value")
    }


def _without_none(group: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in group.items() if value is not None}
