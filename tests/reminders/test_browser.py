"""Reminders in a real browser: on a desk and on a phone, light and dark, by keyboard, and without scripts."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from reminders import calendar
from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site  # noqa: F401
from tests.admin.test_make_browser import look
from tests.cast import DANA, NOAM, NORTH
from tests.conftest import any_plate

pytestmark = pytest.mark.browser

LIST, CALENDAR = "/admin/reminders/reminder/", "/admin/reminders/reminder/calendar/"


def day(days):
    return (calendar.today() + timedelta(days=days)).isoformat()


@pytest.fixture
def story(site):  # noqa: F811
    """A case with what is late, what comes today, and what comes again."""
    plate = any_plate()
    helper = {"case_info": {"inspection_date": day(6)}}
    case = site.call("POST", "cases", DANA, {"plate": plate, "owner_name": "עידו כרמון", "helper": helper}).json()
    rows = [
        ("להתקשר לסוכן הביטוח", -2, "דחוף", "תזכורת מעקב", None, case["case_id"], NOAM.user_id),
        ("לבקש מהמוסך חשבונית מס מקורית ותמונות אחרי תיקון", 0, "רגיל", "תזכורת מסמכים", None, case["case_id"], None),
        ("ישיבת צוות", 1, "נמוך", "תזכורת כללית", "FREQ=WEEKLY;BYDAY=SU,WE", None, None),
        ("לבדוק אם שכר הטרחה התקבל", 3, "גבוה", "תזכורת תשלום", None, case["case_id"], DANA.user_id),
    ]
    with site.owner() as owner:
        owner.execute("update public.reminder_rules set is_on = false where is_on")
        owner.execute("update public.reminders set status = 'בוטל' where status not in ('בוטל', 'הושלם')")
        for title, days, priority, category, rule, case_id, person in rows:
            owner.execute(
                """insert into public.reminders (org_id, case_id, title, due_date, due_time, priority, category, rrule,
                   assigned_to) values (%s, %s, %s, %s, '16:30', %s, %s, %s, %s)""",
                [NORTH.id, case_id, title, day(days), priority, category, rule, person],
            )
    return {**case, "plate": plate}


def choose(page, title):
    page.locator("#result_list tr", has_text=title).locator("input.action-select").check()


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_reminders_are_found_put_off_and_taken_back(screen, story, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto(f"{LIST}?when=open")
    expect(page.locator("#result_list tbody tr").first).to_contain_text("באיחור")
    look(page, "reminders-list")

    choose(page, "להתקשר לסוכן")
    page.locator("select[name=action]").select_option("snooze_day")
    follow(page, page.locator(".actions button[type=submit]"))
    look(page, "reminders-asking")
    page.locator("#id_day").fill(day(9))
    follow(page, page.get_by_role("button", name="המשך"))
    expect(page.locator(".undo")).to_contain_text("תזכורת אחת")
    look(page, "reminders-undo")
    follow(page, page.get_by_role("button", name="ביטול הפעולה"))
    expect(page.locator(".messagelist")).to_contain_text("חזרה למצבה הקודם")

    page.goto(f"{LIST}?q={story['plate'][:4]}")
    follow(page, page.get_by_role("link", name="להתקשר לסוכן הביטוח"))
    look(page, "reminders-one")
    follow(page, page.get_by_role("button", name="בוצע", exact=True))
    expect(page.get_by_role("button", name="החזרה להמתנה")).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_one_is_made_for_a_case_and_stands_in_the_calendar(screen, story, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto(f"/admin/cases/case/{story['case_id']}/change/")
    follow(page, page.get_by_role("link", name="תזכורת חדשה לתיק זה"))
    page.locator("#id_title").fill("לשלוח טיוטה לבעל הרכב")
    page.locator("#id_repeat").select_option("WEEKLY")
    page.get_by_label("שני", exact=True).check()
    page.get_by_label("חמישי", exact=True).check()
    follow(page, page.get_by_role("button", name="הצגת משמעות החזרה"))
    expect(page.locator(".notice")).to_contain_text("בכל שבוע בימים שני וחמישי בשעה 09:00")
    look(page, "reminders-form")
    follow(page, page.get_by_role("button", name="שמירה", exact=True))
    look(page, "reminders-recurring")
    page.goto(f"/admin/cases/case/{story['case_id']}/change/")
    expect(page.locator("#reminders")).to_contain_text("לשלוח טיוטה לבעל הרכב")

    for view in ("month", "week", "day"):
        page.goto(f"{CALENDAR}?view={view}&day={day(0)}")
        look(page, f"reminders-{view}")
    page.goto(CALENDAR)
    follow(page, page.get_by_role("link", name="החודש הבא"))
    # What lies outside the month is left out on a phone.
    expect(page.locator(".calendar-days > li:not(.outside)").get_by_text("ישיבת צוות").first).to_be_visible()


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_a_rule_is_looked_at_and_switched_and_a_calendar_address_is_made(screen, story, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto("/admin/reminders/reminderrule/")
    look(page, "rules-list")
    follow(page, page.get_by_role("link", name="מחר בדיקת הרכב"))
    expect(page.get_by_text("מה ייווצר עכשיו, אם הכלל יופעל")).to_be_visible()
    look(page, "rules-one")
    follow(page, page.get_by_role("button", name="הפעלת הכלל"))
    expect(page.locator(".messagelist")).to_contain_text("הכלל פועל")
    page.goto("/admin/reminders/calendarfeed/")
    look(page, "feed-before")
    follow(page, page.get_by_role("button", name="כתובת").first)
    address = page.locator("#address").input_value()
    look(page, "feed-made")
    assert page.request.get(address).text().startswith("BEGIN:VCALENDAR")


def test_the_calendar_is_walked_by_keyboard(screen, story):  # noqa: F811
    page = screen()
    log_in(page)
    page.goto(f"{CALENDAR}?view=week&day={day(0)}")
    entry = page.locator("a.stand", has_text="לבקש מהמוסך").first
    for _press in range(80):
        page.keyboard.press("Tab")
        if entry.evaluate("node => node === document.activeElement"):
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("לבקש מהמוסך")


def test_everything_is_done_without_scripts(screen, story):  # noqa: F811
    page = screen(java_script_enabled=False)
    log_in(page)
    page.goto(f"{LIST}?when=open")
    choose(page, "ישיבת צוות")
    page.locator("select[name=action]").select_option("complete")
    follow(page, page.locator(".actions button[type=submit]"))
    expect(page.locator(".undo")).to_be_visible()
    page.goto(f"{LIST}add/")
    page.locator("#id_title").fill("בלי סקריפטים")
    follow(page, page.get_by_role("button", name="שמירה", exact=True))
    follow(page, page.get_by_role("button", name="להזכיר שוב מחר"))
    expect(page.locator(".messagelist")).to_contain_text("נדחה למחר")
    page.goto(CALENDAR)
    follow(page, page.get_by_role("link", name="שבוע", exact=True))
    assert page.locator("a.stand").count() > 0
