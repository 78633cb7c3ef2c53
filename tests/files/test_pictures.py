"""Pictures over HTTP: brought, looked at, listed, ordered, put away and brought back."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Seen

from core import acting
from files import picture_work
from files.models import Document, Image
from tests.admin.conftest import GHOST
from tests.files.picture_corpus import CUT, HOSTILE, ODD, photo, scene, written


@pytest.fixture
def bring(api, dana):
    """Bring pictures as Dana; the answer as it came."""

    def brought(case, *contents, person=dana, names=None, **fields):
        names = names or [f"IMG_{n}.jpg" for n in range(len(contents))]
        sent = [SimpleUploadedFile(name, content) for name, content in zip(names, contents, strict=True)]
        caller, where = api(person), {"case_id": case["case_id"]} if case else {}
        return caller.client.post("/api/v1/images", {**where, "files": sent, **fields}, headers=caller.headers)

    return brought


@pytest.fixture
def brought(bring, open_case):
    """Bring pictures into a new case, have them looked at, and return the case and their ids."""

    def of(*contents, **fields):
        case = open_case()
        answer = bring(case, *contents, **fields)
        assert answer.status_code == 201, answer.content
        picture_work.run()
        return case, [row["id"] for row in answer.json()]

    return of


def stored(image_id):
    with acting.acting(acting.SERVICE):
        return Image.objects.select_related("document").get(pk=image_id)


def listed(caller, case, **asked):
    answer = caller.client.get("/api/v1/images", {"case_id": case["case_id"], **asked}, headers=caller.headers)
    assert answer.status_code == 200, answer.content
    return answer.json()


def thumbnail_of(caller, image_id):
    answer = caller.get(f"images/{image_id}/thumbnail")
    assert answer.status_code == 200, answer.content
    return answer, Seen.open(BytesIO(answer.content))


def test_a_picture_is_brought_looked_at_and_shown(api, dana, brought, settings):
    case, [pk] = brought(
        photo(date="2026:07:01 10:30:00", place=True), category="damage", damage_center_id="dc_1", notes="פגוש"
    )

    [row] = listed(api(dana), case)
    assert (row["id"], row["width"], row["height"], row["display_order"]) == (pk, 640, 400, 1)
    assert (row["category"], row["damage_center_id"], row["notes"]) == ("damage", "dc_1", "פגוש")
    assert (row["optimization_status"], row["backup_status"], row["source"]) == (
        "optimized",
        "pending",
        "direct_upload",
    )
    # Summer on the wall of Jerusalem is three hours before London's.
    assert datetime.fromisoformat(row["taken_at"]) == datetime(2026, 7, 1, 7, 30, tzinfo=UTC)
    assert row["thumbnail_url"] == f"{settings.PUBLIC_BASE_URL}/api/v1/images/{pk}/thumbnail"
    answer, seen = thumbnail_of(api(dana), pk)
    assert (seen.size, seen.format, seen.getexif()) == ((320, 200), "JPEG", {})
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "image/jpeg"
    assert "sandbox" in answer["Content-Security-Policy"]
    document = stored(pk).document
    assert (document.bucket_name, document.category, document.notes) == ("temp", "image", "פגוש")


def test_where_it_was_taken_is_not_kept(api, dana, brought):
    _case, [pk] = brought(photo(date="2026:01:01 10:00:00", place=True))

    whole = api(dana).get(f"images/{pk}").json()
    assert whole["exif_data"]["Model"] == "Demo 5"
    assert not [name for name in whole["exif_data"] if "GPS" in name]
    assert "34.0" not in str(whole)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_seen_as_it_was_taken(api, dana, brought, orientation):
    _case, [pk] = brought(photo(orientation=orientation))

    whole = api(dana).get(f"images/{pk}").json()
    upright = orientation < 5
    assert (whole["width"], whole["height"]) == ((640, 400) if upright else (400, 640))
    assert whole["orientation"] == orientation
    _answer, seen = thumbnail_of(api(dana), pk)
    assert seen.size == ((320, 200) if upright else (200, 320))
    # Where the red corner comes to lie.
    corners = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}
    right, below = corners[orientation]
    red, _green, blue = seen.getpixel((seen.width * (1 + 2 * right) // 4, seen.height * (1 + 2 * below) // 4))
    assert red > 200 > blue


def test_a_heic_is_seen_as_it_was_taken(api, dana, brought):
    turned = scene()
    exif = turned.getexif()
    exif[0x0112] = 6
    _case, [pk] = brought(written(turned, "HEIF", exif=exif.tobytes()), names=["IMG_7.HEIC"])

    row = api(dana).get(f"images/{pk}").json()
    assert (row["width"], row["height"], row["mime_type"]) == (400, 640, "image/heic")
    _answer, seen = thumbnail_of(api(dana), pk)
    assert seen.size == (200, 320)
    red, _green, blue = seen.getpixel((150, 80))
    assert red > 200 > blue


@pytest.mark.parametrize(
    ("date", "offset", "taken"),
    [
        ("2026:01:15 08:00:00", None, "2026-01-15T06:00:00Z"),
        ("2026:01:15 08:00:00", "+00:00", "2026-01-15T08:00:00Z"),
        ("2026:01:15 08:00:00", "+99:00", "2026-01-15T06:00:00Z"),
        # The hour that no clock in Jerusalem shows.
        ("2026:03:27 02:30:00", None, "2026-03-27T00:30:00Z"),
        ("0000:00:00 00:00:00", None, None),
        ("2026:13:45 99:99:99", None, None),
        ("1970:01:01 00:00:00", None, None),
        ("2199:01:01 00:00:00", None, None),
        ("yesterday", None, None),
        ("", None, None),
    ],
)
def test_a_date_that_cannot_be_is_none(api, dana, brought, date, offset, taken):
    _case, [pk] = brought(photo(date=date, offset=offset))

    assert api(dana).get(f"images/{pk}").json()["taken_at"] == taken


# What Pillow warns of is no reason to refuse a picture.
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
@pytest.mark.parametrize("name", ODD)
def test_odd_pictures_are_pictures_too(api, dana, brought, name):
    _case, [pk] = brought(ODD[name])

    row = api(dana).get(f"images/{pk}").json()
    assert row["optimization_status"] == "optimized", row["optimization_error"]
    _answer, seen = thumbnail_of(api(dana), pk)
    assert max(seen.size) <= 320
    assert seen.mode == "RGB"


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_picture_is_refused_or_told(api, dana, bring, open_case, name):
    case = open_case()
    answer = bring(case, HOSTILE[name])

    if answer.status_code == 201:
        picture_work.run()
        [row] = listed(api(dana), case)
        assert row["optimization_status"] == "failed"
        assert row["optimization_error"]
        assert row["thumbnail_url"] is None
        assert api(dana).get(f"images/{row['id']}/thumbnail").status_code == 404
    else:
        assert answer.status_code == 422, answer.content
        assert answer.json()["details"][0]["reason"]
        assert listed(api(dana), case) == []


@pytest.mark.parametrize("name", [name for name in HOSTILE if "bomb" in name or "endless" in name or "large" in name])
def test_bombs_are_refused_at_the_door(bring, open_case, name):
    assert bring(open_case(), HOSTILE[name]).status_code == 422


@pytest.mark.parametrize("name", CUT)
def test_a_picture_that_ends_too_early_breaks_nothing(api, dana, bring, open_case, name):
    case = open_case()
    answer = bring(case, CUT[name])

    assert answer.status_code in {201, 422}, answer.content
    picture_work.run()
    assert {row["optimization_status"] for row in listed(api(dana), case)} <= {"failed", "optimized"}
    if name.startswith(("jpeg", "png")):
        assert {row["optimization_status"] for row in listed(api(dana), case)} <= {"failed"}


def test_several_pictures_come_in_one_call_and_each_is_told(api, dana, bring, open_case):
    case = open_case()
    one, two = photo(), written(scene(), "PNG")

    answer = bring(case, one, HOSTILE["svg"], two, one, names=["פגוש.jpg", "x.jpg", "b.png", "again.jpg"])

    assert answer.status_code == 201
    told = answer.json()
    assert [row["created"] for row in told] == [True, False, True, False]
    assert told[1]["error"]
    assert told[3]["id"] == told[0]["id"]
    assert [row["filename"] for row in listed(api(dana), case)] == ["פגוש.jpg", "b.png"]
    assert bring(case, one).status_code == 200


def test_an_upload_is_refused_whole(api, dana, tamar, bring, open_case):
    case = open_case()

    assert bring(case).status_code == 422
    assert bring(None, photo()).json()["details"][0]["pointer"] == "/case_id"
    assert bring(case, photo(), category="x").json()["details"][0]["pointer"] == "/category"
    assert bring(case, photo(), colour="x").json()["details"][0]["pointer"] == "/colour"
    assert bring({"case_id": GHOST}, photo()).status_code == 404
    assert bring(case, photo(), person=tamar).status_code == 404
    assert api(dana).post("images", {"case_id": case["case_id"]}).status_code == 415
    assert api().client.post("/api/v1/images", {"files": []}).status_code == 401
    assert listed(api(dana), case) == []


def test_the_order_is_dense_and_changed_in_one_call(api, dana, brought):
    case, [a, b, c, d] = brought(*(photo(width=300 + n) for n in range(4)))
    caller = api(dana)

    def order():
        return [(row["id"], row["display_order"]) for row in listed(caller, case)]

    assert order() == [(a, 1), (b, 2), (c, 3), (d, 4)]
    answer = caller.post("images/reorder", {"case_id": case["case_id"], "image_ids": [d, b]})
    assert answer.status_code == 200, answer.content
    assert answer.json() == {"moved": 3}
    assert order() == [(d, 1), (b, 2), (a, 3), (c, 4)]
    assert caller.request("DELETE", f"images/{b}").status_code == 204
    assert order() == [(d, 1), (a, 2), (c, 3)]
    assert caller.patch(f"images/{d}", {"damage_center_id": "dc_1"}).status_code == 200
    assert order() == [(d, 1), (a, 1), (c, 2)]
    assert caller.post(f"images/{b}/restore").status_code == 200
    assert order() == [(d, 1), (a, 1), (c, 2), (b, 3)]
    assert caller.post("images/reorder", {"case_id": case["case_id"], "image_ids": [c, c, GHOST]}).status_code == 404


def test_a_picture_is_put_away_with_its_file_and_comes_back_with_it(api, dana, brought):
    case, [pk] = brought(photo())
    caller = api(dana)

    assert caller.request("DELETE", f"images/{pk}").status_code == 204
    assert stored(pk).document.deleted_at is not None
    assert listed(caller, case) == []
    assert [row["id"] for row in listed(caller, case, state="put_away")] == [pk]
    assert caller.request("DELETE", f"images/{pk}").status_code == 404
    assert caller.patch(f"images/{pk}", {"notes": "x"}).status_code == 404
    with acting.acting(acting.SERVICE):
        Document.objects.filter(pictures=pk).update(deleted_at=None)
    assert [row["id"] for row in listed(caller, case)] == [pk]


def test_it_cannot_come_back_beside_its_like(api, dana, bring, brought):
    case, [pk] = brought(photo())
    api(dana).request("DELETE", f"images/{pk}")
    assert bring(case, photo()).status_code == 201

    assert api(dana).post(f"images/{pk}/restore").status_code == 409


def test_what_is_said_of_a_picture_is_changed(api, dana, brought):
    _case, [pk] = brought(photo())
    said = {"filename": "פגוש קדמי.jpg", "category": "parts", "damage_center_id": "dc_2", "notes": "ליד הפנס"}

    answer = api(dana).patch(f"images/{pk}", said)

    assert answer.status_code == 200, answer.content
    assert {name: answer.json()[name] for name in said} == said
    assert (stored(pk).document.filename, stored(pk).document.notes) == ("פגוש קדמי.jpg", "ליד הפנס")
    assert api(dana).patch(f"images/{pk}", {"damage_center_id": ""}).json()["damage_center_id"] is None
    for wrong in ({"filename": "a/b"}, {"filename": ""}, {"category": "x"}, {"display_order": 3}, {"width": 3}):
        assert api(dana).patch(f"images/{pk}", wrong).status_code == 422


def test_another_office_sees_nothing_of_it(api, tamar, brought):
    case, [pk] = brought(photo())
    caller = api(tamar)

    assert listed(caller, case) == []
    foreign = [
        caller.get(f"images/{pk}"),
        caller.get(f"images/{pk}/thumbnail"),
        caller.patch(f"images/{pk}", {"notes": "x"}),
        caller.request("DELETE", f"images/{pk}"),
        caller.post(f"images/{pk}/restore"),
        caller.post("images/reorder", {"case_id": case["case_id"], "image_ids": [pk]}),
    ]
    assert [answer.status_code for answer in foreign] == [404] * 6
    assert caller.get(f"images/{GHOST}").content == foreign[0].content


def test_a_list_is_narrowed(api, dana, brought):
    case, [a, b] = brought(photo(), photo(width=500))
    api(dana).patch(f"images/{a}", {"category": "damage", "damage_center_id": "dc_1"})

    assert [row["id"] for row in listed(api(dana), case, category="damage")] == [a]
    assert [row["id"] for row in listed(api(dana), case, damage_center_id="dc_1")] == [a]
    assert [row["id"] for row in listed(api(dana), case, document_id=str(stored(b).document_id))] == [b]
    for wrong in ("category=x", "case_id=x", "colour=x", "state=x", "limit=x"):
        assert api(dana).get(f"images?{wrong}").status_code == 422


def test_a_picture_nobody_could_read_three_times_is_given_up(api, dana, bring, open_case, settings):
    case = open_case()
    [row] = bring(case, photo()).json()
    for _ in range(3):
        assert picture_work._claim() is not None
        assert picture_work._claim() is None
        with acting.acting(acting.SERVICE):
            Image.objects.filter(pk=row["id"]).update(optimization_status="pending")

    assert picture_work.run() == 0
    assert stored(row["id"]).optimization_error == "gave_up"


@pytest.mark.parametrize(
    ("bound", "reason"),
    [({"PICTURE_MEMORY_BYTES": 300_000_000}, "too_much_memory"), ({"PICTURE_SECONDS": 0}, "too_slow")],
)
def test_a_picture_that_takes_too_much_ends_its_own_process_alone(bring, open_case, settings, bound, reason):
    # A JPEG would be read at an eighth of its size.
    large = written(scene(8000, 6000), "PNG")
    [bomb, good] = bring(open_case(), large, photo()).json()
    for name, value in bound.items():
        setattr(settings, name, value)
    assert picture_work.run(1) == 1
    settings.PICTURE_MEMORY_BYTES, settings.PICTURE_SECONDS = 1536 * 1024 * 1024, 60

    assert picture_work.run() == 1
    assert stored(bomb["id"]).optimization_error == reason
    assert stored(good["id"]).optimization_status == "optimized"


@pytest.mark.parametrize("form", ["PNG", "WEBP", "HEIF"])
def test_the_largest_pictures_that_are_taken_are_read_within_the_bounds(api, dana, brought, form):
    # Grey with holes takes the decoders most.
    _case, [pk] = brought(written(scene(8000, 6000, "RGBA"), form))

    row = api(dana).get(f"images/{pk}").json()
    assert (row["optimization_status"], row["width"]) == ("optimized", 8000), row["optimization_error"]


def test_what_is_not_where_it_was_stored_is_told(api, dana, bring, open_case, files_root):
    [row] = bring(open_case(), photo()).json()
    for path in (files_root / "temp").rglob("*.jpg"):
        path.unlink()

    assert picture_work.run() == 1
    assert stored(row["id"]).optimization_error == "not_there"
