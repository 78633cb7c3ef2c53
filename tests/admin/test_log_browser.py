"""The action log, the jobs and the health of the system in a real browser: desk and phone, light and dark."""

import pytest
from playwright.sync_api import expect

from tests import cast
from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site, story  # noqa: F401
from tests.admin.test_make_browser import look
from tests.cast import DANA

pytestmark = pytest.mark.browser

NOTES = """
select private.system_log('ERROR', 'web', 'save_failed', 'PUT api/v1/cases/<str:case_id>/helper: 500',
    p_request_id => %s),
  private.system_log('WARN', 'login', 'locked_out', 'Too many wrong passwords.'),
  private.system_log('ERROR', 'make', 'delivery_given_up', 'A delivery to Make was given up.',
    p_org_id => %s, p_case_id => %s)
"""
# kind, state, how far, of how many, rows, error, and how long ago it was
JOBS = [
    ("forget-old-answers", "DONE", 0, None, 12, None, "2 hours"),
    ("fold-versions", "FAILED", 3, 9, None, "OperationalError", "3 hours"),
    ("forget-old-logs", "DONE", 0, None, 1, None, "4 days"),
    ("forget-expired-sessions", "RUNNING", 1, 9, None, None, "1 second"),
    ("deliver-outbox", "DONE", 0, None, None, None, "5 minutes"),
]
RUN = """
insert into public.job_runs
  (kind, state, done, total, result, error, started_at, finished_at, alive_until, started_by)
select kind, state, done, total, jsonb_strip_nulls(jsonb_build_object('rows', rows)), error, now() - ago,
  case when state <> 'RUNNING' then now() - ago end, now() + interval '5 minutes', %s
from (values (%s, %s, %s::int, %s::int, %s::int, %s, %s::interval)) run (kind, state, done, total, rows, error, ago)
"""


@pytest.fixture
def busy(site, story):  # noqa: F811
    """A case in which much happened, jobs in every state, and notes."""
    site.call("PATCH", f"cases/{story['case_id']}", DANA, {"status": "IN_PROGRESS", "owner_name": "רוני אביב"})
    part = {"case_id": story["case_id"], "part": "כנף קדמית ימין", "price_per_unit": 100}
    row = site.call("POST", "parts/required", DANA, part).json()[0]
    changes = {"price_per_unit": 1240.5, "status": "ORDERED"}
    assert site.call("PATCH", f"parts/required/{row['row_uuid']}", DANA, changes).status == 200
    found = [{"row_uuid": f"{story['plate']}-{n}", "part_name": "פנס", "price": n} for n in range(20)]
    site.call("POST", "parts/search-results", DANA, {"case_id": story["case_id"], "results": found})
    with site.owner() as owner:
        owner.execute("delete from public.job_runs")
        owner.execute(NOTES, ["req-66747-E298", cast.NORTH.id, story["case_id"]])
        for run in JOBS:
            owner.execute(RUN, [cast.NOAM.user_id, *run])
    return story


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_walk_through_what_happened(screen, busy, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    look(page, "log-home")
    follow(page, page.get_by_role("link", name="יומן פעולות").first)
    look(page, "log-list")
    page.locator("#id_plate").fill(busy["plate"])
    follow(page, page.locator(".log-filter button"))
    expect(page.locator(".story-text").first).to_contain_text("נוספו 20 חלקים שנמצאו")
    look(page, "log-plate")

    follow(page, page.locator(".story-text a", has_text="-").first)
    page.locator("#story > summary").click()
    expect(page.locator("#story")).to_contain_text("הסטטוס שונה")
    look(page, "log-case")
    follow(page, page.locator(".story-filter a", has_text="גרסאות"))
    expect(page.locator("#story")).not_to_contain_text("הסטטוס שונה")


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_jobs_and_the_health_of_the_system(screen, busy, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    follow(page, page.get_by_role("link", name="עבודות רקע"))
    expect(page.get_by_text("OperationalError").first).to_be_visible()
    look(page, "log-jobs")
    page.goto("/admin/")
    follow(page, page.get_by_role("link", name="בריאות המערכת"))
    expect(page.locator("svg.bars rect.bad").first).to_be_attached()
    look(page, "log-health")


def test_everything_works_without_scripts(screen, busy):  # noqa: F811
    page = screen(390, java_script_enabled=False)
    log_in(page)
    follow(page, page.get_by_role("link", name="עבודות רקע"))
    follow(page, page.get_by_role("button", name="הפעלה כעת").first)
    expect(page.locator(".messagelist")).to_be_visible()
