"""The cutover in a real browser: the table of proof, the rehearsal, the turn, and the button back."""

import pytest
from playwright.sync_api import expect

from tests import cast
from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site, story  # noqa: F401
from tests.admin.test_make_browser import look

pytestmark = pytest.mark.browser

AGAIN = "delete from public.feature_flags where name = 'writer.vehicle'"
SOME_CALLS = "insert into private.gateway_calls (org_id, op, status) select %s, 'x', 200 from generate_series(1, 150)"


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_walk_from_the_board_to_a_pilot_and_back(screen, site, story, width, theme):  # noqa: F811
    with site.owner() as owner:
        owner.execute(AGAIN)
        owner.execute(SOME_CALLS, [cast.NORTH.id])
        plate = owner.execute("select plate from public.cases where id = %s", [story["case_id"]]).fetchone()[0]
    page = screen(width, theme)
    log_in(page)
    page.goto("/admin/office/cutoverstep/")
    look(page, "cutover-board")
    follow(page, page.get_by_role("link", name="פרטי רכב"))
    look(page, "cutover-module")

    page.locator("#id_plates").fill(plate)
    page.locator("#id_reason").fill("פיילוט של תיק אחד")
    follow(page, page.get_by_role("button", name="חזרה כללית: הצגת מה שיקרה"))
    expect(page.locator(".messagelist")).to_contain_text("לא כל תנאי המעבר מתקיימים")
    page.locator("#id_even_so").check()
    follow(page, page.get_by_role("button", name="חזרה כללית: הצגת מה שיקרה"))
    expect(page.locator("main")).to_contain_text("דבר לא שונה עדיין")
    look(page, "cutover-confirm")
    follow(page, page.get_by_role("button", name="ביצוע המעבר"))
    expect(page.locator("main .pill").first).to_contain_text("פיילוט")
    look(page, "cutover-pilot")
    follow(page, page.get_by_role("button", name="חזרה: Make כותב שוב, מיד"))
    expect(page.locator(".messagelist")).to_contain_text("Make כותב שוב")
    look(page, "cutover-back")


def test_it_is_turned_and_taken_back_without_scripts(screen, site, story):  # noqa: F811
    with site.owner() as owner:
        owner.execute(AGAIN)
    page = screen(390, java_script_enabled=False)
    log_in(page)
    page.goto("/admin/office/cutoverstep/vehicle/")
    page.get_by_label("כל המשרד").check()
    page.locator("#id_reason").fill("בלי סקריפטים")
    page.locator("#id_even_so").check()
    follow(page, page.get_by_role("button", name="חזרה כללית: הצגת מה שיקרה"))
    follow(page, page.get_by_role("button", name="ביצוע המעבר"))
    follow(page, page.get_by_role("button", name="חזרה: Make כותב שוב, מיד"))
    expect(page.locator("main .pill").first).to_contain_text("מראה")
