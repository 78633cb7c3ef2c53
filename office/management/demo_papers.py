"""Files of the demo: pictures of the damage, papers, reports, messages, and what stands on every report."""

from io import BytesIO
from uuid import UUID, uuid5

from core import acting
from files import arriving, assets, messages, picture_services, printing
from files import services as files
from files.models import Document, Image, OutboundMessage, Report
from office.management import demo_drawing
from office.management.demo_office import Office, centers

_NAMESPACE = UUID("d3300000-0000-4000-8000-000000000001")
_BLUE, _RED, _GREY = (58, 98, 158), (160, 52, 48), (140, 146, 152)
_FRONT, _DOOR, _BACK = (800, 400), (560, 410), (140, 400)
# plate, colour, name, where the damage is, from the other side, from near, which damage center
PICTURES = [
    ("99849833", _BLUE, "מבט כללי", _FRONT, False, False, None),
    ("99849833", _BLUE, "פגוש קדמי", _FRONT, False, True, 0),
    ("99849833", _BLUE, "דלת ימין", _DOOR, True, False, 1),
    ("99849833", _BLUE, "דלת ימין מקרוב", _DOOR, True, True, 1),
    ("99447211", _GREY, "מבט כללי", _BACK, False, False, None),
    ("99447211", _GREY, "פינה אחורית", _BACK, False, True, 0),
    ("99658931", _RED, "מבט כללי", _DOOR, False, False, None),
    ("99658931", _RED, "דלת", _DOOR, False, True, 1),
    ("99388533", _GREY, "מבט כללי", _FRONT, True, False, None),
]
# plate of no open case, name: files that wait for a case
WAITING = [("99123455", _RED, "תמונה מהמוסך", _FRONT), ("99123466", _GREY, "תמונה מבעל הרכב", _BACK)]
REPORTS = [
    ("99849833", Report.Type.ESTIMATE, Report.Nature.DRAFT),
    ("99658931", Report.Type.EXPERTISE, Report.Nature.FINAL),
    ("99447211", Report.Type.PARTS, Report.Nature.DRAFT),
]
# plate, who, address, what became of it
MESSAGES = [
    ("99849833", "שחר ברוש-דמו", "owner.demo@example.com", OutboundMessage.Status.SENT),
    ("99092851", "עידו כרמון-דמו", "owner2.demo@example.com", OutboundMessage.Status.SENT),
    ("99953486", "שחר רותם-דמו", "nobody.demo@example.com", OutboundMessage.Status.FAILED),
]
_ON_REPORTS = {
    "business_name": "משרד שמאות הדגמה",
    "license_number": "דמו-0000",
    "address": "רחוב הדוגמה 1, עיר הדוגמה",
    "phone": "050-0000000",
    "email": "office.demo@example.com",
    "draft_watermark_text": "טיוטה",
}


def add(office: Office) -> None:
    """Each kind once."""
    with office.as_appraiser():
        has_pictures, has_reports = Image.objects.exists(), Report.objects.exists()
        has_messages = OutboundMessage.objects.exists()
    if not has_pictures:
        _add_pictures(office)
    with office.as_manager():
        office_row = assets.rows(office.id, None)[1]
        if office_row is None:
            assets.save(org_id=office.id, user_id=None, changes=_ON_REPORTS)
    if not has_reports and printing.can_print():
        with office.as_appraiser():
            for plate, kind, nature in office.of(REPORTS):
                files.request_report(case_id=office.cases[plate], report_type=kind, nature=nature)
    if not has_messages:
        _add_messages(office)


def _add_pictures(office: Office) -> None:
    for plate, colour, name, damage, mirrored, close, center in office.of(PICTURES):
        case_id = office.cases[plate]
        content = BytesIO(demo_drawing.car(colour, damage, mirrored=mirrored, close=close))
        image = Document.Category.IMAGE
        document = arriving.take_in(
            content, filename=f"{name}.jpg", case_id=case_id, category=image, caller=office.as_appraiser
        )
        if center is not None:
            with office.as_appraiser():
                _place(document.pk, case_id, center)
    for plate, colour, name, damage in WAITING if office.of(PICTURES[:1]) else []:
        content = BytesIO(demo_drawing.car(colour, damage))
        arriving.take_in(
            content, filename=f"{name}.jpg", plate=plate, org_id=office.id, caller=office.as_appraiser,
            category=Document.Category.IMAGE, notes="הגיע בדואר, עוד בלי תיק",
        )  # fmt: skip


def _place(document_id: UUID, case_id: UUID, center: int) -> None:
    """Say which damage center a picture shows."""
    found = centers(case_id)
    image = Image.objects.filter(document_id=document_id).values_list("pk", flat=True).first()
    if image is not None and center < len(found):
        category = Image.Category.DAMAGE
        picture_services.update(image_id=image, damage_center_id=found[center]["Id"], category=category)


def _add_messages(office: Office) -> None:
    for plate, name, to, status in office.of(MESSAGES):
        key = uuid5(_NAMESPACE, f"message {plate}")
        with office.as_appraiser():
            asked = messages.prepare(
                case_id=office.cases[plate], channel="MAIL", to=to, to_name=name, template="documents"
            )
            sent = messages.queue(key, asked)
        reason = "no_connection" if status == OutboundMessage.Status.FAILED else None
        with acting.acting(acting.SERVICE):
            messages.outcome(
                key, sent_via=sent.sent_via, status=status, outside_id=f"demo-{plate}", reason=reason,
                attempt=sent.attempts,
            )  # fmt: skip
