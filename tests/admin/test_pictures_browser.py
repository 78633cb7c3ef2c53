"""Pictures in a real browser: on a desk and on a phone, light and dark, readable for everybody."""

import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests import databases
from tests.admin.test_browser import SCREENS, chromium, follow, log_in, screen  # noqa: F401
from tests.admin.test_make_browser import look
from tests.cast import DANA
from tests.files.picture_corpus import HOSTILE, photo, scene, written
from tests.site import running_site

pytestmark = pytest.mark.browser
LINE = "----a-line"


@pytest.fixture(scope="module")
def files_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def site(django_db_setup, files_folder):
    with running_site(FILES_ROOT=str(files_folder)) as running:
        yield running


def form(fields, files):
    parts = [
        f'--{LINE}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()
    ]
    for name, content in files:
        head = f'--{LINE}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{LINE}--\r\n".encode()


@pytest.fixture
def story(site, files_folder):
    """A case with pictures of two damage centers, one of them unreadable, and one on OneDrive."""
    plate = str(int.from_bytes(os.urandom(3)) % 90_000_000 + 10_000_000)
    helper = {"centers": [{"Id": "dc_1", "Location": "פגוש קדמי"}, {"Id": "dc_2", "Location": "דלת ימין"}]}
    opened = site.call("POST", "cases", DANA, {"plate": plate, "helper": helper}).json()
    kind = {"Content-Type": f"multipart/form-data; boundary={LINE}"}
    for center, files in (
        ("dc_1", [("פגוש קדמי ימין.jpg", photo(date="2026:05:01 10:00:00")), ("IMG_0002.jpg", photo(orientation=6))]),
        (
            "dc_2",
            [("a-name-that-is-longer-than-any-room-there-is-for-it-anywhere.png", written(scene(500, 500), "PNG"))],
        ),
        ("", [("IMG_0009.jpg", photo(width=900)[:2000]), ("lines.webp", written(scene(200, 900), "WEBP"))]),
    ):
        fields = {
            "case_id": opened["case_id"],
            "damage_center_id": center,
            "category": "damage" if center else "general",
        }
        assert site.call("POST", "images", DANA, form(fields, files), **kind).status == 201
    work = [
        sys.executable,
        "manage.py",
        "shell",
        "--no-imports",
        "-v0",
        "-c",
        "from files import picture_work as w; w.run()",
    ]
    place = {"DATABASE_URL": databases.runtime_url(site.database), "FILES_ROOT": str(files_folder)}
    subprocess.run(work, cwd=databases.ROOT, env={**os.environ, **place}, check=True)
    assert site.call("POST", "images", DANA, form({"plate": plate}, [("x.svg", HOSTILE["svg"])]), **kind).status == 422
    return opened


@pytest.mark.parametrize(("width", "theme"), SCREENS)
def test_the_walk_through_the_pictures(screen, story, width, theme):  # noqa: F811
    page = screen(width, theme)
    log_in(page)
    page.goto(f"/admin/cases/case/{story['case_id']}/change/")
    look(page, "pictures-case")
    follow(page, page.get_by_role("link", name="כל 5 התמונות"))
    expect(page.locator(".gallery img")).to_have_count(4)
    assert page.evaluate("[...document.images].every(one => !one.complete || one.naturalWidth > 0)")
    look(page, "pictures-gallery")

    follow(page, page.get_by_role("button", name="הקדמה: IMG_0002.jpg"))
    expect(page.locator(".gallery .name").first).to_have_text("IMG_0002.jpg")
    follow(page, page.locator(".gallery .thumb").nth(1))
    look(page, "pictures-one")
    page.get_by_label("הערות").fill("שריטה עמוקה")
    page.get_by_label("מוקד נזק").select_option(label="מוקד נזק 2 · דלת ימין")
    follow(page, page.get_by_role("button", name="שמירה", exact=True))
    expect(page.locator(".messagelist")).to_contain_text("התמונה עודכנה")
    follow(page, page.get_by_role("button", name="הסרה"))
    follow(page, page.get_by_role("link", name="הוסרו", exact=True))
    look(page, "pictures-away")
    follow(page, page.get_by_role("button", name="החזרה: פגוש קדמי ימין.jpg"))
    expect(page.locator(".messagelist")).to_contain_text("התמונה הוחזרה")
    follow(page, page.get_by_role("link", name="תמונות", exact=True).first)

    page.goto("/admin/files/image/")
    look(page, "pictures-list")
