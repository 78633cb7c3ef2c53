"""Messages and file cabinets in the admin: filling in, looking, sending, trying again, packing; and who may not."""

from uuid import UUID

import pytest

from core import acting
from files import cabinet
from files.models import MessageTemplate, OutboundMessage
from tests.admin.conftest import GHOST, case_page
from tests.files.conftest import Desk, files_root  # noqa: F401
from tests.files.content import pdf
from tests.make.caller import Make, give_key

LIST = "/admin/files/outboundmessage/"
WORDINGS = "/admin/files/messagetemplate/"


@pytest.fixture
def case(open_case, settings):
    settings.FILES_ORIGIN = "https://files.example.test"
    settings.EMAIL_HOST = ""
    return open_case()


def given(**more):
    return {"channel": "SMS", "to": "050-1234567", "to_name": "רונית", "template": "documents", **more}


def send(desk, case, **more):
    return desk.post(f"{LIST}send/{case['case_id']}/", given(**more))


def only():
    with acting.acting(acting.SERVICE):
        return OutboundMessage.objects.first()


def test_staff_look_at_a_message_before_it_goes_and_then_send_it(staff, case):
    desk = staff()
    address = f"{LIST}send/{case['case_id']}/"
    assert address in desk.get(case_page(case)).content.decode()

    look = desk.post(address, given()).content.decode()
    assert "+972501234567" in look
    assert "שלום רונית" in look
    assert only() is None
    answer = desk.post(address, given(send="1"))

    assert answer["Location"] == f"{LIST}{only().pk}/"
    page = desk.get(answer["Location"]).content.decode()
    assert "+972501234567" in page
    assert "+972501234567" in desk.get(case_page(case)).content.decode()
    assert "+972501234567" in desk.get(f"{LIST}?status__exact=QUEUED&q={case['plate']}").content.decode()


def test_a_form_that_is_posted_twice_sends_once(staff, case):
    desk = staff()
    same = {"id": "11111111-1111-4111-8111-111111111111", "send": "1"}

    first, second = send(desk, case, **same), send(desk, case, **same)

    assert first["Location"] == second["Location"]


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_sent(staff, case):
    desk = staff()

    answer = send(desk, case, to="<script>", send="1")

    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert "<script>" not in answer.content.decode().partition("<main")[2]
    assert send(desk, case, template="", text="{link}", send="1").status_code == 422
    assert send(desk, case, channel="PIGEON", send="1").status_code == 422
    assert only() is None


def test_a_file_is_sent_from_its_own_page(staff, case, api, dana):
    desk = staff()
    file = Desk(api(dana)).brought(pdf("1"), "דוח.pdf", case_id=case["case_id"])
    page = desk.get(f"/admin/files/document/{file['id']}/").content.decode()
    assert f"{LIST}send/{case['case_id']}/?enclosed=file:{file['id']}" in page

    send(desk, case, template="report", enclosed=f"file:{file['id']}", send="1")

    assert str(only().document_id) == file["id"]
    assert "{link}" in only().text


def test_one_that_failed_is_sent_again(staff, case):
    desk = staff()
    send(desk, case, send="1")
    Make(give_key()).op("messages.sent", {"message_id": str(only().pk), "status": "FAILED", "reason": "מספר שגוי"})
    page = desk.get(f"{LIST}{only().pk}/").content.decode()
    assert "מספר שגוי" in page

    desk.post(f"{LIST}{only().pk}/again/")

    assert (only().status, only().attempts) == ("QUEUED", 2)


def test_another_office_and_who_may_not_get_nothing(staff, case, may):
    send(staff(), case, send="1")
    other = staff("uri")

    assert other.get(f"{LIST}{only().pk}/").status_code == 404
    assert other.get(f"{LIST}send/{case['case_id']}/").status_code == 404
    assert other.post(f"{LIST}{only().pk}/again/").status_code == 404
    assert staff().get(f"{LIST}{GHOST}/").status_code == 404
    assert other.post(f"/admin/files/document/cabinet/{case['case_id']}/stop/").status_code == 404


def test_a_manager_changes_a_wording_and_messages_follow_it(staff, case):
    desk = staff()
    wording = {"name": "documents", "title": "בקשה", "channel": "", "subject": "", "text": "היי {owner}, {office}"}

    refused = desk.post(f"{WORDINGS}add/", {**wording, "text": "{nobody}"})
    assert refused.status_code == 200
    assert desk.post(f"{WORDINGS}add/", {**wording, "name": "Not This"}).status_code == 200
    assert desk.post(f"{WORDINGS}add/", wording).status_code == 302
    again = desk.post(f"{WORDINGS}add/", wording)
    assert "errorlist" in again.content.decode()

    with acting.acting(acting.SERVICE):
        assert MessageTemplate.objects.get().channel is None
    assert "היי רונית, משרד צפון" in send(desk, case).content.decode()
    assert "בקשה" in desk.get(WORDINGS).content.decode()


def test_a_cabinet_is_packed_from_the_cases_page(staff, case, api, dana):
    desk = staff()
    Desk(api(dana)).brought(pdf("1"), "דוח.pdf", case_id=case["case_id"])
    answer = desk.post(f"/admin/files/document/cabinet/{case['case_id']}/pack/")
    assert answer["Location"] == f"{case_page(case)}#cabinet"
    assert "<progress" in desk.get(case_page(case)).content.decode()
    with acting.acting(acting.SERVICE):
        job = cabinet.of_case(UUID(case["case_id"])).get()

    cabinet.pack(job.pk, UUID(case["case_id"]))

    with acting.acting(acting.SERVICE):
        job = cabinet.of_case(UUID(case["case_id"])).get()
    page = desk.get(case_page(case)).content.decode()
    assert f"/admin/files/document/{job.result['document_id']}/" in page
    assert "<progress" not in page.partition('id="cabinet"')[2]


def test_a_packing_is_stopped_from_the_cases_page(staff, case):
    desk = staff()
    desk.post(f"/admin/files/document/cabinet/{case['case_id']}/pack/")

    desk.post(f"/admin/files/document/cabinet/{case['case_id']}/stop/")

    with acting.acting(acting.SERVICE):
        assert cabinet.of_case(UUID(case["case_id"])).get().cancel_requested
