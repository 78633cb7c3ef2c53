"""Documents in the admin: found, looked at, brought, put away, and their links revoked."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.admin.conftest import GHOST
from tests.files.conftest import Desk, files_root  # noqa: F401
from tests.files.content import pdf

LIST = "/admin/files/document/"


@pytest.fixture
def desk(api, dana):
    return Desk(api(dana))


def page_of(row):
    return f"{LIST}{row['id']}/"


def test_a_document_is_brought_in_the_admin_and_found_there(staff, open_case):
    case, noam = open_case(), staff()
    file = SimpleUploadedFile("חוות דעת.pdf", pdf("admin"), "application/pdf")

    answer = noam.post(f"{LIST}add/", {"file": file, "plate": case["plate"], "category": "other", "notes": "מהמוסך"})

    assert answer.status_code == 302, answer.content.decode()
    page = noam.get(answer["Location"]).content.decode()
    assert "חוות דעת.pdf" in page
    assert 'class="file-preview"' in page
    for query in (f"q={case['plate']}", "q=חוות", "category=other", "lies=STORED"):
        assert "חוות דעת.pdf" in noam.get(f"{LIST}?{query}").content.decode(), query
    for query in ("q=אחר", "category=invoice", "lies=DAMAGED", "away=1"):
        assert "חוות דעת.pdf" not in noam.get(f"{LIST}?{query}").content.decode(), query
    assert "חוות דעת.pdf" in noam.get(f"/admin/cases/case/{case['case_id']}/change/").content.decode()


def test_what_is_not_taken_is_said_in_hebrew(staff):
    file = SimpleUploadedFile("a.pdf", b"<html>", "application/pdf")

    answer = staff().post(f"{LIST}add/", {"file": file, "plate": "12345678", "category": "other"})

    assert answer.status_code == 422
    assert "סוג קובץ זה אינו מתקבל" in answer.content.decode()


def test_a_document_is_looked_at_and_downloaded_by_a_link(staff, desk, open_case):
    content = pdf("look")
    row, noam = desk.brought(content, case_id=open_case()["case_id"]), staff()

    page = noam.get(page_of(row)).content.decode()
    preview = noam.get(re.search(r'src="(/api/v1/links/[^"]+)"', page)[1])
    download = noam.get(noam.get(f"{page_of(row)}download/")["Location"])

    assert b"".join(preview.streaming_content) == b"".join(download.streaming_content) == content
    assert preview["Content-Disposition"].startswith("inline;")
    assert "frame-ancestors 'self'" in preview["Content-Security-Policy"]
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    assert download["Content-Disposition"].startswith("attachment;")


def test_a_document_is_put_away_and_back_and_a_link_is_revoked(staff, desk, open_case):
    row, noam = desk.brought(case_id=open_case()["case_id"]), staff()
    url = desk.api.post(f"files/{row['id']}/share", {}).json()["url"]

    revoke = re.search(r'action="([^"]+/revoke/)"', noam.get(page_of(row)).content.decode())[1]
    noam.post(revoke)
    assert desk.opened(url)[0].status_code == 404

    noam.post(f"{page_of(row)}put-away/")
    assert desk.api.get(f"files/{row['id']}").json()["deleted_at"]
    noam.post(f"{page_of(row)}bring-back/")
    assert desk.api.get(f"files/{row['id']}").json()["deleted_at"] is None
    assert noam.get(f"{page_of(row)}put-away/").status_code == 404


def test_another_office_and_a_login_without_the_right_see_nothing(staff, desk, open_case, may):
    row = desk.brought(case_id=open_case()["case_id"])

    assert staff("uri").get(page_of(row)).status_code == 404
    assert staff("uri").get(f"{LIST}{GHOST}/").status_code == 404
    may("view_case")
    noam = staff()
    for path in (LIST, page_of(row), f"{LIST}add/"):
        assert noam.get(path).status_code == 403
    assert noam.post(f"{LIST}add/", {}).status_code == 403
