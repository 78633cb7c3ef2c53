"""Who and what a case is about: the car, the people, the inspection; each fact with its Hebrew name."""

from typing import Any, NamedTuple

from files.paper.finding import at, first, mapping
from files.paper.written import DASH, day, plate, text


class Fact(NamedTuple):
    """A name and what stands beside it."""

    label: str
    value: str


def plate_of(helper: dict[str, Any]) -> str:
    """The plate as it stands on the car."""
    return plate(
        first(
            at(helper, "meta", "plate"),
            at(helper, "vehicle", "plate"),
            at(helper, "vehicle", "plate_number"),
            at(helper, "case_info", "plate"),
            at(helper, "car_details", "plate"),
        )
    )


def filing_number(helper: dict[str, Any]) -> str:
    """The number people file the case under."""
    said = first(
        at(helper, "meta", "case_id"), at(helper, "case_info", "case_id"), at(helper, "vehicle", "case_number")
    )
    return text(said) or DASH


def vehicle(helper: dict[str, Any]) -> list[Fact]:
    """The car: what stands in the licence, in the order people read it."""
    car, details = mapping(helper.get("vehicle")), mapping(helper.get("car_details"))
    levi = first(mapping(helper.get("levisummary")), at(helper, "expertise", "levi_report")) or {}

    def said(*keys: str) -> str:
        return text(first(*(car.get(key) for key in keys), *(details.get(key) for key in keys))) or DASH

    registered = first(car.get("registration_date"), at(levi, "registration_date"))
    return [
        Fact("מספר רישוי", plate_of(helper)),
        Fact("יצרן", said("manufacturer", "make")),
        Fact("דגם", said("full_model_name", "model")),
        Fact("רמת גימור", said("trim")),
        Fact("שנת ייצור", said("year")),
        Fact("עליה לכביש", text(registered) or DASH),
        Fact("מספר שילדה", said("chassis", "vin")),
        Fact("נפח מנוע", said("engine_volume")),
        Fact("סוג דלק", said("fuel_type")),
        Fact("הנעה", said("drive_type")),
        Fact("סוג בעלות", said("ownership_type")),
        Fact("קוד משרד התחבורה", said("office_code", "קוד משרד התחבורה")),
        Fact("קוד דגם", said("model_code", "vehicle_model_code")),
        Fact("מס' ק\"מ", said("km")),
    ]


def people(helper: dict[str, Any]) -> list[Fact]:
    """The owner, the garage and the insurer."""
    known = mapping(helper.get("stakeholders"))
    owner, garage, insurer = (mapping(known.get(who)) for who in ("owner", "garage", "insurance"))
    details = mapping(helper.get("car_details"))
    name = first(
        owner.get("name"),
        at(helper, "meta", "owner_name"),
        at(helper, "case_info", "owner_name"),
        at(helper, "vehicle", "owner"),
        details.get("owner"),
    )
    return [
        Fact("בעל הרכב", text(name) or DASH),
        Fact("כתובת", text(first(owner.get("address"), details.get("ownerAddress"))) or DASH),
        Fact("טלפון", text(first(owner.get("phone"), details.get("ownerPhone"))) or DASH),
        Fact("מוסך", text(first(garage.get("name"), details.get("garageName"))) or DASH),
        Fact("טלפון מוסך", text(first(garage.get("phone"), details.get("garagePhone"))) or DASH),
        Fact("חברת ביטוח", text(first(insurer.get("company"), details.get("insuranceCompany"))) or DASH),
        Fact("סוכן ביטוח", text(first(at(insurer, "agent", "name"), details.get("agentName"))) or DASH),
        Fact("מספר פוליסה", text(insurer.get("policy_number")) or DASH),
        Fact("מספר תביעה", text(insurer.get("claim_number")) or DASH),
    ]


def inspection(helper: dict[str, Any]) -> list[Fact]:
    """When and where the car was looked at, and what had happened."""
    case, car = mapping(helper.get("case_info")), mapping(helper.get("vehicle"))
    place = first(case.get("inspection_location"), car.get("inspection_location"), at(helper, "meta", "location"))
    kind = first(case.get("damage_type"), at(helper, "damage_info", "damage_type"))
    return [
        Fact("תאריך הבדיקה", day(first(case.get("inspection_date"), car.get("inspection_date")))),
        Fact("מקום הבדיקה", text(place) or DASH),
        Fact("תאריך נזק", day(first(case.get("damage_date"), car.get("damage_date")))),
        Fact("סוג נזק", text(kind) or DASH),
    ]


def directive(helper: dict[str, Any]) -> str:
    """What is to be done with the car."""
    said = first(at(helper, "expertise", "summary", "directive"), at(helper, "case_info", "directive"))
    return text(said) or DASH


def signer(helper: dict[str, Any]) -> list[Fact]:
    """Who signs, where the helper says it."""
    said = mapping(at(helper, "expertise", "summary"))
    named = [Fact("שמאי", text(said.get("technician"))), Fact("מס' רישיון", text(said.get("license")))]
    return [fact for fact in named if fact.value]


def attachments(*places: Any) -> list[str]:
    """The papers that go with a report: a list, or a text with a semicolon or a line for each."""
    said = first(*places)
    pieces = said if isinstance(said, list) else text(said).replace("\n", ";").split(";")
    return [piece for piece in map(text, pieces) if piece]


def notes(*places: Any) -> list[str]:
    """Remarks, each once."""
    return list(dict.fromkeys(said for said in map(text, places) if said))
