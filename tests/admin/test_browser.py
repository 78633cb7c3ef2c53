"""The staff's walk in a real browser: on a desk and on a phone, light and dark, readable for everybody."""

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.cast import DANA, PASSWORD
from tests.site import running_site

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[1]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Our own refusals; Chromium writes a line for each.
REFUSALS = ("status of 409", "status of 422", "status of 429")
SCREENS = [(1360, "light"), (1360, "dark"), (390, "light"), (390, "dark")]


@pytest.fixture(scope="module")
def site():
    with running_site() as running:
        yield running


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def screen(site, chromium, request):
    """Open a page of a size and theme; what the browser complains about fails the test."""
    complaints, contexts = [], []
    expected = (*REFUSALS, *getattr(request.module, "EXPECTED", ()))

    def heard(said):
        if said.type in {"error", "warning"} and not any(status in said.text for status in expected):
            complaints.append(said.text)

    def opened(width=1360, theme="light", **options):
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, color_scheme=theme, locale="en-US", base_url=site.base, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def story(site):
    """A case with three versions, the last with a whole helper in it."""
    helper = json.loads((ROOT / "fixtures" / "helper_typical.json").read_text())
    plate = str(int.from_bytes(os.urandom(3)) % 90_000_000 + 10_000_000)
    opened = site.call("POST", "cases", DANA, {"plate": plate, "owner_name": "עידו כרמון", "helper": helper}).json()
    for version in (1, 2):
        helper = {**helper, "valuation": {"final_price": version, "note": "66747-E298"}}
        body = {"helper": helper, "version": version, "label": "עודכן ערך הרכב"}
        assert site.call("PUT", f"cases/{opened['case_id']}/helper", DANA, body).status == 200
    return opened


def log_in(page):
    page.goto("/admin/")
    page.fill("#id_username", "noam")
    page.fill("#id_password", PASSWORD)
    follow(page, page.locator("#login-form [type=submit]"))
    expect(page.get_by_role("heading", name="דף הבית")).to_be_visible()


def follow(page, locator):
    """Click what leads to another page, and wait until that page is here: what is checked next is never half of one."""
    with page.expect_navigation():
        locator.click()


def check(page):
    """Nothing stands outside the screen, and axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, page.url
    page.evaluate((ROOT / "vendor" / "axe.min.js").read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, preload: false})", RULES)
    assert len(found["passes"]) > 5
    told = [
        (rule["id"], node["html"][:160], node["failureSummary"])
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    assert not told, (page.url, told)


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_whole_walk(screen, story, site, width, theme):
    page = screen(width, theme)
    page.goto("/admin/")
    check(page)
    log_in(page)
    check(page)
    page.goto("/admin/cases/case/")
    check(page)

    half = f"{story['plate'][:3]}-{story['plate'][3:5]}-{story['plate'][5:7]}"
    page.fill("#jump input", half)
    follow(page, page.locator("#jump button").first)
    expect(page.locator(".versions tbody tr").first).to_contain_text(f"{story['plate']}_helper_v3")
    check(page)

    follow(page, page.locator(".versions tbody tr").nth(1).get_by_role("link", name="ראה מה היה בתיק"))
    page.locator("summary", has_text="ערך הרכב").first.click()
    expect(page.locator("ul.tree ul.tree bdi", has_text="66747-E298")).to_have_attribute("dir", "ltr")
    check(page)

    follow(page, page.get_by_role("link", name="חזור לתאריך זה"))
    expect(page.get_by_role("heading", name="מה יקרה")).to_be_visible()
    check(page)
    page.get_by_label("סיבת השחזור").fill("המחיר הסופי עודכן בטעות")
    follow(page, page.get_by_role("button", name="שחזר"))

    top = page.locator(".versions tbody tr").first
    expect(top).to_contain_text(f"{story['plate']}_helper_v4")
    expect(top).to_contain_text("הגרסה הנוכחית")
    expect(top).to_contain_text("המחיר הסופי עודכן בטעות")
    expect(page.locator(".messagelist")).to_contain_text(f"{story['plate']}_helper_v2")
    page.locator("details.edit summary").click()
    page.locator("details.story summary").click()
    check(page)


def test_a_save_in_between_is_told_on_the_page(screen, story, site):
    page = screen(390)
    log_in(page)
    page.goto(f"/admin/cases/case/{story['case_id']}/change/")
    follow(page, page.get_by_role("link", name="חזור לתאריך זה").last)
    body = {"helper": {"meta": {"n": 1}}, "version": 3}
    assert site.call("PUT", f"cases/{story['case_id']}/helper", DANA, body).status == 200

    page.get_by_label("סיבת השחזור").fill("ניסיון")
    with page.expect_response(lambda answer: answer.request.method == "POST") as refused:
        page.evaluate("document.querySelector('form.plain').submit()")

    assert refused.value.status == 409
    expect(page.locator(".messagelist")).to_contain_text("מישהו שמר בינתיים")
    expect(page.locator(".since")).to_contain_text(f"{story['plate']}_helper_v4")
    check(page)


def test_the_tree_opens_without_scripts_too(screen, story):
    page = screen(390, java_script_enabled=False)
    log_in(page)
    page.goto(f"/admin/cases/case/{story['case_id']}/change/")
    follow(page, page.get_by_role("link", name="ראה מה היה בתיק").first)

    branch = page.locator("details", has=page.locator("summary", has_text="ערך הרכב")).first
    branch.locator("summary").click()
    follow(page, branch.get_by_role("link", name="הצג"))

    expect(page.locator(".trail")).to_contain_text("ערך הרכב")
    expect(page.locator("ul.tree")).to_contain_text("final_price")


def test_a_theme_that_was_chosen_stays(screen):
    page = screen(1360, "light")
    page.goto("/admin/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.click(".theme-toggle")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark != light
    check(page)


@pytest.mark.parametrize("width", [1360, 390])
def test_pages_that_say_no_are_readable_too(screen, width):
    page = screen(width)
    log_in(page)
    for address, status in (("/admin/nothing/", 404), ("/admin/accounts/user/", 403)):
        assert page.request.get(address).status == status
        page.set_content(page.request.get(address).text())
        check(page)


def test_the_page_of_somebody_locked_out_is_readable(screen):
    page = screen()
    page.goto("/admin/")
    for _ in range(10):
        page.fill("#id_username", "nobody")
        page.fill("#id_password", "wrong")
        with page.expect_navigation() as answered:
            page.click("#login-form [type=submit]")

    assert answered.value.status == 429
    expect(page.get_by_text("יותר מדי סיסמאות שגויות")).to_be_visible()
    for width in (1360, 390):
        page.set_viewport_size({"width": width, "height": 900})
        check(page)
