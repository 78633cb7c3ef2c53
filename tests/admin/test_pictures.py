"""Pictures in the admin: the gallery of a case, the page of one, its order, and what stays here."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEntry, Org
from core import acting
from files import picture_work
from files.models import Image
from tests import cast
from tests.admin.conftest import GHOST, as_noam, case_page, page_of
from tests.admin.test_pages import texts
from tests.admin.test_weight import asked
from tests.files.picture_corpus import photo

LIST = "/admin/files/image/"


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def brought(api, dana, open_case):
    """A case with pictures that were looked at, and their ids in their order."""

    def of(n=3, name="פגוש {}.jpg", **fields):
        case, caller = open_case(), api(dana)
        files = [SimpleUploadedFile(name.format(at), photo(width=300 + at)) for at in range(n)]
        sent = {"case_id": case["case_id"], "files": files, **fields}
        answer = caller.client.post("/api/v1/images", sent, headers=caller.headers)
        assert answer.status_code == 201, answer.content
        picture_work.run()
        return case, [row["id"] for row in answer.json()]

    return of


def gallery(case):
    return f"{LIST}case/{case['case_id']}/"


def shown(answer):
    """The pictures of a page, in their order."""
    return [
        attrs["src"].split("/")[-2] for tag, attrs in page_of(answer).tags if tag == "img" and "images" in attrs["src"]
    ]


def test_the_gallery_shows_a_case_in_its_order(staff, brought):
    case, ids = brought()
    noam = staff()

    answer = noam.get(gallery(case))

    assert shown(answer) == ids
    assert "פגוש 0.jpg" in texts(answer)
    assert noam.get(f"/api/v1/images/{ids[0]}/thumbnail")["Content-Type"] == "image/jpeg"
    noam.post(f"{LIST}{ids[2]}/move/", {"to": "earlier"})
    assert shown(noam.get(gallery(case))) == [ids[0], ids[2], ids[1]]
    assert noam.post(f"{LIST}{ids[2]}/move/", {"to": "up"}).status_code == 404


def test_damage_centers_go_by_the_helpers_words(staff, api, dana, brought, open_case):
    helper = {"centers": [{"Id": "dc_1", "Location": "פגוש קדמי"}, {"Id": "dc_2"}]}
    case, ids = brought()
    api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": helper})
    noam = staff()

    said = {"filename": "a.jpg", "category": "damage", "damage_center_id": "dc_1", "notes": "שריטה <b>"}
    answer = noam.post(f"{LIST}{ids[1]}/", said, follow=True)

    assert "התמונה עודכנה." in texts(answer)
    assert "מוקד נזק 1 · פגוש קדמי" in texts(answer)
    assert shown(noam.get(gallery(case))) == [ids[1], ids[0], ids[2]]
    assert noam.post(f"{LIST}{ids[1]}/", {**said, "damage_center_id": "dc_9"}).status_code == 422
    assert noam.post(f"{LIST}{ids[1]}/", {**said, "filename": "a/b"}).status_code == 422


def test_a_picture_is_put_away_and_brought_back(staff, brought):
    case, ids = brought()
    noam = staff()

    noam.post(f"{LIST}{ids[0]}/put-away/")

    assert shown(noam.get(gallery(case))) == ids[1:]
    assert shown(noam.get(f"{gallery(case)}?away")) == ids[:1]
    assert "תמונה זו הוסרה." in texts(noam.get(f"{LIST}{ids[0]}/"))
    noam.post(f"{LIST}{ids[0]}/restore/")
    assert shown(noam.get(gallery(case))) == [*ids[1:], ids[0]]
    assert noam.get(f"{LIST}{ids[0]}/put-away/").status_code == 404


def test_what_could_not_be_read_says_why(staff, brought):
    _case, [pk] = brought(1)
    with acting.acting(acting.SERVICE):
        Image.objects.filter(pk=pk).update(optimization_status="failed", optimization_error="truncated")

    assert "התמונה נקטעה: חסר חלק ממנה." in texts(staff().get(f"{LIST}{pk}/"))


def test_the_cases_page_shows_the_first_of_them(staff, brought):
    case, ids = brought(8)

    assert shown(staff().get(case_page(case))) == ids[:6]
    assert "כל 8 התמונות" in texts(staff().get(case_page(case)))


def test_a_manager_says_what_stays_here(staff, demote, brought):
    def keeps():
        with acting.acting(acting.SERVICE):
            return Org.objects.get(pk=cast.NORTH.id).keep_processed_pictures

    assert staff().post(f"{LIST}setting/", {"keep": "1"}).status_code == 302
    assert keeps()
    with as_noam():
        line = AuditEntry.objects.filter(table_name="orgs").latest("created_at")
    assert line.new_values == {"keep_processed_pictures": True}
    demote()
    assert staff().post(f"{LIST}setting/", {"keep": "0"}).status_code == 403
    assert keeps()


def test_another_office_and_a_reader_change_nothing(staff, may, brought):
    case, [pk] = brought(1)
    uri = staff("uri")

    assert [uri.get(address).status_code for address in (gallery(case), f"{LIST}{pk}/", f"{LIST}{GHOST}/")] == [404] * 3
    assert uri.post(f"{LIST}{pk}/put-away/").status_code == 404
    assert shown(uri.get(LIST)) == []
    may("view_image")
    noam = staff()
    assert noam.get(f"{LIST}{pk}/").status_code == 200
    turns = [noam.post(f"{LIST}{pk}/{verb}/", {"to": "later"}) for verb in ("put-away", "restore", "move")]
    assert [answer.status_code for answer in turns] == [403] * 3
    may("view_case")
    assert staff().get(LIST).status_code == 403


def test_a_list_finds_a_plate(staff, brought):
    case, ids = brought(1)
    brought(1)

    assert shown(staff().get(LIST, {"plate": case["plate"]})) == ids
    assert len(shown(staff().get(LIST))) == 2
    assert staff().get(LIST, {"plate": "\0'%", "page": "x"}).status_code == 200


def test_a_gallery_costs_the_same_however_many_pictures_there_are(staff, brought):
    few, many = brought(1)[0], brought(12)[0]

    assert len(asked(staff(), gallery(few))) == len(asked(staff(), gallery(many)))
