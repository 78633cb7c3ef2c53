"""files.upsert and onedrive.synced, as scenarios call them."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from core import acting
from files.models import Document, OnedriveSync
from files.onedrive_kinds import kind_of
from files.onedrive_plates import spotted
from tests import cast
from tests.conftest import any_plate

WEB = "https://example-my.sharepoint.com/personal/office/Documents/a.pdf"
SHA = "ab" * 32


def item(**more):
    return {"onedrive_file_id": uuid.uuid4().hex, "onedrive_web_url": WEB, "filename": "מסמך.pdf", **more}


def stored(case_id, *, category="other", bucket="docs", checksum=None, org=cast.NORTH):
    """A file of ours with bytes."""
    with acting.acting(acting.SERVICE):
        return Document.objects.create(
            org_id=org.id, case_id=case_id, filename="x.pdf", category=category, bucket_name=bucket,
            storage_key=f"{org.id}/{uuid.uuid4()}.pdf", checksum=checksum,
        )  # fmt: skip


def now(document_id):
    with acting.acting(acting.SERVICE):
        return Document.objects.select_related("onedrive_sync").get(pk=document_id)


def spelled(plate):
    return f"{plate[:3]}-{plate[3:5]}-{plate[5:]}"


def test_a_found_file_comes_to_the_open_case_of_its_plate(make, open_case):
    case = open_case()

    answer = make().op("files.upsert", [item(plate=spelled(case["plate"]), size="1,204", __IMTMETHOD__="POST")])

    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["case_id"], told["created"], told["found_by"], told["waiting"]) == (
        case["case_id"],
        True,
        "plate",
        False,
    )
    document = now(told["id"])
    assert (document.upload_status, document.size_bytes, document.onedrive_web_url) == ("LINKED", 1204, WEB)
    assert (document.onedrive_sync.direction, document.onedrive_sync.status) == ("IN", "SYNCED")


def test_a_drive_item_is_read_as_onedrive_gives_it(make, open_case):
    case = open_case()
    found = {
        "id": uuid.uuid4().hex,
        "name": "חשבונית מוסך.pdf",
        "size": 10,
        "webUrl": WEB,
        "eTag": "x",
        "@microsoft.graph.downloadUrl": "https://secret.example/x",
        "parentReference": {"path": f"/drive/root:/%D7%AA/{case['plate']}", "driveId": "d"},
        "file": {"mimeType": "application/pdf", "hashes": {"quickXorHash": "AA=", "sha256Hash": SHA.upper()}},
    }

    told = make().op("files.upsert", {"item": found}).json()
    again = make().op("files.upsert", found)

    assert (told["case_id"], told["found_by"], told["category"]) == (case["case_id"], "path", "invoice")
    assert (again.status_code, again.json()["id"], again.json()["recognised_by"]) == (200, told["id"], "item")
    document = now(told["id"])
    assert (document.checksum, document.onedrive_path) == (SHA, f"/ת/{case['plate']}/חשבונית מוסך.pdf")
    assert document.file_metadata["hashes"] == {"quickXorHash": "AA="}
    assert document.file_metadata["category"] == {"by": "name", "word": "חשבונית"}
    assert "secret" not in str(document.file_metadata)


def test_a_moved_or_renamed_item_is_the_same_file(make, open_case):
    case, one = open_case(), item(path="/a/מסמך.pdf")
    first = make().op("files.upsert", one).json()
    assert first["waiting"] is True

    moved = {**one, "filename": "חדש.pdf", "path": f"/{case['plate']}/חדש.pdf"}
    told = make().op("files.upsert", moved).json()

    assert (told["id"], told["created"], told["case_id"]) == (first["id"], False, case["case_id"])
    assert (now(told["id"]).filename, now(told["id"]).onedrive_path) == ("חדש.pdf", f"/{case['plate']}/חדש.pdf")


def test_a_known_content_is_recognised_and_gains_its_item(make, open_case):
    case = open_case()
    ours = stored(case["case_id"], checksum=SHA)

    told = make().op("files.upsert", item(case_id=case["case_id"], sha256=SHA, filename="אחר.pdf")).json()
    without_case = make().op("files.upsert", item(sha256=SHA)).json()

    assert (told["id"], told["created"], told["recognised_by"]) == (str(ours.pk), False, "checksum")
    document = now(ours.pk)
    assert (document.filename, document.onedrive_sync.status, document.onedrive_sync.direction) == (
        "x.pdf",
        "SYNCED",
        "OUT",
    )
    assert (without_case["id"], without_case["case_id"], without_case["found_by"]) == (
        str(ours.pk), case["case_id"], "checksum",
    )  # fmt: skip
    assert document.onedrive_file_id == now(ours.pk).onedrive_file_id
    with acting.acting(acting.SERVICE):
        assert Document.objects.filter(checksum=SHA).count() == 1


def test_content_of_two_cases_tells_nothing(make, open_case):
    for _ in range(2):
        stored(open_case()["case_id"], checksum=SHA)

    assert make().op("files.upsert", item(sha256=SHA)).json()["waiting"] is True


def test_what_staff_put_away_is_not_brought_back_by_finding_it(make):
    one = item()
    first = make().op("files.upsert", one).json()
    with acting.acting(acting.SERVICE):
        Document.objects.filter(pk=first["id"]).update(deleted_at=timezone.now())

    told = make().op("files.upsert", one).json()

    assert (told["id"], told["recognised_by"], told["waiting"]) == (first["id"], "put_away", False)


def test_a_closed_case_is_found_where_no_open_one_is(make, open_case, api, dana):
    closed = open_case()
    assert api(dana).patch(f"cases/{closed['case_id']}", {"status": "CLOSED"}).status_code == 200
    assert make().op("files.upsert", item(plate=closed["plate"])).json()["case_id"] == closed["case_id"]

    reopened = open_case(plate=closed["plate"])
    assert make().op("files.upsert", item(plate=closed["plate"])).json()["case_id"] == reopened["case_id"]


def test_a_filing_number_names_the_case(make, open_case, api, dana):
    case, number = open_case(), uuid.uuid4().hex[:12]
    api(dana).patch(f"cases/{case['case_id']}", {"filing_number": f"T-{number}"})

    told = make().op("files.upsert", item(case_filing_id=f" t-{number} ")).json()

    assert (told["case_id"], told["found_by"]) == (case["case_id"], "filing_number")


def test_two_plates_are_never_guessed_between(make, open_case):
    one, two = open_case()["plate"], open_case()["plate"]
    strange = any_plate()

    for path, name in (
        (f"/{one}/", f"{two}.pdf"),
        ("/תיקים/", f"{spelled(one)} {spelled(two)}.pdf"),
        # A plate without a case speaks against the folder, where it is surely one.
        (f"/{one}/", f"{spelled(strange)}.pdf"),
    ):
        told = make().op("files.upsert", item(path=path + name, filename=name)).json()
        assert (told["case_id"], told["waiting"]) == (None, True), (path, name)
    # Any number of eight digits may be an invoice's.
    assert (
        make().op("files.upsert", item(path=f"/{one}/{strange}.pdf", filename=f"{strange}.pdf")).json()["found_by"]
        == "path"
    )


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("12-345-67", "1234567"),
        ("123-45-678", "12345678"),
        ("רכב 12 345 67 נזק", "1234567"),
        ("12.345.67.pdf", "1234567"),
        ("123־45־678", "12345678"),
        ("12345678_תמונות", "12345678"),
        ("x1234567y", "1234567"),
    ],
)
def test_a_plate_is_seen_in_any_spelling(text, digits):
    assert [one.digits for one in spotted("", text)] == [digits]


@pytest.mark.parametrize(
    "text",
    ["123456", "123456789", "052-123-4567", "0521234567", "+972-52-1234567", "12-34-567", "2026-11-23", "01234567"],
)
def test_what_is_no_plate_is_none(text):
    assert spotted("", text) == []


def test_a_date_of_a_camera_is_no_plate(make, open_case):
    day = timezone.localdate() + timedelta(days=400)
    case = open_case(plate=f"{day:%Y%m%d}")

    told = make().op("files.upsert", item(filename=f"IMG_{case['plate']}_101010.jpg")).json()
    assert (told["case_id"], told["category"]) == (None, "image")
    named = make().op("files.upsert", item(filename=f"{spelled(case['plate'])}.jpg")).json()
    assert named["case_id"] == case["case_id"]


@pytest.mark.parametrize(
    ("name", "mime", "path", "said", "category", "by"),
    [
        ("חשבונית 110.pdf", None, None, None, "invoice", "name"),
        ("לחשבונית.jpg", "image/jpeg", None, None, "invoice", "name"),
        ('דו"ח סופי.pdf', None, None, None, "report", "name"),
        ("דו״ח.pdf", None, None, None, "report", "name"),
        ("רשיון רכב.pdf", None, None, None, "license", "name"),
        ("תמונה 3.bin", None, None, None, "image", "name"),
        ("Invoices_2026.pdf", None, None, None, "invoice", "name"),
        ("car-license.pdf", None, None, None, "license", "name"),
        ("levi.pdf", None, None, None, "report", "name"),
        ("רישיון levi.pdf", None, None, None, "license", "name"),
        ("1.heic", None, None, None, "image", "type"),
        ("a.bin", "image/png", None, None, "image", "type"),
        ("scan.pdf", "application/pdf", "/1/חשבוניות/scan.pdf", None, "invoice", "folder"),
        ("billing.pdf", None, None, None, "other", "nothing"),
        ("x.pdf", None, None, "חשבונית", "invoice", "said"),
        ("חשבונית.pdf", None, None, "LICENSE", "license", "said"),
        ("cabinet.zip", None, None, "archive", "other", "nothing"),
    ],
)
def test_a_file_is_classified_by_its_words_and_the_reason_is_kept(name, mime, path, said, category, by):
    assert kind_of(filename=name, mime_type=mime, path=path, said=said)[:2] == (category, by)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"filename": "x.pdf"}, "/onedrive_file_id"),
        ({"onedrive_file_id": "x"}, "/filename"),
        (item(onedrive_web_url="javascript:alert(1)"), "/onedrive_web_url"),
        (item(web_url="https://x"), "/web_url"),
        (item(size_bytes=-1), "/size_bytes"),
        (item(plate="12"), "/plate"),
        (item(nonsense=1), "/nonsense"),
        (item(filename="\u202e\u200f"), "/filename"),
    ],
)
def test_a_wrong_call_is_refused_with_its_place(make, body, pointer):
    if "web_url" in body:
        body.pop("onedrive_file_id")
        pointer = "/onedrive_file_id"
    answer = make().op("files.upsert", body)

    assert answer.status_code == 422, answer.content
    assert pointer in [one["pointer"] for one in answer.json()["details"]]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\\b\\ev\u202eil.pdf", "א" * 400 + ".pdf", "  x.pdf  ", "CON"])
def test_a_hostile_name_is_a_name(make, name):
    told = make().op("files.upsert", item(filename=name)).json()

    assert 1 <= len(told["filename"]) <= 255
    assert not set(told["filename"]) & set("/\\\u202e")


def test_a_case_of_another_office_is_not_there(make, open_case):
    case = open_case()

    assert make(cast.SOUTH).op("files.upsert", item(case_id=case["case_id"])).status_code == 404
    told = make(cast.SOUTH).op("files.upsert", item(plate=case["plate"])).json()
    assert (told["case_id"], told["waiting"]) == (None, True)


def test_a_file_of_another_case_stays_there(make, open_case):
    one, two, found = open_case(), open_case(), item()
    make().op("files.upsert", {**found, "case_id": one["case_id"]})

    answer = make().op("files.upsert", {**found, "case_id": two["case_id"]})

    assert answer.status_code == 409
    assert answer.json()["details"] == {"case_id": one["case_id"]}
    # What only its folder says takes nothing away.
    moved = make().op("files.upsert", {**found, "path": f"/{two['plate']}/x.pdf"}).json()
    assert moved["case_id"] == one["case_id"]


def test_copies_are_told_one_by_one_or_many_at_once(make, open_case):
    case = open_case()
    one, two = stored(case["case_id"]), stored(case["case_id"])
    ghost = str(uuid.uuid4())

    single = make().op("onedrive.synced", {"file_id": str(one.pk), "status": "failed", "reason": "מלא"})
    assert single.status_code == 200, single.content
    assert single.json()[0] == {
        "file_id": str(one.pk), "sync_id": str(now(one.pk).onedrive_sync.pk), "case_id": case["case_id"],
        "status": "FAILED", "error": None,
    }  # fmt: skip
    rows = [
        {"file_id": str(one.pk), "status": "SYNCED", "item": {"id": "i-1", "webUrl": WEB, "size": 4}},
        {"file_id": ghost, "status": "SYNCED", "item_id": "i-2"},
        "no row",
        {"file_id": str(two.pk), "status": "SYNCED"},
        {"file_id": str(two.pk), "status": "SYNCED", "item_id": "i-1"},
    ]
    assert make().op("onedrive.synced", {"rows": rows[:1]}).status_code == 200
    told = make().op("onedrive.synced", {"rows": rows}).json()

    assert [row["status"] for row in told] == ["SYNCED", None, None, None, "PENDING"]
    errors = [row["error"] and (row["error"]["status"], row["error"]["pointer"]) for row in told]
    assert errors == [None, (404, "/rows/1"), (422, "/rows/2"), (422, "/rows/3/onedrive_file_id"), (409, "/rows/4")]
    assert now(one.pk).onedrive_web_url == WEB


def test_one_unknown_file_is_not_there(make, open_case):
    foreign = stored(None, org=cast.SOUTH)
    told = {"status": "SYNCED", "item_id": "x"}

    answers = [make().op("onedrive.synced", {"file_id": str(key), **told}) for key in (uuid.uuid4(), foreign.pk)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert make().op("onedrive.synced", told).status_code == 422


def test_a_repeat_gets_the_first_answer(make, open_case):
    document, caller = stored(open_case()["case_id"]), make()
    body = {"file_id": str(document.pk), "status": "SYNCED", "item_id": "i-9"}

    first = caller.op("onedrive.synced", body, key="k")
    again = caller.op("onedrive.synced", body, key="k")

    assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")


def test_the_api_asks_for_the_files_of_a_case(api, dana, tamar, make, open_case):
    case = open_case()
    one = stored(case["case_id"])
    make().op("onedrive.synced", {"file_id": str(one.pk), "status": "FAILED"})

    answer = api(dana).post("sync-onedrive", {"case_id": case["case_id"]})

    assert answer.status_code == 202, answer.content
    told = answer.json()
    assert (told["asked"], told["files"][0]["status"], told["files"][0]["attempts"]) == (1, "PENDING", 1)
    assert api(dana).post("sync-onedrive", {"file_ids": [str(one.pk)]}).json()["asked"] == 0
    for body in ({"case_id": case["case_id"]}, {"file_ids": [str(one.pk)]}, {"file_ids": [str(uuid.uuid4())]}):
        assert api(tamar).post("sync-onedrive", body).status_code == 404
    for body in ({}, {"case_id": case["case_id"], "file_ids": [str(one.pk)]}, {"file_ids": []}, {"case_id": "x"}, []):
        assert api(dana).post("sync-onedrive", body).status_code == 422


def test_a_waiting_file_is_given_its_case(api, dana, tamar, make, open_case):
    case, told = open_case(), make().op("files.upsert", item()).json()
    address = f"files/{told['id']}/assign"

    assert api(tamar).post(address, {"case_id": case["case_id"]}).status_code == 404
    assert api(dana).post(address, {"plate": any_plate()}).status_code == 404
    assert api(dana).post(address, {}).status_code == 422
    answer = api(dana).post(address, {"plate": spelled(case["plate"])})
    assert (answer.status_code, answer.json()["case_id"]) == (200, case["case_id"])
    assert api(dana).post(address, {"case_id": case["case_id"]}).status_code == 200
    assert api(dana).post(address, {"case_id": open_case()["case_id"]}).status_code == 409
    assert api(dana).post("files/x/assign", {"case_id": case["case_id"]}).status_code == 404


def test_a_waiting_file_whose_content_the_case_has_is_that_file(api, dana, make, open_case):
    case = open_case()
    for _ in range(2):
        stored(open_case()["case_id"], checksum=SHA)
    told = make().op("files.upsert", item(sha256=SHA)).json()
    ours = stored(case["case_id"], checksum=SHA)

    answer = api(dana).post(f"files/{told['id']}/assign", {"case_id": case["case_id"]}).json()

    assert answer["id"] == str(ours.pk)
    assert now(ours.pk).onedrive_file_id == told["onedrive_file_id"]
    assert now(told["id"]).deleted_at is not None


def test_bytes_of_pictures_go_and_the_sweep_gives_up(make, open_case, settings, tmp_path):
    from io import BytesIO

    from files import storage
    from files.tasks import sweep_onedrive
    from make.services import create_endpoint

    settings.FILES_ROOT = tmp_path
    settings.ONEDRIVE_ASK_AGAIN_SECONDS = [0]
    with acting.acting(acting.STAFF, cast.NOAM.claims):
        create_endpoint(
            org_id=cast.NORTH.id, name="Make", url="https://hook.eu2.make.com/x", event_types=[], body="thin"
        )
    case = open_case()
    picture, paper = stored(case["case_id"], category="image", bucket="temp"), stored(case["case_id"])
    storage.put("temp", picture.storage_key, BytesIO(b"picture"))

    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        looked_at = "select private.image_failed(id, 'broken') from public.images where document_id = %s"
        cursor.execute(looked_at, [picture.pk])
    make().op("onedrive.synced", {"file_id": str(picture.pk), "status": "SYNCED", "item_id": "i"})
    sweep_onedrive()
    sweep_onedrive()

    assert list(tmp_path.rglob("*.pdf")) == []
    assert now(picture.pk).upload_status == "LINKED"
    row = now(paper.pk).onedrive_sync
    assert (row.status, row.reason) == (OnedriveSync.Status.FAILED, OnedriveSync.NO_ANSWER)
