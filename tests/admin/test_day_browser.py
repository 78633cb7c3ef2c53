"""A day at the office in a real browser, from the home page to the log out, each page on the way readable for all."""

import copy
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reminders import calendar
from tests.admin.conftest import HOOK
from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site  # noqa: F401
from tests.admin.test_make_browser import look
from tests.cast import DANA, NOAM, NORTH
from tests.invoices.desk import OCR

pytestmark = pytest.mark.browser

FULL = json.loads((Path(__file__).resolve().parents[1] / "fixtures" / "helper_full.json").read_text())
OWNER, TASK = "שירה לביא", "להתקשר לסוכן הביטוח"


@pytest.fixture
def office(site):  # noqa: F811
    """What waits in the morning: a case that was worked on, an invoice, a late reminder, a message Make refused."""
    plate = str(int.from_bytes(os.urandom(3)) % 90_000_000 + 10_000_000)
    case = site.call("POST", "cases", DANA, {"plate": plate, "owner_name": OWNER, "helper": FULL}).json()
    yesterday, today = copy.deepcopy(FULL), copy.deepcopy(FULL)
    yesterday["case_info"]["notes"] = "הרכב במוסך"
    today["case_info"]["notes"] = "הרכב חזר מהמוסך"
    today["valuation"]["final_price"] = "₪ 1"
    with site.owner() as owner:
        owner.execute("update private.webhook_endpoints set deleted_at = now() where deleted_at is null")
        owner.execute(
            "insert into private.webhook_endpoints (org_id, name, url, secret) values (%s, %s, %s, 'whsec_x')",
            [NORTH.id, f"תרחיש {plate}", HOOK],
        )
    for version, helper in enumerate((yesterday, today), 1):
        body = {"helper": helper, "version": version}
        assert site.call("PUT", f"cases/{case['case_id']}/helper", DANA, body).status == 200
    paper = {"case_id": case["case_id"], "kind": "invoice", "answer": OCR | {"מס. חשבונית": plate}}
    assert site.call("POST", "ocr-results", DANA, paper).status == 201
    with site.owner() as owner, owner.transaction():
        owner.execute("update public.reminders set status = 'בוטל' where status = 'ממתין'")
        owner.execute(
            """insert into public.reminders (org_id, case_id, title, due_date, due_time, priority, assigned_to)
               values (%s, %s, %s, %s, '16:30', 'דחוף', %s)""",
            [NORTH.id, case["case_id"], TASK, calendar.today() - timedelta(days=2), NOAM.user_id],
        )
        owner.execute("set local session_replication_role = replica")
        owner.execute(
            "update public.case_helper set saved_at = saved_at - interval '1 day' where case_id = %s and version < 3",
            [case["case_id"]],
        )
        owner.execute(
            """update private.deliveries set status = 'dead', attempts = 12
               where seq = (select max(seq) from private.deliveries where status = 'pending')"""
        )
    return {**case, "plate": plate}


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_a_day_at_the_office(screen, office, site, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    expect(page.locator("[data-number=overdue_reminders]")).to_have_class("number needs")
    look(page, "day-1-home")

    # Find a case by half a plate.
    page.keyboard.press("/")
    page.keyboard.type(office["plate"][1:6])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    if page.locator("#result_list").count():
        follow(page, page.locator("#result_list tr", has_text=OWNER).locator("th a").first)
    expect(page.locator("h1")).to_contain_text(office["plate"][:3])
    look(page, "day-2-case")

    # Read what changed since yesterday.
    follow(page, page.get_by_role("link", name="מה השתנה מאז אתמול"))
    expect(page.locator(".row", has_text="/case_info/notes").locator("ins")).to_contain_text("חזר")
    expect(page.locator(".row", has_text="/valuation/final_price").locator("ins")).to_have_text("₪ 1")
    look(page, "day-3-since-yesterday")

    # The price was a slip: that section alone goes back.
    follow(page, page.get_by_role("link", name="חזור לתאריך זה").first)
    for box in page.get_by_role("group", name="אילו מקטעים חוזרים").get_by_role("checkbox").all():
        box.set_checked(box.get_attribute("value") == "valuation")
    follow(page, page.get_by_role("button", name="רענן תצוגה מקדימה"))
    look(page, "day-4-restore")
    page.get_by_label("סיבת השחזור").fill("המחיר נמחק בטעות")
    follow(page, page.get_by_role("button", name="שחזר"))
    expect(page.locator(".messagelist")).to_contain_text(f"{office['plate']}_helper_v")
    helper = site.call("GET", f"cases/{office['case_id']}/helper", DANA).json()["helper"]
    assert (helper["valuation"], helper["case_info"]["notes"]) == (FULL["valuation"], "הרכב חזר מהמוסך")

    # Assign the invoice that came by OCR.
    page.goto("/admin/")
    follow(page, page.locator("[data-number=invoices_to_assign] a"))
    look(page, "day-5-invoices")
    follow(page, page.locator("#result_list tr", has_text=office["plate"]).locator("a").first)
    look(page, "day-6-invoice")
    follow(page, page.get_by_role("link", name="שיוך למוקדי נזק"))
    look(page, "day-7-assign")
    follow(page, page.get_by_role("button", name="שיוך השורות"))
    look(page, "day-8-accept")
    follow(page, page.get_by_role("button", name="קבלת החשבונית"))
    expect(page.locator(".messagelist")).to_contain_text("התקבלה")

    # Put a reminder off.
    page.goto("/admin/")
    follow(page, page.locator("#my-day ~ .halves").get_by_role("link", name=TASK))
    look(page, "day-9-reminder")
    follow(page, page.get_by_role("button", name="מחר"))
    page.goto("/admin/")
    expect(page.locator("[data-number=overdue_reminders] .number-figure")).to_have_text("0")

    # Send a failed delivery again.
    follow(page, page.locator("[data-number=failed_deliveries] a"))
    look(page, "day-10-failed")
    follow(page, page.locator("#result_list tbody th a").first)
    look(page, "day-11-delivery")
    follow(page, page.get_by_role("button", name="שליחה חוזרת"))
    expect(page.locator(".messagelist")).to_be_visible()
    page.goto("/admin/")
    expect(page.locator("[data-number=failed_deliveries] .number-figure")).to_have_text("0")

    follow(page, page.locator("#logout-form button"))
    look(page, "day-12-out")
    page.goto("/admin/cases/case/")
    expect(page.locator("#login-form")).to_be_visible()
