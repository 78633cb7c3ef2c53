"""images.upsert: what Make found on OneDrive, and what it reports of our pictures."""

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image as Seen

from accounts.models import Org
from core import acting
from files import onedrive, picture_work, storage
from files.models import Document, Image
from make import payloads
from make.models import Message
from tests import cast
from tests.files.picture_corpus import photo
from tests.sql.callers import DANA

OP = "images.upsert"
FOUND = {"filename": "IMG_1.jpg", "onedrive_file_id": "01ABC", "onedrive_web_url": "https://x.sharepoint.com/a"}


@pytest.fixture(autouse=True)
def files_root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


@pytest.fixture
def lying(files_root):
    """How many files lie in a bucket."""
    return lambda bucket: len([path for path in (files_root / bucket).rglob("*") if path.is_file()])


@pytest.fixture
def picture(api, dana, open_case):
    """A picture of a new case, looked at already."""

    def of(name="IMG_1.jpg", case=None, look=True, content=None):
        case, caller = case or open_case(), api(dana)
        sent = {"case_id": case["case_id"], "files": [SimpleUploadedFile(name, content or photo())]}
        answer = caller.client.post("/api/v1/images", sent, headers=caller.headers)
        assert answer.status_code == 201, answer.content
        if look:
            picture_work.run()
        return case, answer.json()[0]["id"]

    return of


def stored(pk):
    with acting.acting(acting.SERVICE):
        return Image.objects.select_related("document").get(pk=pk)


def all_pictures():
    with acting.acting(acting.SERVICE):
        return list(Image.objects.order_by("created_at"))


def test_a_picture_found_on_onedrive_is_a_link(make, api, dana, open_case):
    case = open_case()

    [told] = make().op(OP, {"case_id": case["case_id"], "images": [FOUND]}).json()

    assert (told["created"], told["error"]) == (True, None)
    row = api(dana).get(f"images/{told['id']}").json()
    assert (row["source"], row["backup_status"], row["onedrive_web_url"]) == (
        "onedrive", "backed_up", FOUND["onedrive_web_url"],
    )  # fmt: skip
    assert (row["thumbnail_url"], row["display_order"]) == (None, 1)
    assert picture_work.run() == 0
    again = make().op(OP, {"plate": case["plate"], "images": [FOUND]}).json()
    assert (again[0]["id"], again[0]["created"]) == (told["id"], False)
    assert len(all_pictures()) == 1


def test_our_picture_is_known_by_its_name_and_let_go_once_it_was_looked_at(make, picture, lying):
    case, pk = picture(look=False)
    row = {**FOUND, "filename": "img_1.JPG", "recognized_part": "פגוש", "recognition_confidence": "87%"}

    [told] = make().op(OP, {"case_id": case["case_id"], "images": [row]}).json()

    assert (told["id"], told["created"], told["error"]) == (pk, False, None)
    assert lying("temp") == 1
    picture_work.run()
    assert (lying("temp"), lying("processed")) == (0, 1)
    image = stored(pk)
    assert (image.document.upload_status, image.document.storage_key) == ("LINKED", None)
    assert image.document.onedrive_web_url == FOUND["onedrive_web_url"]
    assert (image.backup_status, image.recognized_part, str(image.recognition_confidence)) == (
        "backed_up",
        "פגוש",
        "0.87",
    )
    assert image.thumbnail_key is not None


def test_an_office_may_keep_a_copy(make, picture, lying):
    with acting.acting(acting.SERVICE):
        Org.objects.filter(pk=cast.NORTH.id).update(keep_processed_pictures=True)
    case, pk = picture(content=photo(width=3000, height=2000))

    make().op(OP, {"case_id": case["case_id"], "images": [{"image_id": pk, "item_id": "01XYZ", "name": "x.jpg"}]})
    picture_work.run()

    assert (lying("temp"), lying("processed")) == (0, 2)
    copy = b"".join(storage.pieces("processed", stored(pk).processed_key))
    assert Seen.open(BytesIO(copy)).size == (1920, 1280)


def test_a_copy_is_made_before_the_bytes_go(make, picture, lying):
    """The office asked for copies after the picture had been looked at."""
    case, pk = picture()
    with acting.acting(acting.SERVICE):
        Org.objects.filter(pk=cast.NORTH.id).update(keep_processed_pictures=True)

    make().op(OP, {"case_id": case["case_id"], "images": [{"id": pk, "onedrive_file_id": "01XYZ"}]})
    picture_work.run()

    assert stored(pk).processed_key is not None
    assert lying("temp") == 0


def test_bytes_that_could_not_be_removed_are_found_again(make, picture, lying, settings, files_root):
    case, pk = picture()
    make().op(OP, {"case_id": case["case_id"], "images": [{"id": pk, "onedrive_file_id": "01XYZ"}]})
    with acting.acting(acting.SERVICE):
        document = Document.objects.get(pictures=pk)
    picture_work._ask("select private.pictures_let_go()")
    assert lying("temp") == 1

    assert onedrive.let_go() == 1
    assert lying("temp") == 0
    assert onedrive.let_go() == 0
    assert stored(pk).document_id == document.pk


def test_each_row_is_told_and_the_good_ones_are_kept(make, picture):
    case, pk = picture("a.jpg")
    picture("a.jpg", case=case, content=photo(width=300))
    rows = [
        {"id": pk, "recognized_damage": "שריטה"},
        {"filename": "a.jpg"},
        {"filename": "nobody.jpg"},
        {"id": "00000000-0000-4000-8000-00000000dead"},
        {"id": "x"},
        {},
        {**FOUND, "onedrive_web_url": "javascript:alert(1)"},
        {"id": pk, "recognition_confidence": 3000},
        {"id": pk, "width": 3},
        FOUND,
    ]

    answer = make().op(OP, {"case_id": case["case_id"], "images": rows})

    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert [row["error"] is None for row in told] == [True] + [False] * 8 + [True]
    assert told[1]["error"] == "more than one picture has this name: name it by its id"
    assert (told[0]["id"], told[9]["created"]) == (pk, True)


def test_what_comes_late_takes_nothing_back(make, picture):
    case, pk = picture()
    caller = make()
    caller.op(OP, {"case_id": case["case_id"], "images": [{**FOUND, "id": pk, "recognized_part": "דלת"}]})

    caller.op(OP, {"case_id": case["case_id"], "images": [{"id": pk, "backup_status": "pending"}]})

    image = stored(pk)
    assert (image.backup_status, image.recognized_part) == ("backed_up", "דלת")


def test_one_item_is_one_picture(make, picture):
    case, pk = picture("a.jpg")
    _case, other = picture("b.jpg", case=case, content=photo(width=300))
    caller = make()
    caller.op(OP, {"case_id": case["case_id"], "images": [{"id": pk, "onedrive_file_id": "01ABC"}]})

    [told] = caller.op(OP, {"case_id": case["case_id"], "images": [{"id": other, "onedrive_file_id": "01ABC"}]}).json()

    assert told["error"] == "this item of OneDrive is another file's"


def test_another_offices_key_reaches_nothing(make, picture):
    case, pk = picture()
    foreign = make(cast.SOUTH)

    [told] = foreign.op(OP, {"images": [{"id": pk, "recognized_part": "x"}]}).json()
    assert told == {"id": None, "document_id": None, "created": False, "error": "no such picture"}
    assert foreign.op(OP, {"case_id": case["case_id"], "images": [FOUND]}).status_code == 404
    assert stored(pk).recognized_part is None


def test_the_call_of_today_works_as_it_is(picture, outlet_now):
    """The rpc of the scenarios, through PostgREST's own role."""
    _case, pk = picture()
    call = "select * from public.update_backup_status(%s, %s, %s, %s, %s, %s, %s::numeric)"

    row = outlet_now(
        DANA, call, pk, "/1234567/מקוריות/a.jpg", "backed_up", "/1234567/מעובדות/a.jpg", "שריטה", "דלת", 0.9
    )

    assert (row["backup_status"], row["onedrive_path"], row["recognized_damage"]) == (
        "backed_up", "/1234567/מקוריות/a.jpg", "שריטה",
    )  # fmt: skip
    # A path opens nothing, so the bytes stay until the item is known.
    picture_work.run()
    assert stored(pk).document.storage_key is not None


def test_make_hears_of_a_picture_with_a_link_that_its_key_opens(make, picture):
    _case, pk = picture()
    with acting.acting(acting.SERVICE):
        [news] = Message.objects.filter(type="file.upserted")
        document_id = str(Image.objects.get(pk=pk).document_id)
    facts = {"case_id": news.case_id, "plate": None, "version": None, "created_at": news.created_at}
    said = json.loads(payloads.thin(payloads.Message(type=news.type, data=news.data, **facts)))["data"]

    assert (said["ids"], said["table"]) == ([document_id], "documents")
    answer = make().get(said["content_link"].partition("/api/v1/")[2])
    assert b"".join(answer.streaming_content) == photo()
    [row] = make().get(f"images?document_id={document_id}").json()
    assert row["id"] == pk


@pytest.fixture
def outlet_now(db):
    """`outlet_now(DANA, statement, ...)`: one row, asked as that caller in the open transaction."""

    def ask(caller, statement, *values):
        with acting.acting(caller.role, caller.claims), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))

    return ask
