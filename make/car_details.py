"""The answer about a car -> the sections of the helper that opening a case fills; values stay as they came."""

from typing import Any

from intake import vehicle
from intake.fields import Fields, plate_digits, said

_NOT_IN_VEHICLE = {"garage", "timestamp"}
_NOT_IN_CAR_DETAILS = {"registration_date"}


def patch_of(fields: Fields, plate: str) -> tuple[dict[str, Any], str | None]:
    """The sections to merge, and the plate the answer is about.

    A date of inspection stays in the form it came in, so `case_info`, which holds another form, does not get it.
    """
    found = vehicle.found(fields)
    about = found["plate"]
    if plate_digits(about) != plate:
        found["plate"] = None
    patch = said(
        {
            "vehicle": {name: value for name, value in found.items() if name not in _NOT_IN_VEHICLE},
            "car_details": {name: value for name, value in found.items() if name not in _NOT_IN_CAR_DETAILS},
            "case_info": {"plate": found["plate"], "inspection_location": found["inspection_location"]},
            "stakeholders": {"owner": {"name": found["owner"]}, "garage": {"name": found["garage"]}},
            "meta": {"location": found["location"]},
        }
    )
    if patch:
        patch.setdefault("meta", {})["last_webhook_update"] = "OPEN_CASE_UI"
    return patch, about
