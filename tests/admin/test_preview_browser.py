"""A PDF is really seen where a page of ours frames it: the browser's own reader starts, and the paper is not blank."""

import io
import time

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.admin.test_browser import chromium, log_in, screen, site  # noqa: F401
from tests.admin.test_reports_browser import HELPER, work
from tests.cast import DANA
from tests.conftest import any_plate

pytestmark = pytest.mark.browser
READER = "chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/"
PATIENCE = 40


@pytest.fixture
def pages(site):  # noqa: F811
    """Where a report is framed, and where its file is."""
    case = site.call("POST", "cases", DANA, {"plate": any_plate(), "helper": HELPER}).json()
    asked = {"case_id": case["case_id"], "report_type": "estimate", "nature": "final"}
    report = site.call("POST", "render-report", DANA, asked).json()["report_id"]
    work(site)
    with site.owner() as owner:
        [document] = owner.execute("select document_id from reports where id = %s", [report]).fetchone()
    return {"report": f"/admin/files/report/{report}/", "document": f"/admin/files/document/{document}/"}


def seen(frame):
    """How many colours the frame shows, and what part of it is white paper."""
    picture = Image.open(io.BytesIO(frame.screenshot())).convert("RGB")
    colours = picture.getcolors(picture.width * picture.height)
    white = sum(count for count, colour in colours if min(colour) > 250)
    return len(colours), white / (picture.width * picture.height)


@pytest.mark.parametrize("of", ["report", "document"])
def test_a_framed_pdf_is_seen(screen, pages, of):  # noqa: F811
    page = screen(1360, "light")
    log_in(page)
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(pages[of])
    frame = page.locator("iframe")
    expect(frame).to_be_visible()
    frame.scroll_into_view_if_needed()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not any(one.url.startswith(READER) for one in page.frames):
        page.wait_for_timeout(200)

    assert any(one.url.startswith(READER) for one in page.frames), [one.url for one in page.frames]
    while time.monotonic() < end and not (seen(frame)[0] > 100 and seen(frame)[1] > 0.1):
        page.wait_for_timeout(300)
    colours, white = seen(frame)
    assert (colours > 100, white > 0.1) == (True, True), (colours, white)
    [pdf] = [one for one in answers if one.headers.get("content-type") == "application/pdf"][:1]
    policy = pdf.headers["content-security-policy"]
    assert "sandbox" not in policy
    assert "frame-ancestors 'self'" in policy
