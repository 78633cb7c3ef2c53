"""The answer about a car -> the sections of the helper that opening a case fills; values stay as they came."""

from typing import Any

from make.fields import Fields, plate_digits, said

# Our name of a field -> the Hebrew names Make uses for it; its English name is ours.
_NAMES: dict[str, tuple[str, ...]] = {
    "plate": ("מס' רכב", "מספר רכב", "פרטי רכב"),
    "case_number": (),
    "inspection_date": ("תאריך",),
    "manufacturer": ("שם היצרן",),
    "model": ("דגם",),
    "model_type": ("סוג הדגם",),
    "model_code": ("מספר דגם",),
    "vehicle_type": ("סוג הרכב",),
    "trim": ("רמת גימור",),
    "chassis": ("מספר שילדה",),
    "year": ("שנת ייצור",),
    "registration_date": ("עליה לכביש",),
    "owner": ("שם בעל הרכב",),
    "ownership_type": ("סוג בעלות",),
    "engine_volume": ("נפח מנוע",),
    "fuel_type": ("סוג דלק",),
    "vehicle_model_code": ("קוד דגם טכני", "מספר דגם הרכב"),
    "engine_model": ("דגם מנוע",),
    "drive_type": ("הנעה",),
    "garage": ("מוסך",),
    "inspection_location": ("מקום בדיקה",),
    "office_code": ("קוד משרד התחבורה",),
    "location": (),
    "damage_date": (),
    "timestamp": (),
}
_NOT_IN_VEHICLE = {"garage", "timestamp"}
_NOT_IN_CAR_DETAILS = {"registration_date"}


def patch_of(fields: Fields, plate: str) -> tuple[dict[str, Any], str | None]:
    """The sections to merge, and the plate the answer is about.

    A date of inspection stays in the form it came in, so `case_info`, which holds another form, does not get it.
    """
    found = {name: fields.take(name, *hebrew) for name, hebrew in _NAMES.items()}
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
