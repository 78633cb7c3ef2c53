"""The questions of an import in a real browser: the report, a proposal accepted, taken back, and decided otherwise."""

import pytest
from playwright.sync_api import expect

from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site  # noqa: F401
from tests.admin.test_make_browser import look
from tests.importing import sources
from tests.importing.test_stopping import start

pytestmark = pytest.mark.browser


@pytest.fixture
def moved_in(site, tmp_path, request):  # noqa: F811
    """An import with something of each sort, fresh for each walk."""
    walk = request.node.name
    sources.numbered(tmp_path / walk, f"browser {walk}", 4)
    sources.put(tmp_path / walk, f"{walk}/broken.json", '{"meta": {\n"plate": ')
    sources.put(tmp_path / walk, f"{walk}/nobody.json", {"meta": {"status": "x"}, "valuation": {}})
    plate, _row, told = sources.history(f"open {walk}", 2)
    for number, _at, helper in told:
        helper["case_info"]["supabase_case_id"] = f"10000000-0000-4000-8000-{abs(hash((walk, number))) % 10**12:012d}"
        sources.put(tmp_path / walk, f"{plate}_helper_v{number}.json", helper)
    process = start(site.database, tmp_path / walk)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_walk_through_what_is_left_to_decide(screen, moved_in, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto("/admin/")
    follow(page, page.get_by_role("link", name="ייבואי נתונים קיימים").first)
    look(page, "moving-runs")
    follow(page, page.get_by_role("table").get_by_role("link").first)
    expect(page.locator("main")).to_contain_text("הכול נקרא חזרה")
    look(page, "moving-run")
    follow(page, page.get_by_role("link", name="לא ניתן לקריאה"))
    expect(page.locator(".questions")).to_contain_text("broken.json")
    follow(page, page.get_by_role("button", name="קבלת ההצעה לכל מה שבדף הזה"))
    expect(page.locator(".messagelist")).to_contain_text("התקבל")
    look(page, "moving-decided")
    follow(page, page.get_by_role("button", name="ביטול ההחלטה").first)
    expect(page.locator(".messagelist")).to_contain_text("ההחלטה בוטלה")
    page.goto("/admin/moving/importrun/questions/several_open/")
    look(page, "moving-question")
    follow(page, page.get_by_role("button", name="לפתוח את התיק הזה").first)
    expect(page.locator(".messagelist")).to_contain_text("הוחלט")


def test_a_plate_is_given_without_scripts(screen, moved_in):  # noqa: F811
    page = screen(390, java_script_enabled=False)
    log_in(page)
    page.goto("/admin/moving/importrun/questions/no_plate/")
    page.get_by_label("המסמך שייך לרכב").first.fill("12-345-67")
    follow(page, page.get_by_role("button", name="ייבוא", exact=True).first)
    expect(page.locator(".messagelist")).to_contain_text("הוחלט")
