"""The demo's page of the UI, as a newcomer tries it: two windows, a conflict, a log out, a file brought in."""

import json

import pytest
from playwright.sync_api import expect

from tests.admin.test_browser import SCREENS, check, chromium, screen  # noqa: F401
from tests.admin.test_make_browser import look
from tests.cast import DANA, NOAM
from tests.conftest import any_plate
from tests.databases import ROOT
from tests.live import running_events

pytestmark = pytest.mark.browser

SOON = 15_000
# Chromium writes a line for each request without a network, and for each that was not found.
EXPECTED = ("ERR_INTERNET_DISCONNECTED", "status of 404")


@pytest.fixture(scope="module")
def site():
    with running_events(LOCAL_PEOPLE=f"{DANA.user_id},{NOAM.user_id}") as running:
        yield running.site


def window(page, who=1):
    page.goto(f"/demo/?as={who}")
    page.wait_for_selector("body[data-ready]")
    return page


def open_plate(page, plate, button="פתיחת התיק"):
    page.get_by_label("מספר רכב").fill(plate)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator("#case")).to_be_visible(timeout=SOON)


def current(site, plate):
    return site.call("GET", f"plates/{plate}/helper", DANA).json()


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_two_windows_see_each_other_and_nobody_is_overwritten(screen, site, width, theme):  # noqa: F811
    plate = any_plate()
    mine, theirs = window(screen(width, theme)), window(screen(width, theme), 2)
    open_plate(mine, plate, "פתיחת תיק חדש למספר הרכב")
    mine.get_by_label("הערות").fill("הרכב במוסך")
    expect(mine.locator("#told")).to_contain_text("נשמר", timeout=SOON)
    open_plate(theirs, plate)
    expect(theirs.get_by_label("הערות")).to_have_value("הרכב במוסך")
    look(mine, "demo")

    # What one writes, the other sees.
    mine.get_by_label("מוסך", exact=True).fill("מוסך הדגמה")
    expect(theirs.get_by_label("מוסך", exact=True)).to_have_value("מוסך הדגמה", timeout=SOON)
    expect(theirs.locator("#told")).to_contain_text("מישהו אחר")
    look(theirs, "demo-live")

    # Without a network one goes on writing; afterwards nothing of either is lost.
    theirs.context.set_offline(True)
    theirs.get_by_label("ערך הרכב").fill("₪ 44,000")
    theirs.get_by_label("הערות").focus()
    expect(theirs.locator("helper-save-state")).to_contain_text("אין חיבור", timeout=SOON)
    mine.get_by_label("הערות").fill("הרכב חזר מהמוסך")
    mine.get_by_role("button", name="שמירה עכשיו").click()
    expect(mine.locator("helper-save-state")).to_contain_text("הכול נשמר", timeout=SOON)
    theirs.context.set_offline(False)
    expect(theirs.locator("#conflict")).to_be_visible(timeout=2 * SOON)
    expect(theirs.locator("#changes")).to_contain_text("/case_info/notes")
    look(theirs, "demo-conflict")
    theirs.get_by_role("button", name="לשמור את שניהם").click()
    expect(theirs.locator("#told")).to_contain_text("שני השינויים", timeout=SOON)
    expect(mine.get_by_label("ערך הרכב")).to_have_value("₪ 44,000", timeout=SOON)
    helper = current(site, plate)["helper"]
    assert (helper["case_info"]["notes"], helper["valuation"]["final_price"]) == ("הרכב חזר מהמוסך", "₪ 44,000")

    mine.get_by_role("button", name="יציאה").click()
    expect(mine.locator("#told")).to_contain_text("נשלחו לייצוא", timeout=SOON)
    assert mine.evaluate("sessionStorage.getItem('helper')") is None
    with site.owner() as owner:
        [told] = owner.execute("select count(*) from private.outbox where type = 'helper.export'").fetchone()
    assert told


def test_a_file_is_brought_in_and_revived(screen, site, tmp_path):  # noqa: F811
    plate = any_plate()
    page = window(screen())
    open_plate(page, plate, "פתיחת תיק חדש למספר הרכב")
    helper = json.loads((ROOT / "tests" / "fixtures" / "helper_typical.json").read_text())
    helper["meta"]["plate"] = helper["case_info"]["plate"] = plate
    file = tmp_path / "helper.json"
    form = {"name": f"{plate}_helper_v7", "source": "system", "date": "2026-01-01T10:00:00Z", "plateNumber": plate}
    file.write_text(json.dumps({**form, "version": 7, "data": {"helper_data": helper}}))
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="טען helper מקובץ").click()
    chosen.value.set_files(file)

    expect(page.get_by_label("בעל הרכב")).to_have_value(helper["stakeholders"]["owner"]["name"], timeout=SOON)
    assert current(site, plate)["helper"]["valuation"] == helper["valuation"]


def test_what_cannot_be_is_said(screen, site):  # noqa: F811
    page = window(screen(390))
    page.get_by_label("מספר רכב").fill("12")
    page.get_by_role("button", name="פתיחת התיק", exact=True).click()
    expect(page.locator("#told")).to_contain_text("שבע או שמונה")
    page.get_by_label("מספר רכב").fill(any_plate())
    page.get_by_role("button", name="פתיחת התיק", exact=True).click()
    expect(page.locator("#told")).to_contain_text("אין תיק פתוח", timeout=SOON)
    check(page)


def test_there_is_no_such_page_where_nobody_is_named(client):
    assert client.get("/demo/").status_code == client.get("/demo/token").status_code == 404


def test_a_system_with_https_refuses_to_name_anybody(settings):
    from helpers.demo_page import nobody_gets_tokens_outside

    settings.LOCAL_PEOPLE, settings.HTTPS_ONLY = [str(DANA.user_id)], True

    assert [error.id for error in nobody_gets_tokens_outside(None)] == ["helpers.E001"]
