"""Reading history in a real browser: from the list to the comparison, to one section brought back."""

import copy
import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site  # noqa: F401
from tests.admin.test_make_browser import look
from tests.cast import DANA

pytestmark = pytest.mark.browser

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
COMPARE = "/admin/helpers/casehelper/compare/"


def fixture(name):
    return json.loads((FIXTURES / f"helper_{name}.json").read_text())


@pytest.fixture
def saved(site):  # noqa: F811
    """`saved(*helpers)`: a case with these versions."""

    def made(*helpers):
        plate = str(int.from_bytes(os.urandom(3)) % 90_000_000 + 10_000_000)
        case = site.call("POST", "cases", DANA, {"plate": plate, "helper": helpers[0]}).json()
        for version, helper in enumerate(helpers[1:], 1):
            body = {"helper": helper, "version": version, "label": f"עדכון {version}"}
            assert site.call("PUT", f"cases/{case['case_id']}/helper", DANA, body).status == 200
        return case

    return made


def compare(page, case, start, end, more=""):
    page.goto(f"{COMPARE}?case={case['case_id']}&from={start}&to={end}{more}")


def small_edit():
    """What an appraiser does in five minutes: a price, a note, one part more, two centers the other way round."""
    before = fixture("full")
    after = copy.deepcopy(before)
    after["valuation"]["final_price"] = "₪ 82,000"
    after["case_info"]["notes"] = "הרכב נבדק במוסך"
    part = after["centers"][0]["Parts"]["parts_required"][0]
    part |= {"price": 2450, "price_per_unit": 2450, "supplier": "יבואן פיקטיבי", "row_uuid": part["row_uuid"]}
    new = copy.deepcopy(part) | {"row_uuid": "0b9c4dc0-0000-4000-8000-000000000001", "name": "צלע גג", "part": "צלע גג"}
    after["centers"][0]["Parts"]["parts_required"].append(new)
    after["centers"][0]["Parts"]["parts_required"].pop(1)
    after["centers"].insert(0, after["centers"].pop())
    after["vehicle"]["is_automatic"] = True
    after["meta"]["last_updated"] = "2026-11-22T10:00:00.000Z"
    after["system"]["version"] = "9.9"
    text = " ".join(["נבדק פגוש קדמי ונמצא שבור, כולל בסיס ותושבות."] * 8)
    before["expertise"]["summary"]["notes"] = text
    after["expertise"]["summary"]["notes"] = text.replace("שבור, כולל", "סדוק בלבד, ללא", 4).replace("סדוק", "שבור", 3)
    return before, after


def heavy_edit():
    """Texts, a picture, rows of every kind: what an import changes at once."""
    before, after = fixture("typical"), fixture("full")
    after["final_report"]["html_content"] = "<p>חוות דעת</p>" * 2000
    after["general"]["photo"] = "data:image/png;base64," + "A" * 90_000
    return before, after


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_walk_from_the_list_to_one_section_brought_back(screen, saved, site, width, theme):  # noqa: F811
    case = saved(*small_edit())
    page = screen(width, theme)
    log_in(page)
    page.goto(f"/admin/cases/case/{case['case_id']}/change/")
    page.check("input[name=from][value='1']")
    page.check("input[name=to][value='2']")
    follow(page, page.get_by_role("button", name="השווה בין שתי הגרסאות שנבחרו"))
    expect(page.get_by_role("heading", name="מה השתנה")).to_be_visible()
    price = page.locator(".row", has_text="/valuation/final_price")
    expect(price.locator("ins")).to_have_text("₪ 82,000")
    expect(page.locator(".row.moved")).to_contain_text("הוזז ממקום 3 למקום 1")
    look(page, "compare-small")

    follow(page, page.get_by_role("link", name="חזור לתאריך זה"))
    look(page, "restore-whole")
    ticks = page.get_by_role("group", name="אילו מקטעים חוזרים")
    for box in ticks.get_by_role("checkbox").all():
        box.set_checked(box.get_attribute("value") == "valuation")
    expect(page.get_by_role("button", name="שחזר")).to_be_disabled()
    expect(page.get_by_text("רענן קודם את התצוגה המקדימה")).to_be_visible()
    follow(page, page.get_by_role("button", name="רענן תצוגה מקדימה"))
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".row ins")).to_contain_text("₪")
    look(page, "restore-section")

    page.get_by_label("סיבת השחזור").fill("המחיר עודכן בטעות")
    follow(page, page.get_by_role("button", name="שחזר"))
    expect(page.locator(".messagelist")).to_contain_text(f"{case['plate']}_helper_v3")
    expect(page.locator(".messagelist")).to_contain_text("ערך הרכב")
    current = site.call("GET", f"cases/{case['case_id']}/helper", DANA).json()["helper"]
    assert current["valuation"] == fixture("full")["valuation"]
    assert current["case_info"]["notes"] == "הרכב נבדק במוסך"


@pytest.mark.parametrize(("width", "theme"), [(1360, "light"), (390, "dark")])
def test_a_heavy_edit_and_a_first_version_are_readable(screen, saved, width, theme):  # noqa: F811
    case = saved(*heavy_edit())
    page = screen(width, theme)
    log_in(page)
    compare(page, case, 1, 2, "&section=parts_search")
    page.locator(".row details > summary").first.click()
    look(page, "compare-section")
    compare(page, case, 0, 1)
    look(page, "compare-first")
    compare(page, case, 2, 2)
    look(page, "compare-same")


def test_keys_go_from_change_to_change_and_can_be_turned_off(screen, saved):  # noqa: F811
    page = screen()
    log_in(page)
    compare(page, saved(*small_edit()), 1, 2)
    rows = page.locator(".row")

    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows.nth(2)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(1)).to_be_focused()
    expect(rows.nth(1)).to_be_visible()

    page.fill("#jump input", "jk?")
    expect(page.locator("#jump input")).to_be_focused()
    page.locator("#jump input").blur()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="מקשים")).to_be_visible()
    look(page, "compare-keys")
    page.get_by_role("checkbox", name="המקשים פועלים").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(rows.nth(2)).not_to_be_focused()


def test_a_link_to_one_change_opens_what_hides_it(screen, saved):  # noqa: F811
    case = saved(*small_edit())
    page = screen()
    log_in(page)
    compare(page, case, 1, 2)
    row = page.locator("details.diff .row").first
    name = row.get_attribute("id")
    expect(row).to_be_hidden()

    compare(page, case, 1, 2, f"#{name}")
    page.reload()
    expect(page.locator(f"#{name}")).to_be_in_viewport()


def test_everything_is_open_on_paper(screen, saved):  # noqa: F811
    page = screen()
    log_in(page)
    compare(page, saved(*small_edit()), 1, 2)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    expect(page.locator("details.diff .row").first).to_be_visible()
    expect(page.locator("#header")).to_be_hidden()
    expect(page.locator(".ways")).to_be_hidden()
    look(page, "compare-print")


@pytest.mark.parametrize("width", [1360, 390])
def test_it_all_works_without_scripts(screen, saved, site, width):  # noqa: F811
    case = saved(*small_edit())
    page = screen(width, java_script_enabled=False)
    log_in(page)
    compare(page, case, 1, 2)
    expect(page.locator(".row", has_text="/valuation/final_price").locator("ins")).to_have_text("₪ 82,000")
    expect(page.locator("[data-print]")).to_be_hidden()

    follow(page, page.get_by_role("link", name="חזור לתאריך זה"))
    page.get_by_label("להשלים רק מה שחסר כעת").check()
    follow(page, page.get_by_role("button", name="רענן תצוגה מקדימה"))
    page.goto(page.url.replace("mode=fill_missing", "mode="))
    page.get_by_label("סיבת השחזור").fill("חזרה")
    follow(page, page.get_by_role("button", name="שחזר"))
    expect(page.locator(".messagelist")).to_contain_text(f"{case['plate']}_helper_v3")
    assert site.call("GET", f"cases/{case['case_id']}/helper", DANA).json()["version"] == 3
