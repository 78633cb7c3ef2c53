"""The pages about Make in a real browser: on a desk and on a phone, light and dark, readable for everybody."""

import os
import re
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import expect
from psycopg.types.json import Jsonb

from tests.admin.conftest import HOOK
from tests.admin.test_browser import SCREENS, check, chromium, follow, log_in, screen, site  # noqa: F401
from tests.cast import DANA, NORTH

pytestmark = pytest.mark.browser

# Where a person who looks at the pages wants pictures of them.
PICTURES = os.environ.get("PICTURES")


def look(page, name):
    """Check the page, and keep a picture where one is asked for."""
    check(page)
    if PICTURES:
        size = page.viewport_size["width"]
        theme = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'")
        page.screenshot(path=Path(PICTURES) / f"{name}-{size}-{theme}.png", full_page=True)


@pytest.fixture
def story(site):  # noqa: F811
    """A case that Make writes into as well, and an endpoint that answered in every way there is."""
    plate = str(int.from_bytes(os.urandom(3)) % 90_000_000 + 10_000_000)
    name = f"תרחיש {plate}"
    with site.owner() as owner:
        owner.execute("update private.webhook_endpoints set deleted_at = now() where deleted_at is null")
        (endpoint,) = owner.execute(
            """insert into private.webhook_endpoints (org_id, name, url, secret)
               values (%s, %s, %s, 'whsec_x') returning id""",
            [NORTH.id, name, HOOK],
        ).fetchone()
        opened = site.call("POST", "cases", DANA, {"plate": plate, "helper": {"meta": {"n": 1}}}).json()
        for version in (1, 2):
            body = {"helper": {"meta": {"n": 1}, "valuation": {"p": version}}, "version": version}
            assert site.call("PUT", f"cases/{opened['case_id']}/helper", DANA, body).status == 200
        answers = [
            (200, "delivered", None, "Accepted"),
            (410, "dead", "http_410", "Gone"),
            (500, "retry", "http_500", "{}"),
        ]
        for status, outcome, error, answer in answers:
            _record(owner, endpoint, status, outcome, error, answer)
        owner.execute(
            "update private.webhook_endpoints set is_paused = true, paused_reason = 'gone' where id = %s", [endpoint]
        )
        for helper in ({"meta": {"n": 2}, "valuation": {"p": 1}}, {"meta": {"n": 3}, "centers": [1]}):
            owner.execute("set role service_role")
            owner.execute("select public.sync_helper(%s::text, %s)", [opened["case_id"], Jsonb(helper)])
            owner.execute("reset role")
        body = {"helper": {"meta": {"n": 3}, "valuation": {"p": 8}}, "version": 5}
        assert site.call("PUT", f"cases/{opened['case_id']}/helper", DANA, body).status == 200
        owner.execute(
            """insert into private.raw_answers (org_id, case_id, source, body, error)
               values (%s, %s, 'levi', %s, 'invalid_json')""",
            [NORTH.id, opened["case_id"], '{"דגם": "I20", "מחיר": 61.000,,}' * 20],
        )
    return {**opened, "name": name, "endpoint": endpoint}


def _record(owner: psycopg.Connection, endpoint, status, outcome, error, answer):
    owner.execute(
        """with one as (update private.deliveries set attempts = attempts + 1, lease_until = now() + interval '45 s'
             where id = (select id from private.deliveries
               where endpoint_id = %s and status = 'pending' and attempts = 0
               order by seq limit 1) returning id, attempts)
           select private.deliveries_record(jsonb_build_array(jsonb_build_object('delivery_id', id, 'attempt', attempts,
             'request_id', gen_random_uuid()::text, 'started_at', now(), 'ms', 84, 'http_status', %s::integer,
             'answer', %s::text, 'error', %s::text, 'outcome', %s::text, 'gone', false,
             'next_at', case when %s::text = 'retry' then now() + interval '5 minutes' end))) from one""",
        [endpoint, status, answer, error, outcome, outcome],
    )


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_walk_to_make_and_back(screen, story, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    expect(page.locator(".notice.bad")).to_contain_text(story["name"])
    look(page, "home")

    page.goto("/admin/make/webhookendpoint/")
    look(page, "endpoints")
    follow(page, page.get_by_role("link", name=story["name"]))
    expect(page.locator(".notice.bad")).to_contain_text("410")
    look(page, "endpoint")
    follow(page, page.get_by_role("button", name="סוד חדש"))
    expect(page.get_by_label("סוד החתימה", exact=True)).to_have_value(re.compile(r"whsec_.{40,}"))
    look(page, "secret")
    follow(page, page.get_by_role("link", name="העתקתי"))
    follow(page, page.get_by_role("button", name="המשך"))
    expect(page.locator(".messagelist")).to_contain_text("ממשיך")
    follow(page, page.get_by_role("link", name="הסרה"))
    look(page, "endpoint-remove")
    page.goto("/admin/make/webhookendpoint/add/")
    page.locator("#id_name").fill("נוסף")
    page.locator("#id_url").fill("https://example.com/x")
    follow(page, page.get_by_role("button", name="הוספה והצגת הסוד"))
    expect(page.locator(".errorlist")).to_contain_text("אינו ברשימה")
    look(page, "endpoint-form")

    page.goto(f"/admin/make/delivery/?endpoint={story['endpoint']}")
    expect(page.locator("#result_list tbody tr")).not_to_have_count(0)
    look(page, "deliveries")
    follow(page, page.locator("#result_list tbody tr", has_text="תקלה").locator("a").first)
    expect(page.locator("pre").last).to_have_attribute("dir", "ltr")
    look(page, "delivery")
    page.goto("/admin/make/delivery/failed/")
    page.locator("#id_since").fill("2026-01-01T00:00")
    follow(page, page.get_by_role("button", name="ספירה מחדש"))
    look(page, "deliveries-failed")
    follow(page, page.get_by_role("button", name="שליחה חוזרת"))
    expect(page.locator(".messagelist")).to_contain_text("שוב")

    page.goto("/admin/make/gatewaykey/add/")
    look(page, "key-form")
    page.locator("#id_name").fill(f"מפתח {story['plate']} {width} {theme}")
    page.get_by_label("cases.search").check()
    follow(page, page.get_by_role("button", name="יצירת המפתח והצגתו"))
    look(page, "key")
    follow(page, page.get_by_role("link", name="העתקתי"))
    look(page, "keys")
    follow(page, page.get_by_role("link", name="ביטול המפתח").first)
    look(page, "key-revoke")


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_walk_over_switches_and_the_mirror(screen, story, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto("/admin/cases/featureflag/")
    levi = page.locator("tr", has_text="writer.levi").first
    wanted = "שניהם" if levi.get_by_role("button", name="שניהם").count() else "Make בלבד"
    page.get_by_label("סיבה (נשמרת עם השינוי הבא)").fill("פיילוט ראשון")
    follow(page, levi.get_by_role("button", name=wanted))
    expect(page.locator("tr", has_text="writer.levi").first.locator(".pill")).to_have_text(wanted)
    page.locator("summary", has_text="פיילוט לתיק אחד").click()
    page.locator("#id_plate").fill(story["plate"])
    page.locator("#id_turn").select_option("writer.parts=dual")
    follow(page, page.get_by_role("button", name="התחלת הפיילוט"))
    expect(page.locator(".messagelist")).to_contain_text("writer.parts")
    look(page, "switches")

    page.goto("/admin/helpers/helpersource/")
    page.locator("summary", has_text="הרשאת מקום").click()
    page.locator("#id_source").fill("levi")
    page.locator("#id_pointer").fill("no pointer")
    follow(page, page.get_by_role("button", name="הרשאה"))
    expect(page.locator(".errorlist")).to_be_visible()
    look(page, "sources")

    page.goto("/admin/helpers/helpersync/")
    page.locator("summary", has_text="שעה אחר שעה").click()
    look(page, "mirror")
    follow(page, page.get_by_role("link", name="דוח פערים").first)
    expect(page.locator("tbody tr").first).to_contain_text("שונה")
    look(page, "drift")
    page.goto("/admin/make/rawanswer/")
    look(page, "raw-list")
    follow(page, page.locator("#result_list tbody a").first)
    expect(page.locator("pre")).to_have_attribute("dir", "ltr")
    look(page, "raw")
    page.goto("/admin/accounts/auditentry/")
    look(page, "audit")
