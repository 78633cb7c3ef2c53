"""The pool and the required parts in a real browser: on a desk and on a phone, light and dark."""

import os
import uuid
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.admin.test_browser import SCREENS, check, chromium, follow, log_in, screen, site  # noqa: F401
from tests.cast import DANA
from tests.parts.conftest import answer_of

pytestmark = pytest.mark.browser

# Where to leave a picture of each page, for whoever wants to look at them.
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture
def case(site):  # noqa: F811
    """A case with parts found in every way, and needed in every state."""
    plate = str(int.from_bytes(os.urandom(3)) % 90_000_000 + 10_000_000)
    opened = site.call("POST", "cases", DANA, {"plate": plate, "owner_name": "עידו כרמון", "helper": {"a": 1}}).json()
    for form in ("parts_search_response", "parts_search_response_grouped", "parts_ocr_response"):
        body = {"case_id": opened["case_id"], "answer": answer_of(form)}
        assert site.call("POST", "parts/search-results", DANA, body).status == 200
    odd = {
        "part_name": "פנס קדמי ימין",
        "oem": f"66747-E298-{plate}",
        "pcode": "VERY-LONG-CATALOGUE-NUMBER-0123456789-ABCDEFGH",
        "ספק": 'יבואן "רכב" בע"מ',
        "מחיר": "לפי הצעה",
        "קישור": "https://example.test/" + "x" * 80,
    }
    found = {"case_id": opened["case_id"], "results": [odd]}
    assert site.call("POST", "parts/search-results", DANA, found).status == 200
    states = ["ממתין", "הוזמן", "התקבל", "בוטל"]
    rows = [
        {
            "row_uuid": str(uuid.uuid4()),
            "part": f"פנס קדמי {n}",
            "oem": f"66747-E29{n}",
            "pcode": f"CAT-{n}",
            "supplier": "חלפי דמו",
            "price": "1,485.50",
            "qty": 2,
            "cost": "2,971",
            "status": state,
            "damage_center_codes": ["מוקד 1", "dc_1700000000000_1"],
        }
        for n, state in enumerate(states)
    ]
    assert site.call("POST", "parts/required", DANA, {"case_id": opened["case_id"], "rows": rows}).status == 200
    return opened


def look(page, name, width, theme):
    check(page)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{theme}.png", full_page=True)


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_a_part_is_found_chosen_and_the_needed_ones_are_turned(screen, case, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto(f"/admin/cases/case/{case['case_id']}/change/")
    look(page, "case", width, theme)
    follow(page, page.locator("section", has=page.locator("#parts-title")).get_by_role("link").first)
    expect(page.locator("#result_list tbody tr")).to_have_count(14)
    look(page, "pool", width, theme)

    page.fill("#searchbar", f"66747e298{case['plate']}")
    follow(page, page.locator("#changelist-search button"))
    follow(page, page.get_by_role("link", name="פנס קדמי ימין"))
    expect(page.get_by_text("לפי הצעה").first).to_be_visible()
    page.get_by_label("כמות").fill("2")
    follow(page, page.get_by_role("button", name="לבחור את החלק"))
    expect(page.locator(".messagelist")).to_contain_text("החלק נבחר לתיק")
    look(page, "found", width, theme)
    follow(page, page.get_by_role("button", name="הסרה מהרשימה"))
    expect(page.locator(".messagelist")).to_contain_text("הוסר מהרשימה")
    page.get_by_label("מספר הרישוי של התיק").fill("7")
    follow(page, page.get_by_role("button", name="לבחור את החלק"))
    look(page, "refused", width, theme)

    page.goto(f"/admin/parts/partrequired/?plate={case['plate']}")
    expect(page.locator("#result_list tbody tr")).to_have_count(4)
    look(page, "required", width, theme)
    page.locator(".action-select").first.check()
    page.select_option("select[name=action]", "mark_received")
    follow(page, page.locator(".actions button, .actions .button").first)
    expect(page.locator(".messagelist")).to_contain_text("התקבל")
    look(page, "turned", width, theme)


def test_it_works_without_scripts_too(screen, case):  # noqa: F811
    page = screen(390, java_script_enabled=False)
    log_in(page)
    page.goto(f"/admin/parts/partrequired/?plate={case['plate']}")
    page.locator(".action-select").first.check()
    page.select_option("select[name=action]", "mark_cancelled")
    follow(page, page.locator(".actions button, .actions .button").first)

    expect(page.locator(".messagelist")).to_contain_text("בוטל")
