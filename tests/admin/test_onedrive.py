"""Copies on OneDrive and files without a case in the admin."""

import uuid

import pytest

from core import acting
from files.models import Document, OnedriveSync
from tests import cast
from tests.admin.conftest import GHOST, as_noam
from tests.admin.test_pages import texts
from tests.conftest import any_plate
from tests.make.caller import Make, give_key
from tests.make.test_file_ops import SHA, item, spelled, stored

INBOX, COPIES = "/admin/files/waitingdocument/", "/admin/files/onedrivesync/"


@pytest.fixture
def found(db):
    """Register a file as Make finds it."""

    def kept(office=cast.NORTH, **more):
        answer = Make(give_key(office)).op("files.upsert", item(**more))
        assert answer.status_code == 201, answer.content
        return answer.json()

    return kept


def document(key):
    with as_noam():
        return Document.objects.get(pk=key)


def failing(case, name="x.pdf", reason="התיקייה מלאה"):
    file = stored(case["case_id"])
    answer = Make(give_key()).op("onedrive.synced", {"file_id": str(file.pk), "status": "FAILED", "reason": reason})
    assert answer.status_code == 200
    return file


def sync_of(file):
    with as_noam():
        return OnedriveSync.objects.get(document=file)


def test_the_list_says_what_became_of_each_copy_and_is_narrowed(staff, open_case):
    case = open_case()
    failing(case)
    page = staff().get(f"{COPIES}?status__exact=FAILED")

    assert page.status_code == 200
    seen = texts(page)
    for word in ("התיקייה מלאה", "ההעתקה נכשלה", spelled(case["plate"]), "x.pdf"):
        assert word in seen
    assert "x.pdf" not in texts(staff().get(f"{COPIES}?status__exact=SYNCED"))
    assert "x.pdf" in texts(staff().get(f"{COPIES}?q={spelled(case['plate'])}"))
    assert "x.pdf" not in texts(staff("uri").get(COPIES))


def test_one_copy_is_asked_for_again(staff, open_case):
    file = failing(open_case())
    address = f"{COPIES}{sync_of(file).pk}/"
    assert "לבקש שוב מ־Make" in texts(staff().get(address))

    page = staff().post(address, follow=True)

    assert "‏Make התבקש להעתיק קובץ אחד." in texts(page)
    assert (sync_of(file).status, sync_of(file).requested_by_id) == ("PENDING", cast.NOAM.user_id)
    assert staff("uri").get(address).status_code == 404
    assert staff().get(f"{COPIES}{GHOST}/").status_code == 404


def test_many_copies_are_asked_for_at_once(staff, open_case):
    files = [failing(open_case()) for _ in range(3)]

    page = staff().post(
        COPIES, {"action": "ask_again", "_selected_action": [str(sync_of(file).pk) for file in files]}, follow=True
    )

    assert "‏Make התבקש להעתיק 3 קבצים." in texts(page)
    assert {sync_of(file).status for file in files} == {"PENDING"}


def test_who_may_only_look_asks_for_nothing(staff, may, open_case):
    file = failing(open_case())
    may("view_onedrivesync", "view_waitingdocument")

    assert staff().post(f"{COPIES}{sync_of(file).pk}/").status_code == 403
    assert sync_of(file).status == "FAILED"


def test_the_inbox_lists_what_waits_with_the_reason_of_its_category(staff, found):
    found(filename="חשבונית 7.pdf", path="/סרוקים/חשבונית 7.pdf")

    seen = texts(staff().get(INBOX))
    for word in ("חשבונית 7.pdf", "לפי מילה בשם:", "/סרוקים"):
        assert word in seen
    assert "חשבונית 7.pdf" not in texts(staff("uri").get(INBOX))
    assert "חשבונית 7.pdf" in texts(staff().get(f"{INBOX}?q=סרוקים"))
    assert "מחכה לתיק" in texts(staff().get("/admin/"))


def test_cases_are_proposed_with_their_reason(staff, found, open_case):
    plate = any_plate()
    case, other, same = open_case(plate=plate), open_case(), open_case()
    near = plate[:3] + str((int(plate[3]) + 1) % 10) + plate[4:]
    stored(same["case_id"], checksum=SHA)
    stored(other["case_id"], checksum=SHA)
    told = found(filename=f"{spelled(near)}.pdf", sha256=SHA)

    seen = texts(staff().get(f"{INBOX}{told['id']}/"))

    for word in (spelled(plate), "מספר הרכב שונה בספרה אחת מ־", spelled(near), "בתיק יש קובץ עם אותו תוכן"):
        assert word in seen, word
    assert case["plate"] == plate


def test_a_file_is_given_its_case(staff, found, open_case):
    case, told = open_case(), found()

    refused = staff().post(f"{INBOX}{told['id']}/", {"do": "assign", "plate": "1"})
    missing = staff().post(f"{INBOX}{told['id']}/", {"do": "assign", "plate": any_plate()})
    page = staff().post(f"{INBOX}{told['id']}/", {"do": "assign", "plate": spelled(case["plate"])}, follow=True)

    assert (refused.status_code, missing.status_code) == (422, 422)
    assert "אין תיק למספר רכב זה." in texts(missing)
    assert "קובץ אחד שייך עכשיו לתיק" in texts(page)
    assert str(document(told["id"]).case_id) == case["case_id"]
    assert staff().get(f"{INBOX}{told['id']}/").status_code == 404


def test_several_files_are_worked_on_at_once(staff, found, open_case):
    case, ids = open_case(), [found()["id"] for _ in range(3)]
    chosen = staff().post(INBOX, {"action": "work_on", "_selected_action": ids})
    assert chosen.status_code == 302
    address = f"{INBOX}{chosen['Location']}" if not chosen["Location"].startswith("/") else chosen["Location"]

    assert staff().get(address).status_code == 200
    staff().post(address, {"do": "category", "category": "license"})
    page = staff().post(address, {"do": "assign", "plate": case["plate"]}, follow=True)

    assert "3 קבצים שייכים עכשיו לתיק" in texts(page)
    assert {(document(key).category, str(document(key).case_id)) for key in ids} == {("license", case["case_id"])}


def test_what_is_put_away_is_gone_from_the_inbox(staff, found):
    told = found(filename="not-ours.pdf")

    staff().post(f"{INBOX}{told['id']}/", {"do": "away"})

    assert "not-ours.pdf" not in texts(staff().get(INBOX))
    assert document(told["id"]).deleted_at is not None


def test_another_office_and_a_ghost_are_the_same(staff, found, open_case):
    told = found(cast.SOUTH)

    answers = [staff().get(f"{INBOX}{key}/") for key in (told["id"], uuid.uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert staff().post(f"{INBOX}several/?id={told['id']}", {"do": "away"}).status_code == 404
    assert staff().get(f"{INBOX}several/?id=x").status_code == 404


def test_who_may_only_look_changes_nothing(staff, may, found):
    told = found()
    may("view_waitingdocument")

    assert staff().get(f"{INBOX}{told['id']}/").status_code == 200
    assert staff().post(f"{INBOX}{told['id']}/", {"do": "away"}).status_code == 403


def test_hostile_names_are_texts(staff, found):
    told = found(filename="<script>alert(1)</script>.pdf", path="/<img src=x onerror=alert(1)>/a.pdf")

    for page in (INBOX, f"{INBOX}{told['id']}/"):
        body = staff().get(page).content
        assert b"<script>alert" not in body
        assert b"<img src=x" not in body


def test_a_badge_shows_the_way_to_onedrive(found, open_case):
    from files.templatetags.onedrive import onedrive_badge

    told, file = found(), stored(open_case()["case_id"])
    with acting.acting(acting.SERVICE):
        there, asked = (Document.objects.select_related("onedrive_sync").get(pk=key) for key in (told["id"], file.pk))
        assert "sharepoint.com" in onedrive_badge(there)
        assert "pill-waits" in onedrive_badge(asked)
        assert onedrive_badge(Document()) == ""
