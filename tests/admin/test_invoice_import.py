"""Invoices from a file: looked at, confirmed, written row by row, and never over what somebody else wrote meanwhile."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cases import listed
from cases.list_files import ListFile
from core import acting
from invoices.export import INVOICES
from invoices.models import Invoice
from office import list_tasks
from tests import cast
from tests.admin.conftest import as_noam
from tests.admin.test_exports import content
from tests.admin.test_invoices import LIST, make, standing, turn  # noqa: F401
from tests.admin.test_pages import texts

HEADS = ["מספר חשבונית", "ספק", "ח.פ", "תאריך", 'לפני מע"מ', 'מע"מ בש"ח', "עלות כוללת", "מספר רכב"]
ROW = ["A-1", "מוסך חדש", "512345678", "27/09/2025", "1,000", "₪180.00", "1180", ""]


def csv(*rows, heads=HEADS):
    with listed.table("csv", "x", heads, rows) as file:
        return SimpleUploadedFile("רשימה.csv", file.read())


@pytest.fixture
def sent(staff):
    """Send a file as Noam; the answer is the page that tells what it would do."""

    def send(file):
        answer = staff().post(f"{LIST}import/", {"file": file})
        assert answer.status_code == 302, texts(answer)
        return answer.url

    return send


def work(*, times=1):
    with acting.acting(acting.SERVICE):
        held = ListFile.objects.filter(direction="IMPORT").order_by("-created_at").first()
    for _ in range(times):
        list_tasks.import_invoices(str(held.pk), str(held.job_id))


def said(browser, address, show):
    return texts(browser.get(f"{address}?show={show}"))


def test_nothing_is_written_before_it_is_confirmed(staff, sent):
    noam, there = staff(), sent(csv(ROW, ["", "מוסך חדש", "", "", "", "", "", ""], heads=HEADS))

    new, refused = said(noam, there, "new"), said(noam, there, "refused")
    with as_noam():
        assert not Invoice.objects.exists()
    for word in ("A-1", "27.9.2025", "1180.00", "אישור: כתיבת שורה אחת"):
        assert word in new
    assert "לחשבונית חדשה נדרשים מספר וספק." in refused

    noam.post(there)
    work()
    page = said(noam, there, "new")

    with as_noam():
        made = Invoice.objects.get()
    assert (made.invoice_number, made.supplier_name, str(made.total_amount), made.source) == (
        "A-1", "מוסך חדש", "1180.00", "import")  # fmt: skip
    assert (str(made.total_before_tax), str(made.tax_amount), made.invoice_date.isoformat()) == (
        "1000.00", "180.00", "2025-09-27")  # fmt: skip
    assert "נוספו 1 , השתנו 0 , נשארו כפי שהיו 0 , נדחו 1 ." in page


def test_a_second_time_changes_nothing(staff, sent):
    noam, there = staff(), sent(csv(ROW))
    noam.post(there)
    work(times=2)
    noam.post(there)

    again = said(noam, sent(csv(ROW)), "same")

    with as_noam():
        assert Invoice.objects.count() == 1
    assert "אין מה לכתוב." in again


def test_a_change_is_shown_before_and_after_and_only_it_is_written(staff, make, sent):  # noqa: F811
    pk = make()
    noam, there = staff(), sent(csv(["INV-110", "מוסך הדוגמה", "1200.5", "ממתין"],
                                    heads=["מס. חשבונית", "ספק", 'סה"כ כולל מע"מ', "סטטוס"]))  # fmt: skip

    shown = said(noam, there, "changed")
    noam.post(there)
    work()

    assert "1180.00 ← 1200.50" in shown
    assert "טיוטה ← ממתין" in shown
    kept = standing(pk)
    assert (str(kept.total_amount), kept.status, str(kept.tax_amount)) == ("1200.50", "PENDING", "180.00")


def test_what_a_colleague_changed_since_the_preview_is_not_overwritten(staff, make, sent):  # noqa: F811
    pk = make()
    there = sent(csv(["INV-110", "מוסך הדוגמה", "5"], heads=["מס. חשבונית", "ספק", 'סה"כ כולל מע"מ']))
    with as_noam():
        Invoice.objects.filter(pk=pk).update(notes="חדש")
    noam = staff()
    noam.post(there)
    work()

    page = said(noam, there, "changed")

    assert str(standing(pk).total_amount) == "1180.00"
    assert "מישהו שינה את החשבונית הזאת מאז התצוגה המקדימה" in page
    refused = content(noam.get(f"{there}refused/")).getvalue().decode()
    assert refused.startswith("\ufeff")
    assert "INV-110" in refused
    assert "מאז התצוגה המקדימה" in refused


REFUSED = [
    ({"id": "00000000-0000-4000-8000-00000000dead"}, "אין חשבונית עם המזהה הזה."),
    ({"id": "x"}, "אין חשבונית עם המזהה הזה."),
    ({'סה"כ כולל מע"מ': "הרבה"}, 'לא ניתן לקרוא: סה"כ כולל מע"מ.'),
    ({'סה"כ כולל מע"מ': "99999999999999"}, 'לא ניתן לקרוא: סה"כ כולל מע"מ.'),
    ({"תאריך חשבונית": "31/02/2025"}, "לא ניתן לקרוא: תאריך חשבונית."),
    ({"סטטוס": "שולם"}, "חשבונית חדשה מתחילה כטיוטה או כממתינה."),
    ({"סטטוס": "בלגן"}, "לא ניתן לקרוא: סטטוס."),
    ({"מספר רכב": "99999999"}, "אין תיק של המספר הזה."),
    ({"ספק": ""}, "לחשבונית חדשה נדרשים מספר וספק."),
    ({"מס. חשבונית": "1" * 101}, "לא ניתן לקרוא: מס. חשבונית."),
]


@pytest.mark.parametrize(("more", "reason"), REFUSED)
def test_a_row_that_cannot_be_is_refused_with_its_reason(staff, sent, more, reason):
    row = {"מס. חשבונית": "1", "ספק": "מוסך"} | more

    shown = said(staff(), sent(csv(list(row.values()), heads=list(row))), "refused")

    assert reason.rstrip(".") in shown or "אין תיק" in shown


def test_what_was_accepted_stays(staff, make, turn, sent, open_case):  # noqa: F811
    pk = make(open_case())
    turn(pk, "ASSIGNED", "ACCEPTED")

    shown = said(staff(), sent(csv([str(pk), "5"], heads=["מזהה", 'סה"כ כולל מע"מ'])), "refused")

    assert "החשבונית במצב „התקבלה”: מה שכתוב בה כבר אינו משתנה." in shown


def test_the_same_invoice_twice_in_a_file_is_refused_once(staff, sent):
    shown = said(staff(), sent(csv(ROW, ROW)), "refused")

    assert "שורה אחרת בקובץ היא אותה חשבונית." in shown


def test_a_file_of_another_office_changes_nothing_here(staff, make, sent):  # noqa: F811
    theirs = make(person=cast.TAMAR)

    shown = said(staff(), sent(csv([str(theirs), "5"], heads=["id", "total_amount"])), "refused")

    assert "אין חשבונית עם המזהה הזה." in shown


@pytest.mark.parametrize(
    "content_of", [b"", b"\x89PNG", b"PK\x03\x04x", b"\xd0\xcf\x11\xe0" + b"0" * 600, b"a\n" * 9000]
)
def test_a_file_that_is_no_table_is_told_so(staff, content_of):
    answer = staff().post(f"{LIST}import/", {"file": SimpleUploadedFile("x.xlsx", content_of)})

    assert answer.status_code == 422
    with as_noam():
        assert not ListFile.objects.exists()


def test_who_may_not_add_and_another_person_see_nothing(staff, sent, may):
    there = sent(csv(ROW))

    assert staff("uri").get(there).status_code == 404
    assert staff("uri").post(there).status_code == 404
    may("view_invoice", "change_invoice")
    assert staff().get(f"{LIST}import/").status_code == 403
    assert staff().get(there).status_code == 403


def test_a_file_asks_the_database_no_more_for_many_rows(staff):
    noam = staff()

    def asked(count):
        with CaptureQueriesContext(connection) as captured:
            rows = [[f"N-{n}", *ROW[1:]] for n in range(count)]
            assert noam.post(f"{LIST}import/", {"file": csv(*rows)}).status_code == 302
        return len(captured.captured_queries)

    asked(1)
    assert asked(1) == asked(300) < 30


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda text: text.strip()
)
FACTS = st.fixed_dictionaries(
    {"invoice_number": TEXT, "supplier_name": TEXT},
    optional={
        "notes": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60),
        "total_amount": st.decimals(-9_999_999, 9_999_999, places=2),
        "vat_rate": st.decimals(0, 100, places=2),
        "invoice_date": st.dates(),
    },
)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@given(facts=FACTS)
@settings(
    max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_was_exported_changes_nothing_when_it_comes_back(db, form, facts):
    from core import table
    from invoices import import_plan

    with as_noam():
        Invoice.objects.create(**facts)
        keys = list(Invoice.objects.values_list("pk", flat=True))
        with listed.written(INVOICES, form, INVOICES.read(keys)) as file:
            planned = import_plan.plan(table.read(io.BytesIO(file.read())))
        assert [(one.what, one.reason, one.changes) for one in planned if one.what != "same"] == []
        Invoice.objects.filter(pk__in=keys).update(invoice_number=None)
