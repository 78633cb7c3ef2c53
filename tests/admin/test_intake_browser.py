"""The pages of answers from outside in a real browser: on a desk and on a phone, light and dark."""

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site  # noqa: F401
from tests.admin.test_make_browser import look
from tests.cast import DANA

pytestmark = pytest.mark.browser

FIXTURES = Path(__file__).parent.parent / "fixtures"


def fixture(name):
    return json.loads((FIXTURES / f"{name}.json").read_text())


def plate_of_its_own():
    return str(int.from_bytes(os.urandom(3)) % 90_000_000 + 10_000_000)


@pytest.fixture
def story(site):  # noqa: F811
    """A case with answers of every kind, and a report that waits for it."""
    plate, levi = plate_of_its_own(), fixture("levi_response")

    def keep(path, answer, **more):
        told = site.call("POST", path, DANA, {"plate": plate, "answer": answer, **more})
        assert told.status == 201, told.body
        return told.json()

    waits = keep("levi-reports", {**levi, "תאריך": "01/02/2025"})
    opened = site.call("POST", "cases", DANA, {"plate": plate, "helper": {"meta": {"n": 1}}}).json()
    keep("levi-reports", {**levi, "מחיר בסיס": "לפי מחירון", "בעלות %": "שבע עשרה"})
    keep("levi-reports", levi)
    keep("vehicle-details", fixture("car_details_response"), source="car_details")
    scan = keep(
        "ocr-results", fixture("invoice_ocr_response"), kind="invoice", file_ref="חשבונית 110 (2).pdf", confidence=0.93
    )
    parts = keep("ocr-results", fixture("parts_ocr_response"), kind="parts", file_ref="parts.jpg", engine="vision")
    text = keep(
        "ocr-results", "מכתב מהמוסך: OCTAVIA 66832-0D616\nסכום: ₪ 1,204.50\n" * 20, kind="other", file_ref="letter.pdf"
    )
    return {**opened, "waits": waits["id"], "scan": scan["id"], "parts": parts["id"], "text": text["id"]}


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_walk_through_the_answers(screen, story, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto(f"/admin/cases/case/{story['case_id']}/change/")
    expect(page.locator("#answers .notice")).to_contain_text("מחכות לתיק")
    look(page, "intake-card")

    follow(page, page.locator("#answers .notice a"))
    look(page, "intake-waiting")
    follow(page, page.get_by_role("button", name="שיוך לתיק הזה"))
    expect(page.locator(".messagelist")).to_contain_text("שייכת עכשיו לתיק")
    follow(page, page.get_by_role("link", name="לתשובה החדשה יותר"))
    expect(page.locator(".notice")).to_contain_text("מחיר בסיס")
    expect(page.locator(".pill", has_text="לא ניתן לקריאה")).to_have_count(2)
    look(page, "intake-levi")

    for model in ("levireport", "vehicledetails", "ocrresult"):
        page.goto(f"/admin/intake/{model}/")
        expect(page.locator("#result_list tbody tr").first).to_be_visible()
        look(page, f"intake-list-{model}")
    for kind in ("scan", "parts", "text"):
        page.goto(f"/admin/intake/ocrresult/{story[kind]}/")
        look(page, f"intake-{kind}")
    expect(page.locator("pre.lines")).to_have_css("unicode-bidi", "plaintext")


def test_an_answer_finds_its_case_without_scripts_too(screen, story):  # noqa: F811
    page = screen(390, java_script_enabled=False)
    log_in(page)
    page.goto(f"/admin/intake/levireport/{story['waits']}/")
    page.locator("#id_plate").fill("1")
    with page.expect_response(lambda answer: answer.request.method == "POST") as refused:
        page.get_by_role("button", name="שיוך לתיק הזה").click()
    assert refused.value.status == 422

    page.locator("#id_plate").fill(story["plate"])
    follow(page, page.get_by_role("button", name="שיוך לתיק הזה"))
    expect(page.locator(".messagelist")).to_contain_text("שייכת עכשיו לתיק")
