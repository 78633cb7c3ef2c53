"""The same of a folder on this machine and of a real S3 server."""

import gc
import hashlib
import io
import os
import tracemalloc
import warnings
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from core import acting
from core.errors import NotFound, Refused
from files import checking, on_s3, onedrive, picture_work, storage
from files.models import Document
from tests.cast import NOAM, NORTH
from tests.files.content import FORM, form, pdf
from tests.files.picture_corpus import photo
from tests.make.caller import Make, give_key
from tests.peers import s3
from tests.world import Reply, running_world

PLACES = ["disk", pytest.param("s3", marks=pytest.mark.peers)]


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    with s3.running(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(params=PLACES)
def place(request, settings, lying):
    """Where bytes lie; what it gives is a list of all that lies there."""
    if request.param == "disk":
        return lying
    server = request.getfixturevalue("s3_server")
    for name, value in server.settings.items():
        setattr(settings, name, value)
    for bucket in storage.BUCKETS:
        for key, _stored in list(storage.listed(bucket)):
            storage.remove(bucket, key)
    return server.lying


def key(extension="pdf"):
    return storage.new_key(NORTH.id, None, extension)


def read(bucket, name, *part):
    return b"".join(storage.pieces(bucket, name, *part))


def test_what_is_stored_comes_back_in_pieces_and_goes(place):
    content, name = os.urandom(1_000_000), key()
    with io.BytesIO(content) as sent:
        storage.put("docs", name, sent)

    pieces = list(storage.pieces("docs", name))

    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= 256 * 1024
    assert read("docs", name, 10, 20) == content[10:30]
    assert place() == [f"docs/{name}"]
    assert [found for found, _ in storage.listed("docs")] == [name]
    storage.remove("docs", name)
    storage.remove("docs", name)
    with pytest.raises(NotFound):
        storage.pieces("docs", name)
    assert place() == []


def test_a_key_is_never_used_twice(place):
    name = key()
    storage.put("docs", name, io.BytesIO(b"first"))

    with pytest.raises(FileExistsError):
        storage.put("docs", name, io.BytesIO(b"second"))

    assert read("docs", name) == b"first"
    storage.put("temp", name, io.BytesIO(b"another bucket"))
    assert read("docs", name) == b"first"


def test_what_is_added_gets_a_key_of_its_own_each_time(place):
    case = uuid4()

    keys = [storage.add("docs", NORTH.id, case, "pdf", io.BytesIO(content)) for content in (b"one", b"two")]

    assert [read("docs", name) for name in keys] == [b"one", b"two"]
    assert place() == sorted(f"docs/{name}" for name in keys)
    assert all(storage.is_ours(name) and name.startswith(f"{NORTH.id}/{case}/") for name in keys)
    assert storage.add("docs", NORTH.id, None, "png", io.BytesIO(b"x")).startswith(f"{NORTH.id}/inbox/")


def test_an_empty_file_is_a_file(place):
    name = key()
    storage.put("docs", name, io.BytesIO(b""))
    assert read("docs", name) == b""


def test_fifty_megabytes_take_no_memory(place, tmp_path):
    big, name = tmp_path / "big", key()
    with big.open("wb") as written:
        for _ in range(50):
            written.write(os.urandom(1_000_000))
    # What is made once, such as the client, is no matter of size.
    storage.put("docs", key(), io.BytesIO(b"warm"))
    tracemalloc.start()
    try:
        with big.open("rb") as sent:
            storage.put("docs", name, sent)
        found = hashlib.sha256()
        for piece in storage.pieces("docs", name):
            found.update(piece)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    with big.open("rb") as sent:
        assert found.digest() == hashlib.file_digest(sent, "sha256").digest()
    assert peak < 4_000_000


class Breaking(io.BytesIO):
    """A file that cannot be read to its end."""

    def read(self, size=-1):
        if self.tell() > 300_000:
            raise OSError("the disk broke")
        return super().read(100_000)


def test_what_breaks_halfway_leaves_nothing(place):
    for store in (
        lambda content: storage.put("docs", key(), content),
        lambda content: storage.add("docs", NORTH.id, None, "pdf", content),
    ):
        with pytest.raises(Refused) as refused:
            store(Breaking(bytes(1_000_000)))

        assert refused.value.code == "dependency_down"
        assert place() == []


@pytest.mark.parametrize("wicked", ["../../outside.pdf", "/etc/passwd", "a/../../../b.pdf"])
def test_no_key_leads_out_of_its_bucket(place, wicked):
    with pytest.raises(NotFound):
        storage.put("docs", wicked, io.BytesIO(b"x"))
    assert place() == []
    with pytest.raises(NotFound):
        storage.pieces("docs", wicked)


def test_the_whole_way_in_and_out(desk, open_case, place):
    content = pdf("the whole way")
    row = desk.brought(content, case_id=open_case()["case_id"])

    assert desk.read(row["id"])[1] == content
    assert desk.read(row["id"], Range="bytes=0-7")[1] == content[:8]
    assert len(place()) == 1


@pytest.mark.parametrize("how", ["away", "failing", "hanging up"])
def test_a_storage_that_does_not_answer_is_said_so_and_nothing_is_left(desk, open_case, settings, how):
    case = open_case()["case_id"]
    row = desk.brought(pdf("before"), case_id=case)
    with running_world() as world:
        settings.FILES_S3_ENDPOINT = world.base if how != "away" else "http://127.0.0.1:9"
        settings.FILES_S3_ACCESS_KEY = settings.FILES_S3_SECRET_KEY = "x"
        reply = Reply(status=503, body=b"<Error/>") if how == "failing" else Reply(body=b"x" * 100, drop=True)
        nothing = Reply(status=404, body=b"")
        world.take = lambda heard: nothing if heard.method == "HEAD" and how == "hanging up" else reply

        brought = desk.bring(pdf("now"), case_id=case)
        if how == "hanging up":
            # The answer has begun: whoever reads it sees that it breaks off.
            with pytest.raises(Refused):
                desk.read(row["id"])
        answers = [brought] if how == "hanging up" else [brought, desk.read(row["id"])[0]]
    _forget_broken_connections()

    for answer in answers:
        assert answer.status_code == 503
        assert answer["Retry-After"] == "10"
        assert answer.json()["code"] == "dependency_down"
    assert len(desk.api.get(f"files?case_id={case}").json()) == 1


def _forget_broken_connections():
    """The client leaves a connection that broke in the middle to the garbage collector, which complains of it."""
    on_s3._client.cache_clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def test_a_disk_that_is_full_or_closed_is_said_so(desk, open_case, files_root):
    files_root.parent.mkdir(exist_ok=True)
    files_root.write_text("no folder")

    assert desk.bring(pdf(), case_id=open_case()["case_id"]).status_code == 503


def test_what_a_killed_worker_left_is_swept_and_what_a_row_names_stays(desk, open_case, place):
    row = desk.brought(case_id=open_case()["case_id"])
    left = key()
    storage.put("docs", left, io.BytesIO(b"no row"))
    tomorrow = datetime.now(UTC) + timedelta(days=1, minutes=1)

    assert checking.sweep() == 0
    assert checking.sweep(before=tomorrow) == 1

    assert len(place()) == 1
    assert desk.read(row["id"])[0].status_code == 200


def test_a_sweep_leaves_an_offices_pictures_and_what_the_existing_screens_stored(db, place):
    logo = f"{NORTH.id}/assets/{uuid4()}.png"
    theirs = f"{uuid4()}/estimate_12345678_1763800000000.pdf"
    for stored in (logo, theirs):
        storage.put("docs", stored, io.BytesIO(b"x"))
    noam = {"role": "authenticated", "sub": str(NOAM.user_id)}
    with acting.acting(acting.STAFF, noam), connection.cursor() as cursor:
        cursor.execute("insert into public.user_assets (org_id, company_logo_path) values (%s, %s)", [NORTH.id, logo])

    assert checking.sweep(before=datetime.now(UTC) + timedelta(days=1)) == 0
    assert len(place()) == 2


def test_every_file_is_compared_with_its_checksum(desk, open_case, place, settings):
    case = open_case()["case_id"]
    rows = [desk.brought(pdf(str(n)), case_id=case) for n in range(3)]
    stored = {
        str(one.pk): (one.bucket_name, one.storage_key)
        for one in as_service(lambda: list(Document.objects.filter(case_id=case)))
    }
    gone, changed, _whole = (stored[row["id"]] for row in rows)
    storage.remove(*gone)
    storage.remove(*changed)
    storage.put(*changed, io.BytesIO(b"something else"))

    told = checking.check_all()

    assert told == {"rows": 3, "damaged": 2}
    states = {one["id"]: one["upload_status"] for one in desk.api.get(f"files?case_id={case}").json()}
    assert states == {rows[0]["id"]: "DAMAGED", rows[1]["id"]: "DAMAGED", rows[2]["id"]: "STORED"}
    assert checking.check_all() == {"rows": 0, "damaged": 0}
    storage.put(*gone, io.BytesIO(pdf("0")))
    assert checking.check_all(every=timedelta(0)) == {"rows": 3, "damaged": 1}


def as_service(act):
    with acting.acting(acting.SERVICE):
        return act()


def test_a_checked_file_is_not_a_changed_one(desk, open_case):
    row = desk.brought(case_id=open_case()["case_id"])

    checking.check_all()

    now = desk.api.get(f"files/{row['id']}").json()
    assert now["verified_at"]
    assert now["updated_at"] == row["updated_at"]


def test_one_client_serves_all_buckets(settings):
    settings.FILES_S3_ENDPOINT = "http://127.0.0.1:9"
    assert on_s3.client() is on_s3.client()


def test_a_form_is_kept_out_of_memory(desk, open_case, place):
    body = form(pdf("big", b"\n" * 20_000_000), case_id=open_case()["case_id"])
    desk.api.get("files")
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        answer = desk.api.request("POST", "files", body, content_type=FORM)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()

    assert answer.status_code == 201
    # The client of the test makes a copy of the body of its own.
    assert peak - len(body) < 8_000_000


def test_a_file_is_handed_out_in_pieces(desk, open_case, place):
    row = desk.brought(pdf("big", b"\n" * 20_000_000), case_id=open_case()["case_id"])
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        answer = desk.api.get(f"files/{row['id']}/content")
        size = sum(len(piece) for piece in answer.streaming_content)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()

    assert size == row["size_bytes"] > 20_000_000
    assert peak < 8_000_000


def test_a_picture_has_its_thumbnail_here_and_is_let_go_once_onedrive_has_it(place, api, dana, open_case):
    case, caller = open_case(), api(dana)
    sent = {"case_id": case["case_id"], "files": [SimpleUploadedFile("IMG_1.jpg", photo())]}
    answer = caller.client.post("/api/v1/images", sent, headers=caller.headers)
    assert answer.status_code == 201, answer.content
    [picture] = answer.json()
    [bytes_of_it] = place()
    assert bytes_of_it.startswith("temp/")

    assert picture_work.run() == 1

    [thumbnail] = [name for name in place() if name != bytes_of_it]
    assert thumbnail.startswith("processed/")
    shown = caller.get(f"images/{picture['id']}/thumbnail")
    assert shown.status_code == 200
    assert Image.open(io.BytesIO(shown.content)).size == (320, 200)
    item = {"id": picture["id"], "onedrive_file_id": uuid4().hex, "onedrive_path": "/a/IMG_1.jpg"}
    told = Make(give_key()).op("images.upsert", {"case_id": case["case_id"], "images": [item]})
    assert told.json()[0]["error"] is None, told.content
    onedrive.let_go()
    assert place() == [thumbnail]
    assert caller.get(f"images/{picture['id']}").json()["backup_status"] == "backed_up"
    assert caller.get(f"images/{picture['id']}/thumbnail").content == shown.content
