"""The answer about a car: its fields, in Hebrew and in English."""

from typing import Any

from intake import figures
from intake.fields import Fields
from intake.reader import Read, Reader, opened, text

# Our name of a field -> the other names Make uses for it.
NAMES: dict[str, tuple[str, ...]] = {
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


def found(fields: Fields) -> dict[str, Any]:
    """Every field by our name, as it came."""
    return {name: fields.take(name, *others) for name, others in NAMES.items()}


# A column of vehicle_details -> what it is called otherwise.
COLUMNS: dict[str, tuple[str, ...]] = {
    "vin": ("chassis", "chassis_number", "vin_number", *NAMES["chassis"]),
    "manufacturer": ("make", *NAMES["manufacturer"], "יצרן", "תוצר"),
    "model": NAMES["model"],
    "trim": NAMES["trim"],
    "model_code": (*NAMES["model_code"], "קוד דגם", "vehicle_model_code", *NAMES["vehicle_model_code"]),
    "year": (*NAMES["year"], "שנת יצור"),
    "engine_size": ("engine_volume", *NAMES["engine_volume"]),
    "fuel_type": NAMES["fuel_type"],
    "color": ("colour", "צבע", "צבע רכב"),
    "ownership_type": (*NAMES["ownership_type"], "בעלות"),
    "registration_date": (*NAMES["registration_date"], "מועד עליה לכביש"),
}
_AS = {"year": figures.year, "engine_size": figures.cubic_centimetres}
_SHAPES = ("vehicle", "car_details")


def read(value: dict[str, Any]) -> Read:
    """The columns, and the other facts of the answer by our names."""
    reader = Reader(Fields(opened(value, *_SHAPES)))
    return reader.done(_parsed(reader))


def read_document(value: dict[str, Any]) -> Read:
    """The same from a picture, with everything else that stood there under its own name."""
    reader = Reader(Fields(opened(value, *_SHAPES)))
    return reader.done_with_the_rest(_parsed(reader))


def _parsed(reader: Reader) -> dict[str, Any]:
    facts = found(reader.fields)
    columns = reader.all(COLUMNS, _AS)
    return columns | {name: reader.read(name, said, text) for name, said in facts.items() if name not in columns}
