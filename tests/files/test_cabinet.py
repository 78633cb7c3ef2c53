"""A case's file cabinet as one ZIP: everything in it, an index of what is and is not, and its end after some days."""

import csv
import io
import tracemalloc
import uuid
import zipfile

import pytest
from django.db import connection

from core import acting
from files import cabinet, storage
from files.models import Document
from tests.cast import NORTH
from tests.files.content import jpeg, pdf


class Office:
    """Dana and a case of hers, whose cabinet is packed."""

    def __init__(self, api, desk, case):
        self.api, self.desk, self.case = api, desk, case
        self.id = case["case_id"]

    def bring(self, content, name, **more):
        return self.desk.brought(content, name, case_id=self.id, **more)

    def ask(self):
        answer = self.api.post(f"cases/{self.id}/archive")
        assert answer.status_code == 202, answer.content
        return answer.json()

    def job(self, asked):
        return self.api.get(f"cases/{self.id}/archive/{asked['job_id']}").json()

    def packed(self):
        """The job once a worker had it, and the ZIP it made."""
        asked = self.ask()
        cabinet.pack(uuid.UUID(asked["job_id"]), uuid.UUID(self.id))
        job = self.job(asked)
        assert job["state"] == "DONE", job
        _answer, content = self.desk.read(job["file_id"])
        return job, zipfile.ZipFile(io.BytesIO(content))


@pytest.fixture
def office(api, dana, desk, open_case):
    return Office(api(dana), desk, open_case({"owner": "רונית", "sum": 1.50}))


def index_of(package):
    text = package.read("index.csv").decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_zip_holds_every_file_the_helper_and_an_index(office):
    office.bring(pdf("1"), "חוות דעת.pdf")
    office.bring(jpeg(), "=cmd.jpg")
    gone = office.bring(pdf("2"), "נמחק.pdf")
    office.api.request("DELETE", f"files/{gone['id']}")

    job, package = office.packed()

    assert package.testzip() is None
    helper = office.api.get(f"cases/{office.id}/helper", HTTP_ACCEPT="application/json")
    name = f"{office.case['plate']}_helper_v1.json"
    assert {info.filename for info in package.infolist()} == {
        "מסמך אחר/חוות דעת.pdf",
        "תמונה/=cmd.jpg",
        name,
        "index.csv",
        "index.html",
    }
    assert package.read("מסמך אחר/חוות דעת.pdf") == pdf("1")
    assert package.read(name) in helper.content
    assert all(info.flag_bits & 0x800 for info in package.infolist() if not info.filename.isascii())
    assert all(
        info.compress_type == zipfile.ZIP_STORED
        for info in package.infolist()
        if info.filename.endswith(("pdf", "jpg"))
    )
    assert [next(iter(row.values())) for row in index_of(package)] == ["'=cmd.jpg", "חוות דעת.pdf"]
    page = package.read("index.html").decode()
    assert "%D7%97%D7%95%D7%95%D7%AA%20%D7%93%D7%A2%D7%AA.pdf" in page
    assert 'dir="rtl"' in page
    assert (job["done"], job["total"], job["files"], job["left_out"]) == (3, 3, 2, 0)


def test_names_are_clean_and_never_the_same(office):
    office.bring(pdf("1"), "דוח.pdf")
    office.bring(pdf("2"), "דוח.pdf")
    office.bring(pdf("3"), "../../etc/passwd.pdf")

    _job, package = office.packed()

    names = {info.filename for info in package.infolist() if info.filename.endswith(".pdf")}
    assert names == {"מסמך אחר/דוח.pdf", "מסמך אחר/דוח (2).pdf", "מסמך אחר/passwd.pdf"}


def test_what_cannot_be_read_is_named_with_its_reason_and_stops_nothing(office, files_root):
    office.bring(pdf("1"), "שלם.pdf")
    missing, damaged = office.bring(pdf("2"), "חסר.pdf"), office.bring(pdf("3"), "פגום.pdf")
    with acting.acting(acting.SERVICE):
        places = {str(row.pk): row for row in Document.objects.filter(case_id=office.id)}
    storage.remove("docs", places[missing["id"]].storage_key)
    (path,) = files_root.rglob(places[damaged["id"]].storage_key.rpartition("/")[2])
    path.chmod(0o600)
    path.write_bytes(pdf("4"))

    job, package = office.packed()

    rows = [list(row.values()) for row in index_of(package)]
    reasons = {row[0]: row[3] for row in rows}
    assert (job["files"], job["left_out"]) == (1, 2)
    assert not reasons["שלם.pdf"]
    assert reasons["חסר.pdf"]
    assert reasons["פגום.pdf"] not in {"", reasons["חסר.pdf"]}
    assert "חסר.pdf" in package.read("index.html").decode()


def test_a_file_on_onedrive_alone_stands_in_the_index_with_its_address(office):
    with acting.acting(acting.SERVICE):
        Document.objects.create(
            case_id=office.id,
            org_id=NORTH.id,
            filename='<img src=x onerror="1">.jpg',
            category="image",
            upload_status="LINKED",
            onedrive_file_id="01ABC",
            onedrive_web_url="https://onedrive.example.test/a?b=1&c=2",
        )

    job, package = office.packed()

    assert (job["files"], job["left_out"]) == (0, 1)
    assert "https://onedrive.example.test/a?b=1&c=2" in package.read("index.csv").decode()
    page = package.read("index.html").decode()
    assert "<img" not in page
    assert "https://onedrive.example.test/a?b=1&amp;c=2" in page


def test_who_asks_twice_follows_the_same_job_and_another_office_none(office, api, tamar):
    first, second = office.ask(), office.ask()

    assert first["job_id"] == second["job_id"]
    assert api(tamar).post(f"cases/{office.id}/archive").status_code == 404
    assert api(tamar).get(f"cases/{office.id}/archive/{first['job_id']}").status_code == 404
    assert api(tamar).post(f"cases/{office.id}/archive/{first['job_id']}/cancel").status_code == 404


def test_a_job_that_is_stopped_leaves_nothing_behind(office, lying):
    office.bring(pdf("1"), "דוח.pdf")
    before = lying()
    asked = office.ask()
    assert office.api.post(f"cases/{office.id}/archive/{asked['job_id']}/cancel").status_code == 200

    cabinet.pack(uuid.UUID(asked["job_id"]), uuid.UUID(office.id))

    assert office.job(asked)["state"] == "CANCELLED"
    assert lying() == before


def test_a_cabinet_whose_worker_was_killed_is_packed_once_by_the_next_one(office, lying):
    office.bring(pdf("1"), "דוח.pdf")
    before = lying()
    asked = office.ask()
    killed(asked, seconds=300)

    cabinet.pack(uuid.UUID(asked["job_id"]), uuid.UUID(office.id))

    assert office.job(asked)["state"] == "DONE"
    assert len(lying()) == len(before) + 1
    cabinet.pack(uuid.UUID(asked["job_id"]), uuid.UUID(office.id))
    assert len(lying()) == len(before) + 1


def test_who_asks_again_after_a_worker_was_killed_gets_a_new_job_and_one_cabinet(office, lying):
    office.bring(pdf("1"), "דוח.pdf")
    before = lying()
    asked = office.ask()
    killed(asked, seconds=0)

    job, package = office.packed()
    cabinet.pack(uuid.UUID(asked["job_id"]), uuid.UUID(office.id))

    assert job["job_id"] != asked["job_id"]
    assert any(name.endswith("דוח.pdf") for name in package.namelist())
    assert office.job(asked)["state"] != "DONE"
    assert len(lying()) == len(before) + 1


def killed(asked, seconds):
    """Its worker said how far it was, and then no more; so many seconds of its lease are left."""
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select private.job_step(%s, %s, 1, 2)", [asked["job_id"], seconds])


def test_a_cabinet_is_forgotten_after_its_days(office, settings, lying):
    office.bring(pdf("1"), "דוח.pdf")
    before = lying()
    job, _package = office.packed()
    assert cabinet.forget_old() == 0
    link = office.api.post("sign-url", {"file_id": job["file_id"]}).json()["url"]
    assert office.desk.opened(link)[0].status_code == 200
    settings.CABINET_DAYS = 0

    assert cabinet.forget_old() == 1

    assert lying() == before
    assert office.api.get(f"files/{job['file_id']}/content").status_code in {404, 409}
    assert office.desk.opened(link)[0].status_code == 404
    assert cabinet.forget_old() == 0


def test_memory_stays_flat_however_large_the_files_are(office):
    for number in range(6):
        office.bring(pdf(str(number), body=b"%" + bytes(4_000_000) + b"\n"), f"{number}.pdf")
    asked = office.ask()
    tracemalloc.start()
    try:
        cabinet.pack(uuid.UUID(asked["job_id"]), uuid.UUID(office.id))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert office.job(asked)["files"] == 6
    assert peak < 6_000_000
