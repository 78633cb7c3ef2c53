"""A long history in a real browser: the list, its folds, any two versions, the room they take, and the counting."""

import json
import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests import databases
from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen, site  # noqa: F401
from tests.admin.test_make_browser import look
from tests.cast import DANA
from tests.sql import callers
from tests.sql.callers import Desk

pytestmark = pytest.mark.browser

TYPICAL = Path(__file__).resolve().parents[1] / "fixtures" / "helper_typical.json"
# What was saved when: by whom and how, and a note. A number is so many automatic saves.
STORY = [
    *(4, ("manual", "עודכנו פרטי בעלים ומוסך"), ("levi", 'התקבל דו"ח לוי יצחק'), 14),
    *(("sync_helper", None), ("manual", "נוסף מוקד נזק: צד ימין, לאחר בדיקה חוזרת במוסך ותיאום עם השמאי הנגדי"), 3),
    *(("restore", "המחיר הסופי עודכן בטעות"), ("before_expertise", "הוגשה אקספירטיזה"), 2, ("logout", None)),
]


@pytest.fixture(scope="module")
def story(site):  # noqa: F811
    """A case of 32 versions with two folds, a restore, a save of Make's and one that nobody counted yet."""
    plate = str(int.from_bytes(os.urandom(3)) % 90_000_000 + 10_000_000)
    helper = json.loads(TYPICAL.read_text())
    case = site.call("POST", "cases", DANA, {"plate": plate, "owner_name": "רונית כהן-לוי", "helper": helper}).json()
    url, version = f"cases/{case['case_id']}/helper", 1

    def save(trigger, label, *sections):
        nonlocal version
        for section in sections:
            helper[section] = {**helper.get(section, {}), "saved": version}
        body = {"helper": helper, "version": version, "trigger": trigger, "label": label}
        assert site.call("PUT", url, DANA, body).status == 200
        version += 1

    for step in STORY:
        if isinstance(step, int):
            for _ in range(step):
                save("autosave", None, "meta", "valuation")
        elif step[0] == "restore":
            body = {"version": 7, "expected_version": version, "reason": step[1]}
            assert site.call("POST", f"{url}/restore", DANA, body).status == 200
            version += 1
        elif step[0] == "sync_helper":
            helper["levi_data"] = {"saved": version}
            desk = Desk(site.database, callers.SERVICE)
            desk.ask("select public.sync_helper(%s::text, %s::jsonb)", case["case_id"], json.dumps(helper))
            desk.connection.close()
            version += 1
        else:
            save(*step, "centers_summary", "expertise", "estimate", "financials", "general", "statistics")
    with site.owner() as owner, owner.transaction():
        owner.execute("set local session_replication_role = replica")
        owner.execute(
            """update public.case_helper set saved_at = now() - (%s - version) * interval '5 hours 17 minutes',
                 changes = case when version = 3 then null else changes end where case_id = %s""",
            [version, case["case_id"]],
        )
    databases.manage(site.database, "fold_versions", "--all")
    return {**case, "versions": version}


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_a_long_history_is_read_at_a_glance(screen, story, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    expect(page.locator("progress")).to_be_visible()
    look(page, "home")

    page.goto(f"/admin/cases/case/{story['case_id']}/change/")
    rows = page.locator("tr.version")
    expect(rows).to_have_count(story["versions"])
    expect(rows.filter(visible=True)).to_have_count(story["versions"] - 4 - 15 - 3)
    look(page, "list")
    fold = page.locator("summary", has_text="15 שמירות אוטומטיות")
    fold.click()
    expect(rows.filter(visible=True)).to_have_count(story["versions"] - 4 - 3)
    look(page, "list-open")

    page.locator("tr.version input[name=from][value='12']").check()
    page.locator("tr.version input[name=to][value='9']").check()
    follow(page, page.get_by_role("button", name="השווה בין שתי הגרסאות שנבחרו"))
    assert "from=12" in page.url
    assert "to=9" in page.url

    page.goto("/admin/helpers/casehelper/space/")
    expect(page.locator("tfoot")).to_contain_text("בסך הכול")
    look(page, "space")


def test_without_scripts_folds_open_and_pairs_are_compared(screen, story):  # noqa: F811
    page = screen(390, java_script_enabled=False)
    log_in(page)
    page.goto(f"/admin/cases/case/{story['case_id']}/change/")

    row = page.locator("tr.version", has=page.locator("input[name=from][value='3']"))
    expect(row).to_be_hidden()
    page.locator("summary", has_text="4 שמירות אוטומטיות (v2–v5)").click()
    expect(row).to_be_visible()
    row.locator("input[name=from]").check()
    follow(page, page.get_by_role("button", name="השווה בין שתי הגרסאות שנבחרו"))

    asked = parse_qs(urlsplit(page.url).query)
    assert (asked["from"], asked["to"]) == (["3"], [str(story["versions"])])


def test_what_one_touches_is_large_enough_for_a_finger(screen, story):  # noqa: F811
    page = screen(390)
    log_in(page)
    page.goto(f"/admin/cases/case/{story['case_id']}/change/")

    for place in ("tr.version .pick label", "tr.version .actions a", ".compare-bar button", ".fold summary"):
        sizes = [box.bounding_box() for box in page.locator(place).filter(visible=True).all()]
        assert sizes, place
        assert min(size["height"] for size in sizes) >= 32, place
