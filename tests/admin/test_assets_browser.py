"""The page of what stands on reports on a desk and on a phone, in light and dark."""

import pytest
from playwright.sync_api import expect

from tests.admin.test_browser import SCREENS, check, chromium, follow, log_in, screen, site  # noqa: F401
from tests.files.test_assets import picture

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_page_of_assets_works_and_reads_well(site, screen, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto("/admin/files/userassets/")
    office = page.locator("section").first
    office.locator("#office_business_name").fill("שמאות הדוגמה")
    office.locator("#office_logo").set_input_files(
        {"name": "l.png", "mimeType": "image/png", "buffer": picture(size=(300, 100))}
    )
    follow(page, office.get_by_role("button", name="שמירה"))

    expect(page.locator(".asset-pictures img").first).to_be_visible()
    check(page)
