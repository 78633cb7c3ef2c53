"""The inbox and the copies on OneDrive in a real browser: on a desk and on a phone, light and dark."""

import json
import uuid

import pytest
from playwright.sync_api import expect

from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site  # noqa: F401
from tests.admin.test_intake_browser import plate_of_its_own
from tests.admin.test_make_browser import look
from tests.cast import DANA, NORTH

pytestmark = pytest.mark.browser
WEB = "https://example-my.sharepoint.com/personal/office/Documents/a.pdf"


@pytest.fixture
def story(site):  # noqa: F811
    """A file of ours that could not be copied, one that was, and three that wait."""
    plate = plate_of_its_own()
    near = plate[:3] + str((int(plate[3]) + 1) % 10) + plate[4:]
    case = site.call("POST", "cases", DANA, {"plate": plate, "owner_name": "ישראל ישראלי", "helper": {"n": 1}}).json()
    spelled = f"{near[:3]}-{near[3:5]}-{near[5:]}"
    found = [
        (f"חשבונית מוסך {spelled}.pdf", f"/סריקות/נובמבר/חשבונית מוסך {spelled}.pdf", "invoice"),
        ("IMG_20261123_101010.jpg", "/סריקות/IMG_20261123_101010.jpg", "image"),
        ("a-very-long-name-of-a-file-that-nobody-would-type-by-hand-but-a-scanner-does.pdf", None, "other"),
    ]
    with site.owner() as owner:
        owner.execute("update public.documents set deleted_at = now() where case_id is null and deleted_at is null")
        for name, path, category in found:
            word = json.dumps(
                {"category": {"by": "name", "word": "חשבונית"} if category == "invoice" else {"by": "type"}}
            )
            owner.execute(
                """insert into public.documents (org_id, filename, category, onedrive_file_id, onedrive_web_url,
                onedrive_path, size_bytes, plate, file_metadata) values (%s, %s, %s, %s, %s, %s, 48211, %s, %s)""",
                [NORTH.id, name, category, uuid.uuid4().hex, WEB, path, near if category == "invoice" else None, word],
            )
        for status in ("FAILED", "SYNCED", None):
            (key,) = owner.execute(
                """insert into public.documents (case_id, filename, category, bucket_name, storage_key)
                values (%s, 'דוח סופי.pdf', 'report', 'reports', %s) returning id""",
                [case["case_id"], f"{NORTH.id}/{uuid.uuid4()}.pdf"],
            ).fetchone()
            said = {"status": status, "reason": "התיקייה מלאה", "onedrive_file_id": uuid.uuid4().hex,
                    "onedrive_web_url": WEB, "onedrive_path": f"/{plate}/דוחות/דוח סופי.pdf"}  # fmt: skip
            if status:
                owner.execute("select private.onedrive_answer(%s, %s)", [key, json.dumps(said)])
    return {**case, "plate": plate}


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_walk_through_the_inbox(screen, story, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    look(page, "onedrive-home")
    follow(page, page.get_by_role("link", name="3 קבצים מ־OneDrive מחכים לתיק"))
    expect(page.locator("#result_list tbody tr")).to_have_count(3)
    look(page, "onedrive-inbox")
    follow(page, page.locator("#result_list a", has_text="חשבונית מוסך"))
    expect(page.locator("#proposed + table")).to_contain_text("שונה בספרה אחת")
    look(page, "onedrive-file")
    follow(page, page.get_by_role("button", name="שיוך לתיק").first)
    expect(page.locator(".messagelist")).to_contain_text("שייך עכשיו לתיק")

    for box in page.locator("#result_list tbody input[type=checkbox]").all():
        box.check()
    page.locator("select[name=action]").select_option("work_on")
    follow(page, page.locator("button[name=index]"))
    expect(page.locator("section.card tbody tr")).to_have_count(2)
    look(page, "onedrive-several")

    page.goto(f"/admin/files/onedrivesync/?q={story['plate']}")
    expect(page.locator("#result_list tbody tr")).to_have_count(4)
    look(page, "onedrive-copies")
    follow(page, page.locator("tr", has_text="ההעתקה נכשלה").locator("a").first)
    look(page, "onedrive-copy")
    follow(page, page.get_by_role("button", name="לבקש שוב"))
    expect(page.locator(".messagelist")).to_contain_text("התבקש להעתיק קובץ אחד")


def test_a_file_finds_its_case_without_scripts_too(screen, story):  # noqa: F811
    page = screen(390, java_script_enabled=False)
    log_in(page)
    page.goto("/admin/files/waitingdocument/")
    page.locator("#result_list tbody input[type=checkbox]").first.check()
    page.locator("select[name=action]").select_option("work_on")
    follow(page, page.locator("button[name=index]"))
    page.locator("#id_plate").fill(story["plate"])
    follow(page, page.get_by_role("button", name="שיוך לתיק"))
    expect(page.locator(".messagelist")).to_contain_text("שייך עכשיו לתיק")
