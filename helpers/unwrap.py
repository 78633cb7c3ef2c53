"""Finding the helper in a file: bare, enveloped, in Make's wrapping; and the plate it is about."""

import re
from typing import Any, NamedTuple

from core.errors import Invalid
from helpers import naming

# Enough of the open set of sections to tell a helper from a wrapper.
SECTIONS = frozenset(
    {
        *("meta", "vehicle", "car_details", "case_info", "stakeholders", "general", "valuation", "levisummary"),
        *("expertise", "centers", "damage_centers", "damage_assessment", "parts_search", "invoices", "financials"),
        *("calculations", "depreciation", "claims_data", "estimate", "final_report", "images", "documents"),
        "raw_webhook_data",
    }
)
_ENVELOPES = ("helper_data", "data", "helper")
_PLATES = (
    ("meta", "plate"),
    ("vehicle", "plate"),
    ("case_info", "plate"),
    ("car_details", "plate"),
    ("vehicle", "plate_number"),
    ("meta", "original_plate"),
)


class Found(NamedTuple):
    """Where the helper stands in the body, what was taken off, and what a person should know."""

    path: tuple[str, ...]
    plate: str
    unwrapped: list[str]
    warnings: list[dict[str, str]]


def find(body: Any) -> Found:
    """Look into a parsed body.

    Raises Invalid when there is no object in it, more than one, or no plate to be found.
    """
    path: list[str] = []
    unwrapped: list[str] = []
    warnings: list[dict[str, str]] = []
    named: list[tuple[str, str]] = []
    value = body
    while (step := _wrapper(value)) is not None:
        if isinstance(value, dict):
            named += _plates_of_envelope(value, "/".join(["", *path]))
            if beside := sorted(SECTIONS & set(value)):
                warnings.append(_warning(path, f"sections beside {step} were left out: {', '.join(beside)}"))
        path.append("0" if isinstance(value, list) else step)
        unwrapped.append(step)
        value = value[0] if isinstance(value, list) else value[step]
    if not isinstance(value, dict):
        raise Invalid.at("/".join(["", *path]), "one helper, a JSON object, is expected")
    if not SECTIONS & set(value):
        warnings.append(_warning(path, "no known section is in it"))
    named += _plates_of_helper(value, "/".join(["", *path]))
    return Found(tuple(path), _decide(named, warnings), unwrapped, warnings)


def _wrapper(value: Any) -> str | None:
    """The name of the wrapping around the helper, None when this is the helper itself."""
    if isinstance(value, list):
        return "array" if len(value) == 1 else None
    if not isinstance(value, dict):
        return None
    sections = SECTIONS & set(value)
    for key in _ENVELOPES:
        inner = value.get(key)
        if isinstance(inner, dict) and (not sections or (key == "helper" and len(SECTIONS & set(inner)) > 2)):
            return key
    return None


def _plates_of_envelope(value: dict[str, Any], at: str) -> list[tuple[str, str]]:
    found = [(f"{at}/{key}", _digits(value.get(key))) for key in ("plateNumber", "plate_number", "plate")]
    for key in ("name", "helper_name", "plate_helper_timestamp"):
        if isinstance(value.get(key), str) and (name := naming.read(value[key])):
            found.append((f"{at}/{key}", name.plate))
    return [(place, plate) for place, plate in found if plate]


def _plates_of_helper(value: dict[str, Any], at: str) -> list[tuple[str, str]]:
    found = []
    for section, key in _PLATES:
        inner = value.get(section)
        if isinstance(inner, dict) and (plate := _digits(inner.get(key))):
            found.append((f"{at}/{section}/{key}", plate))
    return found


def _decide(named: list[tuple[str, str]], warnings: list[dict[str, str]]) -> str:
    if not named:
        raise Invalid.at("/meta/plate", "no plate of 7 or 8 digits was found")
    chosen = named[0][1]
    for place, plate in named[1:]:
        if plate != chosen:
            warnings.append({"pointer": place, "reason": f"another plate stands here; {named[0][0]} was believed"})
    return chosen


def _digits(value: Any) -> str:
    digits = re.sub(r"[^0-9]", "", str(value)[:40]) if isinstance(value, (str, int)) else ""
    return digits if len(digits) in {7, 8} else ""


def _warning(path: list[str], reason: str) -> dict[str, str]:
    return {"pointer": "/".join(["", *path]), "reason": reason}
