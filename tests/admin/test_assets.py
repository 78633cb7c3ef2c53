"""The page of what stands on reports: managers set the office's, people their own, and see what they set."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import User
from files import assets
from tests import cast
from tests.admin.test_pages import texts
from tests.files.test_assets import disk, of, picture  # noqa: F401

PAGE = "/admin/files/userassets/"


def upload(content=None, name="לוגו.png"):
    return SimpleUploadedFile(name, content or picture(), content_type="image/png")


def test_a_manager_sets_the_offices_and_sees_it(staff, dana):
    noam = staff()
    answer = noam.post(
        f"{PAGE}office/save/", {"business_name": "שמאות צפון", "phone": "03-0000000", "logo": upload()}, follow=True
    )

    assert answer.status_code == 200
    assert "נשמר" in texts(answer)
    assert f"{PAGE}office/logo.png" in answer.content.decode()
    shown = noam.get(f"{PAGE}office/logo.png")
    assert shown["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(shown.content)).size == (40, 20)
    assert of(dana).business == {"name": "שמאות צפון", "phone": "03-0000000"}
    assert of(dana).logo == shown.content


def test_a_picture_is_taken_off_by_its_mark(staff, dana):
    noam = staff()
    noam.post(f"{PAGE}own/save/", {"stamp": upload(), "phone": "1"})
    assert of(cast.NOAM).stamp
    noam.post(f"{PAGE}own/save/", {"phone": "1", "remove": ["stamp"]})

    assert of(cast.NOAM).stamp is None
    assert of(cast.NOAM).business == {"phone": "1"}
    assert of(dana) == assets.Assets()


def test_a_picture_that_is_none_is_refused_and_nothing_is_set(staff, dana):
    answer = staff().post(f"{PAGE}office/save/", {"business_name": "x", "logo": upload(b"<svg/>")})

    assert answer.status_code == 422
    assert "הקובץ אינו תמונה" in texts(answer)
    assert of(dana) == assets.Assets()


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_that_is_none_is_not_found(staff, method):
    noam = staff()
    assert getattr(noam, method)(f"{PAGE}everybody/save/").status_code == 404
    assert noam.get(f"{PAGE}own/save/").status_code == 404
    assert noam.get(f"{PAGE}own/roof.png").status_code == 404
    assert noam.get(f"{PAGE}nobody/logo.png").status_code == 404


def test_who_is_no_manager_sets_the_own_alone(staff, demote):
    demote()
    noam = staff()

    page = noam.get(PAGE).content.decode()
    assert f"{PAGE}own/save/" in page
    assert f"{PAGE}office/save/" not in page
    assert noam.post(f"{PAGE}office/save/", {"phone": "1"}).status_code == 403
    assert noam.post(f"{PAGE}own/save/", {"phone": "1"}).status_code == 302
    assert of(cast.NOAM).business == {"phone": "1"}


def test_a_login_without_the_permission_sees_nothing(staff, may):
    may("view_case")
    noam = staff()

    for path in (PAGE, f"{PAGE}sample/", f"{PAGE}own/logo.png"):
        assert noam.get(path).status_code == 403
    assert noam.post(f"{PAGE}own/save/", {}).status_code == 403
    assert User.objects.filter(username="noam").exists()


def test_a_sample_shows_what_stands_on_reports_and_can_do_nothing(staff):
    noam = staff()
    noam.post(f"{PAGE}office/save/", {"business_name": "שמאות צפון", "draft_watermark_text": "לא סופי"})
    sample = noam.get(f"{PAGE}sample/")

    assert "שמאות צפון" in sample.content.decode()
    assert "לא סופי" in sample.content.decode()
    policy = sample["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_nobody_saves_without_the_forms_own_token(staff):
    assert staff(enforce_csrf_checks=True).post(f"{PAGE}own/save/", {"phone": "1"}).status_code == 403
