"""A manager's walk in a real browser: somebody new, a case shared, passed on, ended and brought back."""

import pytest
from playwright.sync_api import expect

from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site  # noqa: F401
from tests.admin.test_make_browser import look
from tests.cast import DANA
from tests.conftest import any_plate

pytestmark = pytest.mark.browser


@pytest.fixture
def case(site):  # noqa: F811
    body = {"plate": any_plate(), "owner_name": "עידו כרמון", "helper": {"a": 1}}
    opened = site.call("POST", "cases", DANA, body).json()
    bill = {"case_id": opened["case_id"], "invoice_number": any_plate(), "supplier_name": "מוסך"}
    assert site.call("POST", "invoices", DANA, bill).status == 201
    site.call("POST", "payments", DANA, {"case_id": opened["case_id"], "total_fee": 1200})
    return opened


def press(page, name):
    follow(page, page.locator("#content").get_by_role("button", name=name, exact=True))


def to(page, name):
    follow(page, page.locator("#content").get_by_role("link", name=name, exact=True))


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_walk_through_people(screen, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto("/admin/accounts/profile/")
    look(page, "people")
    to(page, "הוספת משתמש")
    page.fill("#id_name", "שיר חדשה")
    page.fill("#id_email", f"shir{any_plate()}@example.test")
    look(page, "people-add")
    press(page, "הוספה והצגת הסיסמה")
    expect(page.locator("#password")).to_be_visible()
    look(page, "people-password")
    to(page, "מסרתי אותה")
    look(page, "people-one")
    to(page, "השעיה")
    look(page, "people-suspend")
    press(page, "השעיה")
    expect(page.locator(".pill-bad")).to_have_text("מושעה")
    to(page, "החזרה לפעילות")
    press(page, "החזרה לפעילות")
    expect(page.locator(".pill-bad")).to_have_count(0)
    page.goto("/admin/accounts/profile/roles/")
    look(page, "people-roles")
    page.goto("/admin/accounts/org/")
    look(page, "people-office")


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_walk_from_hand_to_hand(screen, case, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto(f"/admin/cases/case/{case['case_id']}/change/")
    page.select_option("#share-user", label="נועם (מנהל)")
    press(page, "שיתוף")
    expect(page.locator("#workers")).to_contain_text("נועם")
    look(page, "sharing-case")
    to(page, "העברת התיק")
    page.select_option("#id_to", label="נועם (מנהל)")
    page.fill("#id_reason", "חופשה")
    look(page, "sharing-transfer")
    press(page, "העברת התיק")
    expect(page.locator(".messagelist")).to_contain_text("התיק הועבר אל נועם")
    to(page, "סגירה או העברה לארכיון")
    look(page, "sharing-end")
    press(page, "סגירה או העברה לארכיון")
    expect(page.locator(".messagelist")).to_contain_text("התיק הסתיים")
    to(page, "החזרת התיק")
    look(page, "sharing-bring-back")
    press(page, "החזרת התיק")
    expect(page.locator(".messagelist")).to_contain_text("התיק חזר כפי שהיה")
    page.goto("/admin/cases/case/")
    page.locator("input[name=_selected_action]").first.check()
    page.select_option("select[name=action]", label="העברה לאדם אחר")
    look(page, "sharing-list")
    follow(page, page.locator(".actions button[name=index]"))
    look(page, "sharing-assign")
