"""Tracking and payments in the admin: lists, files, a button that derives anew, and the payment's page."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from cases.payments import FeeInvoice, Payment, today
from tests.admin.conftest import GHOST, as_noam

FULL = json.loads((Path(__file__).resolve().parents[1] / "fixtures" / "helper_full.json").read_text())
LISTS = ["trackinggeneral", "trackingexpertise", "trackingfinalreport", "payment"]


@pytest.fixture
def payment(open_case):
    """The payment of a case whose fee was settled."""
    case = open_case(FULL)
    with as_noam():
        return Payment.objects.get(case_id=case["case_id"])


def now(payment):
    with as_noam():
        return Payment.objects.with_lateness().with_fee_invoices().get(pk=payment.pk)


@pytest.mark.parametrize("name", LISTS)
def test_each_list_shows_the_offices_rows_and_gives_them_as_a_file(staff, open_case, name):
    open_case(FULL)
    mine, theirs = staff(), staff("uri")

    assert "993-19-949" not in theirs.get(f"/admin/cases/{name}/").content.decode()
    page = mine.get(f"/admin/cases/{name}/")
    assert page.status_code == 200
    file = b"".join(mine.get(f"/admin/cases/{name}/csv/").streaming_content).decode()
    assert file.startswith("\ufeff")
    assert len(b"".join(theirs.get(f"/admin/cases/{name}/csv/").streaming_content).decode().splitlines()) == 1
    assert len(file.splitlines()) > 1


def test_a_file_holds_what_the_list_was_narrowed_to(staff, open_case):
    open_case(FULL)
    warned = open_case({"vehicle": {"year": "?"}})

    file = b"".join(staff().get("/admin/cases/trackinggeneral/csv/?warned=yes").streaming_content).decode()

    assert warned["plate"] in file
    assert len(file.splitlines()) == 2


def test_warnings_stand_on_the_list_and_on_the_cases_page_in_words(staff, open_case):
    case = open_case({"vehicle": {"year": "לא ברור"}})
    browser = staff()

    for page in ("/admin/cases/trackinggeneral/", f"/admin/cases/case/{case['case_id']}/change/"):
        text = browser.get(page).content.decode()
        assert "/vehicle/year" in text
        assert "לא ברור" not in text


def test_a_case_is_derived_anew_and_the_answer_says_how_many(staff, open_case):
    case = open_case({"vehicle": {"year": "?"}})
    place = "/admin/cases/trackinggeneral/rebuild/"

    page = staff().post(place, {"case": case["case_id"]}, follow=True).content.decode()

    assert "0 שורות השתנו, תיק אחד עם אזהרות" in page
    assert staff().get(place).status_code == 404
    assert staff().post(place, {"case": GHOST}).status_code == staff("uri").post(place, case and {
        "case": case["case_id"]}).status_code == 404  # fmt: skip


def test_all_cases_are_derived_anew_in_steps(staff, open_case, monkeypatch):
    for _ in range(3):
        open_case({})
    monkeypatch.setattr("office.tracking_admin._AT_ONCE", 2)
    monkeypatch.setattr("office.tracking_admin._SECONDS", 0)
    browser = staff()

    page = browser.post("/admin/cases/trackinggeneral/rebuild/").content.decode()
    after = page.partition('name="after" value="')[2].partition('"')[0]
    done = browser.post("/admin/cases/trackinggeneral/rebuild/", {"after": after}, follow=True).content.decode()

    assert after
    assert "0 שורות השתנו" in done


def test_who_may_only_read_derives_and_changes_nothing(staff, may, payment):
    may("view_trackinggeneral", "view_payment", "view_case")
    browser = staff()

    assert browser.get(f"/admin/cases/payment/{payment.pk}/").status_code == 200
    for place in ("trackinggeneral/rebuild/", f"payment/{payment.pk}/contact/", f"payment/{payment.pk}/"):
        assert browser.post(f"/admin/cases/{place}").status_code == 403
    assert "form-0-payment_status" not in browser.get("/admin/cases/payment/").content.decode()


def test_the_list_is_edited_in_place(staff, payment):
    late = today() - timedelta(days=4)
    browser = staff()
    form = {
        "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": payment.pk, "_save": "1",
        "form-0-payment_status": "שולם חלקית", "form-0-expected_payment_date": str(late),
        "form-0-total_fee": payment.total_fee or "", "form-0-notes": payment.notes or "",
        # What the page showed comes back with it.
        "initial-form-0-payment_status": payment.payment_status,
        "initial-form-0-expected_payment_date": payment.expected_payment_date or "",
        "initial-form-0-total_fee": payment.total_fee or "", "initial-form-0-notes": payment.notes or "",
    }  # fmt: skip

    answer = browser.post("/admin/cases/payment/", form)

    assert answer.status_code == 302
    assert (now(payment).payment_status, now(payment).days_late) == ("שולם חלקית", 4)
    page = browser.get("/admin/cases/payment/?late=true").content.decode()
    assert "באיחור של 4 ימים" in page
    assert payment.owner_name not in browser.get("/admin/cases/payment/?late=false").content.decode()


def test_a_payment_is_changed_on_its_page(staff, payment):
    browser, place = staff(), f"/admin/cases/payment/{payment.pk}/"
    form = {"payment_status": "באיחור", "total_fee": "1200.50", "agent": "", "notes": "הערה"}

    assert browser.post(place, form).status_code == 302
    kept = now(payment)
    assert (kept.payment_status, str(kept.total_fee), kept.agent, kept.notes) == ("באיחור", "1200.50", None, "הערה")
    assert browser.post(place, {**form, "total_fee": "-5"}).status_code == 422
    assert now(payment).total_fee == kept.total_fee
    assert browser.post(place, {**form, "payment_status": "x"}).status_code == 422


def test_contacts_and_fee_invoices_are_written_on_its_page(staff, payment):
    browser, place = staff(), f"/admin/cases/payment/{payment.pk}/"
    browser.post(f"{place}contact/", {"note": "הובטח"})
    browser.post(f"{place}fee-invoices/", {"new-invoice_type": "initial", "new-invoice_number": "7",
                                           "new-invoice_amount": "850.50"})  # fmt: skip

    kept = now(payment)
    assert (kept.last_contact_notes, kept.fee_invoices_count, str(kept.fee_invoices_total)) == ("הובטח", 1, "850.50")
    with as_noam():
        row = FeeInvoice.objects.get(payment_id=payment.pk)
    changed = {f"{row.pk}-invoice_type": "final", f"{row.pk}-invoice_amount": "900"}
    browser.post(f"{place}fee-invoices/{row.pk}/", changed)
    assert str(now(payment).fee_invoices_total) == "900.00"
    browser.post(f"{place}fee-invoices/{row.pk}/", {"remove": "1"})
    assert now(payment).fee_invoices_count == 0
    assert browser.post(f"{place}fee-invoices/", {"new-invoice_type": "x"}).status_code == 422


def test_a_payment_is_added_by_plate_taken_off_and_brought_back(staff, open_case):
    case, browser = open_case({"stakeholders": {"owner": {"name": "רונית"}}}), staff()

    page = browser.post("/admin/cases/payment/add/", {"plate": case["plate"]}, follow=True)
    assert "רונית" in page.content.decode()
    with as_noam():
        made = Payment.objects.get(case_id=case["case_id"])
    browser.post(f"/admin/cases/payment/{made.pk}/removal/")
    assert now(made).removed_at is not None
    browser.post(f"/admin/cases/payment/{made.pk}/removal/")
    assert now(made).removed_at is None
    assert browser.post("/admin/cases/payment/add/", {"plate": "7654321"}).status_code == 422


def test_a_foreign_payment_and_a_missing_one_are_the_same_page(staff, payment):
    browser = staff("uri")

    assert browser.get(f"/admin/cases/payment/{payment.pk}/").status_code == 404
    assert browser.get(f"/admin/cases/payment/{GHOST}/").status_code == 404


def test_the_cases_page_and_the_home_page_lead_here(staff, payment):
    browser = staff()

    assert f"/admin/cases/payment/{payment.pk}/" in browser.get(
        f"/admin/cases/case/{payment.case_id}/change/").content.decode()  # fmt: skip
    assert "/admin/cases/trackinggeneral/" in browser.get("/admin/").content.decode()
