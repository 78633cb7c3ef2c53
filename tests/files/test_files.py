"""Files come in, are listed, read, put away and brought back."""

import hashlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Event
from core import acting
from tests.conftest import any_plate
from tests.files.conftest import Desk
from tests.files.content import FORM, docx, form, heic, jpeg, pdf, png, webp, xlsx

KINDS = {
    "image/jpeg": (jpeg(), "jpg"),
    "image/png": (png(), "png"),
    "image/webp": (webp(), "webp"),
    "image/heic": (heic(), "heic"),
    "application/pdf": (pdf(), "pdf"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (docx(), "docx"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (xlsx(), "xlsx"),
}


@pytest.mark.parametrize("mime_type", KINDS)
def test_a_file_comes_back_as_it_came_and_is_what_its_content_says(desk, open_case, lying, mime_type):
    case, (content, extension) = open_case(), KINDS[mime_type]

    answer = desk.bring(content, "צילום.txt", case_id=case["case_id"], claimed="text/html")

    row = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/files/{row['id']}"
    assert row["mime_type"] == mime_type
    assert row["filename"] == f"צילום.{extension}"
    assert (row["case_id"], row["plate"], row["unchanged"]) == (case["case_id"], case["plate"], False)
    assert row["checksum"] == hashlib.sha256(content).hexdigest()
    assert [key.rpartition(".")[2] for key in lying()] == [extension]
    read, found = desk.read(row["id"])
    assert found == content
    assert read["Content-Type"] == mime_type
    assert read["X-Content-Type-Options"] == "nosniff"
    assert read["Content-Disposition"].startswith("attachment; ")
    assert read["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_the_same_content_twice_in_a_case_is_one_row_and_one_object(desk, open_case, lying):
    case, content = open_case(), pdf("twice")
    first = desk.brought(content, "א.pdf", case_id=case["case_id"])

    again = desk.bring(content, "ב.pdf", plate=case["plate"])

    assert again.status_code == 200
    assert again.json() == {**first, "unchanged": True}
    assert len(lying()) == 1
    assert desk.brought(content, "א.pdf", case_id=open_case()["case_id"])["id"] != first["id"]


def asked(act):
    """What an act asks of the database, without what a test's own transaction adds around each of the act's."""
    with CaptureQueriesContext(connection) as captured:
        act()
    all_of_it = [query["sql"] for query in captured.captured_queries]
    transactions = sum(sql.startswith("SAVEPOINT") for sql in all_of_it)
    tests_own = ("SAVEPOINT", "RELEASE SAVEPOINT", "select coalesce(current_setting('role'")
    # As many roles are put back as were taken.
    return transactions, len([sql for sql in all_of_it if not sql.startswith(tests_own)]) - transactions


def test_an_upload_asks_little_of_the_database(desk, open_case):
    case = open_case()["case_id"]
    desk.bring(pdf("warm"), case_id=case)

    new, again = asked(lambda: desk.bring(case_id=case)), asked(lambda: desk.bring(case_id=case))

    # Who calls; the case, and the same content; the row: each transaction takes the role once.
    assert new == (3, 6)
    assert again == (2, 5)


def test_a_download_asks_for_who_calls_and_for_the_file(desk, open_case):
    row = desk.brought(case_id=open_case()["case_id"])
    url = desk.api.post("sign-url", {"file_id": row["id"]}).json()["url"]

    assert asked(lambda: desk.read(row["id"])) == (2, 3)
    # Nobody in particular: nothing is asked before the link itself.
    assert asked(lambda: desk.opened(url))[1] == 2


def test_a_plate_without_a_case_keeps_its_file_until_there_is_one(desk):
    plate = any_plate()

    row = desk.brought(plate=plate)

    assert (row["case_id"], row["plate"]) == (None, plate)
    assert [one["id"] for one in desk.api.get(f"files?plate={plate}").json()] == [row["id"]]


def test_another_office_sees_nothing_of_a_file(desk, api, tamar, open_case):
    case = open_case()
    row, theirs = desk.brought(case_id=case["case_id"]), Desk(api(tamar))
    ghost = "00000000-0000-4000-8000-000000000000"

    for method, rest, body in (
        ("GET", "", None), ("GET", "/content", None), ("PATCH", "", {"notes": "x"}), ("PATCH", "", {}),
        ("DELETE", "", None), ("POST", "/restore", None), ("POST", "/share", {}),
    ):  # fmt: skip
        foreign = theirs.api.request(method, f"files/{row['id']}{rest}", body)
        missing = theirs.api.request(method, f"files/{ghost}{rest}", body)
        assert (foreign.status_code, foreign.content) == (404, missing.content), (method, rest)
    assert theirs.bring(case_id=case["case_id"]).status_code == 404
    assert theirs.api.get("files").json() == []
    assert theirs.api.post("sign-url", {"file_id": row["id"]}).status_code == 404


def test_a_file_is_put_away_and_brought_back(desk, open_case):
    case = open_case()
    row = desk.brought(case_id=case["case_id"])
    address, listed = f"files/{row['id']}", f"files?case_id={case['case_id']}"

    assert desk.api.request("DELETE", address).status_code == 204
    assert desk.api.request("DELETE", address).status_code == 404
    assert desk.api.get(listed).json() == []
    assert [one["id"] for one in desk.api.get(f"{listed}&deleted=true").json()] == [row["id"]]
    assert desk.api.get(f"{address}/content").status_code == 404

    assert desk.api.post(f"{address}/restore").json()["deleted_at"] is None
    assert len(desk.api.get(listed).json()) == 1


def test_bringing_back_what_came_again_meanwhile_is_a_conflict(desk, open_case):
    case = open_case()
    row = desk.brought(case_id=case["case_id"])
    desk.api.request("DELETE", f"files/{row['id']}")
    again = desk.brought(case_id=case["case_id"])

    assert again["id"] != row["id"]
    assert desk.api.post(f"files/{row['id']}/restore").status_code == 409


def test_a_name_changes_and_its_kind_does_not(desk, open_case):
    row = desk.brought(case_id=open_case()["case_id"])

    answer = desk.api.patch(f"files/{row['id']}", {"filename": "../חשבון\u202e.exe", "category": "invoice"})

    assert answer.json()["filename"] == "חשבון.pdf"
    assert answer.json()["category"] == "invoice"
    assert desk.api.patch(f"files/{row['id']}", {"storage_key": "x"}).status_code == 422
    assert desk.api.patch(f"files/{row['id']}", {"category": "archive"}).status_code == 422


def test_the_list_is_narrowed_and_paged(desk, open_case):
    case = open_case()["case_id"]
    for n, name in enumerate(("רישיון רכב.pdf", "חשבונית מוסך.pdf", "רכב קדמי.pdf")):
        desk.brought(pdf(str(n)), name, case_id=case, category="license" if n == 0 else "other")

    def found(query):
        return sorted(one["filename"] for one in desk.api.get(f"files?case_id={case}&{query}").json())

    assert set(found("q=רכב")) == {"רכב קדמי.pdf", "רישיון רכב.pdf"}
    assert found("q=רכב רישיון") == ["רישיון רכב.pdf"]
    assert found("category=license") == ["רישיון רכב.pdf"]
    assert len(found("limit=1&offset=1")) == 1
    assert desk.api.get("files?colour=red").status_code == 422


def test_every_reading_is_an_event(desk, open_case):
    case = open_case()["case_id"]
    row = desk.brought(case_id=case)

    desk.read(row["id"])

    with acting.acting(acting.SERVICE):
        told = Event.objects.filter(case_id=case, type="file.opened").values_list("data", flat=True)
        assert [one["document_id"] for one in told] == [row["id"]]


def test_a_part_of_a_file_is_sent_where_it_is_asked_for(desk, open_case):
    content = pdf("a part")
    row = desk.brought(content, case_id=open_case()["case_id"])
    size = len(content)

    for asked, start, stop in (("bytes=0-3", 0, 4), ("bytes=5-", 5, size), ("bytes=-6", size - 6, size)):
        answer, found = desk.read(row["id"], Range=asked)
        assert (answer.status_code, found) == (206, content[start:stop])
        assert answer["Content-Range"] == f"bytes {start}-{stop - 1}/{size}"
        assert answer["Content-Length"] == str(stop - start)
    for nonsense in ("bytes=9-2", f"bytes={size}-", "lines=1-2", "bytes=-", "bytes=0-1,3-4", "bytes=-0"):
        answer, found = desk.read(row["id"], Range=nonsense)
        assert (answer.status_code, found) == (200, content)


@pytest.mark.parametrize("cut", [1, 30, 60, 500])
def test_a_form_that_breaks_off_leaves_nothing(desk, open_case, lying, cut):
    body = form(pdf() * 20, case_id=open_case()["case_id"])

    answer = desk.api.request("POST", "files", body[:-cut], content_type=FORM)

    assert answer.status_code in {201, 422} if cut < 3 else answer.status_code == 422
    assert (answer.status_code == 201) == bool(lying())


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"nothing of a form", FORM, 422),
        (b"x", "multipart/form-data", 422),
        (form(b""), FORM, 422),
        (form(pdf(), "a.pdf", colour="red"), FORM, 422),
        (form(pdf(), "a.pdf", case_id="12"), FORM, 422),
        (form(pdf(), "a.pdf", plate="12"), FORM, 422),
        (form(pdf(), "a.pdf", plate="12345678", category="archive"), FORM, 422),
        (form(pdf()), FORM, 422),
    ],
)
def test_what_is_no_form_with_one_file_is_refused(desk, lying, body, content_type, status):
    assert desk.api.request("POST", "files", body, content_type=content_type).status_code == status
    assert lying() == []


def test_a_body_over_the_limit_is_refused_before_it_is_read(desk, settings, lying):
    settings.FILE_MAX_BYTES = 1000

    answer = desk.api.request("POST", "files", form(pdf() + b"\n" * 100_000), content_type=FORM)

    assert answer.status_code == 413
    assert answer.json()["details"] == {"limit_bytes": 1000}
    assert desk.bring(pdf() + b"\n" * 2000, plate="12345678").status_code == 413
    assert lying() == []


def test_nobody_brings_a_file_without_a_login(api):
    assert Desk(api()).bring(plate="12345678").status_code == 401
