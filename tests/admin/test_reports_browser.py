"""The pages of reports in a real browser: on a desk and on a phone, light and dark, and without scripts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import databases
from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site  # noqa: F401
from tests.admin.test_make_browser import look
from tests.cast import DANA
from tests.conftest import any_plate
from tests.files.reporting import PAGE

pytestmark = pytest.mark.browser
HELPER = json.loads((Path(__file__).parent.parent / "fixtures" / "helper_typical.json").read_text())
_WORK = "import django; django.setup()\nfrom files import rendering\nwhile rendering.run(): pass"


def work(site):  # noqa: F811
    """What a worker does, once."""
    env = {
        **os.environ,
        "DATABASE_URL": databases.runtime_url(site.database),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "REPORT_RETRY_SECONDS": "",
    }
    subprocess.run([sys.executable, "-c", _WORK], cwd=databases.ROOT, env=env, check=True, timeout=200)


@pytest.fixture
def case(site):  # noqa: F811
    """A case with a report that is ready, an earlier one, and one that failed."""
    opened = site.call("POST", "cases", DANA, {"plate": any_plate(), "helper": HELPER}).json()

    def ask(report_type, **more):
        body = {"case_id": opened["case_id"], "report_type": report_type, **more}
        told = site.call("POST", "render-report", DANA, body)
        assert told.status == 202, told.body
        work(site)
        return told.json()["report_id"]

    ask("estimate")
    failed = ask("parts", html=PAGE.replace("</body>", '<p style="display:none">77777-X1</p></body>'))
    return {**opened, "ready": ask("estimate"), "failed": failed}


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_walk_through_reports(screen, site, case, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto(f"/admin/cases/case/{case['case_id']}/change/")
    expect(page.locator("#reports .pill", has_text="נוכחי")).to_have_count(1)
    look(page, "reports-card")
    follow(page, page.locator("#reports").get_by_role("link", name="הפקת דו"))
    look(page, "reports-make")
    follow(page, page.get_by_role("button", name="להפקת"))
    expect(page.get_by_role("progressbar")).to_be_visible()
    look(page, "reports-waiting")
    work(site)
    expect(page.locator("iframe.paper")).to_be_visible(timeout=20_000)
    page.goto(f"/admin/files/report/{case['ready']}/")
    look(page, "reports-ready")
    follow(page, page.get_by_role("button", name="קישור לשליחה"))
    look(page, "reports-shared")
    page.goto(f"/admin/files/report/{case['failed']}/")
    expect(page.locator(".notice.bad")).to_contain_text("77777")
    look(page, "reports-failed")
    page.goto("/admin/files/report/")
    look(page, "reports-list")
