"""Reports in the admin: asking, watching, looking, sharing, trying again; and who may not."""

from uuid import UUID

import pytest

from core import acting
from files.models import Report
from files.report_labels import REASONS, why
from tests.admin.conftest import GHOST, case_page
from tests.files.reporting import PAGE, browser, buckets, made, warm_browser  # noqa: F401

LIST = "/admin/files/report/"


@pytest.fixture
def case(open_case, settings):
    settings.GOTENBERG_URL = "http://127.0.0.1:9"
    settings.REPORT_RETRY_SECONDS = []
    return open_case()


def ask(desk, case, **given):
    body = {"report_type": "parts", "nature": "draft", "version": 1, **given}
    return desk.post(f"{LIST}make/{case['case_id']}/", body)


def only():
    with acting.acting(acting.SERVICE):
        return Report.objects.order_by("-version").first()


def test_staff_ask_for_a_report_and_watch_it(staff, case):
    desk = staff()
    assert "הפקת דו" in desk.get(case_page(case)).content.decode()

    answer = ask(desk, case)

    report = only()
    assert answer["Location"] == f"{LIST}{report.pk}/"
    assert (report.created_by_id is not None, report.status) == (True, "PENDING")
    page = desk.get(answer["Location"])
    assert page["Refresh"] == "2"
    assert "<progress" in page.content.decode()


def test_a_report_that_failed_says_why_and_is_tried_again(staff, case):
    desk = staff()
    ask(desk, case)
    failed = made(only().pk)

    answer = desk.get(f"{LIST}{failed.pk}/")
    page = answer.content.decode()
    assert (failed.status, failed.reason) == ("FAILED", "no_connection")
    assert str(REASONS["no_connection"]) in page
    assert "Refresh" not in answer
    answer = desk.post(f"{LIST}{failed.pk}/again/")

    assert answer["Location"] == f"{LIST}{only().pk}/"
    assert only().version == 2


@pytest.mark.browser
def test_a_ready_report_stands_in_a_frame_and_is_shared(staff, api, dana, case, browser):  # noqa: F811
    desk = staff()
    body = {"case_id": case["case_id"], "report_type": "parts", "html": PAGE}
    report = made(UUID(api(dana).post("render-report", body).json()["report_id"]))
    assert report.status == "READY"

    page = desk.get(f"{LIST}{report.pk}/")
    assert f'src="{LIST}{report.pk}/pdf/"' in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    shown = desk.get(f"{LIST}{report.pk}/pdf/")
    assert "/api/v1/links/" in shown["Location"]
    shared = desk.post(f"{LIST}{report.pk}/share/").content.decode()
    assert "/api/v1/links/" in shared
    assert report.get_report_type_display() in desk.get(case_page(case)).content.decode()
    assert str(report.pk) in desk.get(LIST).content.decode()


def test_who_may_not_is_kept_out(staff, case, may):
    ask(staff(), case)
    pk = only().pk

    assert staff("uri").get(f"{LIST}{pk}/").status_code == 404
    assert staff("uri").get(f"{LIST}make/{case['case_id']}/").status_code == 404
    assert staff().get(f"{LIST}{GHOST}/").status_code == 404
    assert staff().get(f"{LIST}{pk}/pdf/").status_code == 404
    assert staff().get(f"{LIST}{pk}/share/").status_code == 404
    may("view_report", "view_case")
    assert staff().get(f"{LIST}make/{case['case_id']}/").status_code == 403
    assert staff().post(f"{LIST}{pk}/again/").status_code == 403
    may("view_case")
    assert staff().get(f"{LIST}{pk}/").status_code == 403


def test_what_cannot_be_asked_is_said_on_the_form(staff, case):
    assert ask(staff(), case, version=99).status_code == 422
    assert ask(staff(), case, report_type="novel").status_code == 422
    assert only() is None


def test_every_reason_has_words():
    assert all(str(words) and why(reason) == str(words) for reason, words in REASONS.items())
    assert why("gotenberg_400") != "gotenberg_400"
