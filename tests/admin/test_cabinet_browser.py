"""The index of a file cabinet, opened from the unpacked folder: on a desk and on a phone, light and dark."""

from datetime import UTC, datetime

import pytest

from cases.models import Case
from files import cabinet_index
from files.cabinet_index import Entry
from files.models import Document
from tests.admin.test_browser import SCREENS, chromium  # noqa: F401
from tests.admin.test_make_browser import PICTURES
from tests.databases import ROOT

pytestmark = pytest.mark.browser
AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text()


def entry(name, path="", reason="", **more):
    document = Document(filename=name, created_at=datetime(2026, 11, 23, 9, tzinfo=UTC), category="other", **more)
    return Entry(document, path, reason)


@pytest.fixture
def index(tmp_path):
    """The page as it lies in the folder."""
    long = "צילום מסך של דף ארוך מאוד " * 4 + "final_version_with_a_name_without_any_blanks_2026.pdf"
    entries = [
        entry("חוות דעת.pdf", "חוות דעת.pdf", size_bytes=123_456),
        entry(long, "x.pdf", size_bytes=50_000_000),
        entry("IMG_1.jpg", reason=cabinet_index.ON_ONEDRIVE, onedrive_web_url="https://x.sharepoint.com/a"),
        entry("=cmd.jpg", reason=cabinet_index.MISSING, size_bytes=5),
    ]
    path = tmp_path / "index.html"
    path.write_text(cabinet_index.as_html(Case(plate="12345678"), "12345678_helper_v3.json", entries))
    return path


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_index_is_read_without_us(chromium, index, width, theme):  # noqa: F811
    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=theme)
    try:
        page = context.new_page()
        page.goto(index.as_uri())
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/cabinet-{width}-{theme}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(AXE)
        found = page.evaluate("axe.run().then(found => found.violations.map(one => one.id))")
        assert found == []
        # Read years later: no "today".
        assert "23.11.2026 11:00" in page.locator("tbody tr").first.inner_text()
    finally:
        context.close()
