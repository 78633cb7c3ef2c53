"""Assigning, accepting and taking back in the admin: what is shown first is what is done then."""

import json
import re
from pathlib import Path

import pytest

from core import acting
from invoices.models import Invoice
from tests.admin.conftest import GHOST, case_page
from tests.admin.test_pages import texts
from tests.invoices.desk import OCR, Invoices

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
FULL = json.loads((FIXTURES / "helper_full.json").read_text())
CENTER, SECOND = FULL["centers"][0]["Id"], FULL["centers"][1]["Id"]
ROW = FULL["centers"][0]["Parts"]["parts_required"][0]
TARGET = json.dumps([CENTER, "part", ROW["row_uuid"], 0])
NEW = json.dumps([SECOND, "work", None, None])


def page(invoice, verb):
    return f"/admin/invoices/invoice/{invoice['id']}/{verb}/"


@pytest.fixture
def invoices(api, dana, open_case):
    return Invoices(api(dana), open_case)


@pytest.fixture
def invoice(invoices):
    made = invoices.make(FULL, [{"catalog_code": ROW["pcode"]}, {"line_total": 300}])
    invoices.written_by(made, "dual")
    return made


@pytest.fixture
def assigned(invoices, invoice):
    part = {"line_number": 1, "damage_center_id": CENTER, "field_type": "part", "row_uuid": ROW["row_uuid"]}
    assert invoices.tell(invoice, "assign", mappings=[part]).status_code == 200
    return invoice


def status(invoice):
    with acting.acting(acting.SERVICE):
        return Invoice.objects.values_list("status", flat=True).get(pk=invoice["id"])


def test_the_page_proposes_and_says_that_it_does(staff, invoice):
    shown = staff().get(page(invoice, "assign"))

    words = texts(shown)
    for word in ("הצעה", "אותו מספר קטלוגי", "₪500"):
        assert word in words, word
    html = shown.content.decode()
    assert '<optgroup label="מוקד 1 · פגוש קדמי · חלקים">' in html
    assert re.search(f'<option value="[^"]*{ROW["row_uuid"]}[^"]*" selected', html)
    assert status(invoice) == "DRAFT"


def test_assigning_leads_to_what_accepting_would_change(staff, invoice):
    asked = {"version": 1, "line1-first": TARGET, "line2-first": NEW}

    answer = staff().post(page(invoice, "assign"), asked, follow=True)

    assert answer.redirect_chain == [(page(invoice, "accept"), 302)]
    assert status(invoice) == "ASSIGNED"
    assert "השורות שויכו. זה מה שהקבלה תשנה." in texts(answer)
    assert "/centers/0/Parts/parts_required/0/price_per_unit" in texts(answer)


def test_a_line_is_split_over_two_centers(staff, invoice, invoices):
    asked = {"version": 1, "line1-first": TARGET, "line1-first_amount": "300", "line1-second": NEW}

    wrong = staff().post(page(invoice, "assign"), asked)
    assert wrong.status_code == 422
    assert "יש לציין כמה מן השורה שייך לכאן" in texts(wrong)
    assert status(invoice) == "DRAFT"

    staff().post(page(invoice, "assign"), {**asked, "line1-second_amount": "200"})
    told = invoices.ask(invoice, "assign").json()["mappings"]
    assert [(one["damage_center_id"], one["amount"]) for one in told] == [(CENTER, 300), (SECOND, 200)]
    assert 'name="line1-second_amount" value="200' in staff().get(page(invoice, "assign")).content.decode()


@pytest.mark.parametrize(
    "asked", [{"line1-first": "x"}, {"line1-first": '["dc_0", "part", null, null]'}, {"line1-first_amount": "x"}]
)
def test_nonsense_is_refused_at_its_line(staff, invoice, asked):
    answer = staff().post(page(invoice, "assign"), {"version": 1, **asked})
    assert (answer.status_code, status(invoice)) == (422, "DRAFT")
    assert "errorlist" in answer.content.decode()


def test_a_save_in_between_shows_the_choices_again(staff, invoice, save):
    save(invoice, {**FULL, "z": 1}, 1)

    answer = staff().post(page(invoice, "assign"), {"version": 1, "line1-first": TARGET})

    assert (answer.status_code, status(invoice)) == (409, "DRAFT")
    assert "מישהו שמר בינתיים: יש לבדוק שוב את הבחירות." in texts(answer)


def test_no_choice_leaves_the_invoice_waiting(staff, assigned):
    answer = staff().post(page(assigned, "assign"), {"version": 1})
    assert (answer.status_code, status(assigned)) == (302, "PENDING")


def test_accepting_names_both_versions_and_they_read_well_in_the_list(staff, assigned):
    browser = staff()
    shown = browser.get(page(assigned, "accept"))
    assert "מה ישתנה" in texts(shown)

    answer = browser.post(page(assigned, "accept"), {"expected_version": 1})

    assert (answer.status_code, status(assigned)) == (302, "ACCEPTED")
    listed = texts(browser.get(case_page(assigned)))
    number = assigned["invoice_number"]
    assert "לפני קבלת חשבונית" in listed
    assert "קבלת חשבונית" in listed
    assert listed.count(number) >= 2
    assert "_helper_v3" in listed
    assert "_helper_v2" in listed
    assert f"before invoice {number}" not in listed


def test_taking_back_asks_why_and_tells_it(staff, assigned, invoices):
    browser = staff()
    _, before = invoices.helper(assigned)
    browser.post(page(assigned, "accept"), {"expected_version": 1})

    nameless = browser.post(page(assigned, "undo"), {"expected_version": 3})
    assert (nameless.status_code, status(assigned)) == (200, "ACCEPTED")
    done = browser.post(page(assigned, "undo"), {"expected_version": 3, "reason": "חשבונית שגויה"})

    assert (done.status_code, status(assigned)) == (302, "ASSIGNED")
    assert invoices.helper(assigned) == (4, before)
    listed = texts(browser.get(case_page(assigned)))
    assert "חשבונית שגויה" in listed
    assert "ביטול קבלת חשבונית" in listed


def test_a_stale_page_accepts_nothing(staff, assigned, save):
    save(assigned, {**FULL, "z": 1}, 1)

    answer = staff().post(page(assigned, "accept"), {"expected_version": 1})

    assert (answer.status_code, status(assigned)) == (409, "ASSIGNED")
    assert 'name="expected_version" value="2"' in answer.content.decode()


def test_what_overlaps_is_refused_with_its_places(staff, assigned, save, invoices):
    browser = staff()
    browser.post(page(assigned, "accept"), {"expected_version": 1})
    later = json.loads(invoices.helper(assigned)[1])
    later["centers"][0]["Parts"]["parts_required"][0]["total_cost"] = 7
    save(assigned, later, 3)

    answer = browser.get(page(assigned, "undo"))

    assert answer.status_code == 409
    assert "/centers/0/Parts/parts_required/0/total_cost" in texts(answer)


@pytest.mark.parametrize("verb", ["accept", "undo"])
def test_what_cannot_be_turned_now_says_so(staff, invoice, verb):
    assert staff().get(page(invoice, verb)).status_code == 409


def test_as_long_as_make_writes_the_page_says_so(staff, invoices):
    made = invoices.make(FULL, [{}])
    part = {"line_number": 1, "damage_center_id": CENTER, "field_type": "part"}
    invoices.tell(made, "assign", mappings=[part])

    shown = staff().get(page(made, "accept"))

    assert "בתיק זה Make כותב את החשבוניות לנתוני התיק: רק הטבלאות ישתנו." in texts(shown)


@pytest.mark.parametrize("verb", ["assign", "accept", "undo"])
def test_only_who_may_change_invoices_of_the_office_comes_here(staff, assigned, may, verb):
    assert staff("uri").get(page(assigned, verb)).status_code == 404
    assert staff().get(page({"id": GHOST}, verb)).status_code == 404
    may("view_invoice")
    assert staff().get(page(assigned, verb)).status_code == 403
    assert staff().post(page(assigned, verb), {"expected_version": 1}).status_code == 403


def test_a_paper_without_centers_or_lines_says_what_is_missing(staff, invoices):
    assert "בגרסה הנוכחית של התיק אין מוקדי נזק לשיוך." in texts(
        staff().get(page(invoices.read({"a": 1}, OCR), "assign"))
    )
    assert "בחשבונית אין שורות." in texts(staff().get(page(invoices.make(FULL, []), "assign")))
    assert "החשבונית עדיין אינה שייכת לתיק; אפשר יהיה לשייך אותה לאחר מכן." in texts(
        staff().get(page(invoices.make(None, [{}]), "assign"))
    )
