"""Invoices in the admin: found, added up, written, mended, turned by hand, and never another office's."""

import json
import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from psycopg.types.json import Jsonb

from core import acting
from invoices import editing
from invoices.models import Invoice, InvoiceLine
from tests import cast
from tests.admin.conftest import GHOST, case_page, page_of
from tests.admin.test_codes import isolated
from tests.admin.test_pages import texts
from tests.admin.test_weight import asked

LIST = "/admin/invoices/invoice/"
OCR = json.loads((Path(__file__).parent.parent / "fixtures" / "invoice_ocr_response.json").read_text())
ROW = {
    "invoice_number": "INV-110",
    "supplier_name": "מוסך הדוגמה",
    "supplier_tax_id": "510950048",
    "invoice_date": "2025-09-27",
    "total_before_tax": 1000,
    "tax_amount": 180,
    "total_amount": 1180,
}
LINE = {"description": "כנף קדמית", "catalog_code": "66747-E298", "quantity": 2, "unit_price": 500, "line_total": 1000}


def as_person(person=cast.DANA):
    return acting.acting(acting.PERSON, person.claims)


@pytest.fixture
def make(db):
    """Keep an invoice with its lines as Dana; return its id."""

    def made(case=None, lines=(LINE,), person=cast.DANA, **more):
        key = case["case_id"] if case else None
        with as_person(person), connection.cursor() as cursor:
            cursor.execute("select id from public.invoices_upsert(%s, %s)", [Jsonb(ROW | more), key])
            [pk] = cursor.fetchone()
            rows = [{**line, "line_number": n} for n, line in enumerate(lines, 1)]
            cursor.execute("select 1 from public.invoice_lines_bulk_upsert(%s, %s)", [pk, Jsonb(rows)])
        return pk

    return made


@pytest.fixture
def turn(db):
    """Bring an invoice to a status step by step, as Dana."""

    def turned(pk, *statuses):
        with as_person():
            for status in statuses:
                Invoice.objects.filter(pk=pk).update(status=status)

    return turned


def standing(pk):
    with acting.acting(acting.SERVICE):
        return Invoice.objects.select_related("validation").get(pk=pk)


def lines_of(pk):
    with acting.acting(acting.SERVICE):
        return list(InvoiceLine.objects.filter(invoice=pk))


def page(pk, what=""):
    return f"{LIST}{pk}/{what}"


def test_the_list_says_what_stands_on_invoices_and_how_far_it_is_off(staff, make, open_case):
    case = open_case(plate="12345678")
    make(case)
    make(case, invoice_number="INV-111", tax_amount=179.99, total_amount=1279.95, status="PENDING")

    answer = staff().get(LIST)

    shown = texts(answer)
    for word in ("INV-110", "מוסך הדוגמה", "123-45-678", "27.9.2025", "טיוטה", "ממתין", "₪1,180.00", "תואם"):
        assert word in shown
    assert "+₪99.96 יותר מהמחושב" in shown
    assert "pill-bad" in answer.content.decode()
    assert "2 חשבוניות" in shown
    assert "₪2,000.00" in shown
    assert "₪2,459.95" in shown
    codes = {"INV-110", "123-45-678", "27.9.2025", "₪1,180.00", "+₪99.96"}
    assert [text for text, around in page_of(answer).texts if text in codes and not isolated(around)] == []


def test_cancelled_invoices_are_not_added_up(staff, make, turn):
    make()
    turn(make(invoice_number="2"), "CANCELLED")

    shown = texts(staff().get(LIST))

    assert "אחת שבוטלה או במטבע זר אינה נספרת." in shown
    assert "₪2,360.00" not in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=INV-110", 1),
        ("q=inv-11", 1),
        ("q=הדוגמה+מוסך", 1),
        ("q=123-45-678", 1),
        ("q=123+45+678", 1),
        ("q=12345678", 1),
        ("q=אחר", 0),
        ("q=%25", 0),
        ("q=%27+or+1%3D1+--", 0),
        ("q=%00", 1),
        ("q=---", 0),
        ("status__exact=DRAFT", 1),
        ("status__exact=PAID", 0),
        ("invoice_type__exact=OTHER", 1),
        ("invoice_type__exact=PARTS", 0),
        ("differs=0", 1),
        ("differs=1", 0),
        ("case=known", 1),
        ("case=none", 0),
        ("plate=123-45-678", 1),
        ("plate=99999999", 0),
        ("supplier=x", 0),
        (f"supplier={GHOST}", 0),
        ("invoice_date__gte=2025-09-01&invoice_date__lt=2025-10-01", 1),
        ("invoice_date__gte=2026-01-01", 0),
        ("o=7.-1", 1),
    ],
)
def test_the_list_is_searched_and_narrowed(staff, make, open_case, query, found):
    make(open_case(plate="12345678"))

    answer = staff().get(f"{LIST}?{query}", follow=True)

    assert answer.status_code == 200
    assert texts(answer).count("INV-110") == found


def test_many_are_turned_at_once_and_what_cannot_be_is_told(staff, make, turn):
    draft, waiting, gone = make(invoice_number="A1"), make(invoice_number="A2"), make(invoice_number="A3")
    turn(waiting, "PENDING")
    turn(gone, "CANCELLED")
    noam = staff()

    answer = noam.post(LIST, {"action": "mark_waiting", "_selected_action": [draft, waiting, gone]}, follow=True)
    paid = noam.post(LIST, {"action": "mark_paid", "_selected_action": [draft]}, follow=True)

    assert "חשבונית אחת עודכנה: ממתין" in texts(answer)
    assert "2 חשבוניות נשארו כפי שהן" in texts(answer)
    assert "A3" in texts(answer)
    assert "עודכנה" not in texts(paid)
    assert [standing(pk).status for pk in (draft, waiting, gone)] == ["PENDING", "PENDING", "CANCELLED"]


def test_a_cancellation_asks_once_more(staff, make, open_case):
    pk, noam = make(open_case()), staff()
    chosen = {"action": "cancel", "_selected_action": [pk]}

    asked_first = noam.post(LIST, chosen)
    one = noam.post(page(pk, "turn/"), {"status": "CANCELLED"})

    for answer in (asked_first, one):
        assert "מה יקרה" in texts(answer)
        assert "INV-110" in texts(answer)
    assert standing(pk).status == "DRAFT"
    noam.post(LIST, {**chosen, "confirmed": "1"})
    assert standing(pk).status == "CANCELLED"
    again = noam.post(page(pk, "turn/"), {"status": "DRAFT"}, follow=True)
    assert "סטטוס החשבונית עכשיו: טיוטה" in texts(again)
    noam.post(page(pk, "turn/"), {"status": "CANCELLED", "confirmed": "1"})
    assert standing(pk).status == "CANCELLED"


def test_sent_and_paid_are_marked_once_it_was_accepted(staff, make, turn, open_case):
    pk = make(open_case())
    turn(pk, "ASSIGNED", "ACCEPTED")
    noam = staff()

    noam.post(LIST, {"action": "mark_sent", "_selected_action": [pk]})
    assert standing(pk).status == "SENT"
    noam.post(LIST, {"action": "mark_paid", "_selected_action": [pk]})
    assert standing(pk).status == "PAID"


def test_the_buttons_are_the_moves_the_database_lets_happen(make, open_case, turn):
    """The table of editing.NEXT, asked of the database pair by pair; pages of their own lead to the rest."""
    case, ways = open_case(), {"DRAFT": (), "PENDING": ("PENDING",), "ASSIGNED": ("ASSIGNED",)}
    ways |= {"ACCEPTED": ("ASSIGNED", "ACCEPTED"), "CANCELLED": ("CANCELLED",)}
    ways |= {"SENT": (*ways["ACCEPTED"], "SENT"), "PAID": (*ways["ACCEPTED"], "PAID")}
    of_their_own = {("DRAFT", "ASSIGNED"), ("PENDING", "ASSIGNED"), ("ASSIGNED", "ACCEPTED"), ("ACCEPTED", "ASSIGNED")}
    for was, way in ways.items():
        for then in ways:
            pk = make(case, invoice_number=uuid4().hex)
            turn(pk, *way)
            with as_person():
                try:
                    editing.turn_one(invoice_id=pk, status=then)
                except editing.NotFound:
                    raise
                except Exception:
                    happened = False
                else:
                    happened = was != then
            assert happened == (then in editing.NEXT[was] or (was, then) in of_their_own), (was, then)


def test_a_page_puts_what_is_written_beside_what_was_computed(staff, make, open_case):
    pk = make(open_case(plate="12345678"), lines=(LINE, {**LINE, "line_total": 999.5}), tax_amount=170)

    answer = staff().get(page(pk))

    shown = texts(answer)
    for word in ("סכום של 2 שורות", "₪1,999.50", "−₪999.50", "פחות מהמחושב", "₪180.00", "−₪10.00", "+₪10.00", "18%"):
        assert word in shown
    assert "סכום השורות אינו תואם לסה״כ ללא מע״מ." in shown
    assert "בשורה אחת הסה״כ אינו כמות כפול מחיר." in shown
    assert "לא כמות כפול מחיר" in shown
    assert "66747-E298" in shown


def test_a_paper_stands_as_it_came_beside_what_was_read_and_earlier_readings_stay(staff, api, dana, open_case):
    case = open_case()
    for number in ("110", "111"):
        body = {"kind": "invoice", "case_id": case["case_id"], "file_ref": "a.pdf", "answer": OCR}
        body["answer"] = {**OCR, "מספר חשבונית": number, "זר": number}
        assert api(dana).post("ocr-results", body).status_code == 201
    with as_person():
        [invoice] = Invoice.objects.all()
        both = set(map(str, invoice.documents.values_list("ocr_result_id", flat=True)))

    answer = staff().get(page(invoice.pk))
    [other] = {key for key in both if f"?reading={key}#papers" in answer.content.decode()}
    earlier = staff().get(page(invoice.pk), {"reading": other}).content.decode()

    assert texts(answer).count("a.pdf") >= 2
    assert "כפי שהגיע" in texts(answer)
    assert {key for key in both if f"?reading={key}#papers" in earlier} == both - {other}
    assert staff().get(page(invoice.pk), {"reading": "x"}).status_code == 200


def test_a_readings_values_are_taken_over_once_that_is_confirmed(staff, api, dana, open_case):
    case = open_case()
    body = {"kind": "invoice", "case_id": case["case_id"], "file_ref": "a.pdf", "answer": OCR}
    assert api(dana).post("ocr-results", body).status_code == 201
    with as_person():
        [invoice] = Invoice.objects.all()
        [read] = invoice.documents.values_list("ocr_result_id", flat=True)
    count, noam = len(lines_of(invoice.pk)), staff()
    noam.post(page(invoice.pk, "edit/"), {**form_of(noam, page(invoice.pk, "edit/")), "total_amount": "5"})
    noam.post(page(invoice.pk, "lines/add/"), {"quantity": "1", "item_category": "other", "description": "נוספת"})
    address = page(invoice.pk, f"readings/{read}/")

    before = noam.get(address)
    assert (standing(invoice.pk).total_amount, len(lines_of(invoice.pk))) == (5, count + 1)
    taken = noam.post(address, follow=True)

    assert "ישתנה" in texts(before)
    assert "החשבונית מכילה עכשיו את מה שנקרא במסמך." in texts(taken)
    assert standing(invoice.pk).total_amount == invoice.total_amount
    assert [line.removed_at is None for line in lines_of(invoice.pk)] == [True] * count + [False]
    assert noam.get(page(invoice.pk, f"readings/{GHOST}/")).status_code == 404


def test_a_paper_read_again_changes_nothing_once_a_line_was_written_by_hand(staff, api, dana, open_case):
    case = open_case()
    body = {"kind": "invoice", "case_id": case["case_id"], "file_ref": "a.pdf", "answer": OCR}
    assert api(dana).post("ocr-results", body).status_code == 201
    assert api(dana).post("ocr-results", {**body, "answer": {**OCR, "n": 1}}).status_code == 201
    with as_person():
        [invoice] = Invoice.objects.all()
    assert invoice.is_edited is False
    first = lines_of(invoice.pk)[0]
    noam, address = staff(), page(invoice.pk, f"lines/{first.pk}/")

    noam.post(address, {**form_of(noam, address), "description": "נכתב ביד"})
    assert api(dana).post("ocr-results", {**body, "answer": {**OCR, "n": 2}}).status_code == 201

    assert lines_of(invoice.pk)[0].description == "נכתב ביד"


def form_of(browser, address):
    """What a form on a page would send as it stands."""
    html = browser.get(address).content.decode().split("<main")[1]
    form = html[html.index('<form method="post"') :]
    given = {}
    for name, value in re.findall(r'<input type="\w+" name="(\w+)"(?: value="([^"]*)")?', form):
        given[name] = value
    for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>\s*([^<]*)', form):
        given[name] = text
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        given[name] = chosen[1] if chosen else ""
    given.pop("csrfmiddlewaretoken", None)
    return given


def test_a_new_invoice_is_written_by_hand_with_commas(staff, open_case):
    case = open_case(plate="12345678")
    given = {
        "plate": "123-45-678",
        "invoice_number": "H-1",
        "supplier_name": "ספק חדש בע״מ",
        "supplier_tax_id": "51-234567-8",
        "invoice_type": "LABOR",
        "invoice_date": "27/09/2025",
        "total_before_tax": "₪ 12,345.60",
        "tax_amount": "2,222.21",
        "total_amount": "14,567.81",
    }
    noam = staff()

    answer = noam.post(f"{LIST}add/", given, follow=True)

    assert "החשבונית נוספה" in texts(answer)
    assert "₪12,345.60" in texts(answer)
    with as_person():
        made = Invoice.objects.select_related("supplier", "validation").get()
    assert (str(made.case_id), made.source, made.status) == (case["case_id"], "admin", "DRAFT")
    assert (made.supplier.name, made.supplier.tax_id) == ("ספק חדש בע״מ", "512345678")
    assert made.validation.is_valid
    again = noam.post(f"{LIST}add/", given)
    assert again.status_code == 422
    assert "לספק הזה כבר יש חשבונית במספר הזה." in texts(again)
    known = noam.post(f"{LIST}add/", {"invoice_number": "H-2", "supplier": made.supplier_id, "invoice_type": "OTHER"})
    assert known.status_code == 302
    with as_person():
        assert Invoice.objects.filter(supplier=made.supplier_id, supplier_name=made.supplier.name).count() == 2


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"invoice_number": "1"},
        {"supplier_name": "א"},
        {"invoice_number": "1", "supplier_name": "א", "total_amount": "אלף"},
        {"invoice_number": "1", "supplier_name": "א", "total_amount": "1.005"},
        {"invoice_number": "1", "supplier_name": "א", "total_amount": "99999999999"},
        {"invoice_number": "1", "supplier_name": "א", "invoice_date": "40/13/2025"},
        {"invoice_number": "1", "supplier_name": "א", "vat_rate": "101"},
        {"invoice_number": "1", "supplier_name": "א", "plate": "76543210"},
        {"invoice_number": "1", "supplier_name": "א", "plate": "7"},
        {"invoice_number": "1", "supplier": GHOST},
        {"invoice_number": "1\0", "supplier_name": "א"},
        {"invoice_number": "1", "supplier_tax_id": "5"},
    ],
)
def test_what_cannot_stand_is_refused_in_words(staff, given):
    answer = staff().post(f"{LIST}add/", {"invoice_type": "OTHER", **given})

    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    with as_person():
        assert not Invoice.objects.exists()


def test_only_what_is_changed_is_written_and_told(staff, make, open_case):
    pk, noam = make(open_case()), staff()
    address = page(pk, "edit/")
    given = form_of(noam, address)
    assert (given["total_amount"], given["invoice_date"]) == ("1,180.00", "2025-09-27")

    answer = noam.post(address, {**given, "total_amount": "1,180.50", "due_date": "2025-10-27"}, follow=True)

    shown = texts(answer)
    assert "החשבונית שונתה." in shown
    assert "סה״כ כולל מע״מ: 1,180.00 ←" in shown.replace(" : ", ": ")
    assert "נועם" in shown
    kept = standing(pk)
    assert (str(kept.total_amount), str(kept.due_date), kept.supplier_name) == ("1180.50", "2025-10-27", "מוסך הדוגמה")
    renamed = noam.post(address, {**form_of(noam, address), "supplier_name": "מוסך אחר"}, follow=True)
    assert "מוסך אחר" in texts(renamed)
    assert standing(pk).supplier_id != kept.supplier_id
    nobody = noam.post(address, {**form_of(noam, address), "supplier": ""})
    assert nobody.status_code == 422


def test_lines_are_added_mended_taken_off_and_brought_back(staff, api, dana, make, open_case):
    case = open_case()
    needed = api(dana).post("parts/required", {"case_id": case["case_id"], "rows": [{"part": "פנס", "oem": "1-2"}]})
    part = needed.json()[0]["id"]
    pk, noam = make(case), staff()
    [line] = lines_of(pk)
    given = {"description": "עבודה", "quantity": "1", "unit_price": "1,000", "line_total": "1,000", "part": part}

    noam.post(page(pk, "lines/add/"), {**given, "item_category": "work"})
    first, second = lines_of(pk)
    assert (second.line_number, str(second.line_total), str(second.part_id)) == (2, "1000.00", part)
    assert second.item_category == "work"

    address = page(pk, f"lines/{line.pk}/")
    noam.post(address, {**form_of(noam, address), "unit_price": "", "discount_percent": "0", "quantity": "3"})
    first = lines_of(pk)[0]
    assert (first.unit_price, first.discount_percent, first.quantity) == (None, 0, 3)
    assert first.description == "כנף קדמית"

    gone = noam.post(page(pk, f"lines/{line.pk}/turn/"), follow=True)
    assert "הוסרה" in texts(gone)
    assert standing(pk).validation.lines == 1
    noam.post(page(pk, f"lines/{line.pk}/turn/"))
    assert standing(pk).validation.lines == 2
    assert "שורה 2: נוסף" in texts(noam.get(page(pk)))


@pytest.mark.parametrize(
    "given",
    [{"quantity": ""}, {"quantity": "x"}, {"discount_percent": "101"}, {"item_category": "x"}, {"part": GHOST}],
)
def test_a_line_that_cannot_stand_is_refused(staff, make, open_case, given):
    pk = make(open_case())

    answer = staff().post(page(pk, "lines/add/"), {"quantity": "1", "item_category": "work", **given})

    assert answer.status_code == 422
    assert len(lines_of(pk)) == 1


@pytest.mark.parametrize("way", [("CANCELLED",), ("ASSIGNED", "ACCEPTED")])
def test_what_was_accepted_or_cancelled_is_only_shown(staff, make, turn, open_case, way):
    pk = make(open_case())
    [line] = lines_of(pk)
    turn(pk, *way)
    noam = staff()

    shown = noam.get(page(pk)).content.decode()
    edited = noam.post(page(pk, "edit/"), {**form_of(noam, page(pk, "edit/")), "total_amount": "1"})
    taken = noam.post(page(pk, f"lines/{line.pk}/turn/"), follow=True)
    added = noam.post(page(pk, "lines/add/"), {"quantity": "1", "item_category": "work"})
    turned = noam.post(page(pk, "turn/"), {"status": "PENDING"}, follow=True)

    assert "lines/add/" not in shown
    assert "edit/" not in shown
    assert (edited.status_code, added.status_code) == (422, 422)
    assert "דבר לא השתנה" in texts(edited)
    assert "דבר לא השתנה" in texts(taken)
    assert "אי אפשר להעביר את החשבונית לשם" in texts(turned)
    assert (standing(pk).status, standing(pk).total_amount, len(lines_of(pk))) == (way[-1], 1180, 1)


def test_an_invoice_without_a_case_finds_it_by_its_plate(staff, api, dana, open_case):
    body = {"kind": "invoice", "plate": "12345678", "file_ref": "a.pdf", "answer": OCR}
    told = api(dana).post("ocr-results", body).json()
    case = open_case(plate="12345678")
    with as_person():
        [invoice] = Invoice.objects.all()
    noam = staff()

    offered = noam.get(page(invoice.pk))
    wrong = noam.post(page(invoice.pk, "case/"), {"plate": "76543210"})
    found = noam.post(page(invoice.pk, "case/"), {"plate": "12345678"}, follow=True)
    again = noam.post(page(invoice.pk, "case/"), {"plate": "12345678"}, follow=True)

    assert "התיק הפתוח של מספר הרכב:" in texts(offered)
    assert wrong.status_code == 422
    assert "אין תיק" in texts(wrong)
    assert "החשבונית שייכת עכשיו לתיק" in texts(found)
    assert "messagelist" in again.content.decode()
    assert str(standing(invoice.pk).case_id) == case["case_id"]
    assert api(dana).get(f"ocr-results/{told['id']}").json()["case_id"] == case["case_id"]


def test_another_offices_invoices_are_not_there(staff, make, open_case, tamar):
    hers = open_case(person=tamar, plate="87654321")
    pk = make(hers, person=cast.TAMAR, invoice_number="FOREIGN")
    [line] = lines_of(pk)
    own = make(open_case())
    noam = staff()

    assert "FOREIGN" not in texts(noam.get(LIST))
    for what in ("", "edit/", "lines/add/", f"lines/{line.pk}/", f"readings/{GHOST}/"):
        foreign, ghost = noam.get(page(pk, what)), noam.get(page(GHOST, what))
        assert (foreign.status_code, foreign.content) == (404, ghost.content), what
    for what in ("turn/", "case/", f"lines/{line.pk}/turn/", "edit/"):
        assert noam.post(page(pk, what), {"status": "PENDING", "plate": "12345678"}).status_code == 404
    assert noam.get(page(own, f"lines/{line.pk}/")).status_code == 404
    noam.post(LIST, {"action": "mark_waiting", "_selected_action": [pk]})
    assert standing(pk).status == "DRAFT"
    assert noam.post(page(own, "case/"), {"plate": "87654321"}).status_code == 422


def test_whoever_may_only_look_has_no_buttons(staff, make, open_case, may):
    case = open_case()
    pk = make(case)
    [line] = lines_of(pk)
    may("view_invoice", "view_case")
    noam = staff()

    shown = noam.get(page(pk)).content.decode().split("<main")[1].split("</main>")[0]
    assert "<form" not in shown
    assert "lines/add/" not in shown
    assert 'name="action"' not in noam.get(LIST).content.decode()
    assert noam.get(f"{LIST}add/").status_code == 403
    for what in ("edit/", "lines/add/", f"lines/{line.pk}/", f"readings/{GHOST}/"):
        assert noam.get(page(pk, what)).status_code == 403, what
    for what in ("turn/", "case/", f"lines/{line.pk}/turn/"):
        assert noam.post(page(pk, what), {"status": "PENDING"}).status_code == 403, what
    may("view_case")
    assert noam.get(LIST).status_code == 403
    assert noam.get(page(pk)).status_code == 403
    assert LIST not in noam.get(case_page(case)).content.decode()


def test_a_get_changes_nothing(staff, make, open_case):
    pk = make(open_case())
    [line] = lines_of(pk)

    for what in ("turn/", "case/", f"lines/{line.pk}/turn/"):
        assert staff().get(page(pk, what)).status_code == 404


def test_the_case_page_says_what_was_charged(staff, make, open_case, turn):
    case = open_case(plate="12345678")
    make(case)
    make(case, invoice_number="2", total_amount=1)
    turn(make(case, invoice_number="3"), "CANCELLED")

    answer = staff().get(case_page(case))

    for word in ("₪1,181.00", "2 ממתינות", "הפרשים בסכומים"):
        assert word in texts(answer)
    for address in (f"{LIST}?plate=12345678", f"{LIST}?plate=12345678&amp;differs=1", f"{LIST}add/?plate=12345678"):
        assert f'href="{address}"' in answer.content.decode()
    assert texts(staff().get(f"{LIST}?plate=12345678&differs=1")).count("₪1.00") == 2


def test_the_home_page_leads_to_invoices_suppliers_and_rates(staff):
    shown = staff().get("/admin/").content.decode()

    assert "חשבוניות" in shown
    for address in (LIST, "/admin/invoices/invoicesupplier/", "/admin/invoices/vatrate/"):
        assert f'href="{address}"' in shown


def test_pages_ask_no_more_for_many_rows(staff, make, open_case, api, dana):
    case, noam = open_case(), staff()
    pk = make(case)
    addresses = (LIST, page(pk), case_page(case))
    few = {address: len(asked(noam, address)) for address in addresses}
    for n in range(30):
        make(case, invoice_number=f"N{n}", supplier_name=f"ספק {n}", supplier_tax_id=str(n + 1))
    make(case, lines=[LINE] * 60)
    with as_person():
        for n in range(20):
            Invoice.objects.filter(pk=pk).update(notes=f"{n}", total_amount=n)

    for address in addresses:
        # How much the case's page may ask altogether is told where all of its cards are known.
        assert len(asked(noam, address)) == few[address], address
        assert address == case_page(case) or few[address] <= 24


def test_a_page_with_two_hundred_lines_and_strange_texts_stays_whole(staff, make, open_case):
    bad = '<script>alert(1)</script>"'
    pk = make(open_case(), lines=[{**LINE, "description": bad}] * 200, invoice_number=bad, supplier_name=bad, notes=bad)

    answer = staff().get(page(pk))

    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert len(answer.content) < 700_000
