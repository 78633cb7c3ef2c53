"""The health board in a real browser: what is red, why, what a repair would change, and the repair."""

import pytest
from playwright.sync_api import expect

from tests import cast
from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site, story  # noqa: F401
from tests.admin.test_make_browser import look

pytestmark = pytest.mark.browser

SPOIL = """
delete from public.check_runs;
insert into private.webhook_endpoints (org_id, name, url, secret)
values ('{org}', 'תרחיש בדיקה', 'https://hook.eu2.make.com/abcdefghijklmnop', 'whsec_x') on conflict do nothing;
"""
GIVEN_UP = """
select private.outbox_add('{org}', '{case}', 'case.upserted');
update private.deliveries set status = 'dead', attempts = 7, done_at = now(), error = 'HTTP 500'
where case_id = '{case}' and status = 'pending';
update public.case_search_index set garage = 'x' where case_id = '{case}';
"""
# How it was in the hours before.
BEFORE = """
insert into public.check_runs (org_id, name, state, found, ms, started_at, finished_at)
select '{org}', 'deliveries', case when n % 5 = 0 then 'FINDINGS' else 'WELL' end,
  case when n % 5 = 0 then n / 2 else 0 end,
  14, now() - n * interval '1 hour', now() - n * interval '1 hour' from generate_series(3, 20) n
"""


@pytest.fixture
def spoilt(site, story):  # noqa: F811
    """A delivery that was given up, a case that is not found by what it says, and a board that remembers."""
    with site.owner() as owner:
        for statement in (SPOIL, GIVEN_UP, BEFORE):
            owner.execute(statement.format(org=cast.NORTH.id, case=story["case_id"]))
    return story


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_walk_from_a_red_line_to_its_repair(screen, spoilt, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto("/admin/")
    follow(page, page.get_by_role("link", name="לוח בריאות מערכת").first)
    follow(page, page.get_by_role("button", name="הרצת הבדיקות המהירות עכשיו"))
    expect(page.locator(".checks .pill-bad").first).to_contain_text("נמצאו דברים")
    look(page, "health-board")

    follow(page, page.get_by_role("link", name="Make שומע מאיתנו"))
    expect(page.get_by_text("הופסקה לאחר").first).to_be_visible()
    look(page, "health-check")
    follow(page, page.get_by_role("link", name="תיקון: הצגת מה שישתנה"))
    look(page, "health-repair")
    follow(page, page.get_by_role("button", name="תיקון עכשיו"))
    expect(page.locator(".messagelist")).to_contain_text("נותרו: 0")
    expect(page.locator("main .pill-done").first).to_contain_text("תקין")
    look(page, "health-mended")


def test_a_check_of_every_helper_is_run_and_mended_without_scripts(screen, spoilt):  # noqa: F811
    page = screen(390, java_script_enabled=False)
    log_in(page)
    page.goto("/admin/office/checkrun/search_rows/")
    follow(page, page.get_by_role("button", name="הרצה חוזרת"))
    expect(page.get_by_text("garage").first).to_be_visible()
    follow(page, page.get_by_role("link", name="תיקון: הצגת מה שישתנה"))
    follow(page, page.get_by_role("button", name="תיקון עכשיו"))
    expect(page.locator(".messagelist")).to_contain_text("נותרו: 0")
