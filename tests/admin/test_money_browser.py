"""A morning with invoices and payments in a real browser: narrow, export, bring back, edit, be told, mark paid."""

import io
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from cases.payments import today
from tests import databases
from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site  # noqa: F401
from tests.admin.test_invoices_browser import new_number
from tests.admin.test_make_browser import look
from tests.cast import DANA

pytestmark = pytest.mark.browser

_WORK = """
import django; django.setup()
from core import acting
from cases.list_files import ListFile
from office import list_tasks
with acting.acting(acting.SERVICE):
    waiting = list(ListFile.objects.filter(job__state="RUNNING").values_list("pk", "job_id", "direction"))
for key, run, direction in waiting:
    (list_tasks.write_list if direction == "EXPORT" else list_tasks.import_invoices)(str(key), str(run))
"""


def work(site):  # noqa: F811
    """What a worker does, once."""
    env = os.environ | {
        "DATABASE_URL": databases.runtime_url(site.database),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    subprocess.run([sys.executable, "-c", _WORK], cwd=databases.ROOT, env=env, check=True, timeout=200)


@pytest.fixture
def office(site):  # noqa: F811
    """Two invoices of a garage in two spellings, and a fee that is late."""
    plate, number = new_number(), new_number()
    case = site.call("POST", "cases", DANA, {"plate": plate, "owner_name": "עידו כרמון", "helper": {"a": 1}}).json()
    for place, name in enumerate(("מוסך הכרמל", 'מוסך הכרמל בע"מ')):
        row = {
            "case_id": case["case_id"], "invoice_number": f"{number}-{place}", "supplier_name": f"{name} {number}",
            "supplier_tax_id": f"{number}{place}", "invoice_date": "2026-09-27", "invoice_type": "PARTS",
            "total_before_tax": 1000, "tax_amount": 180, "total_amount": 1180,
        }  # fmt: skip
        assert site.call("POST", "invoices", DANA, row).status in {200, 201}
    late = {
        "case_id": case["case_id"], "expected_payment_date": str(today() - timedelta(days=12)), "total_fee": 850.5,
        "agent": "דוד סוכנויות", "damage_type": "תאונה", "manufacturer": "סוזוקי",
    }  # fmt: skip
    paid = site.call("POST", "payments", DANA, late).json()
    invoice = {"invoice_number": "1001", "invoice_amount": 849.6, "invoice_date": "2026-11-01"}
    assert site.call("POST", f"payments/{paid['id']}/fee-invoices", DANA, invoice).status == 201
    return {**case, "plate": plate, "number": number, "payment": paid["id"]}


def fetched(page, name):
    with page.expect_download() as coming:
        page.get_by_role("link", name=name).first.click()
    with open(coming.value.path(), "rb") as file:
        return file.read()


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_invoices_are_narrowed_added_up_exported_and_brought_back(screen, site, office, width, theme):  # noqa: F811
    page = screen(width, theme, accept_downloads=True)
    log_in(page)
    page.goto(f"/admin/invoices/invoice/?plate={office['plate']}&from_day=2026-09-01&to_day=2026-09-30")
    expect(page.locator(".sums-of-list")).to_contain_text("₪2,360.00")
    expect(page.locator(".sums-of-list")).to_contain_text("₪360.00")
    look(page, "money-list")

    book = load_workbook(io.BytesIO(fetched(page, "הורדה לאקסל")))
    sheet = book.active
    assert sheet.sheet_view.rightToLeft
    assert [row[12].value for row in sheet.iter_rows(min_row=2)] == [1180, 1180]
    sheet["M2"], sheet["O3"] = 1200.5, "הערה מקובץ"
    sheet.append([None, f"{office['number']}-9", "אחר", "ספק מקובץ", None, "12", None, None, None, None])
    held = io.BytesIO()
    book.save(held)

    follow(page, page.get_by_role("link", name="הבאה מקובץ"))
    look(page, "money-import")
    page.set_input_files("input[type=file]", {"name": "עותק.xlsx", "mimeType": "x/y", "buffer": held.getvalue()})
    follow(page, page.get_by_role("button", name="הצגת הקובץ"))
    expect(page.locator(".imported")).to_contain_text("1180.00")
    expect(page.locator(".imported ins").first).to_have_text("1200.50")
    follow(page, page.locator(".counts a", has_text="משתנות"))
    look(page, "money-import-preview")
    follow(page, page.locator(".counts a", has_text="נדחו"))
    expect(page.locator(".imported")).to_contain_text("אין תיק")
    follow(page, page.get_by_role("button", name="אישור"))
    expect(page.locator("[data-running]")).to_be_visible()
    look(page, "money-import-running")
    work(site)
    expect(page.locator("[data-progress]:not([data-running])")).to_be_visible(timeout=20_000)
    expect(page.locator("#content")).to_contain_text("השתנו 2")
    look(page, "money-import-done")
    assert "אין תיק" in load_workbook(io.BytesIO(fetched(page, "שנדחתה"))).active["R2"].value
    page.goto(f"/admin/invoices/invoice/?plate={office['plate']}")
    expect(page.locator(".sums-of-list")).to_contain_text("₪2,380.50")
    follow(page, page.locator("#result_list tbody th a").first)
    look(page, "money-invoice")

    page.goto("/admin/invoices/invoicesupplier/alike/")
    card = page.locator("section.card", has_text=office["number"]).first
    look(page, "money-alike")
    follow(page, card.get_by_role("link", name="מה יהיה באיחוד").or_(card.locator("a.button")))
    look(page, "money-merge")
    follow(page, page.get_by_role("button", name="איחוד").or_(page.locator("form button.button")).first)
    look(page, "money-merged")


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_a_payment_is_edited_in_the_list_and_a_colleague_is_not_overwritten(screen, site, office, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    address = f"/admin/cases/payment/?plate={office['plate']}"
    page.goto(address)
    expect(page.locator("#result_list")).to_contain_text("באיחור של 12 ימים")
    look(page, "money-payments")
    fee = page.locator("#result_list input[type=number]").first
    fee.fill("900")
    follow(page, page.locator("input[name=_save]"))
    expect(page.locator("#result_list input[type=number]").first).to_have_value("900.00")

    page.locator("#result_list input[type=number]").first.fill("950")
    assert site.call("PATCH", f"payments/{office['payment']}", DANA, {"total_fee": 1000}).status == 200
    follow(page, page.locator("input[name=_save]"))
    expect(page.locator("#result_list")).to_contain_text("בינתיים השדה שונה (דנה) ל: 1000.00")
    look(page, "money-payments-conflict")

    page.goto(address)
    page.locator("#result_list input.action-select").first.check()
    page.locator("select[name=action]").select_option("mark_paid")
    follow(page, page.locator("button[name=index]"))
    expect(page.locator("form.notice")).to_contain_text("תשלום אחד סומן כשולם במלואו.")
    look(page, "money-payments-paid")
    follow(page, page.get_by_role("button", name="ביטול הפעולה"))
    expect(page.locator(".messagelist")).to_contain_text("תשלום אחד חזר למצבו הקודם.")

    page.goto("/admin/cases/payment/report/")
    look(page, "money-report")
    follow(page, page.locator(".fees-table a", has_text="דוד").or_(page.locator(".fees-table td a")).first)
    page.goto("/admin/cases/jobrun/")
    look(page, "money-jobs")
