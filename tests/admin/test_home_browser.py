"""The home page, the keys of every page and the news of a newer version in a real browser, readable for everybody."""

import os

import pytest
from playwright.sync_api import expect

from tests.admin.test_browser import SCREENS, check, chromium, follow, log_in, screen, site, story  # noqa: F401
from tests.admin.test_make_browser import look
from tests.cast import DANA

pytestmark = pytest.mark.browser

# Longer than the page waits between two questions.
A_TURN = 25_000


def case_of(told):
    return f"/admin/cases/case/{told['case_id']}/change/"


def save(site, told, version):  # noqa: F811
    body = {"helper": {"meta": {"n": version}}, "version": version}
    assert site.call("PUT", f"cases/{told['case_id']}/helper", DANA, body).status == 200


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_home_page_is_read_at_a_glance(screen, story, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    expect(page.locator("[data-number=open_cases] .number-figure")).not_to_have_text("0")
    for summary in page.locator(".chart summary").all():
        summary.click()
    look(page, "home-page")


def test_a_card_leads_to_its_list(screen, story):  # noqa: F811
    page = screen()
    log_in(page)
    figure = page.locator("[data-number=open_cases] .number-figure").inner_text()
    follow(page, page.locator("[data-number=open_cases] a"))

    expect(page.locator(".paginator")).to_contain_text(figure.strip())
    check(page)


def test_keys_lead_to_the_box_and_tell_of_themselves(screen, story):  # noqa: F811
    page = screen()
    log_in(page)
    box, told = page.locator("#jump input"), page.locator("#office-keys")

    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    # In a field a key is a letter.
    page.keyboard.type("12/?")
    expect(box).to_have_value("12/?")
    expect(told).to_be_hidden()

    page.locator("h1").first.click()
    page.keyboard.press("?")
    expect(told).to_be_visible()
    look(page, "home-keys")
    page.keyboard.press("/")
    expect(box).not_to_be_focused()
    page.keyboard.press("Escape")
    expect(told).to_be_hidden()

    page.locator("#tell-keys").click()
    told.get_by_role("checkbox").uncheck()
    told.get_by_role("button", name="סגור").click()
    page.locator("h1").first.click()
    page.keyboard.press("/")
    expect(box).not_to_be_focused()
    page.reload()
    page.keyboard.press("?")
    expect(told).to_be_hidden()


def test_half_a_plate_leads_to_the_case_without_scripts_too(screen, story):  # noqa: F811
    page = screen(390, java_script_enabled=False)
    log_in(page)
    expect(page.locator("#tell-keys")).to_be_hidden()
    page.fill("#jump input", story["plate"][1:7])
    follow(page, page.locator("#jump button").first)

    expect(page.locator(".facts .plate")).to_contain_text(story["plate"][:3])


@pytest.mark.parametrize("where", ["case", "compare", "version"])
def test_a_newer_version_is_told_while_the_page_stays_open(screen, story, site, where):  # noqa: F811
    page = screen(390 if where == "case" else 1360, "dark" if where == "compare" else "light")
    log_in(page)
    page.goto(case_of(story))
    if where == "compare":
        page.goto(f"/admin/helpers/casehelper/compare/?case={story['case_id']}&from=1&to=3")
    if where == "version":
        follow(page, page.get_by_role("link", name="ראה מה היה בתיק").last)
    place = page.locator(".newer")
    expect(place.get_by_role("status")).to_have_text("")
    save(site, story, 3)

    expect(place.get_by_role("status")).to_have_text("נשמרה גרסה חדשה (v4)", timeout=A_TURN)
    expect(place.locator(".newer-ago")).to_contain_text("לפני")
    first = place.locator(".newer-ago").inner_text()
    expect(place.locator(".newer-ago")).not_to_have_text(first, timeout=5000)
    look(page, f"newer-{where}")
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1

    follow(page, place.get_by_role("link", name="רענן"))
    expect(page.locator(".newer").get_by_role("status")).to_have_text("")


def test_the_page_asks_while_it_is_looked_at_and_until_the_log_out(screen, story):  # noqa: F811
    page = screen()
    asked = []
    page.on("response", lambda answer: asked.append(answer.status) if "/newest/" in answer.url else None)
    page.clock.install()
    log_in(page)
    page.goto(case_of(story))

    for turn in (1, 2):
        with page.expect_response(lambda answer: "/newest/" in answer.url):
            page.clock.run_for(10_100)
        page.wait_for_timeout(300)
        assert asked == [304] * turn

    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.clock.run_for(10_100)
    page.clock.run_for(30_000)
    page.wait_for_timeout(500)
    assert len(asked) <= 3
    seen = len(asked)
    with page.expect_response(lambda answer: "/newest/" in answer.url):
        page.evaluate("Object.defineProperty(document, 'hidden', { value: false, configurable: true })")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(300)
    assert len(asked) == seen + 1

    page.context.clear_cookies()
    with page.expect_response(lambda answer: "/newest/" in answer.url):
        page.clock.run_for(10_100)
    page.wait_for_timeout(500)
    seen = len(asked)
    page.clock.run_for(60_000)
    page.wait_for_timeout(500)
    assert len(asked) == seen


@pytest.mark.parametrize("where", ["home", "case", "list"])
def test_on_paper_stands_what_is_said_and_nothing_to_press(screen, story, where):  # noqa: F811
    page = screen(1360, "dark")
    log_in(page)
    page.goto({"home": "/admin/", "case": case_of(story), "list": "/admin/cases/case/"}[where])
    page.emulate_media(media="print")

    for place in ("#header", "#jump", ".breadcrumbs", ".actions-bar", "#changelist-filter", "dialog"):
        assert not page.locator(place).filter(visible=True).count(), place
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('#content')).color") == "rgb(0, 0, 0)"
    expect(page.locator("h1")).to_be_visible()
    if pictures := os.environ.get("PICTURES"):
        page.screenshot(path=f"{pictures}/print-{where}.png", full_page=True)
