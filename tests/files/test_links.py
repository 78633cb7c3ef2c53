"""Links that open one file for who has no login."""

import re
import time

from django.test import Client

from accounts.models import Org
from core import acting
from files import links
from tests import cast
from tests.files.content import pdf


def sign(desk, row, **asked):
    answer = desk.api.post("sign-url", {"file_id": row["id"], **asked})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_link_saves_its_file_and_nobody_keeps_a_copy(desk, open_case):
    content = pdf("linked")
    row = desk.brought(content, "חוות דעת.pdf", case_id=open_case()["case_id"])

    made = sign(desk, row)
    answer, found = desk.opened(made["url"])

    assert re.fullmatch(r"http://testserver/api/v1/links/[A-Za-z0-9_-]{43}", made["url"])
    assert found == content
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Content-Disposition"].startswith("attachment; filename=\"file.pdf\"; filename*=UTF-8''%D7%97")


def test_a_link_ends_to_the_second(desk, open_case):
    row = desk.brought(case_id=open_case()["case_id"])
    began = time.monotonic()
    url = sign(desk, row, expires_in=2)["url"]

    assert desk.opened(url)[0].status_code == 200
    while desk.opened(url)[0].status_code == 200:
        time.sleep(0.05)

    assert 1.9 <= time.monotonic() - began <= 3.0


def test_a_link_lives_a_quarter_of_an_hour_at_most(desk, open_case):
    row = desk.brought(case_id=open_case()["case_id"])
    for asked in (901, 0, -5, "600", 1.5, True, 10**9):
        assert desk.api.post("sign-url", {"file_id": row["id"], "expires_in": asked}).status_code == 422
    for body in ({}, {"file_id": row["id"], "report_id": row["id"]}, {"file_id": "x"}, {"file_id": row["id"], "a": 1}):
        assert desk.api.post("sign-url", body).status_code == 422
    assert desk.api.post("sign-url", {"report_id": row["id"]}).status_code == 404


def test_a_link_ends_with_its_file_and_when_it_is_revoked(desk, open_case):
    row = desk.brought(case_id=open_case()["case_id"])
    shared = desk.api.post(f"files/{row['id']}/share", {"days": 7}).json()["url"]
    url = sign(desk, row)["url"]
    assert desk.opened(shared)[0].status_code == 200

    desk.api.request("DELETE", f"files/{row['id']}")
    desk.api.post(f"files/{row['id']}/restore")

    assert {desk.opened(one)[0].status_code for one in (url, shared)} == {404}


def test_every_use_of_a_link_is_an_event_and_a_revoked_one_opens_nothing(desk, open_case):
    case = open_case()["case_id"]
    row = desk.brought(case_id=case)
    url = desk.api.post(f"files/{row['id']}/share", {"days": 7}).json()["url"]

    assert [desk.opened(url)[0].status_code for _ in range(2)] == [200, 200]

    [made] = desk.api.get(f"events?case_id={case}&type=file.link_made").json()
    used = desk.api.get(f"events?case_id={case}&type=file.opened").json()
    link = made["data"]["link_id"]
    assert [event["data"] for event in used] == [{"document_id": row["id"], "link_id": link, "purpose": "share"}] * 2
    assert url.rpartition("/")[2] not in str([made, *used])

    assert desk.api.post(f"files/links/{link}/revoke").status_code == 200
    assert desk.opened(url)[0].status_code == 404
    assert len(desk.api.get(f"events?case_id={case}&type=file.opened").json()) == 2


def test_another_office_revokes_no_link_of_ours(desk, open_case, api, tamar):
    case = open_case()["case_id"]
    url = sign(desk, desk.brought(case_id=case))["url"]
    [made] = desk.api.get(f"events?case_id={case}&type=file.link_made").json()

    assert api(tamar).post(f"files/links/{made['data']['link_id']}/revoke").status_code == 404
    assert desk.opened(url)[0].status_code == 200


def test_a_preview_is_looked_at_only_in_frames_of_our_own(desk, open_case, settings):
    row = desk.brought(case_id=open_case()["case_id"])
    with acting.acting(acting.SERVICE):
        url = links.make(row["id"], "preview", 60).url

    answer, _ = desk.opened(url)

    assert answer["Content-Disposition"].startswith("inline; ")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_the_uis_pages_may_frame_a_preview_too(desk, open_case, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://ui.example.test"]
    row = desk.brought(case_id=open_case()["case_id"])
    with acting.acting(acting.SERVICE):
        url = links.make(row["id"], "preview", 60).url

    answer, _ = desk.opened(url)

    assert "frame-ancestors 'self' https://ui.example.test" in answer["Content-Security-Policy"]


def test_the_screens_of_the_files_office_may_frame_a_preview_too(desk, open_case):
    row = desk.brought(case_id=open_case()["case_id"])
    with acting.acting(acting.SERVICE):
        Org.objects.filter(pk=cast.NORTH.id).update(ui_origins=["https://screens.north.example.test"])
        Org.objects.exclude(pk=cast.NORTH.id).update(ui_origins=["https://screens.south.example.test"])
        url = links.make(row["id"], "preview", 60).url

    answer, _ = desk.opened(url)

    assert "frame-ancestors 'self' https://screens.north.example.test" in answer["Content-Security-Policy"]
    assert "south" not in answer["Content-Security-Policy"]


def test_a_link_only_reads(desk, open_case):
    row = desk.brought(case_id=open_case()["case_id"])
    path = sign(desk, row)["url"].removeprefix("http://testserver")

    for method in ("post", "put", "patch", "delete"):
        assert getattr(Client(), method)(path).status_code == 405
    assert Client().head(path).status_code == 200
