"""What staff must know: noted beside the request, once a minute, and nobody's data in it."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.lockout import note_lock_out
from cases.models import SystemLog
from core import acting, notices
from core.requests import RequestIdMiddleware
from office.health import hours
from office.tasks import forget_old_logs
from tests import cast
from tests.admin.conftest import as_noam

CANARY = "12345678-תוכן"


def noted(event):
    notices.wait_until_written()
    with acting.acting(acting.SERVICE):
        return list(SystemLog.objects.filter(event=event).order_by("created_at"))


@pytest.fixture
def answers_badly(db):
    """A request that is answered with a fault of ours."""

    def asked(method="GET", status=500):
        request = getattr(RequestFactory(), method.lower())(f"/api/v1/cases/{CANARY}?token={CANARY}", {"a": CANARY})
        return RequestIdMiddleware(lambda _request: HttpResponse(CANARY, status=status))(request)

    return asked


def test_an_answer_that_is_our_fault_is_noted_with_its_request_and_nothing_of_it(answers_badly):
    before = len(noted("answer_failed"))
    answer = answers_badly()

    notes = noted("answer_failed")
    assert len(notes) >= max(before, 1)
    assert any(note.request_id == answer["X-Request-Id"] or note.times > 1 for note in notes)
    assert not [note for note in notes if CANARY in f"{note.message}{note.context}{note.request_id}"]


def test_a_refusal_is_no_fault_of_ours(answers_badly):
    before = sum(note.times for note in noted("answer_failed"))

    answers_badly(status=404)

    assert sum(note.times for note in noted("answer_failed")) == before


def test_a_storm_of_faults_is_a_row_a_minute(answers_badly):
    rows, times = len(noted("answer_failed")), sum(note.times for note in noted("answer_failed"))

    for _ in range(100):
        answers_badly()

    notes = noted("answer_failed")
    assert len(notes) <= rows + 2
    assert sum(note.times for note in notes) == times + 100


def test_a_database_that_says_no_fails_no_request(answers_badly, settings):
    notices.tell(notices.Notice("NO SUCH LEVEL", "x", "x", "x"))

    assert answers_badly().status_code == 500
    notices.wait_until_written()


def test_a_lock_out_is_noted_without_who_or_whence(db):
    note_lock_out(request=None, username="noam", ip_address="10.0.0.7")

    note = noted("locked_out")[-1]
    assert "noam" not in f"{note.message}{note.context}"
    assert "10.0.0.7" not in f"{note.message}{note.context}"


def test_a_delivery_given_up_and_an_endpoint_that_is_gone_are_noted(open_case, endpoint, post_all):
    open_case()
    post_all(http_status=410, outcome="dead", gone=True)

    given_up, paused = noted("delivery_given_up"), noted("endpoint_paused")
    assert given_up[-1].org_id == paused[-1].org_id == cast.NORTH.id
    assert paused[-1].context["endpoint_id"] == str(endpoint.pk)


def test_the_health_view_counts_the_hour(api, dana, open_case, endpoint, post_all):
    with as_noam():
        before = hours(cast.NORTH.id)[0]
    case = open_case()
    api(dana).put(f"cases/{case['case_id']}/helper", {"version": 1, "helper": {"a": 1}})
    post_all()

    with as_noam():
        told = hours(cast.NORTH.id)
    assert len(told) == 48
    assert told[0].saves == before.saves + 2
    assert told[0].delivered >= 3
    assert told[0].delivery_ms_p95 >= told[0].delivery_ms_p50 >= 0


def test_another_office_sees_neither_notes_nor_hours(staff, open_case, endpoint, post_all):
    open_case()
    post_all(outcome="dead", http_status=500)
    with acting.acting(acting.STAFF, cast.URI.claims if hasattr(cast, "URI") else {"sub": str(cast.TAMAR.user_id)}):
        assert not SystemLog.objects.filter(org_id=cast.NORTH.id).exists()
        assert hours(cast.NORTH.id) == []


def test_old_notes_are_forgotten_and_new_ones_stay(db, settings):
    settings.SYSTEM_LOG_DAYS = 1
    with acting.acting(acting.SERVICE), connection.cursor() as cursor:
        cursor.execute("select private.system_log('INFO', 'test', 'kept', 'kept')")

    forget_old_logs()

    assert noted("kept")
