"""Sending a message from the case's page in a real browser: on a desk and on a phone, light and dark."""

import pytest
from playwright.sync_api import expect

from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site  # noqa: F401
from tests.admin.test_make_browser import look
from tests.cast import DANA
from tests.conftest import any_plate

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_a_message_is_looked_at_and_sent(screen, site, width, theme):  # noqa: F811
    case = site.call("POST", "cases", DANA, {"plate": any_plate(), "helper": {"meta": {"n": 1}}}).json()
    page = screen(width, theme)
    log_in(page)
    page.goto(f"/admin/cases/case/{case['case_id']}/change/")
    follow(page, page.locator("#messages").get_by_role("link", name="שליחת הודעה"))
    look(page, "messages-form")
    page.get_by_label("ערוץ").select_option("SMS")
    page.locator("#id_to").fill("050-1234567")
    page.locator("#id_template").select_option("documents")
    follow(page, page.get_by_role("button", name="תצוגה מקדימה"))
    expect(page.get_by_text("+972501234567")).to_be_visible()
    look(page, "messages-look")
    follow(page, page.get_by_role("button", name="שליחה", exact=True))
    expect(page.get_by_text("+972501234567")).to_be_visible()
    look(page, "messages-sent")
    page.goto(f"/admin/cases/case/{case['case_id']}/change/")
    look(page, "messages-card")


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_a_wording_is_written_and_refused_where_a_place_is_unknown(screen, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto("/admin/files/messagetemplate/")
    look(page, "wordings-none")
    page.goto("/admin/files/messagetemplate/add/")
    look(page, "wordings-form")
    name = f"garage_{width}_{theme}"
    page.locator("#id_name").fill(name)
    page.locator("#id_title").fill("עדכון למוסך")
    page.locator("#id_text").fill("שלום {garage}")
    follow(page, page.locator("input[name=_save]"))
    expect(page.locator(".errorlist, .errornote").first).to_be_visible()
    look(page, "wordings-refused")
    page.locator("#id_text").fill("שלום {owner},\nהדוח של רכב {plate} מוכן: {link}\nבברכה, {office}")
    follow(page, page.locator("input[name=_save]"))
    look(page, "wordings-list")
    name_cell = page.locator("tr", has_text=name)
    follow(page, name_cell.get_by_role("link"))
    look(page, "wordings-one")
