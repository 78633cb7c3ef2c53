"""The way in, in a real browser: the second step, the own login, the warning before the end, and English."""

import re
import time

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import expect

from tests.admin.test_browser import SCREENS, check, chromium, follow, screen  # noqa: F401
from tests.admin.test_make_browser import look
from tests.cast import PASSWORD
from tests.databases import manage
from tests.site import running_site

pytestmark = pytest.mark.browser

FORGET = """
from allauth.mfa.models import Authenticator
from accounts.models import User
Authenticator.objects.all().delete()
User.objects.update(language="")
"""


@pytest.fixture(scope="module")
def site():
    """As in production: managers need a second factor."""
    with running_site(SECOND_FACTOR_ROLES="admin,developer", EMAIL_URL="smtp://mail.example.test") as running:
        yield running


@pytest.fixture
def anew(site):
    """Nobody has a second factor yet."""
    manage(site.database, "shell", "--no-imports", "-v0", "-c", FORGET)


def first_step(page):
    page.goto("/admin/")
    page.fill("#id_username", "noam")
    page.fill("#id_password", PASSWORD)
    follow(page, page.locator("#login-form [type=submit]"))


def code_of(secret, off=0):
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + off))


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_way_in_with_a_second_step(screen, anew, width, theme):  # noqa: F811
    page = screen(width, theme)
    page.goto("/admin/login/forgotten/")
    look(page, "login-forgotten")
    page.fill("#id_name", "nobody")
    follow(page, page.locator("#login-form [type=submit]"))
    look(page, "login-new-password")
    page.goto("/admin/login/")
    look(page, "login")

    first_step(page)
    expect(page.get_by_role("heading", name="הגדרת השלב השני")).to_be_visible()
    assert page.evaluate("document.querySelector('.qr img').naturalWidth") > 20
    look(page, "login-set-up")
    secret = re.search(r"secret=([A-Z2-7]+)", page.content())[1]
    page.fill("#id_code", code_of(secret))
    follow(page, page.get_by_role("button", name="הפעלה"))
    expect(page.locator(".recovery li")).to_have_count(10)
    look(page, "login-codes")
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="הורדה").click()
    assert downloaded.value.suggested_filename == "recovery-codes.txt"
    recovery = page.locator(".recovery li").first.inner_text()
    follow(page, page.get_by_role("button", name="שמרתי אותם"))
    look(page, "login-standing")

    follow(page, page.locator("#logout-form button"))
    first_step(page)
    expect(page.get_by_role("heading", name="שלב שני")).to_be_visible()
    look(page, "login-code")
    page.fill("#id_code", "000000")
    follow(page, page.locator("#login-form [type=submit]"))
    expect(page.locator(".errorlist")).to_contain_text("הקוד שגוי")
    check(page)
    page.fill("#id_code", recovery)
    follow(page, page.locator("#login-form [type=submit]"))
    expect(page.get_by_role("heading", name="דף הבית")).to_be_visible()

    page.goto("/admin/my-login/")
    look(page, "login-mine")
    page.goto("/admin/logins/")
    look(page, "login-office")
    page.goto("/admin/password_change/")
    look(page, "login-password")

    page.goto("/admin/my-login/")
    follow(page, page.get_by_role("button", name="English"))
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    look(page, "login-english")
    for address in ("/admin/", "/admin/cases/case/", "/admin/second-factor/", "/admin/logins/"):
        page.goto(address)
        check(page)
    look(page, "login-english-office")


@pytest.fixture(scope="module")
def hasty():
    """A site whose sessions end soon, and warn sooner."""
    with running_site(IDLE_LOGOUT_MINUTES="0.2", IDLE_WARNING_MINUTES="0.1") as running:
        yield running


@pytest.fixture
def away(hasty, chromium):  # noqa: F811
    """Log in there, in a context of its own."""
    contexts = []

    def logged_in(**options):
        context = chromium.new_context(base_url=hasty.base, locale="he-IL", **options)
        contexts.append(context)
        page = context.new_page()
        first_step(page)
        return page

    yield logged_in
    for context in contexts:
        context.close()


def test_the_warning_comes_and_whoever_stays_is_in(away):
    page = away(viewport={"width": 390, "height": 800})
    dialog = page.locator("#idle")
    expect(dialog).to_be_visible(timeout=15_000)
    look(page, "login-idle")

    page.get_by_role("button", name="להישאר מחובר").click()

    expect(dialog).to_be_hidden()
    page.goto("/admin/my-login/")
    expect(page.get_by_role("heading", name="הכניסה שלי")).to_be_visible()


def test_staying_in_one_tab_closes_the_warning_in_the_other(away):
    one = away()
    other = one.context.new_page()
    other.goto("/admin/my-login/")
    one.goto("/admin/")
    for page in (one, other):
        expect(page.locator("#idle")).to_be_visible(timeout=15_000)

    one.locator("[data-stay]").click()

    expect(other.locator("#idle")).to_be_hidden()


def test_whoever_is_away_comes_back_to_the_page_after_the_login(away):
    page = away()
    page.goto("/admin/my-login/")

    page.wait_for_url(re.compile("/admin/login/"), timeout=30_000)
    page.fill("#id_username", "noam")
    page.fill("#id_password", PASSWORD)
    follow(page, page.locator("#login-form [type=submit]"))

    expect(page).to_have_url(re.compile("/admin/my-login/$"))


def test_what_was_typed_is_not_lost_without_a_word(away):
    page = away()
    page.goto("/admin/password_change/")
    page.fill("#id_old_password", "something typed")
    page.locator("#idle").evaluate("dialog => dialog.querySelector('[data-stay]').remove()")

    expect(page.locator("[data-when=over]")).to_be_visible(timeout=30_000)
    check(page)
    page.locator("[data-close]").click()

    expect(page.locator("#id_old_password")).to_have_value("something typed")


def test_without_scripts_the_server_logs_out_all_the_same(away):
    page = away(java_script_enabled=False)
    page.wait_for_timeout(13_000)

    page.goto("/admin/my-login/")

    expect(page).to_have_url(re.compile(r"/admin/login/\?next=/admin/my-login/"))
    expect(page.locator(".messagelist")).to_contain_text("נותקת")
