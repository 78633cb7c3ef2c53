"""The knowledge base in a real browser: on a desk and on a phone, light and dark, readable for everybody."""

import os

import pytest
from playwright.sync_api import expect

from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site  # noqa: F401
from tests.admin.test_make_browser import look
from tests.cast import DANA

pytestmark = pytest.mark.browser

HEBREW = """# נוהל צילום רכב

מצלמים את **הפגוש** ואת השמשה לפני פירוק, ואחריו את מספר השלדה.
מק״ט 66747-E298 נרשם ליד התמונה. <b>לא תג</b>

The photos go to OneDrive, folder 2026/11.
"""
ENGLISH = "When a car is a constructive total loss: 60% of value.\n" * 12


@pytest.fixture
def story(site):  # noqa: F811
    """Some documents of one mark, so that a walk meets its own."""
    mark = f"ציון{int.from_bytes(os.urandom(4))}"
    for title, body, tags in (
        (f"נוהל צילום {mark}", HEBREW, ["נהלים", "צילום"]),
        (f"Total loss {mark}", ENGLISH, ["נהלים", "loss"]),
        (f"long-name-without-a-blank-{mark}-" + "x" * 80, "x" * 300, ["תגית ארוכה מאוד שאינה נגמרת בשורה אחת"]),
    ):
        answer = site.call("POST", "kb/docs", DANA, {"title": title, "body": f"{body}\n{mark}", "tags": tags})
        assert answer.status == 201
    return mark


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_walk_through_the_knowledge_base(screen, story, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    follow(page, page.get_by_role("link", name="מאגר ידע"))
    look(page, "kb-list")

    page.get_by_label("חיפוש", exact=True).last.fill(f"פגוש {story}")
    follow(page, page.locator(".kb-search button"))
    expect(page.locator(".passage mark").first).to_have_text("הפגוש")
    look(page, "kb-found")
    follow(page, page.locator("tbody a").first)
    expect(page.locator("pre")).to_contain_text("<b>לא תג</b>")
    expect(page.locator("pre bdi").first).to_have_text("66747-E298")
    look(page, "kb-doc")

    follow(page, page.get_by_role("link", name="שינוי", exact=True))
    page.get_by_label("תגיות").fill("נהלים, חדש")
    look(page, "kb-form")
    follow(page, page.get_by_role("button", name="שמירה"))
    expect(page.locator(".messagelist")).to_contain_text("המסמך עודכן")
    follow(page, page.get_by_role("link", name="הסרה", exact=True))
    look(page, "kb-remove")
    follow(page, page.get_by_role("button", name="הסרה"))
    page.get_by_label("מצב").select_option("הוסר")
    follow(page, page.locator(".kb-search button"))
    follow(page, page.get_by_role("link", name=f"נוהל צילום {story}"))
    look(page, "kb-removed")
    follow(page, page.get_by_role("button", name="החזרה"))
    expect(page.locator(".messagelist")).to_contain_text("הוחזר")

    page.goto(f"/admin/knowledge/kbdoc/?q=total+{story}")
    look(page, "kb-found-ltr")
    follow(page, page.locator("tbody a").first)
    look(page, "kb-doc-ltr")


def test_it_works_without_scripts_too(screen, story):  # noqa: F811
    page = screen(390, java_script_enabled=False)
    log_in(page)
    page.goto("/admin/knowledge/kbdoc/")
    page.locator("#q").fill(story)
    follow(page, page.locator(".kb-search button"))
    expect(page.locator("table.kb tbody tr")).to_have_count(3)
