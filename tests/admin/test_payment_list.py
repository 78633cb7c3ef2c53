"""The list of payments: edited in place without overwriting a colleague, marked paid and back, and added up."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from openpyxl import load_workbook

from cases.payments import Payment, today
from office import payment_report, services
from office.forms import LineForm
from tests.admin.conftest import as_noam, page_of
from tests.admin.test_exports import content
from tests.admin.test_pages import texts
from tests.admin.test_tracking import FULL, now, payment  # noqa: F401
from tests.admin.test_weight import asked

LIST = "/admin/cases/payment/"
FIELDS = ("payment_status", "expected_payment_date", "total_fee", "notes")


@pytest.fixture
def owed(staff, open_case):
    """The payment of a new case with these facts."""

    def made(**facts):
        case = open_case()
        with as_noam():
            key, _new = services.open_payment(case_id=case["case_id"], **facts)
            return Payment.objects.get(pk=key)

    return made


def form_on(browser):
    """The list's form as a browser would send it back untouched."""
    found = {}
    tags = page_of(browser.get(LIST)).tags
    for tag, attributes in tags:
        if tag == "input" and attributes.get("name", "").startswith(("form-", "initial-form-")):
            found[attributes["name"]] = attributes.get("value", "")
    html = browser.get(LIST).content.decode()
    for name, inner in re.findall(r'<select name="(form-\d+-payment_status)".*?>(.*?)</select>', html, re.S):
        found[name] = re.search(r'value="([^"]*)" selected', inner)[1]
    for name, inner in re.findall(r'<textarea name="(form-\d+-notes)"[^>]*>\n?(.*?)</textarea>', html, re.S):
        found[name] = inner
    return found | {"_save": "1"}


def test_what_is_typed_in_the_list_is_saved_and_nothing_else(staff, owed):
    one = owed(notes="שורה ראשונה\nשורה שנייה")
    browser = staff()
    form = form_on(browser)

    assert browser.post(LIST, form).status_code == 302
    assert now(one).updated_at == one.updated_at
    form |= {"form-0-total_fee": "850.50", "form-0-notes": "שורה ראשונה\r\nאחרת"}
    assert browser.post(LIST, form).status_code == 302

    kept = now(one)
    assert (kept.total_fee, kept.notes) == (Decimal("850.50"), "שורה ראשונה\nאחרת")


def test_the_fields_are_drawn_as_django_draws_them(owed):
    wicked = 'שורה "אחת"\n</textarea><script>&amp;'
    one, empty = owed(notes=wicked, total_fee=850, expected_payment_date=date(2026, 12, 1)), owed()
    refused = {"form-0-total_fee": "-1", "form-0-payment_status": "<b>", "form-0-notes": wicked}

    for payment_of, data in ((one, None), (empty, None), (one, refused)):
        ours, theirs = (
            LineForm(data, instance=payment_of, prefix="form-0", renderer=renderer)
            for renderer in (None, DjangoTemplates())
        )
        with as_noam():
            assert ours.is_valid() == theirs.is_valid()
        for name in FIELDS:
            label = f'<span class="on-phone" aria-hidden="true">{ours[name].label}</span>'
            drawn = str(ours[name])
            assert drawn.startswith(label), "a phone shows no heads of columns"
            assert parse_html(drawn.removeprefix(label)) == parse_html(str(theirs[name]))
            assert str(ours[name].errors) == str(theirs[name].errors)
    assert ours.errors


def test_a_colleagues_newer_change_is_not_overwritten_and_said(staff, owed):
    one = owed(total_fee=500)
    browser = staff()
    form = form_on(browser)
    with as_noam():
        services.update_payment(payment_id=one.pk, total_fee=700)

    answer = browser.post(LIST, form | {"form-0-total_fee": "600"})
    shown = texts(answer)

    assert now(one).total_fee == 700
    assert "בינתיים השדה שונה (נועם) ל: 700.00" in shown
    again = browser.post(LIST, form | {"form-0-total_fee": "600", "initial-form-0-total_fee": "700.00"})
    assert (again.status_code, now(one).total_fee) == (302, 600)


def test_what_a_colleague_changed_beside_it_stays(staff, owed):
    one = owed(total_fee=500)
    browser = staff()
    form = form_on(browser)
    with as_noam():
        services.update_payment(payment_id=one.pk, notes="של עמית", payment_status="שולם חלקית")

    assert browser.post(LIST, form | {"form-0-total_fee": "600"}).status_code == 302

    kept = now(one)
    assert (kept.total_fee, kept.notes, kept.payment_status) == (600, "של עמית", "שולם חלקית")


def test_a_change_in_the_same_moment_is_refused_by_the_database(db, owed):
    from core.errors import Conflict

    one = owed(total_fee=500)
    with as_noam(), pytest.raises(Conflict):
        services.update_payment(payment_id=one.pk, stood={"total_fee": Decimal(400)}, total_fee=600)
    assert now(one).total_fee == 500


def test_many_are_marked_paid_and_taken_back(staff, owed):
    one, other, paid = owed(), owed(payment_status="באיחור"), owed(payment_status="שולם במלואו")
    browser = staff()
    chosen = {"action": "mark_paid", "_selected_action": [str(row.pk) for row in (one, other, paid)]}

    shown = texts(browser.post(LIST, chosen, follow=True))
    assert "2 תשלומים סומנו כשולמו במלואם." in shown
    assert {now(row).payment_status for row in (one, other, paid)} == {"שולם במלואו"}
    with as_noam():
        services.update_payment(payment_id=other.pk, payment_status="שולם חלקית")
    back = texts(browser.post(f"{LIST}unmark/", follow=True))

    assert "תשלום אחד חזר למצבו הקודם." in back
    assert "אחד שונה מאז ונשאר." in back
    assert [now(row).payment_status for row in (one, other, paid)] == ["ממתין לתשלום", "שולם חלקית", "שולם במלואו"]
    assert "סומנו כשולמו" not in texts(browser.get(LIST))


def test_who_may_only_look_neither_marks_nor_takes_back(staff, owed, may):
    one = owed()
    may("view_payment")

    staff().post(LIST, {"action": "mark_paid", "_selected_action": [str(one.pk)]})
    assert now(one).payment_status == "ממתין לתשלום"
    assert staff().post(f"{LIST}unmark/").status_code == 403


def test_every_sum_of_the_report_is_that_of_the_rows_behind_it(staff, owed):
    first = today().replace(day=1)
    owed(total_fee=Decimal("100.10"), agent="דוד", expected_payment_date=first - timedelta(days=20))
    owed(total_fee=Decimal("200.20"), agent="דוד", expected_payment_date=first - timedelta(days=20),
         payment_status="שולם במלואו")  # fmt: skip
    owed(total_fee=50, agent="רינה & בניו", expected_payment_date=first + timedelta(days=40))
    owed(total_fee=None, expected_payment_date=None)
    browser = staff()

    with as_noam():
        lines = [*payment_report.by_month(), *payment_report.by_agent(), *payment_report.by_month("דוד")]
        whole = payment_report.whole(payment_report.by_month())
    for line in lines:
        for count, fees, address in (
            (line.n, line.fees, line.address),
            (line.open, line.open_fees, line.address_of_open),
            (line.paid, line.paid_fees, line.address_of_paid),
            (line.late, line.late_fees, line.address_of_late),
        ):
            rows = list(load_workbook(content(browser.get(address.replace("?", "export/xlsx/?", 1)))).active)[1:]
            assert (len(rows), sum(row[8].value or 0 for row in rows)) == (count, pytest.approx(float(fees))), address
    assert (whole.n, whole.fees, whole.late, whole.feeless) == (4, Decimal("350.30"), 1, 1)


def test_the_report_is_a_page_a_drawing_and_a_file(staff, owed):
    owed(total_fee=100, agent="דוד", expected_payment_date=date(2026, 10, 3))
    browser = staff()

    answer = browser.get(f"{LIST}report/")
    shown, html = texts(answer), answer.content.decode()
    file = load_workbook(content(browser.get(f"{LIST}report/xlsx/"))).active

    assert "10/2026" in shown
    assert "₪100" in shown
    assert "<rect" in html
    assert "<script>" not in html
    assert [cell.value for cell in file[2]][:4] == ["10/2026", None, 1, 100]
    assert content(browser.get(f"{LIST}report/csv/?agent=%00x")).getvalue().startswith(b"\xef\xbb\xbf")
    assert browser.get(f"{LIST}report/pdf/").status_code == 404


def test_the_report_and_the_list_ask_no_more_for_many(staff, owed):
    owed()
    few = [len(asked(staff(), address)) for address in (LIST, f"{LIST}report/")]
    for _ in range(10):
        owed()

    many = [len(asked(staff(), address)) for address in (LIST, f"{LIST}report/")]
    assert many[1] == few[1]
    assert many[0] <= few[0] + 1


@pytest.mark.parametrize("query", ["month=2026-13", "month=x", "month=2026-1", "paid=x", "no_agent=1", "month=none"])
def test_any_question_to_the_list_is_answered(staff, owed, query):
    owed()
    assert staff().get(f"{LIST}?{query}").status_code == 200
