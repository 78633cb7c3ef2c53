"""What stands around the cases of the demo: parts, answers from outside, knowledge, and who works on them."""

import json
from decimal import Decimal

from cases import sharing_services
from cases.models import Case
from core import exact
from helpers import services as helpers
from helpers.models import CaseHelper, HelperSync
from intake.envelope import Came
from intake.models import LeviReport, VehicleDetails
from intake.services import keep_levi, keep_vehicle
from knowledge import services as knowledge
from knowledge.models import KbDoc
from office.management.demo_office import Office, centers, helper, needed
from parts import answers, places
from parts import services as parts
from parts.models import PartRequired, PartsSearchResult

# plate, what was searched, and the rows that came: name, code, supplier, price, kind
SEARCHES = [
    ("99447211", "פגוש קדמי", [
        ("פגוש קדמי", "DM4410001", "חלפי דמו", 1480, "חדש מקורי"),
        ("פגוש קדמי", "DM4410001-T", "חלפי בדיקה", 890, "חליפי"),
        ("פגוש קדמי", "DM4410001-U", "מגרש פירוק לדוגמה", 560, "משומש"),
    ]),
    ("99658931", "דלת קדמית ימין", [
        ("דלת קדמית ימין", "DM5520014", "חלפי דמו", 2350, "חדש מקורי"),
        ("דלת קדמית ימין", "DM5520014-U", "מגרש פירוק לדוגמה", 1100, "משומש"),
    ]),
    ("99388533", "פנס קדמי", [("פנס קדמי שמאל", "DM7711203", "חלפי בדיקה", 740, "חליפי")]),
]  # fmt: skip
_LEVI = {"99849833": ("46,000", "41,630"), "99658931": ("52,500", "47,900"), "99447211": ("58,000", "53,210"),
         "99388533": ("71,000", "66,400")}  # fmt: skip
KNOWLEDGE = [
    ("ירידת ערך ברכב שתוקן", "שלד שתוקן מצדיק ירידת ערך גם אם התיקון הושלם כראוי. מציינים את מיקום הנזק, "
     "את שיטת התיקון ואת האחוז, ומסבירים את החישוב בחוות הדעת.", ["ירידת ערך", "חוות דעת"]),
    ("מתי מכריזים אובדן להלכה", "כאשר עלות התיקון וירידת הערך יחד מגיעות לשיעור שנקבע מערך הרכב ביום הנזק. "
     "בודקים מחירון, התאמות ומצב הרכב לפני הנזק.", ["אובדן להלכה"]),
    ("מסמכים שמבקשים מבעל הרכב", "רישיון רכב, רישיון נהיגה, הודעה לחברת הביטוח ותמונות מזירת התאונה. "
     "כשיש צד שלישי מבקשים גם את פרטיו.", ["מסמכים"]),
]  # fmt: skip
# Whose cases the manager works on himself, and which is shared with him.
_PASSED_ON, _SHARED = ("99447211", "99991306"), ("99849833",)


def add(office: Office) -> None:
    """Each kind once, as the appraiser."""
    with office.as_appraiser():
        for kind, write in (
            (PartRequired, _need),
            (PartsSearchResult, _search),
            (LeviReport, _value),
            (VehicleDetails, _describe),
            (KbDoc, _know),
            (HelperSync, _mirror),
        ):
            if not kind.objects.exists():
                write(office)
        _work_together(office)


def _need(office: Office) -> None:
    """The parts that the damage centers name; of each case one was ordered and one has come."""
    for case_id in office.cases.values():
        rows = [row for center in centers(case_id) for row in needed(center)]
        if rows:
            parts.required_bulk_upsert(case_id=case_id, rows=rows, at=[f"/{place}" for place in range(len(rows))])
            ids = list(PartRequired.objects.filter(case_id=case_id).order_by("row_uuid").values_list("pk", flat=True))
            parts.turn_required(ids=ids[:1], status=PartRequired.Status.ORDERED)
            parts.turn_required(ids=ids[1:2], status=PartRequired.Status.RECEIVED)


def _search(office: Office) -> None:
    """What was found; the dearest row of each search is chosen."""
    for plate, words, rows in office.of(SEARCHES):
        named = [
            {"שם חלק": name, 'מק"ט': code, "ספק": supplier, "מחיר": price, "סוג מקור": kind}
            for name, code, supplier, price, kind in rows
        ]
        answer = answers.read(exact.read(json.dumps({"results": named}).encode()))
        if answer is None:
            continue
        place = places.place_of(case_id=office.cases[plate])
        session = {"search_context": {"query": words}, "data_source": "catalog"}
        told = parts.keep_answer(answer=answer, place=place, data_source="catalog", session=session)
        parts.select(result_id=told[0]["id"], case_id=place.case_id, quantity=Decimal(1))


def _value(office: Office) -> None:
    for plate, case_id in office.cases.items():
        if plate in _LEVI:
            base, final = _LEVI[plate]
            said = {"מספר רישוי": plate, "קוד דגם": "970812", "מחיר בסיס": f"₪ {base}", "מחיר סופי לרכב": f"₪ {final}"}
            keep_levi(Came(json.dumps(said, ensure_ascii=False), is_text=False), case_id=case_id)


def _describe(office: Office) -> None:
    for case_id in office.cases.values():
        car = helper(case_id).get("vehicle") or {}
        said = {
            name: car[name]
            for name in ("plate", "manufacturer", "model", "trim", "year", "engine_volume")
            if name in car
        }
        if said:
            came = Came(json.dumps(said, ensure_ascii=False), is_text=False)
            keep_vehicle(came, case_id=case_id, source="car_details")


def _know(office: Office) -> None:
    for title, body, tags in KNOWLEDGE:
        knowledge.add(title=title, body=body, source=f"demo/{title}", tags=tags)


def _mirror(office: Office) -> None:
    """Make's copies that arrived whole."""
    for case_id in list(office.cases.values())[:3]:
        version = CaseHelper.objects.current(case_id).values_list("version", flat=True).first()
        helpers.log_received(
            case_id=case_id, version=version or 1, sections=["vehicle", "centers"], source="HELPER_EXPORT"
        )


def _work_together(office: Office) -> None:
    """Cases of the manager's own, and one that is shared."""
    mine = Case.objects.filter(assigned_to=office.manager)
    if mine.exists():
        return
    for plate in _PASSED_ON:
        if plate in office.cases:
            reason = "חלוקת עבודה מחדש במשרד"
            sharing_services.transfer(case_id=office.cases[plate], to=office.manager, reason=reason)
    for plate in _SHARED:
        if plate in office.cases:
            sharing_services.share(case_id=office.cases[plate], user_id=office.manager)
