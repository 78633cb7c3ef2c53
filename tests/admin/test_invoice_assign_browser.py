"""Assigning an invoice, accepting it and taking that back in a real browser: on a desk and on a phone."""

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.admin.test_browser import SCREENS, check, chromium, follow, log_in, screen, site  # noqa: F401
from tests.cast import DANA
from tests.invoices.desk import OCR

pytestmark = pytest.mark.browser

FULL = json.loads((Path(__file__).resolve().parents[1] / "fixtures" / "helper_full.json").read_text())
# Where to leave a picture of each page, for whoever wants to look at them.
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture
def case(site):  # noqa: F811
    """A case with three damage centers, and an invoice that was read from a paper."""
    plate = str(int.from_bytes(os.urandom(3)) % 90_000_000 + 10_000_000)
    opened = site.call("POST", "cases", DANA, {"plate": plate, "owner_name": "עידו כרמון", "helper": FULL}).json()
    paper = OCR | {"מס. חשבונית": plate, "מוקד נזק": "פגוש קדמי"}
    body = {"case_id": opened["case_id"], "kind": "invoice", "answer": paper}
    assert site.call("POST", "ocr-results", DANA, body).status == 201
    with site.owner() as owner:
        owner.execute(
            "insert into public.feature_flags (name, org_id, case_id, value)"
            " select 'writer.invoices', org_id, id, 'dual' from public.cases where id = %s",
            [opened["case_id"]],
        )
        [key] = owner.execute("select id from public.invoices where case_id = %s", [opened["case_id"]]).fetchone()
    return opened | {"invoice_id": str(key)}


def look(page, name, width, theme):
    check(page)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{theme}.png", full_page=True)


def walk(page, case, width=1360, theme="light"):
    invoice = f"/admin/invoices/invoice/{case['invoice_id']}"
    page.goto(f"{invoice}/assign/")
    expect(page.locator(".pill", has_text="הצעה").first).to_be_visible()
    page.locator("#line1 summary").click()
    second = page.locator("#line1 select").nth(1)
    second.select_option(index=second.locator("option").count() - 1)
    look(page, "assign", width, theme)
    follow(page, page.get_by_role("button", name="שיוך השורות"))
    expect(page.locator("#line1 .wrong")).to_be_visible()
    look(page, "assign-wrong", width, theme)
    page.locator("#line1 input[type=number]").nth(0).fill("600")
    page.locator("#line1 input[type=number]").nth(1).fill("44")
    follow(page, page.get_by_role("button", name="שיוך השורות"))

    expect(page.get_by_role("heading", name="מה ישתנה")).to_be_visible()
    look(page, "accept", width, theme)
    follow(page, page.get_by_role("button", name="קבלת החשבונית"))
    expect(page.locator(".messagelist")).to_contain_text(f"{case['plate']}_helper_v3")
    expect(page.locator(".messagelist")).to_contain_text(f"{case['plate']}_helper_v2")
    follow(page, page.locator(".messagelist a"))
    expect(page.locator(".differences")).to_contain_text("חוות דעת")
    look(page, "accepted", width, theme)
    page.goto(f"/admin/cases/case/{case['case_id']}/change/")
    expect(page.locator(".versions tbody tr").nth(0)).to_contain_text("קבלת חשבונית")
    expect(page.locator(".versions tbody tr").nth(1)).to_contain_text("לפני קבלת חשבונית")
    look(page, "versions", width, theme)

    page.goto(f"{invoice}/undo/")
    page.get_by_label("סיבת הביטול").fill("המוסך שלח חשבונית אחרת")
    look(page, "undo", width, theme)
    follow(page, page.get_by_role("button", name="ביטול הקבלה"))
    expect(page.locator(".messagelist")).to_contain_text(f"{case['plate']}_helper_v4")
    page.goto(f"{invoice}/undo/")
    look(page, "refused", width, theme)


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_an_invoice_is_assigned_accepted_and_taken_back(screen, case, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    walk(page, case, width, theme)


def test_it_works_without_scripts_too(screen, case):  # noqa: F811
    page = screen(390, java_script_enabled=False)
    log_in(page)
    page.goto(f"/admin/invoices/invoice/{case['invoice_id']}/assign/")
    follow(page, page.get_by_role("button", name="שיוך השורות"))
    follow(page, page.get_by_role("button", name="קבלת החשבונית"))

    expect(page.locator(".messagelist")).to_contain_text(f"{case['plate']}_helper_v3")
