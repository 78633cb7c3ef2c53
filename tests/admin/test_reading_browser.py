"""Reading a version in a real browser: its facts, one field over all versions, and where a text stood."""

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site  # noqa: F401
from tests.admin.test_make_browser import look
from tests.cast import DANA

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def story(site):  # noqa: F811
    """A finished case in which the final price changed and a part was taken out."""
    helper = json.loads((ROOT / "fixtures" / "helper_full.json").read_text())
    plate = str(int.from_bytes(os.urandom(3)) % 90_000_000 + 10_000_000)
    opened = site.call("POST", "cases", DANA, {"plate": plate, "helper": helper}).json()
    for version, price in enumerate(("₪ 98,500", "₪ 97,000"), 1):
        helper["valuation"] = {**helper["valuation"], "final_price": price}
        if version == 2:
            helper["centers"][0]["Parts"]["parts_required"].pop(0)
        body = {"helper": helper, "version": version, "label": "עודכן ערך הרכב"}
        assert site.call("PUT", f"cases/{opened['case_id']}/helper", DANA, body).status == 200
    return opened


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_reading_a_version(screen, story, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto(f"/admin/cases/case/{story['case_id']}/change/")
    follow(page, page.locator('a[href^="/admin/helpers/casehelper/"]:has-text("ראה מה היה בתיק")').nth(1))
    expect(page.locator(".facts dd", has_text="98,500")).to_be_visible()
    expect(page.locator(".centers tbody tr")).to_have_count(3)
    look(page, "version")

    page.locator("summary", has_text="ערך הרכב").first.click()
    price = page.locator(".leaf", has_text="מחיר סופי לרכב").first
    expect(price.locator(".value bdi")).to_have_attribute("dir", "ltr")
    look(page, "version-open")
    follow(page, price.get_by_role("link", name="מתי השתנה?"))

    expect(page.locator("h1")).to_contain_text("ערך הרכב › מחיר סופי לרכב")
    values = page.locator(".field tbody tr")
    expect(values).to_have_count(3)
    expect(values.first).to_contain_text("97,000")
    expect(page.locator(".pointer bdi")).to_have_attribute("dir", "ltr")
    look(page, "field")
    follow(page, values.nth(1).get_by_role("link").first)

    page.get_by_label("באיזו גרסה הופיע").fill("DM7843221")
    follow(page, page.locator(".find-box button"))
    expect(page.locator("#stay-1")).to_contain_text(f"{story['plate']}_helper_v1")
    expect(page.locator(".found li").first).to_contain_text("מראה ימין")
    look(page, "find")
    follow(page, page.locator(".found a").first)
    expect(page.locator("nav.trail")).to_contain_text("מראה ימין")
    look(page, "place")


def test_a_field_is_read_without_scripts_too(screen, story):  # noqa: F811
    page = screen(390, java_script_enabled=False)
    log_in(page)
    page.goto(f"/admin/cases/case/{story['case_id']}/change/")
    follow(page, page.get_by_role("link", name="ראה מה היה בתיק").first)

    branch = page.locator("details", has=page.locator("summary", has_text="ערך הרכב")).first
    branch.locator("summary").click()
    follow(page, branch.get_by_role("link", name="הצג"))
    follow(page, page.locator(".leaf", has_text="מחיר סופי לרכב").get_by_role("link", name="מתי השתנה?"))

    expect(page.locator(".field tbody tr")).to_have_count(3)
