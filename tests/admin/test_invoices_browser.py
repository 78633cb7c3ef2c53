"""The pages of invoices in a real browser: on a desk and on a phone, light and dark, by keys and without scripts."""

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site  # noqa: F401
from tests.admin.test_make_browser import look
from tests.cast import DANA

pytestmark = pytest.mark.browser

OCR = json.loads((Path(__file__).parent.parent / "fixtures" / "invoice_ocr_response.json").read_text())


def new_number():
    return str(int.from_bytes(os.urandom(3)) % 90_000_000 + 10_000_000)


@pytest.fixture
def story(site):  # noqa: F811
    """A case with a paper that was read twice, and one that waits for its case."""
    plate, waiting = new_number(), new_number()
    opened = site.call("POST", "cases", DANA, {"plate": plate, "owner_name": "עידו כרמון", "helper": {"a": 1}}).json()
    number = new_number()

    def read(answer, **where):
        body = {"kind": "invoice", "engine": "vision", "confidence": 0.93, "answer": answer, **where}
        assert site.call("POST", "ocr-results", DANA, body).status == 201

    named = {**OCR, "מספר חשבונית": number, "invoice_number": number}
    read(named, case_id=opened["case_id"], file_ref="חשבונית 110 (2).pdf")
    read({**named, "הערה": "שוב"}, case_id=opened["case_id"], file_ref="חשבונית 110 (2).pdf")
    read({**named, "מספר חשבונית": number + "1", "invoice_number": number + "1"}, plate=waiting, file_ref="b.pdf")
    site.call("POST", "cases", DANA, {"plate": waiting, "helper": {"a": 1}})
    return {**opened, "waiting": waiting}


def button(page, name):
    return page.get_by_role("button", name=name)


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_walk_through_invoices(screen, story, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto(f"/admin/cases/case/{story['case_id']}/change/")
    look(page, "invoice-case-card")
    follow(page, page.locator("section", has=page.locator("#invoices-title")).get_by_role("link").first)
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.goto("/admin/invoices/invoice/")
    look(page, "invoice-list")
    page.goto(f"/admin/invoices/invoice/?plate={story['plate']}")
    follow(page, page.locator("#result_list tbody th a").first)
    look(page, "invoice")
    address = page.url

    follow(page, page.get_by_role("link", name="שינוי הפרטים"))
    look(page, "invoice-form")
    page.get_by_label("סה״כ כולל מע״מ").fill("₪ 1,234.50")
    follow(page, button(page, "שמירה"))
    expect(page.locator(".notice.bad")).to_contain_text("אינם תואמים")
    follow(page, page.get_by_role("link", name="הוספת שורה"))
    look(page, "invoice-line")
    page.get_by_label("תיאור").fill("עבודת פחחות")
    page.get_by_label("כמות").fill("1,5")
    follow(page, button(page, "שמירה"))
    look(page, "invoice-line-refused")
    page.get_by_label("כמות").fill("1.5")
    follow(page, button(page, "שמירה"))
    expect(page.locator("table.bill")).to_contain_text("עבודת פחחות")
    follow(page, page.locator("table.bill button").last)
    look(page, "invoice-edited")
    follow(page, page.get_by_role("link", name="הצגת הפענוח").first)
    follow(page, page.get_by_role("link", name="אימוץ הערכים…").first)
    look(page, "invoice-reading")
    follow(page, button(page, "אימוץ הערכים"))
    expect(page.locator(".messagelist")).to_contain_text("מה שנקרא במסמך")

    follow(page, button(page, "ביטול החשבונית…"))
    look(page, "invoice-cancel")
    follow(page, button(page, "ביטול"))
    expect(page.locator(".messagelist")).to_contain_text("בוטל")
    look(page, "invoice-cancelled")
    follow(page, button(page, "החזרה לטיוטה"))
    assert page.url == address.split("?")[0]


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_walk_through_suppliers_and_rates(screen, story, width, theme):  # noqa: F811
    page, name = screen(width, theme), f"מוסך {new_number()}"
    log_in(page)
    for number, called in (("1", name), ("2", f"{name} בע״מ")):
        page.goto("/admin/invoices/invoice/add/")
        page.get_by_label("מס. חשבונית").fill(number)
        page.get_by_label("או שם של ספק חדש").fill(called)
        page.get_by_label("סה״כ כולל מע״מ").fill("1,180")
        follow(page, button(page, "שמירה"))
        expect(page.locator(".messagelist")).to_contain_text("נוספה")
    page.goto("/admin/invoices/invoicesupplier/")
    look(page, "suppliers")
    page.goto(f"/admin/invoices/invoicesupplier/?q={name}")
    page.locator(".action-select").first.check()
    page.locator(".action-select").last.check()
    page.select_option("select[name=action]", "merge_two")
    follow(page, page.locator(".actions button, .actions .button").first)
    look(page, "supplier-merge")
    follow(page, button(page, "מיזוג"))
    expect(page.locator(".messagelist")).to_contain_text("אותו ספק")
    look(page, "supplier")
    follow(page, page.locator("dd a", has_text=name).first)
    look(page, "supplier-merged")
    follow(page, button(page, "ביטול המיזוג"))
    expect(page.locator(".messagelist")).to_contain_text("בפני עצמו")
    follow(page, page.get_by_role("link", name="שינוי הפרטים"))
    look(page, "supplier-form")

    page.goto("/admin/invoices/vatrate/")
    look(page, "vat")
    page.get_by_label("שקלים").fill("אחד")
    follow(page, button(page, "קביעת הסטייה"))
    look(page, "vat-refused")

    page.goto("/admin/invoices/invoice/?case=none")
    page.fill("#searchbar", story["waiting"])
    follow(page, page.locator("#changelist-search button"))
    follow(page, page.locator("#result_list tbody th a").first)
    look(page, "invoice-waiting")
    follow(page, button(page, "שיוך לתיק הזה"))
    expect(page.locator(".messagelist")).to_contain_text("שייכת עכשיו לתיק")


def test_keys_alone_do_it_too(screen, story):  # noqa: F811
    page = screen()
    log_in(page)
    page.goto(f"/admin/invoices/invoice/?plate={story['plate']}")
    page.locator("#result_list tbody th a").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    wanted = button(page, "סימון כממתינה")
    for _step in range(60):
        if wanted.evaluate("node => node === document.activeElement"):
            break
        page.keyboard.press("Tab")
    assert wanted.evaluate("node => node === document.activeElement")
    assert wanted.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.locator(".messagelist")).to_contain_text("ממתין")


def test_it_works_without_scripts_too(screen, story):  # noqa: F811
    page = screen(390, java_script_enabled=False)
    log_in(page)
    page.goto(f"/admin/invoices/invoice/?plate={story['plate']}")
    page.locator(".action-select").first.check()
    page.select_option("select[name=action]", "cancel")
    follow(page, page.locator(".actions button, .actions .button").first)
    follow(page, button(page, "ביטול"))

    expect(page.locator(".messagelist")).to_contain_text("בוטל")
