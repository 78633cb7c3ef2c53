"""What stands on reports: one's own and the office's, pictures drawn anew, and nobody else's."""

import io
import json
from types import SimpleNamespace

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image, PngImagePlugin

from core import acting
from files import assets
from files.models import UserAssets
from tests import cast

HERE = "report-assets"


@pytest.fixture(autouse=True)
def disk(tmp_path, settings):
    settings.FILES_ROOT = tmp_path
    return SimpleNamespace(stored=lambda: sorted((tmp_path / "docs").rglob("*.png")))


def picture(kind="PNG", size=(40, 20), color="#17405f", **how):
    drawn = io.BytesIO()
    Image.new("RGB", size, color).save(drawn, kind, **how)
    return drawn.getvalue()


def sent(client, files=None, **fields):
    """A form with pictures."""
    parts = {**fields}
    for name, content in (files or {}).items():
        parts[name] = SimpleNamespace(name="x.png", read=lambda content=content: content, content_type="image/png")
    return client.put(HERE, encode_multipart(BOUNDARY, parts), content_type=MULTIPART_CONTENT)


def of(person):
    with acting.acting(acting.PERSON, person.claims):
        return assets.effective(person.org.id, person.user_id)


def test_nothing_is_set_at_first(api, dana):
    answer = api(dana).get(HERE).json()

    assert answer["effective"]["pictures"] == []
    assert answer["own"]["business_name"] is None
    assert of(dana) == assets.Assets()


def test_people_set_their_own_and_it_counts_before_the_offices(api, dana):
    office = {
        "whose": "office",
        "business_name": "שמאות צפון",
        "phone": "03-0000000",
        "draft_watermark_text": "לא סופי",
    }
    assert api(cast.NOAM).put(HERE, office).status_code == 200
    answer = api(dana).put(HERE, {"business_name": "דנה שמאות", "license_number": "0000"})

    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told["own"]["business_name"] == told["effective"]["business_name"] == "דנה שמאות"
    assert told["office"]["business_name"] == "שמאות צפון"
    assert told["effective"]["phone"] == "03-0000000"
    assert of(dana).business == {"name": "דנה שמאות", "licence": "0000", "phone": "03-0000000"}
    assert of(dana).watermark == "לא סופי"
    # An empty text takes it away again.
    assert api(dana).put(HERE, {"business_name": ""}).json()["effective"]["business_name"] == "שמאות צפון"
    assert of(cast.NOAM).business["name"] == "שמאות צפון"


def test_only_managers_set_the_offices(api, dana):
    assert api(dana).put(HERE, {"whose": "office", "phone": "1"}).status_code == 403
    assert api().get(HERE).status_code == 401
    assert api(dana).get(HERE).json()["office"]["phone"] is None


def test_another_office_sees_and_changes_nothing_of_it(api, tamar):
    api(cast.NOAM).put(HERE, {"whose": "office", "phone": "03-0000000"})
    api(cast.URI).put(HERE, {"whose": "office", "phone": "04-0000000"})

    assert api(tamar).get(HERE).json()["effective"]["phone"] == "04-0000000"
    assert of(cast.NOAM).business["phone"] == "03-0000000"


def test_a_picture_is_drawn_anew_and_comes_back_as_a_png(api, dana, disk):
    marks = PngImagePlugin.PngInfo()
    marks.add_text("comment", "geheim-canary")
    answer = sent(api(dana), {"logo": picture(pnginfo=marks), "signature": picture("JPEG")}, business_name="דנה")

    assert answer.status_code == 200, answer.content
    assert answer.json()["own"]["pictures"] == ["logo", "signature"]
    carried = of(dana)
    for kept in (carried.logo, carried.signature):
        assert Image.open(io.BytesIO(kept)).format == "PNG"
        assert b"canary" not in kept
    assert Image.open(io.BytesIO(carried.logo)).size == (40, 20)
    assert len(disk.stored()) == 2
    assert all(file.parent.name == "assets" and file.parent.parent.name == str(cast.NORTH.id) for file in disk.stored())


def test_a_picture_that_is_replaced_or_taken_off_is_removed(api, dana, disk):
    sent(api(dana), {"stamp": picture()})
    [first] = disk.stored()
    sent(api(dana), {"stamp": picture(color="#ffffff")})

    assert first not in disk.stored()
    assert len(disk.stored()) == 1
    assert api(dana).put(HERE, {"remove": ["stamp"]}).json()["own"]["pictures"] == []
    assert disk.stored() == []
    assert of(dana).stamp is None


def test_a_large_picture_is_made_smaller(api, dana):
    sent(api(dana), {"background": picture(size=(3000, 4000))})

    assert max(Image.open(io.BytesIO(of(dana).background)).size) == 2400


@pytest.mark.parametrize(
    "content",
    [
        b"", b"x" * 100, b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', b"%PDF-1.7",
        picture()[:60], picture("GIF"), picture("TIFF"), picture(size=(6000, 6000)), picture() * 200_000,
    ],
    ids=["empty", "noise", "svg", "pdf", "truncated", "gif", "tiff", "too many pixels", "too many bytes"],
)  # fmt: skip
def test_what_is_no_picture_for_reports_is_refused_with_a_reason(api, dana, disk, content):
    answer = sent(api(dana), {"logo": content}, business_name="דנה")

    assert answer.status_code in {413, 422}, answer.content
    assert answer.json()["code"] in {"invalid", "body_too_large"}
    assert disk.stored() == []
    assert api(dana).get(HERE).json()["own"]["business_name"] is None


@pytest.mark.parametrize(
    "body",
    [{"whose": "all"}, {"nothing": 1}, {"phone": "x" * 61}, {"remove": ["roof"]}, {"business_name": ["x"]}, [], "x"],
)
def test_what_cannot_be_set_is_refused(api, dana, body):
    assert api(dana).put(HERE, body).status_code == 422


def test_a_broken_form_is_refused(api, dana):
    for raw in (b"", b"--x", b"--x\r\nContent-Disposition: form-data\r\n"):
        answer = api(dana).put(HERE, raw, content_type="multipart/form-data; boundary=x")
        assert answer.status_code in {200, 400, 411, 415, 422}, answer.content
    assert sent(api(dana), {"roof": picture()}).status_code == 422


def test_a_picture_can_only_lie_where_the_offices_pictures_lie(db, dana):
    from django.db import connection
    from django.db.utils import IntegrityError

    for place in (f"{cast.SOUTH.id}/assets/{'0' * 8}-0000-4000-8000-{'0' * 12}.png", f"{cast.NORTH.id}/case/x.pdf"):
        with pytest.raises(IntegrityError), acting.acting(acting.PERSON, dana.claims), connection.cursor() as cursor:
            cursor.execute(
                "insert into public.user_assets (org_id, user_id, company_logo_path) values (%s, %s, %s)",
                [dana.org.id, dana.user_id, place],
            )


def test_a_picture_that_is_gone_is_none(api, dana, disk):
    sent(api(dana), {"logo": picture()})
    [file] = disk.stored()
    file.unlink()

    assert of(dana).logo is None


def test_what_was_set_is_told_by_its_names_only(api, dana):
    answer = sent(api(dana), {"logo": picture()}).content

    assert str(cast.NORTH.id).encode() not in answer
    assert json.loads(answer).keys() == {"own", "office", "effective"}
    with acting.acting(acting.SERVICE):
        assert UserAssets.objects.filter(user_id=dana.user_id).count() == 1
