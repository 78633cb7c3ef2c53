"""Tracking and payments in a real browser: on a desk and on a phone, light and dark."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from cases.payments import today
from tests.admin.test_browser import SCREENS, check, chromium, follow, log_in, screen, site  # noqa: F401
from tests.cast import DANA

pytestmark = pytest.mark.browser

# Where to leave a picture of each page, for whoever wants to look at them.
PICTURES = os.environ.get("PICTURES", "")
FULL = json.loads((Path(__file__).resolve().parents[1] / "fixtures" / "helper_full.json").read_text())


@pytest.fixture
def case(site):  # noqa: F811
    """A case whose fee is late, and whose year nobody can read."""
    plate = str(int.from_bytes(os.urandom(3)) % 90_000_000 + 10_000_000)
    helper = {**FULL, "vehicle": {**FULL["vehicle"], "year": "לא ברור"}}
    opened = site.call("POST", "cases", DANA, {"plate": plate, "owner_name": "עידו כרמון", "helper": helper}).json()
    late = {"case_id": opened["case_id"], "expected_payment_date": str(today() - timedelta(days=12))}
    paid = site.call("POST", "payments", DANA, late).json()
    for number in ("1001", "1002"):
        invoice = {"invoice_number": number, "invoice_amount": 849.6, "invoice_date": "2026-11-01"}
        assert site.call("POST", f"payments/{paid['id']}/fee-invoices", DANA, invoice).status == 201
    return opened


def look(page, name, width, theme):
    check(page)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{theme}.png", full_page=True)


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_what_is_tracked_is_seen_and_a_late_fee_is_followed_up(screen, case, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto(f"/admin/cases/case/{case['case_id']}/change/")
    expect(page.locator("#tracking")).to_contain_text("/vehicle/year")
    look(page, "case", width, theme)
    for name in ("trackinggeneral", "trackingexpertise", "trackingfinalreport"):
        page.goto(f"/admin/cases/{name}/?plate={case['plate']}")
        expect(page.locator("#result_list tbody tr").first).to_be_visible()
        look(page, name, width, theme)

    page.goto(f"/admin/cases/payment/?plate={case['plate']}&late=true")
    expect(page.locator("#result_list")).to_contain_text("באיחור של 12 ימים")
    look(page, "payments", width, theme)
    page.locator("#result_list select").first.select_option("שולם חלקית")
    follow(page, page.locator("input[name=_save]"))
    expect(page.locator("#result_list select").first).to_have_value("שולם חלקית")
    follow(page, page.locator("#result_list tbody tr a").first)
    look(page, "payment", width, theme)
    page.get_by_label("מה נאמר").fill("הובטח תשלום")
    follow(page, page.get_by_role("button", name="יצרתי קשר עכשיו"))
    expect(page.locator("#content")).to_contain_text("הובטח תשלום")
