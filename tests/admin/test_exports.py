"""Lists as files: what is narrowed is what comes, as CSV and as XLSX, at once or by a worker."""

import io

import pytest
from openpyxl import load_workbook

from accounts.models import Profile
from cases import export_admin, jobs, list_files
from cases.list_files import ListFile
from cases.models import JobRun
from core import acting, table
from office import list_tasks
from tests import cast
from tests.admin.conftest import GHOST
from tests.admin.test_invoices import as_person, make, turn  # noqa: F401
from tests.admin.test_pages import texts
from tests.admin.test_weight import asked

LIST = "/admin/invoices/invoice/"
PAYMENTS = "/admin/cases/payment/"


def content(answer):
    assert answer.status_code == 200
    return io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)


def sheet(answer):
    return load_workbook(content(answer)).active


@pytest.fixture
def long(monkeypatch):
    """Every list is a long one."""
    monkeypatch.setattr(export_admin, "AT_ONCE", 0)


def worked():
    """Do what was handed to the worker."""
    with acting.acting(acting.SERVICE):
        held = ListFile.objects.without_content().order_by("-created_at").first()
    list_tasks.write_list(str(held.pk), str(held.job_id))
    return held


def test_the_narrowed_list_comes_as_a_workbook(staff, make, open_case):  # noqa: F811
    make(open_case(plate="12345678"), supplier_name="=HYPERLINK(1)", invoice_number="0012")
    make(invoice_number="other", supplier_name="מוסך אחר", supplier_tax_id="1")

    got = sheet(staff().get(f"{LIST}export/xlsx/?case=known"))

    heads = [cell.value for cell in got[1]]
    row = dict(zip(heads, [cell.value for cell in got[2]], strict=True))
    assert got.max_row == 2
    assert got.sheet_view.rightToLeft
    assert (row["מס. חשבונית"], row["ספק"], row["מספר רכב"]) == ("0012", "=HYPERLINK(1)", "12345678")
    assert (row['סה"כ כולל מע"מ'], row["תאריך חשבונית"].isoformat(), row["סטטוס"]) == (
        1180,
        "2025-09-27T00:00:00",
        "טיוטה",
    )
    assert not [cell for line in got.iter_rows() for cell in line if cell.data_type == "f"]


def test_a_csv_begins_with_its_mark_and_no_cell_runs(staff, make):  # noqa: F811
    make(supplier_name="=HYPERLINK(1)")

    text = content(staff().get(f"{LIST}export/csv/")).getvalue().decode()

    assert text.startswith("\ufeffמזהה,מס. חשבונית")
    assert ",'=HYPERLINK(1)," in text
    assert ",1180.00," in text


def test_the_order_of_the_list_is_the_order_of_the_file(staff, make):  # noqa: F811
    for number in ("2", "1", "3"):
        make(invoice_number=number)

    got = sheet(staff().get(f"{LIST}export/xlsx/?o=1"))

    assert [row[1].value for row in got.iter_rows(min_row=2)] == ["1", "2", "3"]


def test_another_office_and_who_may_not_look_get_nothing(staff, make, may):  # noqa: F811
    make()

    assert sheet(staff("uri").get(f"{LIST}export/xlsx/")).max_row == 1
    assert staff().get(f"{LIST}export/pdf/").status_code == 404
    may("view_case")
    assert staff().get(f"{LIST}export/xlsx/").status_code == 403


def test_payments_and_tracking_come_as_workbooks_too(staff, open_case):
    case = open_case({"stakeholders": {"owner": {"name": "רונית"}}, "vehicle": {"year": "2020"}})
    staff().post(f"{PAYMENTS}add/", {"plate": case["plate"]})

    got = sheet(staff().get(f"{PAYMENTS}export/xlsx/?paid=no"))
    assert [cell.value for cell in got[2]][:4] == [case["plate"], None, 2020, "רונית"]
    assert sheet(staff().get(f"{PAYMENTS}export/xlsx/?paid=yes")).max_row == 1
    tracked = sheet(staff().get("/admin/cases/trackinggeneral/export/xlsx/"))
    assert case["plate"] in [cell.value for cell in tracked[2]]


def test_a_long_list_is_a_workers_and_waits_on_a_page(staff, make, long):  # noqa: F811
    make(invoice_number="1")
    make(invoice_number="2", supplier_name="אחר", supplier_tax_id="2")
    noam = staff()

    ask = texts(noam.get(f"{LIST}export/xlsx/?q=אחר"))
    begun = noam.post(f"{LIST}export/xlsx/?q=אחר")
    waiting = noam.get(begun.url).content.decode()
    early = noam.get(f"{begun.url}file/")
    worked()
    page = noam.get(begun.url).content.decode()
    got = sheet(noam.get(f"{begun.url}file/"))

    assert "יצירת הקובץ" in ask
    assert "data-running" in waiting
    assert "<progress" in waiting
    assert early.status_code == 404
    assert "data-running" not in page
    assert "הורדת הקובץ" in page
    assert [row[1].value for row in got.iter_rows(min_row=2)] == ["2"]


def test_another_persons_file_and_a_missing_one_are_the_same(staff, make, long):  # noqa: F811
    make()
    begun = staff().post(f"{LIST}export/csv/")
    worked()

    for address in (begun.url, f"{begun.url}file/"):
        theirs = staff("uri").get(address)
        ghost = staff("uri").get(address.replace(begun.url.rstrip("/").rpartition("/")[2], GHOST))
        assert (theirs.status_code, ghost.status_code) == (404, 404)


def test_who_asked_stops_it_and_begins_again(staff, make, long, may):  # noqa: F811
    make()
    noam = staff()
    may("view_invoice")
    begun = noam.post(f"{LIST}export/csv/")
    with acting.acting(acting.SERVICE):
        held = ListFile.objects.without_content().get()

    stopped = noam.post(f"/admin/cases/jobrun/{held.job_id}/cancel/", {"next": begun.url})
    worked()
    page = noam.get(begun.url).content.decode()
    noam.post(begun.url)
    worked()

    assert stopped.url == begun.url
    assert "התחלה מחדש" in page
    assert noam.get(f"{begun.url}file/").status_code == 200
    assert noam.post(f"/admin/cases/jobrun/{held.job_id}/cancel/", {"next": "https://example.test/"}).url.startswith(
        "/"
    )


def test_the_worker_sees_what_the_person_may_see(staff, make, long):  # noqa: F811
    foreign = make()
    with acting.acting(acting.STAFF, cast.URI.claims):
        who = Profile.objects.get(pk=cast.URI.user_id)
        list_files.begin_export(name="invoices", form="csv", filename="a.csv", ids=[foreign], person=who)

    held = worked()

    with acting.acting(acting.STAFF, cast.URI.claims):
        assert len(bytes(ListFile.objects.get(pk=held.pk).content).splitlines()) == 1


def test_old_files_are_forgotten(staff, make, long):  # noqa: F811
    make()
    staff().post(f"{LIST}export/csv/")

    assert list_files.forget_old() == 0
    list_tasks.forget_list_files()
    with acting.acting(acting.SERVICE):
        assert JobRun.objects.filter(kind="forget-list-files").exists()
        assert jobs.LEASE_SECONDS


def test_a_file_asks_no_more_for_many_rows(staff, make):  # noqa: F811
    make()
    few = asked(staff(), f"{LIST}export/xlsx/")
    for number in range(12):
        make(invoice_number=str(number))

    assert len(asked(staff(), f"{LIST}export/xlsx/")) == len(few)
    assert table.MOST_ROWS == 5000
